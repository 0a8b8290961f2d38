/**
 * Pipeline files: YAML in, a pipeline definition out, and for every problem the place where it stands.
 *
 * Two steps, because plug-ins come between: `parsePipelineFile` reads the text, applies `--swap` and `--set`, and says
 * which plug-ins the file names; `resolvePipelineFile` turns its list items into stages of a registry.
 */
import {
  Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import * as z from 'zod';
import type { AnyStage } from '../contract.js';
import { didYouMean, PipelineError } from '../errors.js';
import type { PipelineDefinition } from '../pipeline/pipeline.js';
import type { Registry } from '../pipeline/registry.js';
import { type Locate, type Section, sections } from '../pipeline/sections.js';
import { OptionsError } from '../stage-options.js';
import { describeIssue, describeValue, firstToMend, valueAt } from '../wrong-value.js';
import { applySet, applySwap } from './pipeline-overrides.js';

/** Changes from the command line; swaps come first, so that a set can reach into the swapped stage. */
export interface Overrides {
  /** `relu=sigmoid` */
  readonly swap?: readonly string[];
  /** `network.0.dense.units=800` */
  readonly set?: readonly string[];
}

const stageList = z.array(z.unknown()).min(1);

/** Everything in a pipeline file but the stages themselves, which have schemas of their own. */
export const fileSchema = z.strictObject({
  name: z.string().min(1).describe('What the run is called'),
  description: z.string().optional().describe('What there is to see in it'),
  seed: z.int().min(0).max(4_294_967_295).default(0).describe('Decides all chance: weights, shuffles, drawn digits'),
  random: z
    .enum(['perStage', 'numpy'])
    .default('perStage')
    .describe('How the seed decides: a generator for each stage, or one for all that draws what np.random.seed does'),
  epochs: z.int().min(1).max(1_000_000).default(1).describe('How often training goes through the data'),
  dtype: z.enum(['float32', 'float64']).default('float32').describe('The type of every computed number'),
  backend: z
    .enum(['wasm', 'typescript'])
    .default('wasm')
    .describe('What computes: wasm for speed, typescript to read and compare'),
  threads: z
    .union([z.literal('auto'), z.int().min(1).max(64)])
    .default('auto')
    .describe('How many threads compute; the results are the same, bit for bit'),
  plugins: z.array(z.string().min(1)).optional().describe('TypeScript files with stages of your own'),
  data: stageList.describe('A source, then what prepares its examples'),
  network: stageList.describe('The layers, from input to output'),
  train: stageList.describe('A batcher, forward, a loss, backward, an optimizer, reducers'),
  test: stageList.optional().describe('A batcher, forward, a loss, reducers; run after each epoch'),
});

type FileContent = z.output<typeof fileSchema>;
type Path = readonly PropertyKey[];

/** A pipeline file whose outer form is right, and whose stages are not looked at yet. */
export interface ParsedPipelineFile {
  readonly path: string;
  readonly content: FileContent;
  /** `FILE:LINE:COLUMN` of a place in the file; the key of a pair if it is the key that is wrong. */
  readonly locate: (path: Path, part?: 'key' | 'value') => string;
}

/** A pipeline file, ready to be built. */
export interface PipelineFile {
  readonly path: string;
  readonly definition: PipelineDefinition;
  readonly locate: Locate;
  /** The file as it will run: overrides applied, every default written out. Runs again unchanged. */
  readonly resolved: string;
}

/** @throws PipelineError that begins `FILE:LINE:COLUMN:`, or with the override that is wrong. */
export function parsePipelineFile(text: string, path: string, overrides: Overrides = {}): ParsedPipelineFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    throw new PipelineError(`${at(offsetOf(problem, document))}: ${yamlProblem(problem, text)}`);
  }
  if (!isMap(document.contents)) {
    const found = document.contents === null ? 'an empty file' : describeValue(document.contents.toJSON());
    throw new PipelineError(
      `${path}:1:1: expected a pipeline, with data:, network: and train:, found ${found}; ` +
        'pipelines/relu.yaml shows what one looks like',
    );
  }

  // Where a changed node came from: it has no place in the file, but the words on the command line.
  const changed = new Map<Node, string>();
  const remember = (nodes: readonly Node[], words: string) => {
    for (const node of nodes) changed.set(node, words);
  };
  for (const words of overrides.swap ?? []) remember(applySwap(document, words), `--swap ${words}`);
  for (const words of overrides.set ?? []) remember(applySet(document, words), `--set ${words}`);

  /** The place of the last of these nodes, each inside the one before: the words that changed it, else in the file. */
  const placeOf = (nodes: readonly Node[]): string => {
    const inwards = [...nodes].reverse();
    const words = inwards.map((node) => changed.get(node)).find((found) => found !== undefined);
    return words ?? at(inwards.find(({ range }) => range)?.range?.[0] ?? 0);
  };

  const locate = (target: Path, part: 'key' | 'value' = 'value'): string => {
    const { nodes, pair } = nearestNode(document, target);
    const changedValue = nodes.some((node) => changed.has(node));
    return placeOf(part === 'key' && isScalar(pair?.key) && !changedValue ? [...nodes, pair.key] : nodes);
  };

  const plain = toPlain(document, placeOf);
  const parsed = fileSchema.safeParse(plain);
  if (parsed.success) return { path, content: parsed.data, locate };
  const issue = firstToMend(parsed.error);
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(fileSchema.shape);
    const [key] = issue.keys;
    throw new PipelineError(
      `${locate([...issue.path, key], 'key')}: unknown key "${key}"${didYouMean(key, known)} (expected ${known.join(', ')})`,
    );
  }
  const field = issue.path.join('.');
  throw new PipelineError(`${locate(issue.path)}: ${fieldProblem(field, issue, valueAt(plain, issue.path))}`);
}

function fieldProblem(field: string, issue: z.core.$ZodIssue, found: unknown): string {
  if (found === undefined) return `the pipeline has no ${field}:, which it needs`;
  if (isSection(field)) {
    return `${field}: expected a list of stages, each on a line that begins with "- ", found ${describeValue(found)}`;
  }
  return `${field}: ${describeIssue(issue, found)}`;
}

const isSection = (field: string): boolean => sections.some((section) => section === field);

/** @throws PipelineError that begins `FILE:LINE:COLUMN:`, for an unknown stage, a wrong option or a malformed item. */
export function resolvePipelineFile({ path, content, locate }: ParsedPipelineFile, registry: Registry): PipelineFile {
  const resolveSection = (section: Section): readonly AnyStage[] =>
    (content[section] ?? []).map((item, position) => {
      const place = [section, position];
      const [name, options] = nameAndOptions(item, locate(place));
      const factory = registry.get(name);
      if (factory === undefined) {
        const names = [...registry.keys()];
        throw new PipelineError(
          `${locate([...place, name], 'key')}: unknown stage "${name}"${didYouMean(name, names) || spaceAfterColon(name)} ("pipeline list" shows all)`,
        );
      }
      try {
        return factory(options);
      } catch (error) {
        if (!(error instanceof OptionsError)) throw error;
        const option = [...place, name, ...error.path];
        throw new PipelineError(`${locate(option, error.unknownKey ? 'key' : 'value')}: ${error.message}`);
      }
    });

  const definition = {
    name: content.name,
    seed: content.seed,
    random: content.random,
    epochs: content.epochs,
    dtype: content.dtype,
    backend: content.backend,
    threads: content.threads,
    data: resolveSection('data'),
    network: resolveSection('network'),
    train: resolveSection('train'),
    ...(content.test && { test: resolveSection('test') }),
  } satisfies PipelineDefinition;

  return {
    path,
    definition,
    locate: (section, position) => locate(position === undefined ? [section] : [section, position]),
    resolved: printPipeline(content, definition),
  };
}

/** A list item is a stage's name, or one pair of its name and its options. */
function nameAndOptions(item: unknown, place: string): [name: string, options: unknown] {
  if (typeof item === 'string') return [item, {}];
  const pairs = typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.entries(item) : [];
  if (pairs.length !== 1) {
    const found =
      pairs.length === 0 ? describeValue(item) : `${pairs.length} keys: ${pairs.map(([key]) => key).join(', ')}`;
    throw new PipelineError(
      `${place}: expected one stage, as "relu" or "dense: { units: 50 }", found ${found}` +
        (pairs.length > 1 ? '; indent the options under the stage, or write them in { }' : ''),
    );
  }
  const [[name, options]] = pairs;
  return [name, options ?? {}];
}

/** `- dense:{ units: 50 }` is a name with a colon in it. */
const spaceAfterColon = (name: string): string => (name.includes(':') ? '; put a space after the colon' : '');

/** The nodes on the way to a path, as far as the document goes, and the pair that holds the last of them. */
function nearestNode(document: Document, path: Path): { nodes: readonly Node[]; pair: Pair | undefined } {
  const nodes: Node[] = [];
  let pair: Pair | undefined;
  let current: unknown = document.contents;
  for (const segment of [undefined, ...path]) {
    if (segment !== undefined) {
      if (isMap(current)) {
        pair = current.items.find(({ key }) => String((isScalar(key) ? key.value : key) ?? '') === String(segment));
        current = pair?.value ?? pair?.key;
      } else {
        pair = undefined;
        current = isSeq(current) ? current.items[Number(segment)] : undefined;
      }
    }
    if (typeof current !== 'object' || current === null) break;
    nodes.push(current as Node);
  }
  return { nodes, pair };
}

/** @throws PipelineError for what is right YAML and wrong to read: an alias without an anchor, a bomb of aliases. */
function toPlain(document: Document, placeOf: (nodes: readonly Node[]) => string): unknown {
  let firstAlias: string | undefined;
  visit(document, {
    Alias(_, alias, ancestors) {
      const around = ancestors.filter((ancestor) => !isPair(ancestor)) as Node[];
      const place = placeOf([...around, alias]);
      const meant = alias.resolve(document);
      if (meant === undefined) {
        throw new PipelineError(`${place}: there is no "&${alias.source}" before this "*${alias.source}"`);
      }
      if (around.includes(meant)) {
        throw new PipelineError(`${place}: "*${alias.source}" stands inside what it repeats`);
      }
      firstAlias ??= place;
    },
  });
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (firstAlias === undefined) throw error;
    throw new PipelineError(`${firstAlias}: aliases (*) repeat more than 100 values; write them out`, {
      cause: error,
    });
  }
}

/** Where a problem stands; of a quote that nothing ends, where it begins. */
function offsetOf({ message, pos }: YAMLError, document: Document): number {
  let offset = pos[0];
  if (!/^Missing closing .quote$/.test(message)) return offset;
  visit(document, {
    Scalar(_, { range }) {
      if (range && range[0] < pos[0] && range[1] >= pos[0]) offset = range[0];
    },
  });
  return offset;
}

/** The YAML reader's words, but plain ones for what beginners meet. */
function yamlProblem({ code, message, pos }: YAMLError, text: string): string {
  switch (code) {
    case 'DUPLICATE_KEY': {
      const key = /^[^\s:,{}]*/.exec(text.slice(pos[0]))?.[0];
      return `the key "${key}" is already there; each may stand once, and a list item begins with "- "`;
    }
    case 'TAB_AS_INDENT':
      return 'found a tab in the indentation, expected spaces';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here, expected one pipeline a file';
    case 'MISSING_CHAR': {
      const quote = /^Missing closing (["'])quote$/.exec(message)?.[1];
      return quote === undefined ? `not YAML: ${message}` : `a quote begins here, and no ${quote} ends it`;
    }
    case 'BAD_INDENT':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      if (message.startsWith('Flow')) return `expected ${message.slice(-1)} before here, to close what was opened`;
      if (message.startsWith('Nested')) return 'found two ": " in one line; put text that holds one in quotes';
      return `this line does not fit those around it; check its indentation, and the space after "-" and ":" (${message})`;
    default:
      return `not YAML: ${message}`;
  }
}

/** A file's content with every default written out, one stage a line. */
function printPipeline(content: FileContent, definition: PipelineDefinition): string {
  const items = (section: Section) =>
    definition[section]?.map(({ definition: { name }, options }) =>
      Object.keys(options).length === 0 ? name : { [name]: options },
    );
  const document = new Document({
    ...content,
    ...Object.fromEntries(sections.map((section) => [section, items(section)])),
  });
  for (const section of sections) {
    const list = document.get(section);
    if (!isSeq(list)) continue;
    for (const item of list.items) {
      if (isMap(item) && isMap(item.items[0]?.value)) item.items[0].value.flow = true;
    }
  }
  return document.toString({ lineWidth: 0 });
}

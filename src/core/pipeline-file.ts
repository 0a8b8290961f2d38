/**
 * Pipeline files: YAML in, a pipeline definition out, and for every problem the place where it stands.
 *
 * Two steps, because plug-ins come between: `parsePipelineFile` reads the text, applies `--swap` and `--set`, and says
 * which plug-ins the file names; `resolvePipelineFile` turns its list items into stages of a registry.
 */
import { Document, isMap, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { z } from 'zod';
import { didYouMean, PipelineError } from './errors.js';
import type { Locate, PipelineDefinition, Section } from './pipeline.js';
import { sections } from './pipeline.js';
import { applySet, applySwap } from './pipeline-overrides.js';
import type { Registry } from './registry.js';
import { type AnyStage, describeIssue, OptionsError } from './stage.js';

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
  epochs: z.int().min(1).max(1_000_000).default(1).describe('How often training goes through the data'),
  dtype: z.enum(['float32', 'float64']).default('float32').describe('The type of every computed number'),
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
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new PipelineError(`${at(problem.pos[0])}: ${yamlProblem(problem)}`);
  if (!isMap(document.contents)) {
    const found = document.contents === null ? 'an empty file' : 'something else';
    throw new PipelineError(
      `${path}:1:1: expected a pipeline, with data:, network: and train:, found ${found}; ` +
        'pipelines/relu.yaml shows what one looks like',
    );
  }

  // Where a changed node came from: it has no place in the file, but the words on the command line.
  const changed = new Map<Node, string>();
  for (const swap of overrides.swap ?? []) changed.set(...applySwap(document, swap));
  for (const set of overrides.set ?? []) changed.set(...applySet(document, set));

  const locate = (target: Path, part: 'key' | 'value' = 'value'): string => {
    const { node, pair } = nearestNode(document, target);
    for (const ancestor of [...node].reverse()) {
      const words = changed.get(ancestor);
      if (words !== undefined) return words;
    }
    const key = part === 'key' && isPair(pair) && isScalar(pair.key) ? pair.key : undefined;
    const placed = key ?? [...node].reverse().find(({ range }) => range);
    return at(placed?.range?.[0] ?? 0);
  };

  const parsed = fileSchema.safeParse(toPlain(document, path));
  if (parsed.success) return { path, content: parsed.data, locate };
  const issue = parsed.error.issues[0];
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(fileSchema.shape);
    const [key] = issue.keys;
    throw new PipelineError(
      `${locate([...issue.path, key], 'key')}: unknown key "${key}"${didYouMean(key, known)} (expected ${known.join(', ')})`,
    );
  }
  const field = issue.path.join('.');
  const missing = document.getIn(issue.path) === undefined;
  throw new PipelineError(
    `${locate(issue.path)}: ${missing ? `the pipeline has no ${field}:, which it needs` : `${field}: ${describeIssue(issue)}`}`,
  );
}

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
          `${locate([...place, name], 'key')}: unknown stage "${name}"${didYouMean(name, names)} ("pipeline list" shows all)`,
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
    epochs: content.epochs,
    dtype: content.dtype,
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
      pairs.length === 0 ? JSON.stringify(item) : `${pairs.length} keys: ${pairs.map(([key]) => key).join(', ')}`;
    throw new PipelineError(
      `${place}: expected one stage, as "relu" or "dense: { units: 50 }", found ${found}` +
        (pairs.length > 1 ? '; indent the options under the stage, or write them in { }' : ''),
    );
  }
  const [[name, options]] = pairs;
  return [name, options ?? {}];
}

/** The nodes on the way to a path, as far as the document goes, and the pair that holds the last of them. */
function nearestNode(document: Document, path: Path): { node: readonly Node[]; pair: Pair | undefined } {
  const node: Node[] = [];
  let pair: Pair | undefined;
  let current: unknown = document.contents;
  for (const segment of [undefined, ...path]) {
    if (segment !== undefined) {
      if (isMap(current)) {
        pair = current.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(segment));
        current = pair?.value ?? pair?.key;
      } else {
        pair = undefined;
        current = isSeq(current) ? current.items[Number(segment)] : undefined;
      }
    }
    if (typeof current !== 'object' || current === null) break;
    node.push(current as Node);
  }
  return { node, pair };
}

/** @throws PipelineError for what is right YAML and wrong to read: an alias without an anchor, a bomb of aliases. */
function toPlain(document: Document, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new PipelineError(`${path}:1:1: ${error instanceof Error ? error.message : error}`);
  }
}

const yamlProblem = ({ code, message }: { code: string; message: string }): string =>
  code === 'DUPLICATE_KEY' ? 'this key is already there; each may stand once' : `not YAML: ${message}`;

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

/**
 * Pipeline files: YAML in, a pipeline definition out, and for every problem the place where it stands.
 *
 * Two steps, because plug-ins come between: `parsePipelineFile` reads the text, and says which plug-ins the file names;
 * `resolvePipelineFile` applies `--swap` and `--set`, and turns list items into stages of a registry.
 */
import { type Document, isNode, isScalar, type Node, visit } from 'yaml';
import type * as z from 'zod';
import type { AnyStage } from '../contract.js';
import { MarblenetError, PipelineError, unknownKey } from '../errors.js';
import { keysAt, type Rebase, rebased } from '../file-path.js';
import { currentNameOf } from '../former-names.js';
import { stageMeant } from '../other-words.js';
import type { PipelineDefinition } from '../pipeline/pipeline.js';
import { type Registry, stageCalled } from '../pipeline/registry.js';
import { type Locate, type Section, sections } from '../pipeline/sections.js';
import { shortened } from '../printable.js';
import { faultProblem } from '../stage-fault.js';
import { mapStages, optionsByName } from '../stage-list.js';
import { OptionsError, parseOptions } from '../stage-options.js';
import type { Json } from '../state.js';
import type { SweepSettings } from '../sweep/settings.js';
import { describeIssue, describeValue, firstToMend, valueAt } from '../wrong-value.js';
import { type BaseFiles, baseOf, type MergedText, merged, withBases } from './bases.js';
import { expandAliases } from './expand-aliases.js';
import { type FileContent, fileSchema, type Path } from './file-schema.js';
import { applyOver, applySet, applySwap, applyValue, overPath, type Written } from './pipeline-overrides.js';
import { printPipeline, weightsFrom } from './print-pipeline.js';
import { type MissingVariables, requireVariables, substituteVariables, type Variables } from './variables.js';
import { nearestNode } from './yaml-problems.js';
import { readYaml } from './yaml-text.js';

/** Changes from the command line; swaps come first, so that a set can reach into the swapped stage. */
export interface Overrides {
  /** `relu=sigmoid` */
  readonly swap?: readonly string[];
  /** `network.0.dense.units=800` */
  readonly set?: readonly string[];
  /** What `${NAME}` in a value stands for. In Node the environment variables by default; in a page there are none. */
  readonly variables?: Variables;
}

/** The same, and what a sweep tries. */
export interface SweepOverrides extends Overrides {
  /** `network.0.dense.units=[50, 100]`: beside what `sweep:` says, or, where it tries this path, in its place. */
  readonly over?: readonly string[];
}

/** A pipeline file that is YAML, and whose plug-ins are known: its changes and its stages wait for them. */
export interface ParsedPipelineFile {
  readonly path: string;
  /** As the file names them, or `--set plugins=...` does; undefined where there are none. */
  readonly plugins: readonly string[] | undefined;
  /** `FILE:LINE:COLUMN` of a place in the file; the key of a pair if it is the key that is wrong. */
  readonly locate: (path: readonly PropertyKey[], part?: 'key' | 'value') => string;
  /** The file in which a value stands: this one, or one that it extends. Paths in the value are seen from there. */
  readonly fileOf: (path: readonly PropertyKey[]) => string;
  /**
   * All that the file says once it is changed, and where.
   *
   * @param registry which names mean the same stage or option
   * @param trial the trial of a sweep that is to be made of it: the values that it tries stand in it, and `sweep:` no longer does
   * @throws PipelineError when a change cannot be made, or a key of the file is wrong.
   */
  readonly changed: (
    registry: Registry,
    trial?: Trial,
  ) => { readonly content: FileContent } & Pick<ParsedPipelineFile, 'locate' | 'fileOf'>;
}

/** What is otherwise in a trial of a sweep, or in a member of a committee, than in its pipeline file. */
export interface Trial {
  readonly values: readonly {
    readonly path: string;
    readonly value: Json;
    /** Where the file says so. */
    readonly at: string;
  }[];
  readonly seed?: number;
  readonly dataSeed?: number;
}

/** What a pipeline file says of its sweep, and where. */
export interface SweepSection extends SweepSettings {
  /** The place of a value inside, or of its key. */
  readonly at: (inside?: readonly PropertyKey[], part?: 'key' | 'value') => string;
}

/** What differs between the members of a committee, and where the file says so. */
export interface VarySection {
  readonly over: Readonly<Record<string, unknown>>;
  /** The place of a value inside, or of its key. */
  readonly at: SweepSection['at'];
}

/** A pipeline file, ready to be built. */
export interface PipelineFile {
  readonly path: string;
  readonly definition: PipelineDefinition;
  readonly locate: Locate;
  /** What is tried, where the file says so. */
  readonly sweep?: SweepSection;
  /** What differs between the members of a committee, where the file says so. */
  readonly vary?: VarySection;
  /** What works, but is called otherwise by now: a line each, with its place. */
  readonly notes: readonly string[];
  /** The file as it will run: overrides applied, every default written out. Runs again unchanged. */
  readonly resolved: string;
}

/**
 * Reads a file that extends no other.
 *
 * @throws PipelineError that begins `FILE:LINE:COLUMN:`, or with the override that is wrong.
 */
export function parsePipelineFile(text: string, path: string, overrides: SweepOverrides = {}): ParsedPipelineFile {
  const file = readYaml(text, path);
  const base = baseOf(file, overrides.variables ?? {});
  if (base !== undefined) {
    throw new PipelineError(`${base.place}: it extends ${base.named}, which readPipelineFile reads, too`);
  }
  return parsed(merged([file]), overrides);
}

/**
 * Reads a file and those that it extends.
 *
 * @throws as `parsePipelineFile`; PipelineError, with its place, for a file that it extends and that cannot be read.
 */
export async function readPipelineFile(
  text: string,
  path: string,
  files: BaseFiles,
  overrides: SweepOverrides = {},
): Promise<ParsedPipelineFile> {
  return parsed(merged(await withBases(readYaml(text, path), files, overrides.variables ?? {})), overrides);
}

function parsed(text: MergedText, overrides: SweepOverrides): ParsedPipelineFile {
  const beforePlugins = {
    ...overrides,
    swap: [],
    over: [],
    set: overrides.set?.filter((words) => /^\s*plugins\b/.test(words)),
  };
  const early = changedDocument(text, beforePlugins, new Map());
  const { plugins } = checked(pluginsSchema, { plugins: early.valueAt(['plugins']) }, early.locate);
  return {
    path: text.path,
    plugins,
    locate: early.locate,
    fileOf: early.fileOf,
    changed(registry, trial) {
      const { valueAt, locate, fileOf } = changedDocument(text, overrides, registry, trial);
      const content = checked(fileSchema, valueAt([]), locate);
      if (content.extends !== undefined) {
        throw new PipelineError(`${locate(['extends'])}: what a file extends is said in the file alone`);
      }
      return { content, locate, fileOf };
    },
  };
}

const pluginsSchema = fileSchema.pick({ plugins: true });

/** A document as it is once all changes are made. */
interface ChangedDocument extends Pick<ParsedPipelineFile, 'locate' | 'fileOf'> {
  /**
   * What stands at a path, as plain values.
   *
   * @throws PipelineError for a variable in it that is not set.
   */
  readonly valueAt: (path: Path) => unknown;
}

/** A copy of a document with all changes made. */
function changedDocument(
  { path, document: original, at, fileAt }: MergedText,
  {
    swap = [],
    set = [],
    over = [],
    variables = {},
  }: { readonly [Change in keyof SweepOverrides]: SweepOverrides[Change] | undefined },
  registry: Registry,
  trial?: Trial,
): ChangedDocument {
  const document = original.clone();
  const inFile = (node: Node) => at(node.range?.[0] ?? 0);
  const missing: MissingVariables = substituteVariables(document, variables, inFile);
  // Where a changed node came from: it has no place in the file, but the words on the command line.
  const changed = new Map<Node, string>();
  const remember = (nodes: readonly Node[], words: string) => {
    for (const node of nodes) changed.set(node, words);
  };
  const written = new Set<Node>(); // by --set, --over or a trial
  const variablesIn = (value: Node, place: string): void => {
    for (const [node, name] of substituteVariables(value, variables, () => place)) missing.set(node, name);
  };
  const enter = ({ made, value, replaced }: Written, place: string): void => {
    const lost = [...written].find((node) => isInside(node, replaced));
    if (lost !== undefined) {
      throw new PipelineError(`${place}: it takes the place of ${changed.get(lost)}; leave one of the two out`);
    }
    remember([...made, value], place);
    written.add(value);
  };
  for (const words of swap) remember(applySwap(document, words, registry), `--swap ${words}`);
  for (const words of set) {
    const place = `--set ${words}`;
    const made = applySet(document, words, registry);
    variablesIn(made.value, place);
    enter(made, place);
    expandAliases(document, () => place);
  }
  for (const words of over) {
    const place = `--over ${words}`;
    const again = over.find((other) => other !== words && overPath(other) === overPath(words));
    if (again !== undefined)
      throw new PipelineError(`${place}: --over ${again} tries this path, too; leave one of the two out`);
    const value = applyOver(document, words);
    variablesIn(value, place);
    remember([value], place);
    written.add(value);
    expandAliases(document, () => place);
  }
  for (const { path, value, at } of trial?.values ?? []) {
    const node = document.createNode(value, { aliasDuplicateObjects: false });
    enter(applyValue(document, { path, value: node, place: at }, registry), at);
  }
  if (trial !== undefined) asTrial(document, trial);

  /** The place of the last of these nodes, each inside the one before: the words that changed it, else in the file. */
  const placeOf = (nodes: readonly Node[]): string => {
    const inwards = [...nodes].reverse();
    const words = inwards.map((node) => changed.get(node)).find((found) => found !== undefined);
    return words ?? at(inwards.find(({ range }) => range)?.range?.[0] ?? 0);
  };

  return {
    locate(target, part = 'value') {
      const { nodes, pair } = nearestNode(document, target);
      const changedValue = nodes.some((node) => changed.has(node));
      return placeOf(part === 'key' && isScalar(pair?.key) && !changedValue ? [...nodes, pair.key] : nodes);
    },
    fileOf(target) {
      const { nodes } = nearestNode(document, target);
      const inFiles = nodes.some((node) => written.has(node)) ? [] : nodes;
      const offset = inFiles.findLast(({ range }) => range)?.range?.[0];
      return offset === undefined ? path : fileAt(offset);
    },
    valueAt(path) {
      const found = document.getIn(path, true);
      if (isNode(found)) requireVariables(found, missing, placeOf);
      return valueAt(document.toJS(), path);
    },
  };
}

/** What makes a trial of a document that has the values of one. */
function asTrial(document: Document, { seed, dataSeed }: Trial): void {
  for (const ofMany of ['members', 'vary', 'sweep']) document.delete(ofMany);
  if (seed !== undefined) document.set('seed', seed);
  if (dataSeed !== undefined) document.set('dataSeed', dataSeed);
}

/** Whether a node is another one, or stands inside it. */
function isInside(wanted: Node, node: unknown): boolean {
  let found = false;
  if (isNode(node)) {
    visit(node, (_, one) => {
      found ||= one === wanted;
      return found ? visit.BREAK : undefined;
    });
  }
  return found;
}

/** @throws PipelineError for the first of a file's keys that is wrong. */
function checked<Schema extends z.ZodObject>(
  schema: Schema,
  plain: unknown,
  locate: ParsedPipelineFile['locate'],
): z.output<Schema> {
  const parsed = schema.safeParse(withoutExtensions(plain));
  if (parsed.success) return parsed.data;
  const issue = firstToMend(parsed.error);
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, issue.path);
    const [key] = issue.keys;
    throw new PipelineError(`${locate([...issue.path, key], 'key')}: ${unknownKey(key, known)}`);
  }
  const field = issue.path.join('.');
  throw new PipelineError(`${locate(issue.path)}: ${fieldProblem(field, issue, valueAt(plain, issue.path))}`);
}

/** Keys that begin with `x-` are the file's own: a place for anchors. */
const withoutExtensions = (plain: unknown): object =>
  Object.fromEntries(Object.entries(plain as object).filter(([key]) => !key.startsWith('x-')));

function fieldProblem(field: string, issue: z.core.$ZodIssue, found: unknown): string {
  if (found === undefined) return `the pipeline has no ${field}:, which it needs`;
  if (isSection(field)) {
    return `${field}: expected a list of stages, each on a line that begins with "- ", found ${describeValue(found)}`;
  }
  return `${field}: ${describeIssue(issue, found)}`;
}

const isSection = (field: string): boolean => sections.some((section) => section === field);

/** How a file is resolved. */
export interface ResolveOptions {
  /**
   * What a path in `file` is written as where it is to be read from any folder: in `resolved`, and in stages of a file that is
   * extended. By default paths stay as they are.
   */
  readonly rebase?: (path: string, file: string) => string;
  /** The trial of a sweep that is to be made of it. */
  readonly trial?: Trial;
}

/**
 * The stages that a file names, with their options.
 *
 * @throws PipelineError that begins `FILE:LINE:COLUMN:`, for an unknown stage, a wrong option or a malformed item.
 */
export function resolvePipelineFile(
  { path, changed }: ParsedPipelineFile,
  registry: Registry,
  { rebase = (path) => path, trial }: ResolveOptions = {},
): PipelineFile {
  const { content, locate, fileOf } = changed(registry, trial);
  const notes: string[] = [];
  const noteFormerName = (target: Path, former: string, current: string) => {
    notes.push(`${locate(target, 'key')}: "${former}" is called "${current}" now; the former name still works`);
  };
  /** Paths that a base says; the host sees all others from the file itself. */
  const fromBase =
    (place: Path): Rebase =>
    (named, at) => {
      const file = fileOf([...place, ...at]);
      return file === path ? named : rebase(named, file);
    };
  /** Where each stage stands in the file, by its place: that of `network.1.0` is `network.1.residual.0`. */
  const paths = new Map<string, Path>();
  const resolveItem = (item: unknown, place: Path, stands: string): AnyStage => {
    paths.set(stands, place);
    const [name, given] = nameAndOptions(item, () => locate(place));
    const factory = stageCalled(registry, name);
    if (factory === undefined) {
      const names = [...registry.keys()];
      throw new PipelineError(
        `${locate([...place, name], 'key')}: unknown stage "${shortened(name)}"${stageMeant(name, names) || spaceAfterColon(name)} ("pipeline list" shows all)`,
      );
    }
    const { definition } = factory;
    if (definition.name !== name) noteFormerName([...place, name], name, definition.name);
    const byName = optionsByName(definition, given);
    /** Of an option; a list in the place of options stands there itself. */
    const pathTo = (option: Path): Path => [...place, name, ...(byName === given ? option : option.slice(1))];
    const rebasedOptions = rebased(definition.options, byName, fromBase([...place, name]));
    const options = mapStages(definition, rebasedOptions, (nested, i, at) =>
      resolveItem(nested, pathTo(at), `${stands}.${i}`),
    );
    for (const option of Object.keys(options ?? {})) {
      const current = currentNameOf(definition.options, option);
      if (current !== undefined) noteFormerName([...place, name, option], option, current);
    }
    try {
      // a wrong option of a stage that is called by its former name is a wrong option of that name
      if (definition.name !== name) parseOptions({ ...definition, name }, options);
      return factory(options);
    } catch (error) {
      if (error instanceof MarblenetError && !(error instanceof OptionsError)) throw error;
      if (!(error instanceof OptionsError)) {
        const problem = `${locate([...place, name], 'key')}: ${name}: ${faultProblem(error, 'options')}`;
        throw new PipelineError(problem, { cause: error });
      }
      throw new PipelineError(`${locate(pathTo(error.path), error.unknownKey ? 'key' : 'value')}: ${error.message}`);
    }
  };
  const resolveSection = (section: Section): readonly AnyStage[] =>
    (content[section] ?? []).map((item, position) => resolveItem(item, [section, position], `${section}.${position}`));

  const definition = {
    name: content.name,
    seed: content.seed,
    ...(content.dataSeed !== undefined && { dataSeed: content.dataSeed }),
    random: content.random,
    epochs: content.epochs,
    dtype: content.dtype,
    backend: content.backend,
    threads: content.threads,
    ...(content.checkpoint && { checkpoint: content.checkpoint }),
    ...(content.tensorboard && { tensorboard: true }),
    ...(content.members !== undefined && { members: content.members }),
    ...(content.earlyStopping && { earlyStopping: content.earlyStopping }),
    ...(content.best && { best: content.best }),
    ...(content.initialWeights && {
      initialWeights: weightsFrom(content.initialWeights, fromBase(['initialWeights'])),
    }),
    data: resolveSection('data'),
    network: resolveSection('network'),
    train: resolveSection('train'),
    ...(content.validation && { validation: resolveSection('validation') }),
    ...(content.test && { test: resolveSection('test') }),
  } satisfies PipelineDefinition;

  const plugins = content.plugins?.map((plugin, i) => rebase(plugin, fileOf(['plugins', i])));
  const placesIn =
    (section: string): SweepSection['at'] =>
    (inside = [], part) =>
      locate([section, ...inside], part);
  return {
    path,
    definition,
    locate: (section, position, inside = []) =>
      locate(position === undefined ? [section] : (paths.get([section, position, ...inside].join('.')) ?? [section])),
    notes,
    ...(content.sweep && { sweep: { ...content.sweep, at: placesIn('sweep') } }),
    ...(content.vary && { vary: { over: content.vary, at: placesIn('vary') } }),
    resolved: printPipeline({ ...content, initialWeights: definition.initialWeights, plugins }, definition, (named) =>
      rebase(named, path),
    ),
  };
}

/** A list item is a stage's name, or one pair of its name and its options. */
function nameAndOptions(item: unknown, place: () => string): [name: string, options: unknown] {
  if (typeof item === 'string') return [item, {}];
  const pairs = typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.entries(item) : [];
  if (pairs.length !== 1) {
    const found =
      pairs.length === 0
        ? describeValue(item)
        : `${pairs.length} keys: ${shortened(pairs.map(([key]) => key).join(', '), 200)}`;
    throw new PipelineError(
      `${place()}: expected one stage, as "relu" or "dense: { units: 50 }", found ${found}` +
        (pairs.length > 1 ? '; indent the options under the stage, or write them in { }' : ''),
    );
  }
  const [[name, options]] = pairs;
  return [name, options ?? {}];
}

/** `- dense:{ units: 50 }` is a name with a colon in it. */
const spaceAfterColon = (name: string): string => (name.includes(':') ? '; put a space after the colon' : '');

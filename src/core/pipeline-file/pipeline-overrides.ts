/** `--swap relu=sigmoid` and `--set network.0.dense.units=800`: changes to a pipeline file, made before it is checked. */
import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { didYouMean, PipelineError } from '../errors.js';
import { keysAt } from '../file-path.js';
import { currentNameOf } from '../former-names.js';
import { type Registry, stageCalled } from '../pipeline/registry.js';
import { sections } from '../pipeline/sections.js';
import { shortened } from '../printable.js';
import { stageListsOf } from '../stage-list.js';
import { fileSchema } from './file-schema.js';
import { parseYaml } from './variables.js';
import { keyOf } from './yaml-problems.js';

/**
 * Puts one stage in the place of another wherever it stands, by whichever of its names; its options stay.
 *
 * @returns the items that are now another stage.
 * @throws PipelineError when the words are not `from=to`, or when no list item is called that.
 */
export function applySwap(document: Document, words: string, registry: Registry): Node[] {
  const place = `--swap ${words}`;
  const [from, to] = splitAtEquals(words, place, 'relu=sigmoid').map((name) => name.trim());
  const named = namedItems(document, registry);
  const matching = named.filter(({ name }) => isSameStage(registry, String(name.value), from));
  for (const { name } of matching) name.value = to;
  if (matching.length === 0) {
    const known = [...new Set(named.map(({ name }) => String(name.value)))];
    throw new PipelineError(
      `${place}: the pipeline has no stage "${from}"${didYouMean(from, known)} (it has ${shortened(known.join(', '), 400)})`,
    );
  }
  return matching.map(({ item }) => item);
}

/**
 * Writes a value, itself YAML, at a path of names and positions joined by dots. A stage is found by its position, as
 * `train.4.sgd`, or by its name alone, as `train.sgd`; stages and options by their former names, too.
 *
 * @returns what it did.
 * @throws PipelineError when the words are not `path=value`, or when the path does not lead anywhere.
 */
export function applySet(document: Document, words: string, registry: Registry): Written {
  const place = `--set ${words}`;
  const [path, text] = splitAtEquals(words, place, 'network.0.dense.units=800');
  return applyValue(document, { path, value: yamlValue(text, place), place, text }, registry);
}

/** What was written by a change. */
export interface Written {
  readonly value: Node;
  /** What it takes the place of. */
  readonly replaced: unknown;
  /** The maps of options that had to be made on the way to it. */
  readonly made: readonly Node[];
}

/** A value at a path, and the place that says so, which begins what is said of it. */
export interface Change {
  readonly path: string;
  readonly value: Node;
  readonly place: string;
  /** As it was typed after `--set path=`; undefined where it was said elsewhere. */
  readonly text?: string;
}

/**
 * Writes a value at a path, as `applySet` does.
 *
 * @throws PipelineError when the path does not lead anywhere.
 */
export function applyValue(document: Document, change: Change, registry: Registry): Written {
  const { value, place } = change;
  const segments = change.path.trim().split('.');
  requireSection(document, segments, registry, change);
  const path = asInFile(document, segments, registry, place);
  const above = path.slice(0, -1);
  const made: Node[] = [];
  const parent = above.reduce<unknown>(
    (node, segment, i) => step(document, node, segment, path.slice(0, i), place, registry, made),
    document.contents,
  );
  const replaced = setChild(parent, path[path.length - 1], value, above, place, registry);
  return { value, replaced, made };
}

/**
 * The path of `network.0.dense.units=[50, 100]`.
 *
 * @throws PipelineError when the words are not `path=values`.
 */
export const overPath = (words: string): string => splitOver(words)[0].trim();

const splitOver = (words: string): [string, string] =>
  splitAtEquals(words, `--over ${words}`, 'network.0.dense.units=[50, 100]');

/**
 * Puts a path, and what is tried there, into what a sweep tries: `train.sgd.learningRate={ log: [0.01, 1] }`. A path that is there
 * already is tried with this alone.
 *
 * @returns the value.
 * @throws PipelineError when the words are not `path=values`.
 */
export function applyOver(document: Document, words: string): Node {
  const place = `--over ${words}`;
  const [path, text] = splitOver(words);
  const value = yamlValue(text, place);
  let parent: unknown = document.contents;
  for (const [i, key] of OVER.entries()) parent = mapIn(document, parent, key, OVER.slice(0, i), place);
  if (!isMap(parent)) throw nothingInside(OVER, place);
  parent.set(path.trim(), value);
  return value;
}

const OVER: readonly string[] = ['sweep', 'over'];

/** What stands there; a map where nothing did. */
function mapIn(document: Document, parent: unknown, key: string, above: readonly string[], place: string): unknown {
  if (!isMap(parent)) throw nothingInside(above, place);
  const found = pairAt(parent, key)?.value;
  if (found !== undefined && found !== null && !(isScalar(found) && found.value === null)) return found;
  const made = document.createNode({});
  parent.set(key, made);
  return made;
}

/** A value, as it is typed. */
function yamlValue(text: string, place: string): Node {
  const value = parseYaml(text, { prettyErrors: false });
  if (value.errors.length === 0 && value.warnings.length === 0 && value.contents !== null) return value.contents;
  throw new PipelineError(`${place}: "${text}" is not a YAML value; put text with special signs in quotes`);
}

/** @throws PipelineError for a path that begins with a stage, `adam.learningRate`, where it should with its section. */
function requireSection(
  document: Document,
  [first, ...inside]: readonly string[],
  registry: Registry,
  { place, text }: Change,
): void {
  if (inside.length === 0 || document.has(first)) return;
  const named = namedItems(document, registry).filter(({ name }) => isSameStage(registry, String(name.value), first));
  if (named.length === 0) return;
  const paths = named.map(({ list, position }) => {
    const isAlone = named.filter((other) => String(other.list) === String(list)).length === 1;
    return [...list, ...(isAlone ? [] : [position]), first, ...inside].join('.');
  });
  const said = paths.map((path) => (text === undefined ? path : `--set ${path}=${text}`));
  throw new PipelineError(`${place}: "${first}" is a stage, and its section is missing; say ${said.join(' or ')}`);
}

/** A path with each stage at its position, and called as the file calls it: `train.sgd` is `train.4.sgd`. */
function asInFile(document: Document, path: readonly string[], registry: Registry, place: string): readonly string[] {
  const [section, ...inside] = path;
  if (!sections.some((name) => name === section)) return path;
  return [section, ...insideList(document.get(section), [section], inside, registry, place)];
}

/** What follows on the path to a list of stages, which is a section's or a block's. */
function insideList(
  list: unknown,
  above: readonly string[],
  path: readonly string[],
  registry: Registry,
  place: string,
): readonly string[] {
  const [item, ...inside] = path;
  if (item === undefined || !isSeq<Node>(list)) return path;
  if (!isPosition(item)) {
    const position = positionOf(list.items, item, above.join('.'), registry, place);
    return position === undefined ? path : insideList(list, above, [String(position), ...path], registry, place);
  }
  const [stage, ...options] = inside;
  const node = list.items[Number(item)];
  const called = String(nameOf(node)?.value);
  if (stage === undefined || !isSameStage(registry, called, stage)) return path;
  const held = listsIn(node, registry).find(
    ({ path: begin }) => options.length > begin.length && begin.every((key, i) => options[i] === key),
  );
  if (held !== undefined) {
    const to = [item, called, ...held.path];
    return [...to, ...insideList(held.list, [...above, ...to], options.slice(held.path.length), registry, place)];
  }
  if (options.length > 0) renameOption(node, stage, options[0], registry);
  return [item, called, ...options];
}

/** The lists of stages that a list item holds, and on which path behind its name: none for one in the place of its options. */
function listsIn(
  item: unknown,
  registry: Registry,
): readonly { readonly list: YAMLSeq<Node>; readonly path: readonly string[] }[] {
  const definition = stageCalled(registry, String(nameOf(item)?.value))?.definition;
  const options = definition === undefined ? [] : stageListsOf(definition);
  const given = isMap(item) ? item.items[0]?.value : undefined;
  if (options.length > 0 && isSeq<Node>(given)) return [{ list: given, path: [] }];
  if (!isMap(given)) return [];
  return options.flatMap((option) => {
    const list = given.get(option);
    return isSeq<Node>(list) ? [{ list, path: [option] }] : [];
  });
}

/** An option that stands in the file by another of its names gets the one that the change has. */
function renameOption(item: unknown, stage: string, option: string, registry: Registry): void {
  const options = isMap(item) ? item.items[0]?.value : undefined;
  const known = stageCalled(registry, stage)?.definition.options;
  if (!isMap(options) || known === undefined || pairAt(options, option) !== undefined) return;
  const current = (name: string): string => currentNameOf(known, name) ?? name;
  const other = options.items.find((pair) => current(keyOf(pair)) === current(option));
  if (isScalar(other?.key)) other.key.value = option;
}

/** The position of the only stage of this name; undefined where there is none. */
export function positionOf(
  items: readonly Node[],
  wanted: string,
  section: string,
  registry: Registry,
  place: string,
): number | undefined {
  const positions = items.flatMap((item, position) => {
    const name = nameOf(item);
    return name !== undefined && isSameStage(registry, String(name.value), wanted) ? [position] : [];
  });
  if (positions.length <= 1) return positions[0];
  const places = positions.map((position) => `${section}.${position}`).join(', ');
  throw new PipelineError(`${place}: "${wanted}" stands in ${positions.length} places: ${places}; say which`);
}

/** Whether two names are one stage's. */
const isSameStage = (registry: Registry, one: string, other: string): boolean =>
  one === other || (stageCalled(registry, one) ?? one) === (stageCalled(registry, other) ?? other);

const isPosition = (segment: string): boolean => /^\d+$/.test(segment);

function splitAtEquals(words: string, place: string, example: string): [string, string] {
  const equals = words.indexOf('=');
  if (equals < 1 || equals === words.length - 1) {
    throw new PipelineError(`${place}: expected two words joined by "=", as in ${example}`);
  }
  return [words.slice(0, equals), words.slice(equals + 1)];
}

/** A list item of a section or of a block, the path to its list, and the scalar that holds its name. */
interface NamedItem {
  readonly list: readonly (string | number)[];
  readonly position: number;
  readonly item: Node;
  readonly name: Scalar;
}

const namedItems = (document: Document, registry: Registry): NamedItem[] =>
  sections.flatMap((section) => itemsOf(document.get(section), [section], registry));

function itemsOf(list: unknown, path: NamedItem['list'], registry: Registry): NamedItem[] {
  if (!isSeq<Node>(list)) return [];
  return list.items.flatMap((item, position) => {
    const name = nameOf(item);
    if (name === undefined) return [];
    const inside = [...path, position, String(name.value)];
    const held = listsIn(item, registry).flatMap(({ list, path: begin }) =>
      itemsOf(list, [...inside, ...begin], registry),
    );
    return [{ list: path, position, item, name }, ...held];
  });
}

/** The scalar that holds the name of a list item: the item itself, or the key of its only pair. */
export function nameOf(item: unknown): Scalar | undefined {
  const name = isMap(item) ? item.items[0]?.key : item;
  return isScalar(name) ? name : undefined;
}

/**
 * One segment down. A stage that stands there by its name alone grows a place for options, and options grow maps; so do keys
 * of the file that hold one, as `checkpoint`.
 */
function step(
  document: Document,
  node: unknown,
  segment: string,
  above: readonly string[],
  place: string,
  registry: Registry,
  made: Node[],
): unknown {
  const depth = depthIn(above, registry);
  if (isSeq(node)) {
    const position = positionIn(node.items, segment, above, place, depth);
    const item = node.items[position];
    if (!isScalar(item) || depth !== 1) return item;
    const grown = document.createNode({ [String(item.value)]: null });
    grown.range = item.range ?? null;
    node.items[position] = grown;
    return grown;
  }
  if (!isMap(node)) throw nothingInside(above, place);
  const pair = pairAt(node, segment);
  const isSetting = above.length === 0 && settingsWithKeys.includes(segment);
  if (pair === undefined && depth < 3 && !isSetting) throw noSuchKey(node, segment, above, place);
  const empty = pair === undefined || pair.value === null || (isScalar(pair.value) && pair.value.value === null);
  if (!empty || (depth < 2 && !isSetting)) return pair?.value;
  const grown = document.createNode({});
  node.set(segment, grown);
  if (depth >= 3 || isSetting) made.push(grown);
  return grown;
}

/** The keys of a file whose value is a map with keys of its own: `checkpoint`, `best` ... */
const settingsWithKeys = Object.keys(fileSchema.shape).filter((key) => keysAt(fileSchema, [key]).length > 0);

/** 1 for a list of stages, 2 for an item of it, 3 and more for a stage's options; 0 for what is in no section. */
function depthIn([first, ...rest]: readonly string[], registry: Registry): number {
  if (!sections.some((section) => section === first)) return 0;
  let inside = rest; // behind the innermost list of stages
  for (;;) {
    const [, stage = '', ...options] = inside;
    const definition = stageCalled(registry, stage)?.definition;
    const lists = definition === undefined ? [] : stageListsOf(definition);
    if (lists.length === 0) return 1 + inside.length;
    if (lists.includes(options[0])) inside = options.slice(1);
    else if (options[0] === undefined || isPosition(options[0])) inside = options;
    else return 1 + inside.length;
  }
}

/** @returns what stood there. */
function setChild(
  parent: unknown,
  segment: string,
  value: Node,
  above: readonly string[],
  place: string,
  registry: Registry,
): unknown {
  const depth = depthIn(above, registry);
  if (isSeq(parent)) {
    const [replaced] = parent.items.splice(positionIn(parent.items, segment, above, place, depth), 1, value);
    return replaced;
  }
  if (!isMap(parent)) throw nothingInside(above, place);
  const pair = pairAt(parent, segment);
  if (depth === 2 && pair === undefined) throw noSuchKey(parent, segment, above, place);
  const replaced = pair?.value;
  parent.set(segment, value);
  return replaced;
}

const pairAt = (map: YAMLMap, segment: string): Pair | undefined => map.items.find((pair) => keyOf(pair) === segment);

const nothingInside = (above: readonly string[], place: string): PipelineError =>
  new PipelineError(`${place}: ${above.join('.')} is one value, with nothing inside it`);

function noSuchKey(map: YAMLMap, segment: string, above: readonly string[], place: string): PipelineError {
  const where = above.length === 0 ? 'the pipeline' : above.join('.');
  const keys = map.items.map(keyOf);
  const known = above.length === 0 ? [...keys, ...settingsWithKeys] : keys;
  return new PipelineError(
    `${place}: ${where} has no "${segment}"${didYouMean(segment, known)} (it has ${shortened(keys.join(', '), 400)})`,
  );
}

/**
 * @param depth 1 where it is a list of stages
 * @throws PipelineError for what is no position in a list.
 */
export function positionIn(
  items: readonly unknown[],
  segment: string,
  above: readonly string[],
  place: string,
  depth = 1,
): number {
  const position = isPosition(segment) ? Number(segment) : -1;
  if (position >= 0 && position < items.length) return position;
  const names = depth === 1 ? items.flatMap((item) => nameOf(item)?.value ?? []).map(String) : [];
  const orName =
    names.length === 0 ? '' : ` or the name of a stage (${shortened([...new Set(names)].join(', '), 400)})`;
  throw new PipelineError(
    `${place}: ${above.join('.')} is a list of ${items.length}; ` +
      `expected a position from 0 to ${items.length - 1}${orName}, found "${segment}"${didYouMean(segment, names)}`,
  );
}

/**
 * `extends: base.yaml`: a pipeline file that says only what is different. Base and extending file become one document, in
 * which each value still knows the file that it was written in.
 */
import { isMap, isNode, isScalar, isSeq, type Node, Pair, visit, YAMLMap, type YAMLSeq } from 'yaml';
import { messageOf, PipelineError } from '../errors.js';
import { describeValue } from '../wrong-value.js';
import { type FileContent, fileSchema } from './file-schema.js';
import { nameOf, positionIn, positionOf } from './pipeline-overrides.js';
import { requireVariables, substituteVariables, type Variables } from './variables.js';
import { keyOf } from './yaml-problems.js';
import { readYaml, type YamlText } from './yaml-text.js';

/** How the files that others name are found and read. */
export interface BaseFiles {
  /** The path, as it is to be shown, of what a file names. */
  readonly pathFrom: (file: string, named: string) => string;
  /** @throws an error that says why it cannot be read. */
  readonly read: (path: string) => Promise<string>;
}

/** One document, and where its parts were written. */
export interface MergedText extends YamlText {
  /** The file that the sign at an offset stands in. */
  readonly fileAt: (offset: number) => string;
}

/** More than anybody writes; a folder that leads to itself makes ever longer paths. */
const MOST_FILES = 32;

/** The path that a file extends, and the place that says so. */
export function baseOf(
  { document, at }: YamlText,
  variables: Variables,
): { readonly named: string; readonly place: string } | undefined {
  const written = document.get('extends', true);
  if (!isNode(written)) return undefined;
  const node = written.clone() as Node;
  const place = at(written.range?.[0] ?? 0);
  requireVariables(
    node,
    substituteVariables(node, variables, () => place),
    () => place,
  );
  const named = node.toJS(document);
  if (typeof named !== 'string' || named === '') {
    throw new PipelineError(`${place}: extends: expected the path of one pipeline file, found ${describeValue(named)}`);
  }
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(named)) {
    throw new PipelineError(`${place}: extends: takes the path of a file, not an address: download ${named} first`);
  }
  return { named, place };
}

/**
 * A file and all that it extends, the base of all last.
 *
 * @throws PipelineError, with its place, for a base that is not there or is wrong, and for files that extend one another.
 */
export async function withBases(file: YamlText, files: BaseFiles, variables: Variables): Promise<YamlText[]> {
  const chain = [file];
  for (let base = baseOf(file, variables); base !== undefined; base = baseOf(chain[chain.length - 1], variables)) {
    const { named, place } = base;
    const path = files.pathFrom(chain[chain.length - 1].path, named);
    const paths = [...chain.map((one) => one.path), path];
    if (chain.some((one) => one.path === path)) {
      throw new PipelineError(`${place}: files extend one another in a circle: ${paths.join(' -> ')}`);
    }
    if (paths.length > MOST_FILES) {
      throw new PipelineError(`${place}: more than ${MOST_FILES} files extend one another`);
    }
    const text = await files.read(path).catch((error) => {
      throw new PipelineError(`${place}: extends ${path}: ${messageOf(error)}`, { cause: error });
    });
    chain.push(readYaml(text, path));
  }
  return chain;
}

/**
 * What the files of `withBases` say together.
 *
 * - a key of the extending file takes the place of the base's, a list as a whole, and in a map, as `checkpoint:`, key by key;
 *   with nothing after it, a key takes the base's away;
 * - plug-ins are joined;
 * - a map in the place of a list of stages changes stages of the base, each by its name or position: its options one by one,
 *   and with nothing in their place, the stage goes. What one option holds is one value: the schedules `{ step: ... }` and
 *   `{ cosine: ... }` joined would be neither.
 *
 * @throws PipelineError, with its place, for a stage that the base has not, or several times.
 */
export function merged(chain: readonly YamlText[]): MergedText {
  let end = 0;
  const spans = chain.map((file) => {
    const begin = end;
    visit(file.document, {
      Node(_, { range }) {
        if (range) for (const i of range.keys()) range[i] += begin; // one count of signs through all files
        end = Math.max(end, begin, range?.[2] ?? 0);
      },
    });
    end++;
    return { file, begin };
  });
  const spanAt = (offset: number) => spans.findLast(({ begin }) => begin <= offset) ?? spans[0];
  const at = (offset: number): string => {
    const { file, begin } = spanAt(offset);
    return file.at(offset - begin);
  };
  const { document } = chain.reduceRight((base, file) => {
    mergeInto(base.document.contents as YAMLMap, file.document.contents as YAMLMap, (node) => at(node.range?.[0] ?? 0));
    return base;
  });
  document.delete('extends');
  return { path: chain[0].path, document, at, fileAt: (offset) => spanAt(offset).file.path };
}

type PlaceOf = (node: Node) => string;

function mergeInto(base: YAMLMap, changes: YAMLMap, placeOf: PlaceOf): void {
  replaceIn(
    base,
    changes,
    ({ value: below }, { key, value }) => {
      if (key === 'plugins' && isSeq(below) && isSeq(value)) below.items.push(...value.items);
      else if (isSeq<Node>(below) && isMap(value)) changeStages(below, value, key, placeOf);
      else if (isMap(below) && isMap(value)) replaceIn(below, value);
      else return false;
      return true;
    },
    isNeededByFile,
  );
}

const isNeededByFile = (key: string): boolean =>
  Object.hasOwn(fileSchema.shape, key) && !fileSchema.shape[key as keyof FileContent].safeParse(undefined).success;

/**
 * What each key says, in the place of what the base says there.
 *
 * @param isNeeded whether a key may not be taken away: with nothing after it, it stays, for an error with its place
 * @param join puts what the key says into what the base says there; false where it has to take its place.
 */
function replaceIn(
  base: YAMLMap,
  changes: YAMLMap,
  join: (below: Pair, change: { readonly key: string; readonly value: unknown }) => boolean = () => false,
  isNeeded: (key: string) => boolean = () => false,
): void {
  for (const pair of changes.items) {
    const key = keyOf(pair);
    const index = base.items.findIndex((candidate) => keyOf(candidate) === key);
    if (index < 0) base.items.push(pair);
    else if (isNothing(pair.value) && !isNeeded(key)) base.items.splice(index, 1);
    else if (!join(base.items[index], { key, value: pair.value })) base.items[index] = pair;
  }
}

function changeStages(list: YAMLSeq<Node>, changes: YAMLMap, section: string, placeOf: PlaceOf): void {
  const stages = [...list.items];
  const removed = new Set<Node>();
  const changed = new Map<number, string>();
  for (const pair of changes.items) {
    const key = keyOf(pair);
    const place = placeOf(pair.key as Node);
    const position = positionOf(stages, key, section, new Map(), place) ?? positionIn(stages, key, [section], place);
    const before = changed.get(position);
    if (before !== undefined) {
      const problem = `"${before}" and "${key}" are the same stage of the file that is extended: say once what becomes of it`;
      throw new PipelineError(`${place}: ${section}: ${problem}`);
    }
    changed.set(position, key);
    const value = pair.value as Node | null;
    const name = nameOf(stages[position])?.value;
    if (isNothing(value)) removed.add(stages[position]);
    else if (name === key) list.items[position] = withOptions(stages[position], value);
    else if (name !== undefined && isMap(value) && nameOf(value)?.value === name) {
      list.items[position] = withOptions(stages[position], value.items[0].value as Node | null);
    } else list.items[position] = value as Node;
  }
  list.items = list.items.filter((item) => !removed.has(item));
}

/** A stage with some of its options changed. */
function withOptions(stage: Node, changes: Node | null): Node {
  const pair = isMap(stage) ? stage.items[0] : new Pair(stage, null);
  const options = pair.value;
  if (isMap(options) && isMap(changes)) replaceIn(options, changes);
  else pair.value = changes;
  if (isMap(stage)) return stage;
  const grown = new YAMLMap();
  grown.range = stage.range ?? null;
  grown.items.push(pair);
  return grown;
}

const isNothing = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null);

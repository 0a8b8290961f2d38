/** Options of a stage in the text. */
import { type Document, isAlias, isMap, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { colonEnd, contentEnd, isBlank, pairEnd, pairStart, type Slice } from './lines.js';
import { removeKey, setKey } from './maps.js';
import { type Found, namedPair, pairAt, requireUnused } from './place.js';
import { Refusal } from './refusal.js';

/** A stage's name and options as they are written. */
export interface Written {
  readonly name: Scalar<unknown>;
  readonly pair: Pair | undefined;
  /** A map; a list in its place; undefined where there are none. */
  readonly options: Node | undefined;
}

/** @throws Refusal when it is not written as a stage is. */
export function writtenAs({ item }: Pick<Found, 'item'>): Written {
  if (isAlias(item)) throw new Refusal(`it is *${item.source}: it is written at &${item.source}, change it there`);
  const named = namedPair(item);
  if (named === undefined) throw new Refusal('it is not written as a stage: a name, or a name with options');
  const { name, pair } = named;
  const value = pair?.value as Node | null | undefined;
  const isEmpty = value === undefined || isBlank(value) || (isEmptyValue(value) && !isMap(value));
  return { name, pair, options: isEmpty ? undefined : (value ?? undefined) };
}

/** `~`, `null`. */
const isEmptyValue = (node: unknown): boolean =>
  typeof node === 'object' && node !== null && 'value' in node && node.value === null;

/** @throws Refusal when its options are not a map. */
export function setOption(text: string, found: Found, option: string, value: string): Slice[] {
  const { name, pair, options } = writtenAs(found);
  if (options === undefined) {
    const at = pair && colonEnd(pair);
    const from = at ?? contentEnd(text, name);
    const to = pair && at !== undefined ? pairEnd(text, pair) : from;
    return [{ from, to, insert: `${at === undefined ? ':' : ''} { ${option}: ${value} }` }];
  }
  return [setKey(text, mapOf(options, name), option, value)];
}

/** @throws Refusal when the stage does not have the option itself. */
export function unsetOption(text: string, found: Found, option: string, document: Document): readonly Slice[] {
  const { name, pair, options } = writtenAs(found);
  const map = options && mapOf(options, name);
  const inside = map && pairAt(map, option);
  if (inside === undefined) throw new Refusal(`${name.value} has no option ${option} there`);
  requireUnused(document, pairStart(inside), pairEnd(text, inside));
  if (map === undefined || pair === undefined) return [];
  if (map.items.length > 1) return removeKey(text, map, inside);
  return [withoutOptions(text, pair, document, String(name.value))];
}

/** The stage with another text for it and all its options. */
export function withoutOptions(text: string, pair: Pair, document: Document, stage: string): Slice {
  const [from] = (pair.key as Node).range ?? [0];
  const to = pairEnd(text, pair);
  const [, key] = (pair.key as Node).range ?? [0, 0];
  requireUnused(document, key, to);
  return { from, to, insert: stage };
}

function mapOf(options: Node, name: Scalar<unknown>): YAMLMap {
  if (isMap(options)) return options;
  if (isAlias(options)) {
    throw new Refusal(`the options of ${name.value} are *${options.source}: they are written at &${options.source}`);
  }
  if (isSeq(options))
    throw new Refusal(`${name.value} is followed by its list of stages; name its options in the text`);
  throw new Refusal(`${name.value} is not followed by options`);
}

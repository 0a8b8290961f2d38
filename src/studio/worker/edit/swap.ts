/** Another stage in the place of one: it keeps the options that both have. */
import { type Document, isAlias, isMap, isSeq, parseDocument } from 'yaml';
import type { StageInfo } from '../protocol.js';
import type { Slice } from './lines.js';
import { withoutOptions, writtenAs } from './options.js';
import { type Found, hasMerge, keyOf } from './place.js';
import { Refusal } from './refusal.js';

/** What is done to the text to swap a stage: its name, then options that go, then those that must come. */
export interface Swap {
  readonly slice: Slice;
  readonly unset: readonly string[];
  readonly set: readonly (readonly [option: string, value: string])[];
}

/** @throws Refusal when what it has is written elsewhere. */
export function swapOf(text: string, found: Found, to: StageInfo, document: Document): Swap {
  const { name, pair, options } = writtenAs(found);
  const [from = 0, end = 0] = name.range ?? [];
  const whole = (slice: Slice): Swap => ({ slice, unset: [], set: [] });
  if (pair === undefined) return whole({ from, to: end, insert: to.minimal });
  if (options === undefined || (isSeq(options) && to.lists.length === 0)) {
    return whole(withoutOptions(text, pair, document, to.minimal));
  }
  const renamed = { from, to: end, insert: to.name };
  if (isSeq(options)) return whole(renamed);
  const map = isAlias(options) ? options.resolve(document) : options;
  if (!isMap(map)) return whole(withoutOptions(text, pair, document, to.minimal));
  const given = map.items.map(keyOf);
  const unset = given.filter((option) => !Object.hasOwn(to.options, option));
  if (unset.length > 0 && (isAlias(options) || hasMerge(map))) {
    throw new Refusal(
      `${to.name} has no option ${unset.filter((option) => option !== '<<').join(', ')}, which is written elsewhere`,
    );
  }
  if (unset.length === given.length) return whole(withoutOptions(text, pair, document, to.minimal));
  const set = requiredOf(to).filter(([option]) => !given.includes(option));
  return { slice: renamed, unset, set };
}

/** The options that a stage must be told, with a value for each. */
function requiredOf({ minimal, name }: StageInfo): [string, string][] {
  const options = parseDocument(minimal).get(name, true);
  if (!isMap(options)) return [];
  return options.items.map((pair) => [keyOf(pair), minimal.slice(...rangeOf(pair.value))]);
}

function rangeOf(node: unknown): [number, number] {
  const { range } = node as { readonly range?: readonly [number, number, number] };
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

/** Keys of a map in the text: put there, changed, taken away. */
import type { Node, Pair, YAMLMap } from 'yaml';
import {
  colonEnd,
  columnOf,
  isBlank,
  lineBreak,
  lineEnd,
  pairEnd,
  pairStart,
  type Slice,
  tokensOf,
  wholeLines,
} from './lines.js';
import { keyOf } from './place.js';

/**
 * @param value one line
 * @param behind after which key a new one stands; the last if left out
 */
export function setKey(text: string, map: YAMLMap, key: string, value: string, behind?: Pair): Slice {
  const known = map.items.find((pair) => keyOf(pair) === key);
  if (known !== undefined) return setValue(text, known, value, map.flow === true);
  const [first] = map.items;
  const last = behind ?? map.items[map.items.length - 1];
  const added = `${key}: ${value}`;
  if (last === undefined) {
    const [from, to] = map.range ?? [0, 0];
    return { from, to, insert: `{ ${added} }` };
  }
  const end = pairEnd(text, last);
  if (map.flow) return { from: end, to: end, insert: `, ${added}` };
  const at = lineEnd(text, end);
  return { from: at, to: at, insert: `${lineBreak(text)}${' '.repeat(columnOf(text, pairStart(first)))}${added}` };
}

/** Another value of a pair; what the old one is called by an anchor, the new one is, and a comment behind the key stays. */
function setValue(text: string, pair: Pair, value: string, isFlow: boolean): Slice {
  const colon = colonEnd(pair);
  const node = pair.value as Node | null;
  const end = pairEnd(text, pair);
  if (colon === undefined) return { from: end, to: end, insert: `: ${value}` };
  if (isBlank(node)) return { from: colon, to: colon, insert: ` ${value}` };
  const [from] = node?.range ?? [colon];
  const between = (tokensOf(pair).sep ?? []).filter(({ offset }) => offset >= colon && offset < from);
  const isOnItsLine = !between.some(({ type }) => type === 'newline');
  if (isOnItsLine || isFlow) return { from, to: end, insert: `${from === colon ? ' ' : ''}${value}` };
  const words = (type: string) => between.filter((token) => token.type === type).map(({ source }) => source);
  const insert = [...words('tag'), ...words('anchor'), value, ...words('comment')].map((word) => ` ${word}`).join('');
  return { from: colon, to: end, insert };
}

/** Takes a pair out of a map that holds others. */
export function removeKey(text: string, map: YAMLMap, pair: Pair): readonly Slice[] {
  if (!map.flow) return [wholeLines(text, pairStart(pair), pairEnd(text, pair))];
  const spans = map.items.map((one) => ({ from: pairStart(one), to: pairEnd(text, one) }));
  return removeFromFlow(text, spans, map.items.indexOf(pair));
}

/** Takes one out of several that commas stand between; comments between them stay, where they are not behind it. */
export function removeFromFlow(
  text: string,
  spans: readonly { readonly from: number; readonly to: number }[],
  i: number,
): readonly Slice[] {
  const { from, to } = spans[i];
  if (i < spans.length - 1) return [{ from, to: spans[i + 1].from, insert: '' }];
  const before = spans[i - 1].to;
  const between = text.slice(before, from);
  const bare = between.replace(/#[^\n]*/g, (comment) => ' '.repeat(comment.length));
  if (bare === between) return [{ from: before, to, insert: '' }];
  const comma = before + bare.indexOf(',');
  return [
    { from: comma, to: comma + 1, insert: '' },
    { from, to, insert: '' },
  ];
}

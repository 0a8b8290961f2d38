/** Where things begin and end in the text of a file. */
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';

/** What is to stand in the place of a part of the text. */
export interface Slice {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** The sign of YAML's reader at which something stands. */
interface Token {
  readonly type: string;
  readonly offset: number;
  readonly source: string;
}

interface TokenPair {
  readonly start: readonly Token[];
  readonly sep?: readonly Token[];
}

/** The text with some parts replaced, none of which touch one another. */
export const withSlices = (text: string, slices: readonly Slice[]): string =>
  [...slices]
    .sort((a, b) => b.from - a.from)
    .reduce((changed, { from, to, insert }) => changed.slice(0, from) + insert + changed.slice(to), text);

/** How the lines of a text end. */
export const lineBreak = (text: string): string => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n');

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Before the line break. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  if (at === -1) return text.length;
  return at > offset && text[at - 1] === '\r' ? at - 1 : at;
}

/** Whole lines, so that nothing of them is left. */
export function wholeLines(text: string, from: number, to: number): Slice {
  const start = lineStart(text, from);
  const next = text.indexOf('\n', to);
  if (next !== -1) return { from: start, to: next + 1, insert: '' };
  // the last line, which nothing ends
  const before = start === 0 ? 0 : lineEnd(text, lineStart(text, start - 1));
  return { from: before, to: text.length, insert: '' };
}

export const columnOf = (text: string, offset: number): number => offset - lineStart(text, offset);

/** Behind the last sign of a node; comments behind it are not of it. */
export function contentEnd(text: string, node: Node | null | undefined): number {
  if (isMap(node) && !node.flow && node.items.length > 0) return pairEnd(text, node.items[node.items.length - 1]);
  if (isSeq(node) && !node.flow && node.items.length > 0)
    return contentEnd(text, node.items[node.items.length - 1] as Node);
  const [from = 0, to = 0] = node?.range ?? [];
  return from + text.slice(from, to).trimEnd().length;
}

/** Whether nothing is written there: `dropout:`. */
export const isBlank = (node: unknown): boolean =>
  node === null || node === undefined || (isScalar(node) && node.range?.[0] === node.range?.[1]);

export function pairEnd(text: string, pair: Pair): number {
  const { key, value } = pair as Pair<Node, Node | null>;
  if (!isBlank(value)) return contentEnd(text, value);
  return colonEnd(pair) ?? contentEnd(text, key);
}

/** Where the key begins, its anchor too. */
export function pairStart(pair: Pair): number {
  const props = tokensOf(pair).start.find(({ type }) => type === 'anchor' || type === 'tag');
  return props?.offset ?? (pair.key as Node).range?.[0] ?? 0;
}

/** Behind the `:` of a pair; undefined where there is none, as in `{ freeze }`. */
export function colonEnd(pair: Pair): number | undefined {
  const colon = tokensOf(pair).sep?.find(({ type }) => type === 'map-value-ind');
  return colon && colon.offset + 1;
}

export const tokensOf = ({ srcToken }: Pair): TokenPair => (srcToken as TokenPair | undefined) ?? { start: [] };

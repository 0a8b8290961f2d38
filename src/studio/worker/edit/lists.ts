/** Stages of a list in the text: put there, taken away, moved. */
import { type Document, isScalar, type Node, type YAMLSeq } from 'yaml';
import { columnOf, contentEnd, lineBreak, lineEnd, lineStart, type Slice, wholeLines } from './lines.js';
import { removeFromFlow } from './maps.js';
import { type Found, requireUnused } from './place.js';
import { Refusal } from './refusal.js';

/** A list item in the text: from its anchor, if it has one, to its last sign; and its `-`, in block style. */
interface Span {
  readonly dash: number | undefined;
  readonly from: number;
  readonly to: number;
}

interface TokenItem {
  readonly start: readonly { readonly type: string; readonly offset: number }[];
}

function spansOf(text: string, list: YAMLSeq): Span[] {
  const { items } = (list.srcToken ?? { items: [] }) as unknown as { readonly items: readonly TokenItem[] };
  return (list.items as Node[]).map((item, i) => {
    const { start } = items[i];
    const dash = start.find(({ type }) => type === 'seq-item-ind')?.offset;
    const props = start.find(({ type }) => type === 'anchor' || type === 'tag')?.offset;
    const isEmpty = isScalar(item) && item.range?.[0] === item.range?.[1];
    const from = props ?? (isEmpty && dash !== undefined ? dash + 1 : (item.range?.[0] ?? 0));
    return { dash, from, to: Math.max(from, contentEnd(text, item)) };
  });
}

/** Puts a stage, in one line, behind another. */
export function insertBehind(text: string, { list, index }: Found, stage: string): Slice[] {
  const { dash, from, to } = spansOf(text, list)[index];
  if (dash === undefined) {
    const start = lineStart(text, from);
    const hasItsLine = text.slice(start, from).trim() === '' && start > (list.range?.[0] ?? 0);
    const space = hasItsLine ? lineBreak(text) + text.slice(start, from) : ' ';
    return [{ from: to, to, insert: `,${space}${stage}` }];
  }
  const at = lineEnd(text, to);
  return [{ from: at, to: at, insert: `${lineBreak(text)}${' '.repeat(columnOf(text, dash))}- ${stage}` }];
}

/** @throws Refusal for the last one of a list, and where something in it is needed elsewhere. */
export function removeStage(text: string, { list, index }: Found, document: Document): readonly Slice[] {
  if (list.items.length === 1) throw new Refusal('it is the only stage of its list, which must hold one');
  const spans = spansOf(text, list);
  const { dash, from, to } = spans[index];
  requireUnused(document, from, to);
  return dash === undefined ? removeFromFlow(text, spans, index) : [wholeLines(text, dash, to)];
}

/** Changes places with the one before it, or the one behind it. */
export function moveStage(text: string, { list, index }: Found, by: -1 | 1): Slice[] {
  const spans = spansOf(text, list);
  const other = spans[index + by];
  if (other === undefined) throw new Refusal(by < 0 ? 'it is the first of its list' : 'it is the last of its list');
  // a comment behind a stage goes with it
  const [one, two] = [spans[index], other].map(({ dash, from, to }) =>
    dash === undefined ? { from, to } : { from: dash, to: lineEnd(text, to) },
  );
  return [
    { ...one, insert: text.slice(two.from, two.to) },
    { ...two, insert: text.slice(one.from, one.to) },
  ];
}

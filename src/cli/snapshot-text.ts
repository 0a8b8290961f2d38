/** Snapshots as text. */
import type { Snapshot, TensorSnapshot } from '../core/inspect/snapshot.js';
import { printable } from '../core/printable.js';
import { formatShape, sizeOf } from '../core/tensor.js';
import { formatMetric } from './format-metric.js';
import { columnsOf, wrapped } from './text/layout.js';
import { tableRows } from './text/table.js';

/** A heading, and a line for each tensor under it. */
export interface Block {
  readonly heading: string;
  readonly tensors: Readonly<Record<string, TensorSnapshot>>;
  /** Whole lines, of what the tensors look like. */
  readonly pictures?: string;
}

/**
 * A line a tensor: its name, its shape, the range of its numbers, their mean, and the first of them, as many as there are
 * in the snapshot and fit into `width` columns.
 */
export function blocksText(blocks: readonly Block[], width: number): string {
  const tensors = blocks.flatMap((block) => Object.entries(block.tensors));
  const begun = tableRows(
    tensors.map(([name, { shape, min, max, mean }]) => [
      `  ${printable(name)}`,
      formatShape(shape),
      `${numberText(min)} to ${numberText(max)}`,
      `mean ${numberText(mean)}`,
    ]),
  );
  const room = Math.max(...begun.map((line) => line.length)) + 2;
  const broken = begun.some((row) => row.includes('\n')); // on a narrow terminal the numbers get a line of their own
  const lines = tensors.map(([, { shape, values }], i) => {
    const numbers = withFirst(broken ? '    ' : begun[i].padEnd(room), values.map(numberText), sizeOf(shape), width);
    return broken ? `${begun[i]}\n${numbers}` : numbers;
  });
  return blocks
    .flatMap((block) => [
      wrapped(block.heading, columnsOf(process.stdout)),
      ...lines.splice(0, Object.keys(block.tensors).length),
      ...(block.pictures ? [block.pictures.trimEnd()] : []),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

/** A line that ends with as many of the items as fit: `labels 5 0 4 ...`, where `length` says how many there are. */
export function withFirst(line: string, items: readonly (string | number)[], length: number, width: number): string {
  for (let count = items.length; count > 0; count--) {
    const text = `${line}${items.slice(0, count).join(' ')}${count < length ? ' ...' : ''}`;
    if (text.length <= width) return text;
  }
  return line.trimEnd();
}

/** What is to be said of a value beside its tensors. */
export const factsOf = ({ loss, metric, value, scaling, classes }: Snapshot): string[] => [
  ...(loss === undefined ? [] : [`loss ${formatMetric(loss)}`]),
  ...(metric === undefined || value === undefined ? [] : [`${metric} ${formatMetric(value)}`]),
  ...(scaling === undefined ? [] : [`x = (feature - ${numbersText(scaling.mean)}) / ${numbersText(scaling.std)}`]),
  ...(classes === undefined ? [] : [`${classes} classes`]),
];

/** A number, or the first of a list. */
function numbersText(value: number | readonly number[]): string {
  if (typeof value === 'number') return numberText(value);
  const shown = value.slice(0, FEW).map(numberText);
  return `[${[...shown, ...(value.length > FEW ? ['...'] : [])].join(', ')}]`;
}

/** How many numbers of a scaling that has one a column are shown. */
const FEW = 3;

/** Three digits that count, and an exponent where the number would be long. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || !Number.isFinite(value)) return String(value);
  if (size < 1e-3 || size >= 1e5) return value.toExponential(1);
  return String(Number(value.toPrecision(size < 1000 ? 3 : 5)));
}

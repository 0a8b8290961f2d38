/** What a pipeline's data are, as text. */

import type { ColumnDescription, DataDescription } from '../core/inspect/data/description.js';
import type { Examples, Split } from '../core/kinds.js';
import { originText } from '../core/model/origin-text.js';
import { printable, shortened } from '../core/printable.js';
import { scaled } from '../core/scaling.js';
import { formatShape, sizeOf } from '../core/tensor.js';
import { formatCount, plural } from './format-count.js';
import { halfBlocks } from './half-blocks.js';
import { numberText } from './snapshot-text.js';
import { wrapped } from './text/layout.js';
import { formatTable } from './text/table.js';

/** More columns or classes than these are for `--json`. */
const MOST_ROWS = 40;
const PICTURES = 3;
/** A picture is as wide as a terminal, at the most, even where lines have no end. */
const WIDEST_PICTURE = 76;

export function dataText(name: string, data: DataDescription, train: Examples, columns: number): string {
  const parts = [headText(name, data), columnsText(data), classesText(data), picturesText(train, columns)];
  return parts
    .filter((text) => text !== '')
    .map((text) => wrapped(text, columns))
    .join('\n');
}

function headText(name: string, { origin, rows, shape, numbers }: DataDescription): string {
  const counts = Object.entries(rows).map(([split, count]) => `${formatCount(count)} ${split}`);
  const path = origin.path === undefined ? '' : ` (${origin.path})`;
  const range =
    numbers &&
    `, numbers from ${numberText(numbers.min)} to ${numberText(numbers.max)}, mean ${numberText(numbers.mean)}`;
  return printable(
    `${shortened(name)}: ${new Intl.ListFormat('en').format(counts)} examples of ${originText(origin)}${path}, ` +
      `${formatShape(shape)} each${range ?? ''}`,
  ).concat('\n');
}

function columnsText({ columns = [], targets = [] }: DataDescription): string {
  if (columns.length + targets.length === 0) return '';
  const shown = [
    ...columns.slice(0, MOST_ROWS),
    ...targets.map((target) => ({ ...target, name: `${target.name} (target)` })),
  ];
  const more = columns.length - MOST_ROWS;
  return (
    formatTable(shown.map(cellsOf), {
      heading: ['column of train', 'type', 'missing', 'min', 'mean', 'max', 'values'],
      alignRight: [2, 3, 4, 5],
    }) + (more > 0 ? `and ${plural(more, 'more column')}; --json prints all\n` : '')
  );
}

function cellsOf(column: ColumnDescription): string[] {
  const { type, missing } = column;
  const begun = [printable(shortened(column.name, 30)), type, missing === 0 ? '' : formatCount(missing)];
  if (column.type === 'number') return [...begun, ...[column.min, column.mean, column.max].map(numberText), ''];
  const most = column.values.toSorted((one, other) => other.count - one.count).slice(0, 3);
  const named = most.map(({ name, count }) => `${printable(shortened(name, 20))} ${formatCount(count)}`).join(', ');
  const values = column.values.length > most.length ? `${plural(column.values.length, 'value')}: ${named}, ...` : named;
  return [...begun, '', '', '', values];
}

function classesText({ classes = [], rows }: DataDescription): string {
  if (classes.length === 0) return '';
  const splits = Object.keys(rows) as Split[];
  const cells = classes
    .slice(0, MOST_ROWS)
    .map((one) => [printable(shortened(one.name, 30)), ...splits.map((split) => formatCount(one[split] ?? 0))]);
  const more = classes.length - MOST_ROWS;
  return (
    formatTable(cells, { heading: ['class', ...splits], alignRight: splits.map((_, i) => i + 1) }) +
    (more > 0 ? `and ${plural(more, 'more class')}; --json prints all\n` : '')
  );
}

/** The first pictures of different classes, where a terminal can hold them; colours as one brightness. */
function picturesText({ shape, features, stream, labels, scaling, classNames }: Examples, columns: number): string {
  const [height, width, channels = 1] = shape;
  if (stream !== undefined || shape.length < 2 || shape.length > 3 || width > Math.min(WIDEST_PICTURE, columns - 2))
    return '';
  const size = sizeOf(shape);
  const count = features.length / size;
  const chosen: number[] = [];
  const seen = new Set<number>();
  for (let i = 0; i < count && chosen.length < PICTURES; i++) {
    const label = labels?.[i] ?? i;
    if (!seen.has(label)) chosen.push(i);
    seen.add(label);
  }
  return chosen
    .map((example) => {
      const pixels = Array.from({ length: height * width }, (_, pixel) => {
        let sum = 0;
        for (let c = 0; c < channels; c++) {
          const at = pixel * channels + c;
          sum += scaled(features[example * size + at], at, scaling);
        }
        return sum;
      });
      const label = labels?.[example];
      const name = label === undefined ? '' : `: class ${printable(shortened(classNames?.[label] ?? String(label)))}`;
      return `example ${example}${name}\n\n${halfBlocks(pixels, width)}`;
    })
    .join('\n');
}

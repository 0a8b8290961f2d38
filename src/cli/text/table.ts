import { columnsOf, paddingOf, widthOf, wrapped } from './layout.js';
import { styled } from './style.js';

export interface TableOptions {
  /** What the columns are called: a first row, in bold, or where the columns do not fit, the label of each cell; '' for none. */
  readonly heading?: readonly string[];
  /** Columns of numbers. */
  readonly alignRight?: readonly number[];
  /** How many columns a line may take; by default, those of standard output. */
  readonly columns?: number;
}

/** Between two cells. */
const GAP = 2;

/** A column of words is no narrower than this, lest it become a pillar of them. */
const NARROWEST = 16;

/**
 * Rows of text in columns, each as wide as its longest cell; two spaces between, none at the end. Where a terminal is too
 * narrow, columns of words break their lines, the widest first; where that is not enough, each row is a block: its first cell,
 * and below it the others, `label: value` where there is a heading.
 */
export const formatTable = (rows: readonly (readonly string[])[], options: TableOptions = {}): string =>
  tableRows(rows, options)
    .map((row) => `${row}\n`)
    .join('');

/** The same, a text a row: one line, or several. */
export function tableRows(
  rows: readonly (readonly string[])[],
  { heading, alignRight = [], columns = columnsOf(process.stdout) }: TableOptions = {},
): string[] {
  const all = heading === undefined ? rows : [heading.map((title) => styled('bold', title)), ...rows];
  const widths = fittingWidths(all, alignRight, columns);
  if (widths === undefined) {
    return rows.map((row) => (heading === undefined ? stacked(row, columns) : labelled(row, heading, columns)));
  }
  return all.map((row) => {
    const cells = row.map((cell, column) => wrapped(cell, widths[column], 0).split('\n'));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((lines, column) => {
          const text = lines[line] ?? '';
          const padding = paddingOf(text, widths[column]);
          return alignRight.includes(column) ? padding + text : text + padding;
        })
        .join(' '.repeat(GAP))
        .trimEnd(),
    ).join('\n');
  });
}

/**
 * A table whose columns are alike, as those of a matrix: as many beside the first one as fit, and the others in further tables
 * below.
 */
export function formatWide(
  rows: readonly (readonly string[])[],
  { columns = columnsOf(process.stdout), ...options }: TableOptions = {},
): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]))) + GAP);
  const tables: string[] = [];
  for (let from = 1; from < widths.length; ) {
    let [to, taken] = [from, widths[0] - GAP];
    do taken += widths[to++];
    while (to < widths.length && taken + widths[to] <= columns);
    const part = rows.map(([first, ...others]) => [first, ...others.slice(from - 1, to - 1)]);
    tables.push(formatTable(part, { columns, ...options }));
    from = to;
  }
  return tables.join('\n');
}

const indentOf = (text: string): number => text.length - text.trimStart().length;

/** The first cell of a row, and below it a line for each other one that says something. */
function labelled([first, ...others]: readonly string[], heading: readonly string[], columns: number): string {
  const indent = ' '.repeat(indentOf(first) + GAP);
  const lines = others.flatMap((cell, i) => {
    const label = heading[i + 1] === '' ? '' : `${heading[i + 1]}: `;
    return cell === '' ? [] : [indent + label + cell];
  });
  return [first, ...lines].map((line) => wrapped(line, columns)).join('\n');
}

/** The cells of a row one after the other, in as few lines as they fit; a cell that is longer than a line takes several. */
function stacked(row: readonly string[], columns: number): string {
  const [first, ...others] = row;
  const lines = [first];
  for (const cell of others.filter((text) => text !== '')) {
    const longer = `${lines[lines.length - 1]}${' '.repeat(GAP)}${cell}`;
    if (widthOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(' '.repeat(indentOf(first) + GAP) + cell);
  }
  return lines.map((line, i) => wrapped(line, columns, i === 0 ? GAP : 0)).join('\n');
}

/** How wide each column is; undefined where they do not fit side by side. */
function fittingWidths(
  rows: readonly (readonly string[])[],
  alignRight: readonly number[],
  columns: number,
): readonly number[] | undefined {
  const widths: number[] = [];
  const least: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      const width = widthOf(cell);
      const breakable = alignRight.includes(column) ? width : Math.max(NARROWEST, longestWord(cell));
      widths[column] = Math.max(widths[column] ?? 0, width);
      least[column] = Math.max(least[column] ?? 0, Math.min(width, breakable));
    }
  }
  const room = columns - GAP * (widths.length - 1);
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const shrinkable = [...widths.keys()].filter((column) => widths[column] > least[column]);
    if (shrinkable.length === 0) return undefined;
    widths[shrinkable.reduce((widest, column) => (widths[column] > widths[widest] ? column : widest))]--;
  }
  return widths;
}

/** With its indentation. */
const longestWord = (cell: string): number => indentOf(cell) + Math.max(0, ...cell.split(' ').map(widthOf));

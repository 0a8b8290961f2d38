/** Rows of a table as samples. */

import { DataError, didYouMean } from '../errors.js';
import type { Examples } from '../kinds.js';
import { shortened } from '../printable.js';
import type { Dialect, NumberColumn, OpenTable, TableColumns } from '../table.js';
import { isMissing } from './cells.js';
import { CellProblem, classOf, numberOf, widthOfColumn, writeCell } from './column.js';
import type { Missing } from './column-fit.js';
import { isOfClasses, lacksTarget, targetsOf, widthOf } from './columns.js';

export type TableSamples = Answers &
  Pick<Examples, 'features' | 'missingCells'> &
  Remarks & {
    readonly count: number;
  };

/** What is remarked of rows that were read. */
export interface Remarks {
  /** By column: how many cells had a value that the rows to learn from have not. */
  readonly unseen: ReadonlyMap<string, number>;
  /** How many rows were left out, since nothing stands in their target. */
  readonly withoutTarget: number;
}

/** What is known of rows when all of them were read. */
type Read = Remarks & Pick<TableSamples, 'missingCells'> & { readonly count: number };

/** Some rows, as numbers. */
export interface RowNumbers {
  /** [n, width] */
  readonly features: Float64Array;
  /** [n, m] What is to be said of each, a class by its index, and then its weight where it has one. */
  readonly answers: Float64Array;
}

/**
 * Reads all rows of a table.
 *
 * @param target `fill` and `keep` leave rows out that have none, `error` refuses them; `none` looks for none, nor for weights, as
 * of rows to predict from
 * @throws DataError with `PATH:LINE:COLUMN` where a cell is not what the rows to learn from say.
 */
export async function readRows(
  table: OpenTable,
  columns: TableColumns,
  target: Missing | 'none',
): Promise<TableSamples> {
  const blocks: RowNumbers[] = [];
  const read = await eachBlock(table, columns, target, (block) => {
    blocks.push(block);
  });
  const features = joinedFloats(blocks.map((block) => block.features));
  if (target === 'none') return { ...read, features };
  const answers = createAnswers(columns, read.count);
  for (const block of blocks) answers.add(block.answers);
  return { ...read, features, ...answers.all };
}

/** How many numbers there are to be said of a row, with its weight. */
export const answersOf = (columns: TableColumns): number =>
  targetsOf(columns).length + (columns.weight === undefined ? 0 : 1);

/** What is to be said of rows, as examples hold it. */
type Answers = Pick<Examples, 'labels' | 'targets' | 'weights'>;

/** What is to be said of so many rows, taken in block by block. */
export function createAnswers(columns: TableColumns, count: number) {
  const [m, width] = [targetsOf(columns).length, answersOf(columns)];
  const labels = isOfClasses(columns.target) ? new Int32Array(count) : undefined;
  const targets = labels === undefined ? { shape: [count, m], data: new Float64Array(count * m) } : undefined;
  const weights = columns.weight && new Float64Array(count);
  const all: Answers = { labels, targets, weights };
  let row = 0;
  return {
    all,
    add(answers: ArrayLike<number>): void {
      for (let at = 0; at < answers.length; at += width, row++) {
        if (labels !== undefined) labels[row] = answers[at];
        if (targets !== undefined) for (let j = 0; j < m; j++) targets.data[row * m + j] = answers[at + j];
        if (weights !== undefined) weights[row] = answers[at + m];
      }
    },
  };
}

/**
 * Goes through all rows of a table.
 *
 * @param target as of `readRows`
 * @param take called with some rows after others; the next ones wait for it
 * @throws DataError as `readRows` does.
 */
export async function eachBlock(
  table: OpenTable,
  columns: TableColumns,
  target: Missing | 'none',
  take: (block: RowNumbers) => void | Promise<void>,
): Promise<Read> {
  const { names, path, dialect } = table;
  const width = widthOf(columns);
  const targets = target === 'none' ? [] : targetsOf(columns);
  const weight = target === 'none' ? undefined : columns.weight;
  const [cells, targetCells, [weightCell = -1]] = [columns.features, targets, weight ? [weight] : []].map((some) =>
    some.map(({ name }) => cellOf(name, names, path)),
  );
  const m = target === 'none' ? 0 : answersOf(columns);
  const unseen = new Map<string, number>();
  const missing = new Uint32Array(columns.features.length);
  let withoutTarget = 0;
  let count = 0;

  /** The cell that is looked at, for messages. */
  let cell = 0;
  /** Writes what a row says as the i-th of a block. */
  const writeRow = (row: readonly string[], { features, answers }: RowNumbers, i: number): void => {
    let at = i * width;
    for (const [j, column] of columns.features.entries()) {
      cell = cells[j];
      if (isMissing(row[cell])) missing[j]++;
      const isUnseen = writeCell(column, row[cell], dialect.decimal, features, at);
      if (isUnseen) unseen.set(column.name, (unseen.get(column.name) ?? 0) + 1);
      at += widthOfColumn(column);
    }
    for (const [j, column] of targets.entries()) {
      cell = targetCells[j];
      const isClass = column.kind === 'category';
      answers[i * m + j] = isClass ? classOf(column, row[cell]) : numberOf(column, row[cell], dialect.decimal);
    }
    cell = weightCell;
    if (weight !== undefined) answers[i * m + targets.length] = weightOf(weight, row[cell], dialect.decimal);
  };

  for await (const { rows, lines } of table.rows()) {
    const block = { features: new Float64Array(rows.length * width), answers: new Float64Array(rows.length * m) };
    let n = 0;
    for (const [i, row] of rows.entries()) {
      if (target !== 'error' && lacksTarget(row, targetCells)) {
        withoutTarget++;
        continue;
      }
      try {
        writeRow(row, block, n++);
      } catch (error) {
        if (!(error instanceof CellProblem)) throw error;
        throw new DataError(await table.placeOf(lines[i], cell), error.message, { cause: error });
      }
    }
    count += n;
    await take({ features: block.features.subarray(0, n * width), answers: block.answers.subarray(0, n * m) });
  }
  const byColumn = Object.fromEntries(columns.features.map(({ name }, j) => [name, missing[j]]));
  return { count, unseen, withoutTarget, missingCells: { rows: count, byColumn } };
}

/** @throws CellProblem when it is no number, or below 0. */
function weightOf(column: NumberColumn, cell: string, decimal: Dialect['decimal']): number {
  const weight = numberOf(column, cell, decimal);
  if (weight >= 0) return weight;
  throw new CellProblem(`found ${weight} for ${column.name}, expected a weight of 0 or more`);
}

function cellOf(name: string, names: readonly string[], path: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new DataError(
    path,
    `found no column "${shortened(name)}", which the rows to learn from have${didYouMean(name, names)}`,
  );
}

function joinedFloats(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

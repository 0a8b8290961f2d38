/** Rows of a table as samples. */
import { DataError, didYouMean } from '../errors.js';
import type { Examples } from '../kinds.js';
import type { Dialect, NumberColumn, OpenTable, TableColumns } from '../table.js';
import { isMissing } from './cells.js';
import { CellProblem, classOf, numberOf, widthOfColumn, writeCell } from './column.js';
import type { Missing } from './column-fit.js';
import { isOfClasses, lacksTarget, targetsOf, widthOf } from './columns.js';

export type TableSamples = Pick<Examples, 'features' | 'labels' | 'targets' | 'weights' | 'missingCells'> & {
  readonly count: number;
  /** By column: how many cells had a value that the rows to learn from have not. */
  readonly unseen: ReadonlyMap<string, number>;
  /** How many rows were left out, since nothing stands in their target. */
  readonly withoutTarget: number;
};

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
  const { names, path, dialect } = table;
  const width = widthOf(columns);
  const targets = target === 'none' ? [] : targetsOf(columns);
  const weight = target === 'none' ? undefined : columns.weight;
  const [cells, targetCells, [weightCell = -1]] = [columns.features, targets, weight ? [weight] : []].map((some) =>
    some.map(({ name }) => cellOf(name, names, path)),
  );
  const unseen = new Map<string, number>();
  const missing = new Uint32Array(columns.features.length);
  let withoutTarget = 0;

  /** The cell that is looked at, for messages. */
  let cell = 0;
  /** Writes what a row says to `x` from `at` on, and what should be said of it to `told`. */
  const writeRow = (row: readonly string[], x: Float64Array, at: number, told: number[]): void => {
    for (const [j, column] of columns.features.entries()) {
      cell = cells[j];
      if (isMissing(row[cell])) missing[j]++;
      const isUnseen = writeCell(column, row[cell], dialect.decimal, x, at);
      if (isUnseen) unseen.set(column.name, (unseen.get(column.name) ?? 0) + 1);
      at += widthOfColumn(column);
    }
    for (const [j, column] of targets.entries()) {
      cell = targetCells[j];
      told.push(column.kind === 'category' ? classOf(column, row[cell]) : numberOf(column, row[cell], dialect.decimal));
    }
  };

  const weights: number[] = [];
  const blocks: Float64Array[] = [];
  const told: number[] = [];
  for await (const { rows, lines } of table.rows()) {
    const x = new Float64Array(rows.length * width);
    let at = 0;
    for (const [i, row] of rows.entries()) {
      if (target !== 'error' && lacksTarget(row, targetCells)) {
        withoutTarget++;
        continue;
      }
      try {
        writeRow(row, x, at, told);
        cell = weightCell;
        if (weight !== undefined) weights.push(weightOf(weight, row[cell], dialect.decimal));
      } catch (error) {
        if (!(error instanceof CellProblem)) throw error;
        throw new DataError(await table.placeOf(lines[i], cell), error.message, { cause: error });
      }
      at += width;
    }
    blocks.push(x.subarray(0, at));
  }
  const features = joinedFloats(blocks);
  const count = features.length / width;
  const byColumn = Object.fromEntries(columns.features.map(({ name }, j) => [name, missing[j]]));
  const missingCells = { rows: count, byColumn };
  if (target === 'none') return { count, features, unseen, withoutTarget, missingCells };
  const answers = isOfClasses(columns.target)
    ? { labels: Int32Array.from(told) }
    : { targets: { shape: [count, targets.length], data: Float64Array.from(told) } };
  return {
    count,
    features,
    unseen,
    withoutTarget,
    ...answers,
    missingCells,
    weights: weight && Float64Array.from(weights),
  };
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
  throw new DataError(path, `found no column "${name}", which the rows to learn from have${didYouMean(name, names)}`);
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

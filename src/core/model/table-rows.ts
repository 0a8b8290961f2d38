/** Rows of a table, as a program has them: objects with a value for each column. */
import { didYouMean } from '../errors.js';
import type { TableColumns } from '../table.js';
import { CellProblem, widthOfColumn, writeCell } from '../tables/column.js';
import { widthOf } from '../tables/columns.js';
import { describeGiven } from '../tensor.js';
import type { NumberSamples, TableRow } from './samples.js';

const isRow = (sample: unknown): sample is TableRow =>
  typeof sample === 'object' &&
  sample !== null &&
  !Array.isArray(sample) &&
  !ArrayBuffer.isView(sample) &&
  !('data' in sample && 'shape' in sample && Array.isArray(sample.shape));

/** A value of a row that no row to learn from has: to the network it is none of the column's values. */
export interface UnseenValue {
  /** Which row, from 0 on. */
  readonly sample: number;
  readonly column: string;
  readonly value: string;
}

interface Numbers {
  readonly numbers: NumberSamples;
  readonly unseen: readonly UnseenValue[];
}

/**
 * Samples as numbers, where they are rows of a table.
 *
 * @param columns of the table that the network learned from; undefined where it did not
 * @throws RangeError when a row has not a column that the network learned from, or something else than its values.
 */
export function asNumbers(
  samples: NumberSamples | TableRow | readonly TableRow[],
  columns: TableColumns | undefined,
): Numbers {
  if (columns !== undefined && isRow(samples)) return numbersOf([samples], columns);
  if (columns !== undefined && Array.isArray(samples) && isRow(samples[0])) return numbersOf(samples, columns);
  return { numbers: samples as NumberSamples, unseen: [] };
}

function numbersOf(rows: readonly TableRow[], columns: TableColumns): Numbers {
  const unseen: UnseenValue[] = [];
  const width = widthOf(columns);
  const data = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    if (!isRow(row))
      throw new RangeError(`predict: found ${describeGiven(row)} for sample ${i}, expected a row like the first`);
    let at = i * width;
    for (const column of columns.features) {
      if (!Object.hasOwn(row, column.name)) {
        const others = Object.keys(row).filter((name) => !columns.features.some((known) => known.name === name));
        const hint = didYouMean(column.name, others).replace('did you mean', 'is it');
        throw new RangeError(`predict: sample ${i} has no ${column.name}${hint} (null says that there is no value)`);
      }
      try {
        const value = String(row[column.name] ?? '');
        if (writeCell(column, value, '.', data, at)) unseen.push({ sample: i, column: column.name, value });
      } catch (error) {
        if (error instanceof CellProblem)
          throw new RangeError(`predict: sample ${i}: ${error.message}`, { cause: error });
        throw error;
      }
      at += widthOfColumn(column);
    }
  }
  return { numbers: { shape: [rows.length, width], data }, unseen };
}

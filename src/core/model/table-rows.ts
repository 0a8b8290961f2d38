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

/**
 * Samples as numbers, where they are rows of a table.
 *
 * @param columns of the table that the network learned from; undefined where it did not
 * @throws RangeError when a row has not a column that the network learned from, or something else than its values.
 */
export function asNumbers(
  samples: NumberSamples | TableRow | readonly TableRow[],
  columns: TableColumns | undefined,
): NumberSamples {
  if (columns === undefined) return samples as NumberSamples;
  if (isRow(samples)) return numbersOf([samples], columns);
  return Array.isArray(samples) && isRow(samples[0]) ? numbersOf(samples, columns) : (samples as NumberSamples);
}

function numbersOf(rows: readonly TableRow[], columns: TableColumns): NumberSamples {
  const width = widthOf(columns);
  const data = new Float64Array(rows.length * width);
  for (const [i, row] of rows.entries()) {
    if (!isRow(row))
      throw new RangeError(`predict: found ${describeGiven(row)} for sample ${i}, expected a row like the first`);
    let at = i * width;
    for (const column of columns.features) {
      if (!Object.hasOwn(row, column.name)) {
        const hint = didYouMean(column.name, Object.keys(row)).replace('did you mean', 'is it');
        throw new RangeError(`predict: sample ${i} has no ${column.name}${hint} (null says that there is no value)`);
      }
      try {
        writeCell(column, String(row[column.name] ?? ''), '.', data, at);
      } catch (error) {
        if (error instanceof CellProblem)
          throw new RangeError(`predict: sample ${i}: ${error.message}`, { cause: error });
        throw error;
      }
      at += widthOfColumn(column);
    }
  }
  return { shape: [rows.length, width], data };
}

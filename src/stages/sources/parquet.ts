import * as z from 'zod';
import { tableOptions, tableSource } from '../../core/families/table-source.js';

/**
 * Parquet: a table as pandas, Spark and DuckDB write it.
 *
 *     splits:   --train---test---|
 *               parquet({ train: 'flowers.parquet', target: 'kind' })
 *     examples: ---150--|
 *
 * Columns are read as those of `csv`: numbers stay numbers, text becomes one column a value, true and false are values, too,
 * and null is a missing cell. It takes the package hyparquet, which is not installed with this one: `npm install hyparquet`.
 *
 * Errors: a column of lists, structures or dates; all that `csv` refuses, each with the number of the row.
 */
export const parquet = tableSource({
  name: 'parquet',
  summary: 'A table as pandas, Spark and DuckDB write it',
  options: z.strictObject(tableOptions),
  example: `parquet:
  train: train.parquet
  test: test.parquet
  target: species
  ignore: [id]`,
  table: (path, _, host) => host.openParquet?.(path),
});

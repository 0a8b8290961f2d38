import * as z from 'zod';
import { tableOptions, tableSource } from '../../core/families/table-source.js';

/**
 * A table of your own: a row a sample, CSV as any program writes it.
 *
 *     splits:   --train---test---|
 *               csv({ train: 'iris.csv', target: 'species' })
 *     examples: ---150--|
 *
 * What the columns are is seen from the rows of train. Numbers stay numbers; a column of words becomes one column a value, 1
 * where the row says that value. A value that train has not is 0 in all of them, and a remark says how many cells of which
 * split have one. The target is a class where its cells are words, and a real number where they are numbers; `categories:
 * [class]` makes classes of numbers. A column of both numbers and words is refused, whatever their shares are: `categories` says
 * that all are names.
 *
 * The delimiter (comma, semicolon, tab, bar), a decimal comma, the header, quotes, UTF-8 or UTF-16 and gzip are seen from the
 * file. Without a header, columns are called 1, 2, 3, ... Numbers have no separators of thousands; where some have a point and
 * others a comma, `decimal` says which is the decimal one, and `categories` which columns are no numbers.
 *
 * Rows of more than 1 GiB (8 bytes a number), or with `stream: true` any, are read while they are learned from: they are made into
 * numbers once, and kept in the cache as long as the table is the same.
 *
 * Errors: a column that is named and not there, a word among numbers or a number among words, a number of another decimal sign
 * or with separators of thousands, a row of another width, a class that train has not, each with `PATH:LINE:COLUMN`.
 */
export const csv = tableSource({
  name: 'csv',
  summary: 'A table of your own: a row a sample',
  options: z.strictObject({
    ...tableOptions,
    delimiter: z.string().length(1).optional().describe('Between two cells; as the file looks if left out'),
    decimal: z.enum(['.', ',']).optional().describe('In numbers; as the file looks if left out'),
    header: z.boolean().optional().describe('Whether the first row names the columns; as it looks if left out'),
  }),
  example: `csv:
  train: train.csv
  test: test.csv
  target: species
  ignore: [id]`,
  table: (path, { delimiter, decimal, header }, host) => host.openTable?.(path, { delimiter, decimal, header }),
});

import { concatMap } from 'rxjs';
import * as z from 'zod';
import type { Build } from '../../core/contract.js';
import { NotKnownError, PipelineError } from '../../core/errors.js';
import { filePath } from '../../core/file-path.js';
import type { Host } from '../../core/host.js';
import type { Examples, SourceSplit } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';
import type { OpenTable, TableColumns } from '../../core/table.js';
import { fitColumns, isOfClasses, targetsOf, widthOf } from '../../core/tables/columns.js';
import { readRows, type TableSamples } from '../../core/tables/read-rows.js';

const columnNames = z.array(z.string()).min(1);

const options = z.strictObject({
  train: filePath().describe('Table to learn from: CSV, TSV or the like, raw or gzip'),
  test: filePath()
    .optional()
    .describe('Table to be judged by; without one, holdOut: { test: 0.2 } takes some of train'),
  target: z
    .union([z.string(), columnNames])
    .describe('Column to predict: words are classes, numbers real values; several columns of numbers'),
  features: columnNames.optional().describe('Columns to learn from; all others if left out'),
  ignore: columnNames.optional().describe('Columns to leave out'),
  categories: columnNames.optional().describe('Columns of numbers that are names, as of classes'),
  missing: z
    .enum(['fill', 'keep', 'error'])
    .default('fill')
    .describe('Missing cells: the median or the most frequent value of train; kept, for impute to fill; or an error'),
  weight: z.string().optional().describe('Column that says how much each row counts in the loss'),
  delimiter: z.string().length(1).optional().describe('Between two cells; as the file looks if left out'),
  decimal: z.enum(['.', ',']).optional().describe('In numbers; as the file looks if left out'),
  header: z.boolean().optional().describe('Whether the first row names the columns; as it looks if left out'),
});

type CsvOptions = z.output<typeof options>;

/**
 * A table of your own: a row a sample, CSV as any program writes it.
 *
 *     splits:   --train---test---|
 *               csv({ train: 'iris.csv', target: 'species' })
 *     examples: ---150--|
 *
 * What the columns are is seen from the rows of train. Numbers stay numbers; a column of words becomes one column a value, 1
 * where the row says that value. A value that train has not is 0 in all of them, and counted in a remark. The target is a
 * class where its cells are words, and a real number where they are numbers; `categories: [class]` makes classes of numbers.
 *
 * The delimiter (comma, semicolon, tab, bar), a decimal comma, the header, quotes, UTF-8 or UTF-16 and gzip are seen from the
 * file. Without a header, columns are called 1, 2, 3, ...
 *
 * Errors: a column that is named and not there, a word among numbers, a row of another width, a class that train has not,
 * each with `PATH:LINE:COLUMN`.
 */
export const csv = stage({
  name: 'csv',
  summary: 'A table of your own: a row a sample',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options,
  example: `csv:
  train: train.csv
  test: test.csv
  target: species
  ignore: [id]`,
  async open(options, host, splits) {
    for (const split of splits) pathOf(options, split);
    const { columns, rows } = await fitColumns(await openTable(options, 'train', host), options);
    return reading(options, columns, rows);
  },
  build({ train }) {
    throw new NotKnownError('what the columns are', `the rows of ${train} say it`);
  },
});

function pathOf({ train, test }: CsvOptions, split: SourceSplit): string {
  const path = split === 'train' ? train : test;
  if (path !== undefined) return path;
  throw new PipelineError(
    'csv has no table for test:; give it one, or take some rows of train: holdOut: { test: 0.2 }',
  );
}

function openTable(options: CsvOptions, split: SourceSplit, host: Host): Promise<OpenTable> {
  if (host.openTable === undefined) throw new PipelineError('csv: what runs this pipeline reads no tables');
  const { delimiter, decimal, header } = options;
  return host.openTable(pathOf(options, split), { delimiter, decimal, header });
}

const reading =
  (options: CsvOptions, columns: TableColumns, rows: number): Build<'split', 'examples'> =>
  (_, { host }) => {
    if (host === undefined) throw new PipelineError('csv reads files; run it in a pipeline');
    const { target } = columns;
    const shape = [widthOf(columns)];
    const told = isOfClasses(target)
      ? { labels: { classes: target.values.length, from: options.train } }
      : { targets: target.length };
    const readExamples = async (split: SourceSplit): Promise<Examples> => {
      const table = await openTable(options, split, host);
      const { features, labels, targets, weights, ...remarks } = await readRows(table, columns, options.missing);
      const remark = remarkOn(remarks, columns);
      return {
        split,
        epoch: 1,
        shape,
        features,
        scaling: { mean: 0, std: 1 },
        labels,
        targets,
        weights,
        classes: undefined,
        ...(isOfClasses(target) && { classNames: target.values }),
        columns,
        origin: { source: 'csv', path: pathOf(options, split), ...(remark !== '' && { remark }) },
      };
    };
    return {
      output: {
        kind: 'examples',
        shape,
        classes: undefined,
        features: 'floats',
        counts: { train: rows },
        ...told,
        ...(columns.features.some(({ kind, keepsMissing }) => kind === 'number' && keepsMissing) && { missing: true }),
      },
      operator: concatMap(readExamples),
    };
  };

function remarkOn(
  { unseen, withoutTarget }: Pick<TableSamples, 'unseen' | 'withoutTarget'>,
  columns: TableColumns,
): string {
  const target = targetsOf(columns)
    .map(({ name }) => name)
    .join(', ');
  return [
    ...(withoutTarget === 0 ? [] : [`${withoutTarget} rows without ${target} are left out`]),
    ...[...unseen].map(
      ([name, count]) => `${count} cells of ${name} say what train never says, and are none of its values`,
    ),
  ].join('; ');
}

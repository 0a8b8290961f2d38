/** Sources of tables: a row a sample, whatever the file is. */
import { concatMap } from 'rxjs';
import * as z from 'zod';
import type { Build, StageDescription, StageFactory } from '../contract.js';
import { NotKnownError, PipelineError } from '../errors.js';
import { filePath } from '../file-path.js';
import type { Host } from '../host.js';
import type { Examples, SourceSplit } from '../kinds.js';
import { stage } from '../stage.js';
import type { OpenTable, TableColumns } from '../table.js';
import { fitColumns, isOfClasses, targetsOf, widthOf } from '../tables/columns.js';
import { type Remarks, readRows } from '../tables/read-rows.js';
import { streamRows } from '../tables/stream-rows.js';
import { unseenRemark } from '../tables/unseen.js';
import { streamedAbove, streamOption } from './stream-option.js';

const columnNames = z.array(z.string()).min(1);

/** Which columns are what, and what becomes of missing cells. */
export const columnOptions = {
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
};

/** The options of tables that are files. */
export const tableOptions = {
  train: filePath().describe('Table to learn from'),
  test: filePath()
    .optional()
    .describe('Table to be judged by; without one, holdOut: { test: 0.2 } takes some of train'),
  ...columnOptions,
  stream: streamOption,
};

const files = z.strictObject(tableOptions);

/** What the author of a source of tables writes. */
interface TableSourceDefinition<Options extends typeof files> extends StageDescription<Options> {
  /** Opens the table of a split, as the host can. */
  table(path: string, options: z.output<Options>, host: Host): Promise<OpenTable> | undefined;
}

/** Makes a source of a way to open a table. */
export const tableSource = <Options extends typeof files>({
  table,
  ...definition
}: TableSourceDefinition<Options>): StageFactory<'split', 'examples', Options> =>
  stage({
    ...definition,
    family: 'sources',
    from: 'split',
    to: 'examples',
    async open(given, host, splits) {
      const options = given as z.output<typeof files>;
      const { name } = definition;
      for (const split of splits) pathOf(name, options, split);
      const opened = async (split: SourceSplit, on: Host | undefined): Promise<OpenTable> => {
        if (on === undefined) throw new PipelineError(`${name} reads files; run it in a pipeline`);
        const open = await table(pathOf(name, options, split), given, on);
        if (open === undefined) throw new PipelineError(`${name}: what runs this pipeline reads no such tables`);
        return open;
      };
      const paths = (split: SourceSplit) => pathOf(name, options, split);
      const { columns, rows } = await fitted(await opened('train', host), options, host);
      const isStreamed = rows * widthOf(columns) * BYTES > streamedAbove(options.stream);
      return readingTable({ name, columns, rows, missing: options.missing, pathOf: paths, isStreamed }, opened);
    },
    build(given) {
      throw new NotKnownError('what the columns are', `the rows of ${(given as z.output<typeof files>).train} say it`);
    },
  });

/** Of a number in memory. */
const BYTES = Float64Array.BYTES_PER_ELEMENT;

type Fit = Awaited<ReturnType<typeof fitColumns>>;

/** What the columns are. Where the table is to be streamed whatever its size is, they are kept, as its rows will be. */
async function fitted(table: OpenTable, options: z.output<typeof files>, { keepRows }: Host): Promise<Fit> {
  const fitting = () => fitColumns(table, options);
  if (options.stream !== true || keepRows === undefined) return fitting();
  const { note } = await keepRows<Fit>(options.train, `columns ${JSON.stringify(options)}`, [], fitting);
  return note;
}

function pathOf(name: string, { train, test }: z.output<typeof files>, split: SourceSplit): string {
  const path = split === 'train' ? train : test;
  if (path !== undefined) return path;
  throw new PipelineError(
    `${name} has no table for test:; give it one, or take some rows of train: holdOut: { test: 0.2 }`,
  );
}

/** What is known of a table, once its rows to learn from were looked at. */
interface FittedTable {
  /** The source, and where its rows come from. */
  readonly name: string;
  pathOf(split: SourceSplit): string | undefined;
  readonly columns: TableColumns;
  readonly rows: number;
  readonly missing: z.output<typeof files>['missing'];
  /** Whether rows are read while they are learned from, where the host can. */
  readonly isStreamed?: boolean;
}

/** The stage, when its columns are known. */
export const readingTable =
  (
    { name, pathOf, columns, rows, missing, isStreamed = false }: FittedTable,
    opened: (split: SourceSplit, host: Host | undefined) => Promise<OpenTable>,
  ): Build<'split', 'examples'> =>
  (_, { host }) => {
    const { target } = columns;
    const shape = [widthOf(columns)];
    const told = isOfClasses(target)
      ? { labels: { classes: target.values.length, from: pathOf('train') ?? name } }
      : { targets: target.length };
    const readExamples = async (split: SourceSplit): Promise<Examples> => {
      const path = pathOf(split);
      const table = await opened(split, host);
      const { keepRows } = host ?? {};
      const {
        count: _,
        unseen,
        withoutTarget,
        ...read
      } = isStreamed && path !== undefined && keepRows !== undefined
        ? await streamRows(table, columns, missing, path, keepRows)
        : await readRows(table, columns, missing);
      const remark = remarkOn({ unseen, withoutTarget }, columns);
      return {
        split,
        epoch: 1,
        shape,
        ...read,
        scaling: { mean: 0, std: 1 },
        classes: undefined,
        ...(isOfClasses(target) && { classNames: target.values }),
        columns,
        origin: { source: name, ...(path !== undefined && { path }), ...(remark !== '' && { remark }) },
      };
    };
    return {
      output: {
        kind: 'examples',
        shape,
        classes: undefined,
        features: 'floats',
        columns,
        counts: { train: rows },
        ...told,
        ...(columns.features.some(({ kind, keepsMissing }) => kind === 'number' && keepsMissing) && { missing: true }),
      },
      operator: concatMap(readExamples),
    };
  };

function remarkOn({ unseen, withoutTarget }: Remarks, columns: TableColumns): string {
  const target = targetsOf(columns)
    .map(({ name }) => name)
    .join(', ');
  return [
    ...(withoutTarget === 0 ? [] : [leftOut(withoutTarget, target)]),
    ...(unseen.size === 0 ? [] : [unseenRemark(unseen)]),
  ].join('; ');
}

const leftOut = (rows: number, target: string): string =>
  rows === 1 ? `1 row without ${target} is left out` : `${rows} rows without ${target} are left out`;

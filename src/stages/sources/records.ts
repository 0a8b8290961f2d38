import * as z from 'zod';
import { NotKnownError, PipelineError } from '../../core/errors.js';
import { columnOptions, readingTable } from '../../core/families/table-source.js';
import type { SourceSplit } from '../../core/kinds.js';
import { stage } from '../../core/stage.js';
import type { OpenTable } from '../../core/table.js';
import { fitColumns } from '../../core/tables/columns.js';
import { isRecord, tableOfObjects } from '../../core/tables/object-table.js';

/** Instances of classes, too, as drivers of databases give them: kept as they are, with own names that a copy would lose. */
const row = z.unknown().refine(isRecord, 'an object with a value for each column') as z.ZodType<object>;
const rows = z.array(row).min(1);

/**
 * Rows as a program has them, objects with a value for each column: what a query or an interface gives.
 *
 *     splits:   --train---|
 *               records({ train: [{ width: 1.5, kind: 'rose' }, ...], target: 'kind' })
 *     examples: --150-----|
 *
 * Columns are the names that any of the objects has of its own, plain or of a class, and are read as those of `csv`: numbers stay numbers, text becomes one
 * column a value, and null, or a name that an object has not, is a missing cell. `predict` takes objects of the same form.
 *
 * Errors: all that `csv` refuses, each with the number of the row, from 1 on.
 */
export const records = stage({
  name: 'records',
  summary: 'Rows that a program has, objects with a value for each column',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: z.strictObject({
    train: rows.describe('Rows to learn from'),
    test: rows.optional().describe('Rows to be judged by; without them, holdOut: { test: 0.2 } takes some of train'),
    ...columnOptions,
  }),
  example: `records:
  train: [{ width: 1.5, kind: rose }, { width: 0.5, kind: iris }, { width: 1, kind: rose }]
  test: [{ width: 1.4, kind: rose }]
  target: kind`,
  async open({ train, test, ...choice }, _, splits) {
    const tableOf = async (split: SourceSplit): Promise<OpenTable> => {
      const objects = split === 'train' ? train : test;
      if (objects === undefined) {
        const advice = 'give it some, or take some rows of train: holdOut: { test: 0.2 }';
        throw new PipelineError(`records has no rows for test:; ${advice}`);
      }
      const place = split === 'train' ? 'records' : 'records: test';
      return tableOfObjects(place, () => [{ objects, lines: objects.map((_, i) => i + 1) }]);
    };
    for (const split of splits) await tableOf(split);
    const { columns, rows } = await fitColumns(await tableOf('train'), choice);
    return readingTable({ name: 'records', columns, rows, missing: choice.missing, pathOf: () => undefined }, tableOf);
  },
  build() {
    throw new NotKnownError('what the columns are', 'they are looked at when a run begins');
  },
});

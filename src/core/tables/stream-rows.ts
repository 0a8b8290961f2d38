/** Rows of a table that are read while they are learned from: made into numbers once, and kept by the host. */
import type { Host } from '../host.js';
import type { Examples } from '../kinds.js';
import type { OpenTable, TableColumns } from '../table.js';
import type { Missing } from './column-fit.js';
import { widthOf } from './columns.js';
import { answersOf, createAnswers, eachBlock, type TableSamples } from './read-rows.js';

/** What is kept beside the numbers. */
type Note = Pick<Examples, 'missingCells'> & { readonly unseen: [string, number][]; readonly withoutTarget: number };

/** So many rows' answers are read at once. */
const ANSWERS_AT_ONCE = 100_000;

/**
 * What is to be said of each row is in memory, what it is said from is not.
 *
 * @param path as the host takes it
 * @throws DataError as `readRows` does, and where rows cannot be kept.
 */
export async function streamRows(
  table: OpenTable,
  columns: TableColumns,
  missing: Missing,
  path: string,
  keepRows: NonNullable<Host['keepRows']>,
): Promise<TableSamples & Pick<Examples, 'stream'>> {
  const how = JSON.stringify({ dialect: table.dialect, columns, missing });
  const widths = [widthOf(columns), answersOf(columns)];
  const { tables, note } = await keepRows<Note>(path, how, widths, async (write) => {
    const { missingCells, unseen, withoutTarget } = await eachBlock(table, columns, missing, ({ features, answers }) =>
      write([features, answers]),
    );
    return { missingCells, unseen: [...unseen], withoutTarget };
  });
  const [file, answers] = tables;
  const taken = createAnswers(columns, file.count);
  for (let first = 0; first < answers.count; first += ANSWERS_AT_ONCE) {
    taken.add(await answers.read(first, Math.min(ANSWERS_AT_ONCE, answers.count - first)));
  }
  const { count } = file;
  return { ...taken.all, ...note, count, unseen: new Map(note.unseen), features: file.create(0), stream: { file } };
}

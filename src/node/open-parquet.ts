/** Parquet files, read by hyparquet, which users install where they need it. */
import type { FileMetaData, SchemaTree } from 'hyparquet';
import { DataError, messageOf, PipelineError } from '../core/errors.js';
import { wrongKind } from '../core/files/file-signature.js';
import type { OpenTable } from '../core/table.js';
import { type ObjectBlock, tableOfObjects } from '../core/tables/object-table.js';

type Hyparquet = typeof import('hyparquet');

/** Rows in a block. */
const ROWS = 10_000;

/** Not written in the import, so that bundlers do not ask for it. */
const PACKAGE = 'hyparquet';

/**
 * Opens a Parquet file.
 *
 * @param bytes all of the file
 * @throws PipelineError where hyparquet is not installed; DataError when the file is none, or is damaged.
 */
export async function openParquet(path: string, bytes: Uint8Array): Promise<OpenTable> {
  if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') !== 'PAR1') throw wrongKind(path, bytes, 'a Parquet file');
  const hyparquet = await load();
  const { buffer, byteOffset, byteLength } = bytes;
  const file = {
    byteLength,
    slice: (start: number, end = byteLength) => buffer.slice(byteOffset + start, byteOffset + end) as ArrayBuffer,
  };
  const refused = (reason: string, options?: ErrorOptions): DataError =>
    new DataError(path, `found no Parquet file that can be read: ${reason}`, options);
  const failed = (error: unknown): DataError =>
    error instanceof DataError ? error : refused(reasonOf(error), { cause: error });

  async function* blocks(metadata: FileMetaData): AsyncGenerator<ObjectBlock, void, undefined> {
    const count = Number(metadata.num_rows);
    for (let first = 0; first < count; first += ROWS) {
      const rowEnd = Math.min(count, first + ROWS);
      const objects = await hyparquet
        .parquetReadObjects({ file, metadata, rowStart: first, rowEnd })
        .catch((error: unknown) => {
          throw failed(error);
        });
      if (objects.length !== rowEnd - first) throw refused(DAMAGED);
      yield { objects, lines: objects.map((_, i) => first + i + 1) };
    }
  }

  try {
    const metadata = await hyparquet.parquetMetadataAsync(file);
    const { children } = hyparquet.parquetSchema(metadata);
    if (!isConsistent(metadata, children)) throw refused(DAMAGED);
    return await tableOfObjects(path, () => blocks(metadata));
  } catch (error) {
    throw failed(error);
  }
}

const DAMAGED = 'it is damaged, or is not Parquet as hyparquet reads it';

/** hyparquet's own words; not JavaScript's, which say nothing of the file. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && error.name !== 'Error' ? DAMAGED : messageOf(error);

/**
 * Whether each row group has the columns of the schema, each once, and all rows are in one. hyparquet begins to read all columns
 * at once and waits for those of the schema: where another cannot be read, its rejection is nowhere handled and ends the process.
 */
function isConsistent({ num_rows, row_groups }: FileMetaData, children: readonly SchemaTree[]): boolean {
  const names = new Set(children.map(({ element }) => element.name));
  const paths = children.flatMap(leavesOf).sort().join();
  const rows = row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  return (
    names.size === children.length &&
    rows === Number(num_rows) &&
    row_groups.every(({ columns }) => {
      const found = columns.map(({ meta_data }) => JSON.stringify(meta_data?.path_in_schema));
      return found.sort().join() === paths;
    })
  );
}

/** The paths of the columns that a column of lists or structures is stored as; of another, its own. */
const leavesOf = ({ path, children }: SchemaTree): string[] =>
  children.length === 0 ? [JSON.stringify(path)] : children.flatMap(leavesOf);

async function load(): Promise<Hyparquet> {
  try {
    return (await import(/* @vite-ignore */ PACKAGE)) as Hyparquet;
  } catch (cause) {
    throw new PipelineError('parquet takes the package hyparquet, which is not here: npm install hyparquet', { cause });
  }
}

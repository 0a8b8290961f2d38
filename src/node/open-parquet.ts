/** Parquet files, read by hyparquet, which users install where they need it. */
import { DataError, messageOf, PipelineError } from '../core/errors.js';
import type { OpenTable } from '../core/table.js';
import { type ObjectBlock, tableOfObjects } from '../core/tables/object-table.js';
import { wrongKind } from './file-signature.js';

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
  const failed = (error: unknown): DataError =>
    error instanceof DataError
      ? error
      : new DataError(path, `found no Parquet file that can be read: ${messageOf(error)}`, { cause: error });

  async function* blocks(count: number): AsyncGenerator<ObjectBlock, void, undefined> {
    for (let first = 0; first < count; first += ROWS) {
      const objects = await hyparquet
        .parquetReadObjects({ file, rowStart: first, rowEnd: Math.min(count, first + ROWS) })
        .catch((error) => {
          throw failed(error);
        });
      yield { objects, lines: objects.map((_, i) => first + i + 1) };
    }
  }

  try {
    const { num_rows: count } = await hyparquet.parquetMetadataAsync(file);
    return await tableOfObjects(path, () => blocks(Number(count)));
  } catch (error) {
    throw failed(error);
  }
}

async function load(): Promise<Hyparquet> {
  try {
    return (await import(/* @vite-ignore */ PACKAGE)) as Hyparquet;
  } catch (cause) {
    throw new PipelineError('parquet takes the package hyparquet, which is not here: npm install hyparquet', { cause });
  }
}

import { CsvError, parse } from 'csv-parse';
import { openTable as openUnpacked } from '../core/files/open-table.js';
import type { KnownDialect, OpenTable } from '../core/table.js';
import { unpackedBytes } from './unpacked-bytes.js';

/**
 * Opens a table: CSV, TSV or the like, packed by gzip or not.
 *
 * @param bytesOf the bytes of the file as they lie there, from the first on, each time
 * @param numbers as of `dialectOf`
 * @throws DataError as `openTable` of core.
 */
export const openTable = (
  path: string,
  bytesOf: () => AsyncIterable<Uint8Array>,
  given?: KnownDialect,
  numbers?: readonly string[],
): Promise<OpenTable> => openUnpacked(path, () => unpackedBytes(path, bytesOf()), { parse, CsvError }, given, numbers);

import { openJsonLines as openUnpacked } from '../core/files/open-json-lines.js';
import type { OpenTable } from '../core/table.js';
import { unpackedBytes } from './unpacked-bytes.js';

/**
 * Opens a table of one JSON object a line, packed by gzip or not.
 *
 * @param bytesOf the bytes of the file as they lie there, from the first on, each time
 * @throws DataError as `openJsonLines` of core.
 */
export const openJsonLines = (path: string, bytesOf: () => AsyncIterable<Uint8Array>): Promise<OpenTable> =>
  openUnpacked(path, () => unpackedBytes(path, bytesOf()));

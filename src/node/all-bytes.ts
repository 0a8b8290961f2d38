import { DataError } from '../core/errors.js';

/** The most bytes of a file that is read whole. */
const MAX_BYTES = 2 ** 30;

/** A file's bytes, all of them. @throws DataError when there are too many. */
export async function allBytes(path: string, file: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of file) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BYTES) throw new DataError(path, 'found more than 1 GiB, expected less. Split it.');
  }
  return Buffer.concat(chunks);
}

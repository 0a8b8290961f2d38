import { DataError } from '../core/errors.js';

/** The most bytes of a file that is read whole. */
const MAX_BYTES = 2 ** 30;

/** A file's bytes, all of them, in memory of their own. @throws DataError when there are too many. */
export async function allBytes(
  path: string,
  file: AsyncIterable<Uint8Array>,
  most = MAX_BYTES,
): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of file) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) throw new DataError(path, `found more than ${most / 2 ** 20} MiB, expected less`);
  }
  const whole = Buffer.allocUnsafeSlow(length); // not of Node's pool, of which no thread can be given a part
  let end = 0;
  for (const chunk of chunks) {
    whole.set(chunk, end);
    end += chunk.length;
  }
  return whole;
}

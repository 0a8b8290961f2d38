import { createHash } from 'node:crypto';
import { openRegularFile } from './regular-file.js';

/** SHA-256, as hexadecimal digits. */
export const checksum = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Of bytes that come piece by piece. */
export async function checksumOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

const PIECE = 2 ** 20;

/**
 * Of a file; piece by piece into one buffer, since memory that was not touched yet is slow to come.
 *
 * @param signal Stops the reading at the next piece.
 * @throws as `openRegularFile`; the signal's reason.
 */
export async function checksumOfFile(path: string, signal?: AbortSignal): Promise<string> {
  const file = await openRegularFile(path);
  try {
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafeSlow(PIECE);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(piece);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

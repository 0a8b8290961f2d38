/** Files whose rows are read where they are asked for: raw IDX and .npy, or what those unpack to, kept in the cache. */
import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataError } from '../core/errors.js';
import type { RowFile } from '../core/row-stream.js';
import { type Shape, sizeOf } from '../core/tensor.js';
import { checksum } from './checksum.js';
import { fileBytes } from './file-bytes.js';
import { headerBytes, parseIdxHeader } from './idx-header.js';
import { isThere } from './is-there.js';
import { makeFolder } from './make-folder.js';
import { throughPartialFile } from './partial-file.js';
import { openRegularFile } from './regular-file.js';
import { GET_IT_AGAIN, unpackedBytes } from './unpacked-bytes.js';

/** Types of IDX that are read row by row. */
const TYPES = {
  uint8: { bytes: 1, array: Uint8Array },
  int32: { bytes: 4, array: Int32Array },
  float32: { bytes: 4, array: Float32Array },
  float64: { bytes: 8, array: Float64Array },
} as const;

/** What such a file holds. */
export interface OpenRows extends RowFile {
  /** Of a row. */
  readonly shape: Shape;
}

/**
 * Opens an IDX file to read rows of it.
 *
 * @param cacheFolder where a packed file is unpacked to, once; undefined where there is none
 * @throws DataError when the file is missing, not IDX, of whole numbers of 8 or 16 bits, cut short or too long, or is packed
 * and there is nowhere to unpack it to.
 */
export async function openRows(path: string, cacheFolder: string | undefined): Promise<OpenRows> {
  const raw = await rawFile(path, cacheFolder);
  const { type, shape, start } = await headerOf(path, raw);
  const [count, ...row] = shape;
  const width = sizeOf(row);
  const { bytes, array } = type;
  /** The same for each reading: new ones would wait for the garbage collector. */
  let whole = Buffer.alloc(0);
  return {
    path,
    count,
    width,
    shape: row,
    create: (length) => new array(length),
    async read(first, rows) {
      const length = rows * width * bytes;
      // by itself: a type of 8 bytes must lie at a multiple of 8
      if (whole.length < length) whole = Buffer.allocUnsafeSlow(length);
      const buffer = whole.subarray(0, length);
      await readAt(path, raw, buffer, start + first * width * bytes);
      if (bytes === 4) buffer.swap32();
      if (bytes === 8) buffer.swap64();
      return new array(buffer.buffer, buffer.byteOffset, rows * width);
    },
  };
}

async function headerOf(path: string, raw: string) {
  const start = Buffer.alloc(headerBytes(4));
  const file = await openRegularFile(raw);
  try {
    const { size } = await file.stat();
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const header = parseIdxHeader(path, start.subarray(0, bytesRead), Number.POSITIVE_INFINITY);
    if (header === undefined) throw new DataError(path, `found ${bytesRead} bytes, expected an IDX header`);
    if (header.totalBytes !== size) {
      const problem = `found ${size} bytes, expected ${header.totalBytes} for the shape [${header.shape.join(', ')}]`;
      throw new DataError(path, `${problem}. ${GET_IT_AGAIN}`, { byte: Math.min(size, header.totalBytes) });
    }
    if (!Object.hasOwn(TYPES, header.type)) {
      const known = Object.keys(TYPES).join(', ');
      throw new DataError(path, `found numbers of the type ${header.type}, expected one of ${known}, to be streamed`);
    }
    const type = TYPES[header.type as keyof typeof TYPES];
    return { type, shape: header.shape, start: headerBytes(header.shape.length) };
  } finally {
    await file.close();
  }
}

async function readAt(path: string, raw: string, to: Buffer, position: number): Promise<void> {
  const file = await openRegularFile(raw);
  try {
    for (let done = 0; done < to.length; ) {
      const { bytesRead } = await file.read(to, done, to.length - done, position + done);
      if (bytesRead === 0)
        throw new DataError(path, `was cut while it was read. ${GET_IT_AGAIN}`, { byte: position + done });
      done += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** The file itself where it is raw; where it is packed, what it unpacks to. */
async function rawFile(path: string, cacheFolder: string | undefined): Promise<string> {
  const expected = 'an IDX file';
  let start: Uint8Array = new Uint8Array();
  for await (const chunk of fileBytes(path, expected)) {
    start = chunk;
    break;
  }
  if (start[0] !== 0x1f || start[1] !== 0x8b) return path;
  if (cacheFolder === undefined) {
    throw new DataError(
      path,
      'is packed and too large for the memory, and there is no cache to unpack it to; MARBLENET_CACHE names one',
    );
  }
  const { size, mtimeMs } = await stat(path);
  const name = `${checksum(Buffer.from(`${path} ${size} ${mtimeMs}`))}.raw`;
  const kept = join(cacheFolder, name);
  if (await isThere(kept)) return kept;
  await makeFolder(cacheFolder);
  await throughPartialFile(cacheFolder, name, async (partial) => {
    await pipeline(Readable.from(unpackedBytes(path, fileBytes(path, expected))), createWriteStream(partial));
    await rename(partial, kept);
  });
  return kept;
}

/** Files whose rows are read where they are asked for: raw IDX and .npy, or what those unpack to, kept in the cache. */
import { createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataError } from '../core/errors.js';
import type { ArrayRows } from '../core/host.js';
import { type Shape, sizeOf } from '../core/tensor.js';
import { checksum } from './checksum.js';
import { fileBytes } from './file-bytes.js';
import { wrongKind } from './file-signature.js';
import { headerBytes, parseIdxHeader } from './idx-header.js';
import { isThere } from './is-there.js';
import { makeFolder } from './make-folder.js';
import { throughPartialFile } from './partial-file.js';
import { openRegularFile } from './regular-file.js';
import { isNpy, type NpyHeader, npyHeader } from './samples/npy.js';
import { GET_IT_AGAIN, unpackedBytes } from './unpacked-bytes.js';

const IDX = 'an IDX file';

/** Types of numbers that are read row by row, as IDX and NumPy call them. */
const TYPES = {
  uint8: { bytes: 1, array: Uint8Array },
  int32: { bytes: 4, array: Int32Array },
  float32: { bytes: 4, array: Float32Array },
  float64: { bytes: 8, array: Float64Array },
} as const;

type RowType = keyof typeof TYPES;

const NUMPY: Readonly<Record<string, RowType>> = {
  b1: 'uint8',
  u1: 'uint8',
  i4: 'int32',
  f4: 'float32',
  f8: 'float64',
};

/** Where the numbers of a file begin, and what they are. */
interface Layout {
  readonly type: RowType;
  /** [n, ...] */
  readonly shape: Shape;
  readonly start: number;
  readonly isLittleEndian: boolean;
}

/**
 * Opens an IDX file to read rows of it.
 *
 * @param cacheFolder where a packed file is unpacked to, once; undefined where there is none
 * @throws DataError when the file is missing, not IDX, of whole numbers of 8 or 16 bits, cut short or too long, or is packed
 * and there is nowhere to unpack it to.
 */
export async function openIdxRows(path: string, cacheFolder: string | undefined): Promise<ArrayRows> {
  const raw = await rawFile(path, cacheFolder);
  const { start, size } = await startOf(raw, IDX);
  return rowsOf(path, raw, idxLayout(path, start, size));
}

/**
 * Opens a .npy file to read rows of it.
 *
 * @param path for messages: that of a file which it was made of, perhaps
 * @throws DataError when the file is missing, not .npy, cut short or too long, of another type or in column order.
 */
export async function openNpyRows(path: string, raw: string): Promise<ArrayRows> {
  const expected = 'a .npy file';
  const { start, size } = await startOf(raw, expected);
  if (!isNpy(start)) throw wrongKind(path, start, expected);
  return rowsOf(path, raw, npyLayout(path, npyHeader(path, start, size)));
}

function rowsOf(
  path: string,
  raw: string,
  { type, shape: [count, ...shape], start, isLittleEndian }: Layout,
): ArrayRows {
  const width = sizeOf(shape);
  const { bytes, array } = TYPES[type];
  /** The same for each reading: new ones would wait for the garbage collector. */
  let whole = Buffer.alloc(0);
  return {
    path,
    count,
    width,
    shape,
    create: (length) => new array(length),
    async read(first, rows) {
      const length = rows * width * bytes;
      // by itself: a type of 8 bytes must lie at a multiple of 8
      if (whole.length < length) whole = Buffer.allocUnsafeSlow(length);
      const buffer = whole.subarray(0, length);
      await readAt(path, raw, buffer, start + first * width * bytes);
      if (bytes === 4 && isLittleEndian !== HERE) buffer.swap32();
      if (bytes === 8 && isLittleEndian !== HERE) buffer.swap64();
      return new array(buffer.buffer, buffer.byteOffset, rows * width);
    },
  };
}

/** Whether this machine puts the lowest byte first. */
const HERE = endianness() === 'LE';

/** The first bytes of a file, more than a header takes, and how long it is. */
async function startOf(raw: string, expected: string): Promise<{ readonly start: Buffer; readonly size: number }> {
  for await (const chunk of fileBytes(raw, expected)) {
    return { start: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length), size: (await stat(raw)).size };
  }
  return { start: Buffer.alloc(0), size: 0 };
}

function idxLayout(path: string, start: Buffer, size: number): Layout {
  const header = parseIdxHeader(path, start, Number.POSITIVE_INFINITY);
  if (header === undefined) throw new DataError(path, `found ${start.length} bytes, expected an IDX header`);
  const { type, shape, totalBytes } = header;
  if (totalBytes !== size) {
    const problem = `found ${size} bytes, expected ${totalBytes} for the shape [${shape.join(', ')}]`;
    throw new DataError(path, `${problem}. ${GET_IT_AGAIN}`, { byte: Math.min(size, totalBytes) });
  }
  if (!Object.hasOwn(TYPES, type)) {
    const known = Object.keys(TYPES).join(', ');
    throw new DataError(path, `found numbers of the type ${type}, expected one of ${known}, to be streamed`);
  }
  return { type: type as RowType, shape, start: headerBytes(shape.length), isLittleEndian: false };
}

function npyLayout(path: string, { type, isColumnMajor, ...layout }: NpyHeader): Layout {
  if (isColumnMajor) {
    const order = "found an array in column order (Fortran's), expected one in row order, to be streamed";
    throw new DataError(path, `${order}. Save np.ascontiguousarray(x).`);
  }
  if (!Object.hasOwn(NUMPY, type)) {
    const known = Object.keys(NUMPY).join(', ');
    const problem = `found numbers of the type "${type}", expected one of ${known}, to be streamed`;
    throw new DataError(path, `${problem}. Save x.astype('f4').`);
  }
  return { ...layout, type: NUMPY[type] };
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
  const { start } = await startOf(path, IDX);
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
    await pipeline(Readable.from(unpackedBytes(path, fileBytes(path, IDX))), createWriteStream(partial));
    await rename(partial, kept);
  });
  return kept;
}

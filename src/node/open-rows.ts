/** Files whose rows are read where they are asked for: raw IDX and .npy, or what those unpack to, kept in the cache. */
import { createWriteStream } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataError } from '../core/errors.js';
import { wrongKind } from '../core/files/file-signature.js';
import { headerBytes, parseIdxHeader } from '../core/files/idx-header.js';
import { isNpy, type NpyHeader, npyHeader } from '../core/files/npy.js';
import { GET_IT_AGAIN } from '../core/files/unpacked-bytes.js';
import type { ArrayRows } from '../core/host.js';
import { type Shape, sizeOf } from '../core/tensor.js';
import { checksum, checksumOfFile } from './checksum.js';
import { CHUNK_BYTES, fileBytes, openFile, unreadable } from './file-bytes.js';
import { changedWhileRead, identityOf, identityOfFile } from './file-identity.js';
import { makeFolder } from './make-folder.js';
import { throughPartialFile } from './partial-file.js';
import { openRegularFile } from './regular-file.js';
import { reasonOf } from './system-error.js';
import { unpackedBytes } from './unpacked-bytes.js';

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
 * @param signal Ends the unpacking, and the checking of what was unpacked before.
 * @throws DataError when the file is missing, not IDX, of whole numbers of 8 or 16 bits, cut short or too long, or is packed
 * and there is nowhere to unpack it to.
 */
export async function openIdxRows(
  path: string,
  cacheFolder: string | undefined,
  signal: AbortSignal,
): Promise<ArrayRows> {
  const raw = await rawFile(path, cacheFolder, signal);
  const { start, size, identity } = await startOf(raw, IDX);
  return rowsOf(path, { raw, identity }, idxLayout(path, start, size));
}

/**
 * Opens a .npy file to read rows of it.
 *
 * @param path for messages: that of a file which it was made of, perhaps
 * @throws DataError when the file is missing, not .npy, cut short or too long, of another type or in column order.
 */
export async function openNpyRows(path: string, raw: string): Promise<ArrayRows> {
  const expected = 'a .npy file';
  const { start, size, identity } = await startOf(raw, expected);
  if (!isNpy(start)) throw wrongKind(path, start, expected);
  return rowsOf(path, { raw, identity }, npyLayout(path, npyHeader(path, start, size)));
}

/** The file that rows are read from, as it was when it was opened. */
interface OpenedFile {
  readonly raw: string;
  readonly identity: string;
}

function rowsOf(
  path: string,
  opened: OpenedFile,
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
      await readAt(path, opened, buffer, start + first * width * bytes);
      if (bytes === 4 && isLittleEndian !== HERE) buffer.swap32();
      if (bytes === 8 && isLittleEndian !== HERE) buffer.swap64();
      return new array(buffer.buffer, buffer.byteOffset, rows * width);
    },
  };
}

/** Whether this machine puts the lowest byte first. */
const HERE = endianness() === 'LE';

/** The first bytes of a file, more than a header takes, how long it is, and which file. */
async function startOf(raw: string, expected: string) {
  const file = await openFile(raw, expected);
  try {
    const entry = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, 0);
    return { start: buffer.subarray(0, bytesRead), size: entry.size, identity: identityOf(entry) };
  } catch (error) {
    throw unreadable(raw, error);
  } finally {
    await file.close();
  }
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

/** @throws DataError when the file is not there any more, or is another one than was opened. */
async function readAt(path: string, { raw, identity }: OpenedFile, to: Buffer, position: number): Promise<void> {
  const file = await openRegularFile(raw).catch((error) => {
    throw lost(path, raw, error);
  });
  try {
    let done = 0;
    for (let more = 1; more > 0 && done < to.length; done += more) {
      more = (await file.read(to, done, to.length - done, position + done)).bytesRead;
    }
    // behind the reading: what was changed during it is seen, too
    if (done < to.length || identityOf(await file.stat()) !== identity) throw changedWhileRead(path, where(path, raw));
  } catch (error) {
    throw error instanceof DataError ? error : lost(path, raw, error);
  } finally {
    await file.close();
  }
}

const lost = (path: string, raw: string, cause: unknown): DataError =>
  new DataError(path, `cannot be read any more${where(path, raw)}: ${reasonOf(cause)}`, { cause });

/** Where a file was unpacked to, or made into rows. */
const where = (path: string, raw: string): string => (path === raw ? '' : `, as ${raw} in the cache`);

/**
 * The file itself where it is raw; where it is packed, what it unpacks to. That is kept under a name with two checksums: of
 * the path and the file's identity, and of its own content; what is damaged is unpacked anew.
 */
async function rawFile(path: string, cacheFolder: string | undefined, signal: AbortSignal): Promise<string> {
  const { start, identity } = await startOf(path, IDX);
  if (start[0] !== 0x1f || start[1] !== 0x8b) return path;
  if (cacheFolder === undefined) {
    throw new DataError(
      path,
      'is packed and too large for the memory, and there is no cache to unpack it to; MARBLENET_CACHE names one',
    );
  }
  const source = checksum(Buffer.from(`${path} ${identity}`));
  const nameOf = (content: string): string => `${source}-${content}.raw`;
  for (const name of await readdir(cacheFolder).catch(() => [])) {
    if (!name.startsWith(source)) continue;
    const content = await checksumOfFile(join(cacheFolder, name), signal).catch(() => '');
    signal.throwIfAborted();
    if (name === nameOf(content)) return join(cacheFolder, name);
  }
  let kept = '';
  await makeFolder(cacheFolder);
  await throughPartialFile(cacheFolder, source, async (partial) => {
    await pipeline(Readable.from(unpackedBytes(path, fileBytes(path, IDX))), createWriteStream(partial), { signal });
    if ((await identityOfFile(path)) !== identity) throw changedWhileRead(path);
    kept = join(cacheFolder, nameOf(await checksumOfFile(partial, signal)));
    await rename(partial, kept);
  });
  return kept;
}

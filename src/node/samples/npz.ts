/** Archives that NumPy saved: `np.savez('weights.npz', W1=W1, b1=b1)`, compressed or not. */
import { constants, inflateRawSync } from 'node:zlib';
import { DataError } from '../../core/errors.js';
import { crc32 } from '../../core/formats/crc32.js';
import type { ForeignTensor } from '../../core/formats/foreign-layers.js';
import type { NumberArray } from '../../core/host.js';
import { codeOf, reasonOf } from '../system-error.js';
import { GET_IT_AGAIN } from '../unpacked-bytes.js';
import { decodeNpy, npyHeader } from './npy.js';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** What an entry of a directory and its end take beside names. */
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

/** Of numbers, as they are in memory. */
const MOST = 2 ** 30;

/** No byte of deflate unpacks to more. Source: https://zlib.net/zlib_tech.html */
const MOST_A_BYTE = 1032;

export const isZip = (bytes: Buffer): boolean => bytes.length >= 4 && [LOCAL, END].includes(bytes.readUInt32LE(0));

/** What the directory of an archive says of one array. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  /** Bytes in the archive, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** Where it begins. */
  readonly local: number;
}

/**
 * The arrays of an archive, in its order.
 *
 * @param path the file's name, for the messages.
 * @param most how many bytes its numbers may take in memory
 * @throws DataError when it is cut or damaged, says that it holds more than it does, or holds something else than arrays of
 *   numbers.
 */
export function decodeNpz(path: string, bytes: Buffer, most = MOST): (ForeignTensor & NumberArray)[] {
  const fail = (problem: string): never => {
    throw new DataError(path, problem);
  };
  const entries = directoryOf(bytes, fail);
  if (sum(entries.map(({ packed }) => packed)) > bytes.length)
    fail('its arrays overlap: together they are larger than it');
  requireAtMost(sum(entries.map(({ size }) => size)));
  let decoded = 0;
  return entries.map(({ name, local, ...entry }) => {
    if (local + 30 > bytes.length || bytes.readUInt32LE(local) !== LOCAL)
      fail(`the archive has no ${name} where it says`);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    if (start + entry.packed > bytes.length) fail(`the archive is cut in ${name}`);
    const content = bytes.subarray(start, start + entry.packed);
    const array = unpacked(`${path}: ${name}`, content, entry, (problem) => fail(`${name}: ${problem}`));
    const numbers = decodeNpy(`${path}: ${name}`, array);
    decoded += numbers.data.byteLength;
    requireAtMost(decoded);
    return { name, ...numbers };
  });

  function requireAtMost(size: number): void {
    if (size > most) fail(`its arrays take ${size} bytes, expected at most ${most}`);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function directoryOf(bytes: Buffer, fail: (problem: string) => never): Entry[] {
  const end = bytes.lastIndexOf(Buffer.from(Uint32Array.of(END).buffer));
  if (end === -1 || end + END_BYTES > bytes.length) fail('the archive is cut: it has no directory at its end');
  let at = bytes.readUInt32LE(end + 16);
  return Array.from({ length: bytes.readUInt16LE(end + 10) }, () => {
    if (at + CENTRAL_BYTES > end || bytes.readUInt32LE(at) !== CENTRAL) fail('the directory of the archive is broken');
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const nameAt = at + CENTRAL_BYTES;
    const entry = {
      name: bytes.toString('utf8', nameAt, nameAt + nameLength).replace(/\.npy$/, ''),
      method: bytes.readUInt16LE(at + 10),
      checksum: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      local: bytes.readUInt32LE(at + 42),
    };
    at = nameAt + nameLength + extra + comment;
    return entry;
  });
}

/** @param fail throws what is wrong with the array */
function unpacked(
  path: string,
  content: Buffer,
  { method, checksum, size }: Pick<Entry, 'method' | 'checksum' | 'size'>,
  fail: (problem: string) => never,
): Buffer {
  const largest = method === 0 ? content.length : content.length * MOST_A_BYTE;
  if (size > largest) fail(`it says that it is ${size} bytes, and ${content.length} bytes of the archive cannot be`);
  const array = method === 0 ? content : inflated(path, content, method, size, fail);
  if (array.length !== size) fail(`found ${array.length} bytes, expected ${size}. ${GET_IT_AGAIN}`);
  if (crc32(array) !== checksum) fail(`its numbers are not those of its checksum. ${GET_IT_AGAIN}`);
  return array;
}

/** More than the header of an array takes, packed: what it says is compared before all else is unpacked. */
const HEADER_BYTES = 2048;

function inflated(
  path: string,
  content: Buffer,
  method: number,
  size: number,
  fail: (problem: string) => never,
): Buffer {
  if (method !== 8) fail(`it is packed by the method ${method}, expected none or deflate`);
  try {
    const start = inflateRawSync(content.subarray(0, HEADER_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
    npyHeader(path, start, size);
    return inflateRawSync(content, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    if (error instanceof DataError) throw error;
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE')
      return fail(`found more than ${size} bytes, expected ${size}. ${GET_IT_AGAIN}`);
    return fail(`it cannot be unpacked: ${reasonOf(error)}`);
  }
}

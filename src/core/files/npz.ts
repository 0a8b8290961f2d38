/** Archives that NumPy saved: `np.savez('weights.npz', W1=W1, b1=b1)`, compressed or not. */
import { viewOf } from '../bytes.js';
import { crc32 } from '../crc32.js';
import { DataError } from '../errors.js';
import type { NumberArray } from '../host.js';
import { decodeNpy, npyHeader } from './npy.js';
import { BrokenData, type Inflate } from './unpack.js';
import { GET_IT_AGAIN } from './unpacked-bytes.js';

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

export const isZip = (bytes: Uint8Array): boolean => bytes.length >= 4 && [LOCAL, END].includes(word(bytes, 0));

const half = (bytes: Uint8Array, at: number): number => viewOf(bytes).getUint16(at, true);
const word = (bytes: Uint8Array, at: number): number => viewOf(bytes).getUint32(at, true);

/** An array, and what it is called there. */
export interface NamedArray extends NumberArray {
  readonly name: string;
}

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
export function decodeNpz(path: string, bytes: Uint8Array, inflate: Inflate, most = MOST): NamedArray[] {
  const fail = (problem: string): never => {
    throw new DataError(path, problem);
  };
  const entries = directoryOf(bytes, fail);
  if (sum(entries.map(({ packed }) => packed)) > bytes.length)
    fail('its arrays overlap: together they are larger than it');
  requireAtMost(sum(entries.map(({ size }) => size)));
  let decoded = 0;
  return entries.map(({ name, local, ...entry }) => {
    if (local + 30 > bytes.length || word(bytes, local) !== LOCAL) fail(`the archive has no ${name} where it says`);
    const start = local + 30 + half(bytes, local + 26) + half(bytes, local + 28);
    if (start + entry.packed > bytes.length) fail(`the archive is cut in ${name}`);
    const content = bytes.subarray(start, start + entry.packed);
    const array = unpacked(`${path}: ${name}`, content, entry, inflate, (problem) => fail(`${name}: ${problem}`));
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

const utf8 = new TextDecoder('utf-8', { fatal: false });

function directoryOf(bytes: Uint8Array, fail: (problem: string) => never): Entry[] {
  let end = bytes.length - END_BYTES;
  while (end >= 0 && word(bytes, end) !== END) end--;
  if (end < 0) fail('the archive is cut: it has no directory at its end');
  let at = word(bytes, end + 16);
  return Array.from({ length: half(bytes, end + 10) }, () => {
    if (at + CENTRAL_BYTES > end || word(bytes, at) !== CENTRAL) fail('the directory of the archive is broken');
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => half(bytes, at + offset));
    const nameAt = at + CENTRAL_BYTES;
    const entry = {
      name: utf8.decode(bytes.subarray(nameAt, nameAt + nameLength)).replace(/\.npy$/, ''),
      method: half(bytes, at + 10),
      checksum: word(bytes, at + 16),
      packed: word(bytes, at + 20),
      size: word(bytes, at + 24),
      local: word(bytes, at + 42),
    };
    at = nameAt + nameLength + extra + comment;
    return entry;
  });
}

/** @param fail throws what is wrong with the array */
function unpacked(
  path: string,
  content: Uint8Array,
  { method, checksum, size }: Pick<Entry, 'method' | 'checksum' | 'size'>,
  inflate: Inflate,
  fail: (problem: string) => never,
): Uint8Array {
  const largest = method === 0 ? content.length : content.length * MOST_A_BYTE;
  if (size > largest) fail(`it says that it is ${size} bytes, and ${content.length} bytes of the archive cannot be`);
  if (method !== 0 && method !== 8) fail(`it is packed by the method ${method}, expected none or deflate`);
  const array = method === 0 ? content : inflated(path, content, size, inflate, fail);
  if (array.length !== size) fail(`found ${array.length} bytes, expected ${size}. ${GET_IT_AGAIN}`);
  if (crc32(array) !== checksum) fail(`its numbers are not those of its checksum. ${GET_IT_AGAIN}`);
  return array;
}

/** More than the header of an array takes, packed: what it says is compared before all else is unpacked. */
const HEADER_BYTES = 2048;

function inflated(
  path: string,
  content: Uint8Array,
  size: number,
  inflate: Inflate,
  fail: (problem: string) => never,
): Uint8Array {
  try {
    npyHeader(path, inflate.rawStart(content.subarray(0, HEADER_BYTES)), size);
    return inflate.raw(content, size) ?? fail(`found more than ${size} bytes, expected ${size}. ${GET_IT_AGAIN}`);
  } catch (error) {
    if (error instanceof BrokenData) return fail(`it cannot be unpacked: ${error.message}`);
    throw error;
  }
}

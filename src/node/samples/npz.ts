/** Archives that NumPy saved: `np.savez('weights.npz', W1=W1, b1=b1)`, compressed or not. */
import { inflateRawSync } from 'node:zlib';
import { DataError } from '../../core/errors.js';
import { crc32 } from '../../core/formats/crc32.js';
import type { ForeignTensor } from '../../core/formats/foreign-layers.js';
import type { NumberArray } from '../../core/host.js';
import { reasonOf } from '../system-error.js';
import { GET_IT_AGAIN } from '../unpacked-bytes.js';
import { decodeNpy } from './npy.js';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

/** What an entry of a directory and its end take beside names. */
const CENTRAL_BYTES = 46;
const END_BYTES = 22;

/** A file that claims more is not unpacked. */
const MOST = 2 ** 30;

export const isZip = (bytes: Buffer): boolean => bytes.length >= 4 && [LOCAL, END].includes(bytes.readUInt32LE(0));

/**
 * The arrays of an archive, in its order.
 *
 * @param path the file's name, for the messages.
 * @param most how many bytes it may unpack to
 * @throws DataError when it is cut or damaged, or holds something else than arrays of numbers.
 */
export function decodeNpz(path: string, bytes: Buffer, most = MOST): (ForeignTensor & NumberArray)[] {
  const fail = (problem: string): never => {
    throw new DataError(path, problem);
  };
  const end = bytes.lastIndexOf(Buffer.from(Uint32Array.of(END).buffer));
  if (end === -1 || end + END_BYTES > bytes.length) fail('the archive is cut: it has no directory at its end');
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  let unpacked = 0;
  return Array.from({ length: count }, () => {
    if (at + CENTRAL_BYTES > end || bytes.readUInt32LE(at) !== CENTRAL) fail('the directory of the archive is broken');
    const [method, checksum, packed, size] = [
      bytes.readUInt16LE(at + 10),
      bytes.readUInt32LE(at + 16),
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 24),
    ];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength).replace(/\.npy$/, '');
    at += CENTRAL_BYTES + nameLength + extra + comment;
    unpacked += size;
    if (unpacked > most) fail(`it says that it unpacks to more than ${most} bytes`);
    if (local + 30 > bytes.length || bytes.readUInt32LE(local) !== LOCAL)
      fail(`the archive has no ${name} where it says`);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    if (start + packed > bytes.length) fail(`the archive is cut in ${name}`);
    const content = bytes.subarray(start, start + packed);
    const numbers = method === 0 ? content : inflated(content, method, size, (why) => fail(`${name}: ${why}`));
    if (crc32(numbers) !== checksum) fail(`${name}: its numbers are not those of its checksum. ${GET_IT_AGAIN}`);
    return { name, ...decodeNpy(`${path}: ${name}`, numbers) };
  });
}

function inflated(content: Buffer, method: number, size: number, fail: (problem: string) => never): Buffer {
  if (method !== 8) fail(`it is packed by the method ${method}, expected none or deflate`);
  try {
    return inflateRawSync(content, { maxOutputLength: size + 1 });
  } catch (error) {
    return fail(`it cannot be unpacked: ${reasonOf(error)}`);
  }
}

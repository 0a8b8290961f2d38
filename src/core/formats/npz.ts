/**
 * NumPy's files: .npy is a header in Python's words and the numbers behind it, .npz a zip of them. Sources:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, and PKWARE's APPNOTE for zip.
 */
import { joined } from '../bytes.js';
import { crc32 } from '../crc32.js';
import type { Tensor } from '../tensor.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of `np.load`'s archive, each array under its name, not compressed. */
export function encodeNpz(tensors: ReadonlyMap<string, Tensor>): Bytes {
  const files: Bytes[] = [];
  const directory: Bytes[] = [];
  let offset = 0;
  for (const [name, value] of tensors) {
    const path = new TextEncoder().encode(`${name}.npy`);
    const content = encodeNpy(value);
    // version 2.0, UTF-8 names, stored, the first day that zip knows
    const entry = [half(20), half(0x800), half(0), half(0), half(0x21), word(crc32(content))];
    const sizes = [word(content.length), word(content.length), half(path.length), half(0)];
    const file = joined([word(LOCAL), ...entry, ...sizes, path, content]);
    const nowhere = [half(0), half(0), half(0), word(0)]; // no comment, the first disk, no attributes
    directory.push(joined([word(CENTRAL), half(20), ...entry, ...sizes, ...nowhere, word(offset), path]));
    files.push(file);
    offset += file.length;
  }
  const entries = joined(directory);
  const counts = [half(0), half(0), half(tensors.size), half(tensors.size)];
  return joined([...files, entries, word(END), ...counts, word(entries.length), word(offset), half(0)]);
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

function encodeNpy({ shape, data }: Tensor): Bytes {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const type = data instanceof Float64Array ? '<f8' : '<f4';
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`;
  const padded = `${header.padEnd(Math.ceil((PREFIX + header.length + 1) / 64) * 64 - PREFIX - 1)}\n`;
  const numbers = new Uint8Array(data.slice().buffer);
  return joined([
    Uint8Array.of(0x93),
    new TextEncoder().encode('NUMPY\x01\x00'),
    half(padded.length),
    new TextEncoder().encode(padded),
    numbers,
  ]);
}

/** How many bytes come before an .npy file's header. */
const PREFIX = 10;

const half = (value: number): Bytes => Uint8Array.of(value & 255, value >> 8);
const word = (value: number): Bytes => joined([half(value & 0xffff), half(value >>> 16)]);

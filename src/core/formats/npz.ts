/**
 * NumPy's files: .npy is a header in Python's words and the numbers behind it, .npz a zip of them. Source:
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
 */
import { joined } from '../bytes.js';
import type { Tensor } from '../tensor.js';
import { encodeZip } from './zip.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of `np.load`'s archive, each array under its name, not compressed. */
export const encodeNpz = (tensors: ReadonlyMap<string, Tensor>): Bytes =>
  encodeZip(new Map(Array.from(tensors, ([name, value]) => [`${name}.npy`, encodeNpy(value)])));

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

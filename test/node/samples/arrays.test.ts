/** Arrays that NumPy saved, and IDX files, as samples. */
import { encodeIdx, readSamples } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { temporaryFile } from '../temporary-folder.js';
import { npy } from './npy-file.js';

type Write = (view: DataView, at: number, value: number, little: boolean) => void;

const WRITERS: readonly (readonly [type: string, bytes: number, write: Write])[] = [
  ['b1', 1, (view, at, value) => view.setUint8(at, value === 0 ? 0 : 1)],
  ['u1', 1, (view, at, value) => view.setUint8(at, value)],
  ['i1', 1, (view, at, value) => view.setInt8(at, value)],
  ['i2', 2, (view, at, value, little) => view.setInt16(at, value, little)],
  ['i4', 4, (view, at, value, little) => view.setInt32(at, value, little)],
  ['i8', 8, (view, at, value, little) => view.setBigInt64(at, BigInt(value), little)],
  ['f4', 4, (view, at, value, little) => view.setFloat32(at, value, little)],
  ['f8', 8, (view, at, value, little) => view.setFloat64(at, value, little)],
];

const read = async (bytes: Uint8Array, shape: readonly number[]) => readSamples(await temporaryFile(bytes), shape);

describe('.npy', () => {
  it.each(WRITERS)('%s, in both byte orders', async (type, width, write) => {
    const values = type === 'b1' ? [0, 1, 1, 0, 1, 0] : [0, 1, 2, 100, 5, 127];
    for (const order of ['<', '>']) {
      const data = new Uint8Array(6 * width);
      values.forEach((value, i) => {
        write(new DataView(data.buffer), i * width, value, order === '<');
      });
      const samples = await read(npy(`'${width === 1 ? '|' : order}${type}'`, [3, 2], data), [2]);
      expect({ ...samples, data: Array.from(samples.data) }).toEqual({ shape: [3, 2], data: values });
    }
  });

  it('f2: halves, ones, the largest, the least', async () => {
    const data = new Uint8Array(Uint16Array.of(0x3c00, 0xb800, 0x7bff, 0x0001).buffer);
    expect(Array.from((await read(npy("'<f2'", [4], data), [4])).data)).toEqual([1, -0.5, 65504, 2 ** -24]);
  });

  it('columns first, as in Fortran', async () => {
    const data = Uint8Array.of(1, 4, 2, 5, 3, 6); // [[1, 2, 3], [4, 5, 6]]
    expect(Array.from((await read(npy("'|u1'", [2, 3], data, true), [3])).data)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([
    [
      [2, 3],
      [2, 3],
      [1, 2, 3],
    ],
    [
      [4, 2, 3],
      [2, 3],
      [4, 2, 3],
    ],
    [
      [4, 6],
      [2, 3],
      [4, 2, 3],
    ],
    [
      [4, 2, 3],
      [2, 3, 1],
      [4, 2, 3, 1],
    ],
    [[4, 2, 3], [6], [4, 6]],
    [[6], [2, 3], [1, 2, 3]],
    [
      [4, 1, 2, 3],
      [2, 3],
      [4, 2, 3],
    ],
  ])('an array of the shape %j for samples of %j', async (found, shape, expected) => {
    const size = found.reduce((product, length) => product * length, 1);
    expect((await read(npy("'|u1'", found, new Uint8Array(size)), shape)).shape).toEqual(expected);
  });

  it.each<[string, Buffer, RegExp]>([
    ['a pickle', npy("'|O'", [1], new Uint8Array(8)), /Python objects \(a pickle\), which are never loaded/],
    ['fields', npy("[('a', '<f4')]", [1], new Uint8Array(4)), /no single type/],
    ['complex numbers', npy("'<c8'", [1], new Uint8Array(8)), /type "<c8"/],
    ['a file cut short', npy("'<f4'", [6], new Uint8Array(20)), /found 148 bytes, expected 152/],
    ['more than it says', npy("'<f4'", [6], new Uint8Array(28)), /found 156 bytes, expected 152/],
    ['a size beyond all numbers', npy("'<f4'", [1e15, 1e15], new Uint8Array(4)), /no shape/],
    [
      'another shape',
      npy("'|u1'", [5, 3], new Uint8Array(15)),
      /found an array of the shape \[5, 3\], expected \[n, 6\]/,
    ],
    [
      'what is no number',
      npy("'<f4'", [1, 6], new Uint8Array(24).fill(0xff)),
      /found NaN at sample 0, expected a number/,
    ],
    ['no samples', npy("'|u1'", [0, 6], new Uint8Array(0)), /found no samples/],
    [
      'a header without end',
      Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\xff{', 'latin1'),
      /a header of 4294967295 bytes/,
    ],
    ['another version', Buffer.from('\x93NUMPY\x09\x00\x00\x00\x00\x00{', 'latin1'), /version 9/],
    ['nothing after the first bytes', Buffer.from('\x93NUMPY', 'latin1'), /cut short/],
  ])('refused: %s', async (_, bytes, reason) => {
    await expect(read(bytes, [6])).rejects.toThrow(reason);
    await expect(read(bytes, [6])).rejects.toMatchObject({ exitCode: 3 });
  });
});

it('reads IDX files', async () => {
  const samples = await read(encodeIdx([2, 2, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)), [2, 2]);
  expect({ ...samples, data: Array.from(samples.data) }).toEqual({ shape: [2, 2, 2], data: [1, 2, 3, 4, 5, 6, 7, 8] });
});

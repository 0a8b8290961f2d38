import { expect, it } from 'vitest';
import { decodePng } from '../../src/core/files/png.js';
import { inflate } from '../../src/node/unpacked-bytes.js';
import { png } from '../../src/report/png.js';
import { greyOf, signedSheet } from '../../src/report/sheet.js';

it.each([
  ['grey', 1],
  ['in colours', 3],
] as const)('a picture, %s, is read as it was written, also where it takes several blocks', (_, channels) => {
  const [width, height] = [211, 331];
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37) % 251);
  const read = decodePng('x.png', png({ width, height, channels, data }), inflate);
  expect({ ...read, data: Array.from(read.data) }).toEqual({ width, height, channels, data: Array.from(data) });
});

it('shows bytes as they are, and other numbers from the smallest, black, to the largest, white', () => {
  const one = { width: 3, height: 1, channels: 1 as const };
  expect(Array.from(greyOf({ ...one, data: Uint8Array.of(0, 9, 100) }).data)).toEqual([0, 9, 100]);
  expect(Array.from(greyOf({ ...one, data: [-1, 0, 1] }).data)).toEqual([0, 128, 255]);
  expect(Array.from(greyOf({ ...one, data: [2, 2, 2] }).data)).toEqual([0, 0, 0]);
});

it('lays weights side by side: 0 white, the largest of each tile red or blue, a grey line between', () => {
  const tile = (...data: number[]) => ({ width: 2, height: 1, channels: 1 as const, data });
  const { width, height, data } = signedSheet([tile(0, 2), tile(-1, 1), tile(0, 0)], 2);
  expect([width, height]).toEqual([5, 3]);
  const pixels = Array.from({ length: width * height }, (_, i) => Array.from(data.subarray(3 * i, 3 * i + 3)));
  const [white, red, blue, grey] = [
    [247, 247, 247],
    [178, 24, 43],
    [33, 102, 172],
    [128, 128, 128],
  ];
  expect(pixels.slice(0, 5)).toEqual([white, red, grey, blue, red]);
  expect(pixels.slice(5, 10)).toEqual([grey, grey, grey, grey, grey]);
  expect(pixels.slice(10)).toEqual([white, white, grey, grey, grey]);
});

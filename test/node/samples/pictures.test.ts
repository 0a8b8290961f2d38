/** Pictures of every kind, read as samples; what is broken or hostile is refused before memory is taken for it. */
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { encode } from 'jpeg-js';
import { readSamples } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { temporaryFile, temporaryFolder } from '../temporary-folder.js';
import { chunk, type PngOptions, pngFile } from './png-file.js';

const [WIDTH, HEIGHT] = [11, 9];

/** The first bytes of pictures that are not read. */
const OTHER_PICTURES = [
  ['a GIF image', 'GIF89a'],
  ['a BMP image', 'BM\x46\0\0\0\0\0\0\0\x36'],
  ['a WebP image', 'RIFF\x24\0\0\0WEBPVP8 '],
  ['an AVIF image', '\0\0\0\x20ftypavif\0\0'],
  ['a HEIC image', '\0\0\0\x18ftypheic\0\0'],
  ['a TIFF image', 'II*\0\x08'],
] as const;

/** [9, 11, numbers] Numbers of `depth` bits that look like nothing. */
const noise = (numbers: number, depth: number): number[] =>
  Array.from({ length: WIDTH * HEIGHT * numbers }, (_, i) => ((i * 7919 + (i >> 3) * 104729) % 65536) % 2 ** depth);

const read = async (bytes: Uint8Array, channels = 3): Promise<number[]> => {
  const samples = await readSamples(await temporaryFile(bytes, 'some.file'), [HEIGHT, WIDTH, channels], { asIs: true });
  expect(samples.shape).toEqual([1, HEIGHT, WIDTH, channels]);
  return Array.from(samples.data);
};

const png = (samples: ArrayLike<number>, options: Omit<PngOptions, 'width' | 'height'>): Buffer =>
  pngFile(samples, { width: WIDTH, height: HEIGHT, ...options });

const toByte = (value: number, depth: number): number => Math.round((value * 255) / (2 ** depth - 1));

describe.each([false, true])('PNG, interlaced: %s', (interlaced) => {
  it.each([1, 2, 4, 8, 16])('grey of %i bits', async (depth) => {
    const samples = noise(1, depth);
    const bytes = png(samples, { colourType: 0, depth, interlaced });
    expect(await read(bytes, 1)).toEqual(samples.map((value) => toByte(value, depth)));
  });

  it.each([8, 16])('colour of %i bits', async (depth) => {
    const samples = noise(3, depth);
    const bytes = png(samples, { colourType: 2, depth, interlaced });
    expect(await read(bytes)).toEqual(samples.map((value) => toByte(value, depth)));
  });

  it.each([1, 2, 4, 8])('a palette of %i bits', async (depth) => {
    const palette = Array.from({ length: 3 * 2 ** depth }, (_, i) => (i * 37) % 256);
    const samples = noise(1, depth);
    const bytes = png(samples, { colourType: 3, depth, interlaced, palette });
    expect(await read(bytes)).toEqual(samples.flatMap((index) => palette.slice(3 * index, 3 * index + 3)));
  });

  it.each([
    [4, 8],
    [4, 16],
    [6, 8],
    [6, 16],
  ])('alpha: colour type %i, %i bits, opaque', async (colourType, depth) => {
    const colours = colourType === 4 ? 1 : 3;
    const opaque = 2 ** depth - 1;
    const samples = noise(colours + 1, depth).map((value, i) => (i % (colours + 1) === colours ? opaque : value));
    const expected = samples.filter((_, i) => i % (colours + 1) !== colours).map((value) => toByte(value, depth));
    const bytes = png(samples, { colourType, depth, interlaced });
    expect(await read(bytes, colours)).toEqual(expected);
  });
});

describe('what is transparent', () => {
  const ink = (dark: number, clear: number): number[] =>
    Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i % WIDTH === 5 ? dark : clear));

  it.each([
    ['dark ink lies on white', [0, 0, 0, 0, 0, 0], [0, 255], 0, 255],
    ['light ink lies on black', [0, 0, 0, 255, 255, 255], [0, 255], 255, 0],
  ])('in a palette: %s', async (_, palette, transparency, expectedInk, expectedPaper) => {
    const bytes = png(ink(1, 0), { colourType: 3, depth: 1, palette, transparency });
    expect(await read(bytes, 1)).toEqual(ink(expectedInk, expectedPaper));
  });

  it('as one grey: what is of it', async () => {
    const bytes = png(ink(300, 40000), { colourType: 0, depth: 16, transparency: [40000 >> 8, 40000 & 255] });
    expect(await read(bytes, 1)).toEqual(ink(1, 255));
  });

  it("a card's corners are of the card's colour", async () => {
    const pixels = Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
      i === 0 ? [0, 0] : i % WIDTH === 5 ? [10, 255] : [200, 255],
    );
    expect(await read(png(pixels.flat(), { colourType: 4, depth: 8 }), 1)).toEqual(ink(10, 200));
  });
});

describe('JPEG', () => {
  /** Halves of four greys: [1, 2] above [3, 4], times 50. */
  const quarters = (): Buffer => {
    const data = Buffer.alloc(16 * 32 * 4, 255);
    for (let i = 0; i < 16 * 32; i++) {
      const grey = 50 * (1 + (i % 16 >= 8 ? 1 : 0) + (i >= 16 * 16 ? 2 : 0));
      data.fill(grey, 4 * i, 4 * i + 3);
    }
    return encode({ width: 16, height: 32, data }, 100).data;
  };

  /** With EXIF that says which way up it is, in either byte order. */
  function turned(orientation: number, little: boolean): Buffer {
    const tiff = Buffer.alloc(26);
    tiff.write(little ? 'II' : 'MM', 'latin1');
    const put = (value: number, at: number, bytes: number): unknown =>
      little ? tiff.writeUIntLE(value, at, bytes) : tiff.writeUIntBE(value, at, bytes);
    put(42, 2, 2);
    put(8, 4, 4);
    put(1, 8, 2);
    put(0x0112, 10, 2);
    put(3, 12, 2);
    put(1, 14, 4);
    put(orientation, 18, 2);
    const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
    const segment = Buffer.from([0xff, 0xe1, 0, content.length + 2, ...content]);
    const jpeg = quarters();
    return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
  }

  it.each([
    [1, [1, 2, 3, 4]],
    [2, [2, 1, 4, 3]],
    [3, [4, 3, 2, 1]],
    [4, [3, 4, 1, 2]],
    [5, [1, 3, 2, 4]],
    [6, [3, 1, 4, 2]],
    [7, [4, 2, 3, 1]],
    [8, [2, 4, 1, 3]],
  ])('orientation %i', async (orientation, expected) => {
    const [height, width] = orientation >= 5 ? [16, 32] : [32, 16];
    for (const little of [true, false]) {
      const path = await temporaryFile(turned(orientation, little));
      const { data } = await readSamples(path, [height, width], { asIs: true });
      const at = (x: number, y: number): number => Math.round(data[Math.floor(y * height) * width + x * width] / 50);
      expect([at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)]).toEqual(expected);
    }
  });

  it.each([0.1, 0.5, 0.9])('cut off after %d of it is refused', async (part) => {
    const jpeg = quarters();
    const path = await temporaryFile(jpeg.subarray(0, jpeg.length * part));
    await expect(readSamples(path, [28, 28])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`${path}: `),
    });
  });

  it('that names a table that it has not is refused, and not in the words of the engine', async () => {
    const jpeg = quarters();
    jpeg[jpeg.indexOf('ffda', 0, 'hex') + 6] = 0x33; // the tables of the first component
    await expect(readSamples(await temporaryFile(jpeg), [28, 28])).rejects.toThrow(/found a broken JPEG, expected/);
  });

  it('of colours that are too many numbers to decode is refused by its size', async () => {
    const jpeg = quarters();
    const frame = jpeg.indexOf('ffc0', 0, 'hex');
    jpeg.writeUInt16BE(5000, frame + 5);
    jpeg.writeUInt16BE(4000, frame + 7);
    await expect(readSamples(await temporaryFile(jpeg), [28, 28])).rejects.toThrow(
      /found a JPEG of 4000 x 5000 pixels, which are 60,000,000 numbers in its 3 colours, expected at most 50,331,648/,
    );
  });

  it('of too many pixels, or scans, is refused', async () => {
    const jpeg = quarters();
    const frame = jpeg.indexOf('ffc0', 0, 'hex');
    const huge = Buffer.from(jpeg);
    huge.writeUInt32BE(0xffffffff, frame + 5);
    await expect(readSamples(await temporaryFile(huge), [28, 28])).rejects.toThrow(/65535 x 65535 pixels/);
    const scan = jpeg.subarray(jpeg.indexOf('ffda', 0, 'hex'), -2);
    const many = Buffer.concat([jpeg.subarray(0, -2), ...Array.from({ length: 200 }, () => scan)]);
    await expect(readSamples(await temporaryFile(many), [28, 28])).rejects.toThrow(
      /found 201 scans, expected at most 100/,
    );
  });
});

describe('refused, with the path and the reason', () => {
  const grey = { colourType: 0, depth: 8 };
  const whole = png(noise(1, 8), grey);
  const damaged = Buffer.from(whole);
  damaged[whole.indexOf('IDAT') + 10] ^= 1;
  const before = process.memoryUsage().rss;

  it.each<[string, Uint8Array, RegExp]>([
    [
      '100,000 x 100,000 pixels',
      pngFile([], { width: 1e5, height: 1e5, ...grey, packed: Buffer.alloc(0) }),
      /100000 x 100000/,
    ],
    ['no pixels', pngFile([], { width: 0, height: 5, ...grey }), /0 x 5 pixels, expected at least 1/],
    [
      'a zip bomb',
      png([], { ...grey, packed: deflateSync(Buffer.alloc(2 ** 26)) }),
      /found more, expected the 108 bytes/,
    ],
    [
      'too few pixels',
      png([], { ...grey, packed: deflateSync(Buffer.alloc(107)) }),
      /found 107 bytes, expected the 108/,
    ],
    ['pixels that are no zlib data', png([], { ...grey, packed: Buffer.alloc(20, 7) }), /found broken pixels/],
    ['a wrong checksum', damaged, /"IDAT" that does not match its own checksum/],
    ['a file cut off', whole.subarray(0, -20), /it was cut off/],
    ['a file cut off in its header', whole.subarray(0, 20), /it was cut off/],
    ['no palette', png(noise(1, 8), { colourType: 3, depth: 8 }), /expected one of the 0 of the palette/],
    ['a depth that there is not', png(noise(3, 4), { colourType: 2, depth: 4 }), /colour type 2 with 4 bits/],
    ['an unknown filter', png([], { ...grey, packed: deflateSync(Buffer.alloc(108, 9)) }), /filter 9/],
    ['a second header', Buffer.concat([whole.subarray(0, -12), chunk('IHDR', Buffer.alloc(13))]), /one header/],
    ['an empty file', new Uint8Array(), /found an empty file, expected a PNG, JPEG, IDX or .npy file/],
    ...OTHER_PICTURES.map(([format, start]): [string, Uint8Array, RegExp] => [
      format,
      Buffer.from(start, 'latin1'),
      new RegExp(`found ${format}, expected a PNG, JPEG, IDX or .npy file; save it as PNG or JPEG`),
    ]),
  ])('%s', async (_, bytes, reason) => {
    const path = await temporaryFile(bytes);
    const refused = readSamples(path, [HEIGHT, WIDTH]);
    await expect(refused).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining(`${path}: `) });
    await expect(refused).rejects.toThrow(reason);
    expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 28);
  });

  it('a file that is not there', async () => {
    const path = join(await temporaryFolder(), 'none.png');
    await expect(readSamples(path, [28, 28])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(path),
    });
  });

  it('another size, where a picture is taken as it is', async () => {
    const refused = readSamples(await temporaryFile(whole), [28, 28], { asIs: true });
    await expect(refused).rejects.toThrow('found 11 x 9 pixels, expected 28 x 28');
  });

  it('a picture for a network of something else', async () => {
    await expect(readSamples(await temporaryFile(whole), [4])).rejects.toThrow(
      /samples of the network have the shape \[4\]/,
    );
  });
});

// What people give to `predict`, and pictures to `images`: PNG and JPEG pictures and NumPy's arrays, whole, damaged, and with headers that say something
// else under checksums that are right.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import jpeg from 'jpeg-js';
import { problemOfError } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { damage, damaged } from './mutated-bytes.mjs';

const SIZE = 12;
/** Columns and rows that the passes of an interlaced PNG begin with, and their steps. */
const ADAM7 = ['0088', '4088', '0448', '2044', '0224', '1022', '0112'].map((pass) => Array.from(pass, Number));

const part = (type, content) => {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), content, Buffer.alloc(4)]);
  bytes.writeUInt32BE(content.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
};

/** A PNG whose header says one thing, and whose pixels may be packed as another. */
function pngOf(header, { colourType, depth, interlaced }, rest = []) {
  const numbers = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType];
  const rows = (interlaced ? ADAM7 : [[0, 0, 1, 1]]).flatMap(([x, y, stepX, stepY]) => {
    const width = Math.ceil((Math.ceil((SIZE - x) / stepX) * numbers * depth) / 8);
    return Array.from({ length: Math.ceil((SIZE - y) / stepY) }, (_, i) =>
      Buffer.from([i % 5, ...Array.from({ length: width }, (_, j) => (i * 31 + j * 7) % 256)]),
    );
  });
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(header.width >>> 0, 0);
  ihdr.writeUInt32BE(header.height >>> 0, 4);
  ihdr.set([header.depth, header.colourType, header.compression, 0, header.interlaced], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    part('IHDR', ihdr),
    ...(colourType === 3 ? [part('PLTE', Buffer.alloc(3 * 2 ** depth, 90))] : []),
    ...rest.map(({ type, length }) => part(type, Buffer.alloc(length, 7))),
    part('IDAT', deflateSync(Buffer.concat(rows))),
    part('IEND', Buffer.alloc(0)),
  ]);
}

const png = fc
  .record({
    kind: fc.constantFrom(
      ...[1, 2, 4, 8, 16].map((depth) => ({ colourType: 0, depth })),
      ...[1, 2, 4, 8].map((depth) => ({ colourType: 3, depth })),
      ...[2, 4, 6].flatMap((colourType) => [8, 16].map((depth) => ({ colourType, depth }))),
    ),
    interlaced: fc.boolean(),
    said: fc.oneof(
      { arbitrary: fc.constant({}), weight: 4 },
      fc.record(
        {
          width: fc.constantFrom(0, 1, 11, 13, 5800, 2 ** 16, 2 ** 31, 2 ** 32 - 1),
          height: fc.constantFrom(0, 1, 11, 13, 5800, 2 ** 16, 2 ** 31, 2 ** 32 - 1),
          depth: fc.constantFrom(0, 1, 2, 4, 8, 16, 32),
          colourType: fc.nat(7),
          compression: fc.nat(1),
          interlaced: fc.nat(2),
        },
        { requiredKeys: [] },
      ),
    ),
    rest: fc.array(
      fc.record({
        type: fc.constantFrom('tRNS', 'PLTE', 'IDAT', 'IHDR', 'IEND', 'tEXt', 'ABCD', '\0\0\0\0'),
        length: fc.constantFrom(0, 1, 2, 5, 6, 13, 256, 768, 769),
      }),
      { maxLength: 2, size: 'small' },
    ),
  })
  .map(({ kind, interlaced, said, rest }) => {
    const own = { width: SIZE, height: SIZE, ...kind, compression: 0, interlaced: Number(interlaced) };
    return pngOf({ ...own, ...said }, { ...kind, interlaced }, rest);
  });

const pixels = Buffer.from(Array.from({ length: SIZE * SIZE * 4 }, (_, i) => (i * 37) % 256));
const jpegFile = fc
  .constantFrom(5, 50, 95)
  .map((quality) => jpeg.encode({ width: SIZE, height: SIZE, data: pixels }, quality).data);

const npy = fc
  .record({
    version: fc.constantFrom(1, 1, 1, 2, 3, 9),
    descr: fc.constantFrom('|u1', '<f4', '>f8', '<f2', '<i8', '|b1', '|O', '<c8', '<U1', ''),
    order: fc.constantFrom('False', 'True', 'None'),
    shape: fc.constantFrom('28, 28', '2, 28, 28', '1, 784', '784,', '', '0, 28, 28', `${2 ** 31}, ${2 ** 31}`, '-1'),
    length: fc.constantFrom(784, 784 * 2, 784 * 4, 784 * 8, 0, 1),
    fill: fc.constantFrom(0, 1, 63, 127, 255),
  })
  .map(({ version, descr, order, shape, length, fill }) => {
    const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }\n`;
    const size = Buffer.alloc(version === 1 ? 2 : 4);
    size.writeUIntLE(text.length, 0, size.length);
    const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0]);
    return Buffer.concat([start, size, Buffer.from(text), Buffer.alloc(length, fill)]);
  });

const SHAPES = [[28, 28], [784], [SIZE, SIZE], [SIZE, SIZE, 3], [9, 7], [9, 7, 3], [5]];

/** A dark bar on paper: a digit, and any other picture. */
const WHOLE = jpeg.encode(
  {
    width: 40,
    height: 40,
    data: Buffer.from(
      Array.from({ length: 6400 }, (_, i) =>
        Math.abs(((i >> 2) % 40) - 20) < 3 && Math.abs(i / 160 - 20) < 12 ? 0 : 255,
      ),
    ),
  },
  90,
).data;

/** A folder of the picture, in a class of its own, and of a whole one. */
async function problemOfImages(bytes, [height, width, channels = 1], fit) {
  const folder = resolve('pictures');
  for (const name of ['a', 'b']) mkdirSync(join(folder, name), { recursive: true });
  const path = join(folder, 'a', 'sample.png');
  writeFileSync(path, bytes);
  writeFileSync(join(folder, 'b', 'sample.png'), WHOLE);
  const form = fit === 'digit' ? { size: [28, 28], channels: 1, fit } : { size: [height, width], channels, fit };
  const shape = form.channels === 1 ? form.size : [...form.size, form.channels];
  const model = { shape, description: { pictures: form } };
  const alone = await product.readSamples(path, model).catch((error) => error);
  try {
    const { features, labels } = await product.readImages({ train: folder, ...form });
    if (alone instanceof Error) return `images takes what predict refuses: ${alone.message}`;
    if (labels.join() !== '0,1') return `it gives the labels ${labels}`;
    const isSame = features.length === 2 * alone.data.length && alone.data.every((pixel, i) => pixel === features[i]);
    return isSame ? undefined : 'images makes another sample than predict';
  } catch (error) {
    if (!(alone instanceof Error)) return `images refuses what predict takes: ${error.message}`;
    return (
      problemOfError(error, path) ??
      (error.exitCode === 3 ? undefined : `exit code ${error.exitCode}, expected 3: ${error.message}`)
    );
  }
}

async function attempt({ bytes, damages, shape, asIs, fit }) {
  const path = resolve('samples');
  const content = damaged(bytes, damages);
  writeFileSync(path, content);
  const problem = await problemOfSamples(path, shape, asIs);
  if (problem !== undefined || shape.length === 1 || !isPicture(content)) return problem;
  return problemOfImages(content, shape, fit);
}

const isPicture = (bytes) => bytes.toString('latin1', 0, 4) === '\x89PNG' || bytes.toString('hex', 0, 3) === 'ffd8ff';

async function problemOfSamples(path, shape, asIs) {
  try {
    const { shape: found, data } = await product.readSamples(path, shape, { asIs });
    if (found.slice(1).join() !== shape.join()) return `it gives samples of the shape [${found}]`;
    const expected = found.reduce((size, length) => size * length, 1);
    return data.length === expected ? undefined : `it gives ${data.length} numbers for [${found}]`;
  } catch (error) {
    const problem = problemOfError(error, path);
    return problem ?? (error.exitCode === 3 ? undefined : `exit code ${error.exitCode}, expected 3: ${error.message}`);
  }
}

export const pictures = {
  trains: false,
  arbitrary: fc.record({
    bytes: fc.oneof({ arbitrary: png, weight: 2 }, jpegFile, npy),
    damages: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, fc.array(damage, { maxLength: 3 })),
    shape: fc.constantFrom(...SHAPES),
    asIs: fc.boolean(),
    fit: fc.constantFrom('cover', 'contain', 'digit'),
  }),
  attempt,
  show: ({ bytes, damages, ...rest }) =>
    `${fc.stringify(rest)}, base64 ${damaged(bytes, damages).toString('base64').slice(0, 2000)}`,
};

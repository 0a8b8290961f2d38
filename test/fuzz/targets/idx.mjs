// IDX files: valid ones, and what becomes of them. A reader of ten lines says which are IDX and what is in them; then a
// network is trained on them.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as fc from 'fast-check';
import { encodeIdx } from '../../../dist/index.js';
import { briefRun } from '../brief-run.mjs';
import { problemOfError, problemOfProgram } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { damage, damaged } from './mutated-bytes.mjs';

const EXTREMES = [0, 1, 2, 255, 256, 65_535, 2 ** 20, 2 ** 28, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const types = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };
const numbers = {
  uint8: fc.nat(255),
  int32: fc.oneof(fc.nat(9), fc.integer()),
  float32: fc.oneof(fc.float({ noNaN: true, min: -1, max: 1 }), fc.float()), // NaN and infinities, too
  float64: fc.oneof(fc.double({ noNaN: true, min: -1, max: 1 }), fc.double()),
};

const valid = fc.constantFrom('uint8', 'int32', 'float32', 'float64').chain((type) =>
  fc.record({
    type: fc.constant(type),
    shape: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    numbers: fc.array(numbers[type], { minLength: 1, maxLength: 8 }),
  }),
);

const bytesOf = ({ type, shape, numbers }) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return encodeIdx(
    shape,
    types[type].from({ length: size }, (_, i) => numbers[i % numbers.length]),
  );
};

/** A field of the header, set to a value that no honest file has. */
const header = fc.oneof(
  fc.record({ byte: fc.constantFrom(0, 1, 2, 3), to: fc.constantFrom(0, 1, 2, 4, 5, 8, 9, 11, 12, 13, 14, 255) }),
  fc.record({ axis: fc.nat(3), to: fc.constantFrom(...EXTREMES) }),
);

function withHeader(bytes, changes) {
  const changed = Buffer.from(bytes);
  for (const { byte, axis, to } of changes) {
    if (byte !== undefined && byte < changed.length) changed[byte] = to;
    else if (axis !== undefined && 8 + 4 * axis <= changed.length) changed.writeUInt32BE(to, 4 + 4 * axis);
  }
  return changed;
}

/** Half of them are as they should be, so that damage to one file of a pair is looked at, too. */
const changes = (change) => fc.oneof(fc.constant([]), fc.array(change, { maxLength: 3 }));

/** What the format says of these bytes. Source: the page of MNIST. */
function expectedOf(bytes) {
  const width = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 }[bytes[2]];
  const dimensions = bytes[3];
  if (bytes.length < 8 || bytes[0] !== 0 || bytes[1] !== 0 || width === undefined) return undefined;
  if (dimensions < 1 || dimensions > 4 || bytes.length < 4 + 4 * dimensions) return undefined;
  const shape = Array.from({ length: dimensions }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, 1);
  if (size === 0 || bytes.length !== 4 + 4 * dimensions + size * width) return undefined;
  const start = 4 + 4 * dimensions;
  const readers = {
    8: (i) => bytes[start + i],
    9: (i) => bytes.readInt8(start + i),
    11: (i) => bytes.readInt16BE(start + 2 * i),
    12: (i) => bytes.readInt32BE(start + 4 * i),
    13: (i) => bytes.readFloatBE(start + 4 * i),
    14: (i) => bytes.readDoubleBE(start + 8 * i),
  };
  return { shape, at: readers[bytes[2]] };
}

export async function problemOfReading(path, bytes) {
  const expected = expectedOf(bytes);
  let read;
  try {
    read = await product.readIdx(path);
  } catch (error) {
    if (expected !== undefined) return `it refuses what is IDX: ${error?.message}`;
    const problem = problemOfError(error, path);
    if (problem !== undefined) return problem;
    if (error.exitCode !== 3) return `exit code ${error.exitCode}, expected 3: ${error.message}`;
    return error.message.includes(': byte ') ? undefined : `it names no byte: ${error.message}`;
  }
  if (expected === undefined) return `it takes what is not IDX, as ${read.shape}`;
  if (String(read.shape) !== String(expected.shape)) return `the shape ${read.shape}, expected ${expected.shape}`;
  const wrong = read.data.findIndex((value, i) => !Object.is(value, expected.at(i)));
  return wrong === -1 ? undefined : `number ${wrong} is ${read.data[wrong]}, expected ${expected.at(wrong)}`;
}

const PIPELINE = `name: fuzz
data:
  - idx: { train: { images: images, labels: labels }, test: { images: images, labels: labels } }
  - oneHot: { classes: 10 }
network: [dense: { units: 10 }]
train: [batch: { size: 2 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.01 }, mean: { of: loss }]
test: [batch: { size: 2 }, forward, softmaxCrossEntropy, mean: { of: loss }, accuracy]
`;

const filesOf = ({ images, labels, headers, damages }) => ({
  images: damaged(withHeader(bytesOf(images), headers.images), damages.images),
  labels: damaged(withHeader(bytesOf(labels), headers.labels), damages.labels),
});

/** Reading, `lint --data` and a run must say the same of a pair. */
async function problemOfPair(files) {
  for (const [name, bytes] of Object.entries(files)) writeFileSync(name, bytes);
  writeFileSync('pipeline.yaml', PIPELINE);
  const { error, problem } = await briefRun('pipeline.yaml');
  if (problem !== undefined) return problem;
  const wrong = error && problemOfError(error);
  if (wrong !== undefined) return `run: ${wrong}`;
  if (error?.exitCode === 3 && !/images|labels/.test(error.message)) return `run names no file: ${error.message}`;
  const words = ['lint', '--data', '.', 'pipeline.yaml'];
  const lint = await product.call(words);
  const said = problemOfProgram(words, lint);
  if (said !== undefined) return `lint: ${said}`;
  // what only training shows, lint passes
  const codes = error === undefined ? [0] : error.exitCode === 1 ? [0, 1] : [error.exitCode];
  return codes.includes(lint.code)
    ? undefined
    : `lint ends with ${lint.code}: ${lint.stdout}, run with ${error?.message}`;
}

const pair = fc.record({
  images: valid,
  labels: valid,
  headers: fc.record({ images: changes(header), labels: changes(header) }),
  damages: fc.record({ images: changes(damage), labels: changes(damage) }),
  /** Whether lint and a run are asked even about files that were refused before: it takes the longest by far. */
  always: fc.integer({ min: 1, max: 20 }).map((n) => n === 20),
});

/** Every second pair is one: as many labels from 0 to 9 as there are samples. */
const labelled = pair.map((input) => ({
  ...input,
  labels: {
    type: 'uint8',
    shape: [input.images.shape[0]],
    numbers: input.labels.numbers.map((value) => Math.abs(Math.trunc(value || 0)) % 10),
  },
}));

export const idx = {
  trains: true,
  arbitrary: fc.oneof(pair, labelled),
  async attempt(input) {
    const files = filesOf(input);
    const isWhole = Object.values(files).every((bytes) => expectedOf(bytes) !== undefined);
    for (const [name, bytes] of Object.entries(files)) {
      writeFileSync(name, bytes);
      const problem = await problemOfReading(resolve(name), bytes);
      if (problem !== undefined) return `reading ${name}: ${problem}`;
    }
    return isWhole || input.always ? problemOfPair(files) : undefined;
  },
  show: (input) =>
    Object.entries(filesOf(input))
      .map(([name, bytes]) => `${name}: ${bytes.toString('hex')}`)
      .join('\n'),
};

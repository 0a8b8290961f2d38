// Archives of NumPy's arrays: whole, damaged, and with directories that say something else of what they hold. Read to the
// numbers that were written, or refused by the file's name.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { problemOfError } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { damage, damaged } from './mutated-bytes.mjs';

/** A number of 16 bits. Source: IEEE 754 binary16, for whole numbers that it holds. */
function half(number) {
  if (number === 0) return 0;
  const exponent = Math.floor(Math.log2(number));
  return ((exponent + 15) << 10) | ((number / 2 ** exponent - 1) * 1024);
}

/** How NumPy writes a number, by type. */
const WRITE = {
  '|u1': [1, (buffer, at, n) => buffer.writeUInt8(n, at)],
  '|b1': [1, (buffer, at, n) => buffer.writeUInt8(n, at)],
  '<u2': [2, (buffer, at, n) => buffer.writeUInt16LE(n, at)],
  '>i4': [4, (buffer, at, n) => buffer.writeInt32BE(n, at)],
  '<i8': [8, (buffer, at, n) => buffer.writeBigInt64LE(BigInt(n), at)],
  '<f2': [2, (buffer, at, n) => buffer.writeUInt16LE(half(n), at)],
  '<f4': [4, (buffer, at, n) => buffer.writeFloatLE(n, at)],
  '>f8': [8, (buffer, at, n) => buffer.writeDoubleBE(n, at)],
};

function npyOf({ shape, numbers = [], type, columnMajor, zeros }) {
  const [width, write] = WRITE[type];
  const data = Buffer.alloc((zeros ?? numbers.length) * width);
  const [rows, columns = 1] = shape;
  numbers.forEach((n, i) => {
    const place = columnMajor ? (i % columns) * rows + Math.floor(i / columns) : i;
    write(data, place * width, n);
  });
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const order = columnMajor ? 'True' : 'False';
  const header = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${axes}), }\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(header.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(header), data]);
}

/** What a zip says of an entry, in its directory, in bytes. */
const FIELDS = { method: [10, 2], checksum: [16, 4], packed: [20, 4], size: [24, 4], name: [28, 2], local: [42, 4] };

/** Entries may be many that are one in truth, `times`, and the directory may say what is not so, `lies`. */
function zipOf(entries, { times, lies, count }) {
  const files = [];
  const directory = [];
  let offset = 0;
  entries.forEach(({ name, content, isPacked }, i) => {
    const path = Buffer.from(`${name}.npy`);
    const body = isPacked ? deflateRawSync(content) : content;
    const said = Buffer.alloc(46);
    said.writeUInt32LE(0x02014b50, 0);
    said.writeUInt16LE(isPacked ? 8 : 0, 10);
    said.writeUInt32LE(crc32(content), 16);
    said.writeUInt32LE(body.length, 20);
    said.writeUInt32LE(content.length, 24);
    said.writeUInt16LE(path.length, 28);
    said.writeUInt32LE(offset, 42);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    said.copy(local, 8, 10, 30);
    for (const { field, to } of lies.filter(({ of }) => of === i)) {
      const [at, length] = FIELDS[field];
      said.writeUIntLE(to % 2 ** (8 * length), at, length);
    }
    files.push(local, path, body);
    directory.push(...Array.from({ length: times }, () => [said, path]).flat());
    offset += local.length + path.length + body.length;
  });
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count ?? entries.length * times, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, ...directory, end]);
}

const bytesOf = ({ samples, labels, names, zeros, said, damages }) => {
  const contents = [samples, labels].map(npyOf);
  const more = zeros === undefined ? [] : [npyOf({ shape: [zeros], type: '<f2', zeros })];
  const entries = [...contents, ...more].map((content, i) => {
    const { isPacked } = [samples, labels][i] ?? { isPacked: true };
    return { name: [...names, 'zeros'][i], content, isPacked };
  });
  return damaged(zipOf(entries, said), damages);
};

const isWhole = ({ zeros, said, damages }) =>
  zeros === undefined && said.times === 1 && said.count === undefined && !said.lies.length && !damages.length;

async function attempt(input) {
  const path = resolve('arrays.npz');
  writeFileSync(path, bytesOf(input));
  const { samples, labels } = input;
  let examples;
  try {
    examples = await product.readNpz({ file: path });
  } catch (error) {
    if (isWhole(input)) return `it refuses what NumPy writes: ${error?.message}`;
    const problem = problemOfError(error, path);
    return problem ?? (error.exitCode === 3 ? undefined : `exit code ${error.exitCode}, expected 3: ${error.message}`);
  }
  // whatever the archive says, its numbers are under checksums, and nothing else passes for them
  const said = examples.labels ?? examples.targets.data;
  if (examples.features.join() !== samples.numbers.join()) return `it reads ${examples.features}`;
  return said.join() === labels.numbers.join() ? undefined : `it reads the labels ${said}`;
}

const array = (shape, most) =>
  fc
    .record({
      type: fc.constantFrom(...Object.keys(WRITE)),
      columnMajor: fc.boolean(),
      isPacked: fc.boolean(),
      numbers: fc.array(fc.nat(most), {
        minLength: shape.reduce((size, length) => size * length, 1),
        maxLength: shape.reduce((size, length) => size * length, 1),
      }),
    })
    .map((made) => ({ ...made, shape, numbers: made.type === '|b1' ? made.numbers.map((n) => n % 2) : made.numbers }));

const arrays = fc
  .record({ n: fc.integer({ min: 2, max: 9 }), width: fc.integer({ min: 1, max: 5 }) })
  .chain(({ n, width }) => fc.record({ samples: array([n, width], 255), labels: array([n], 9) }));

const lie = fc.record({
  of: fc.nat(1),
  field: fc.constantFrom(...Object.keys(FIELDS)),
  to: fc.oneof(fc.nat(300), fc.constantFrom(2 ** 16 - 1, 2 ** 20, 2 ** 30 - 1, 2 ** 30, 2 ** 31, 2 ** 32 - 1)),
});

export const npz = {
  trains: false,
  arbitrary: fc
    .record({
      arrays,
      names: fc.constantFrom(['x_train', 'y_train'], ['x', 'y'], ['train_images', 'train_labels']),
      zeros: fc.option(fc.constantFrom(0, 1, 2 ** 16, 2 ** 20), { nil: undefined, freq: 5 }),
      said: fc.oneof(
        { arbitrary: fc.constant({ times: 1, lies: [] }), weight: 2 },
        fc.record({
          times: fc.constantFrom(1, 1, 1, 2, 2000),
          lies: fc.array(lie, { maxLength: 2 }),
          count: fc.option(fc.constantFrom(0, 1, 3, 65535), { nil: undefined, freq: 5 }),
        }),
      ),
      damages: fc.oneof({ arbitrary: fc.constant([]), weight: 2 }, fc.array(damage, { maxLength: 3 })),
    })
    .map(({ arrays: both, ...rest }) => ({ ...both, ...rest })),
  attempt,
  show: (input) => `${fc.stringify(input)}, base64 ${bytesOf(input).toString('base64').slice(0, 2000)}`,
};

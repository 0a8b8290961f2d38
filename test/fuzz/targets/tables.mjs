// Tables of text in the dialects of many programs, whole and damaged: read to the numbers that were written, or refused with
// a place; and no wrong number taken for data, which a reader of ten lines looks for.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { problemOfError } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { damage, damaged } from './mutated-bytes.mjs';

const HEADER = ['size', 'gap', 'colour', 'height'];
const WORDS = ['red', 'blue', 'très bleu', 'a b'];

const number = fc.oneof(fc.integer({ min: -999, max: 999 }), fc.double({ noNaN: true, noDefaultInfinity: true }));
const rows = fc.array(
  fc.record({ size: number, gap: fc.option(number), colour: fc.constantFrom(...WORDS), height: number }),
  { minLength: 4, maxLength: 12 },
);

const dialect = fc.record({
  format: fc.constantFrom('csv', 'csv', 'csv', 'jsonl'),
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  decimal: fc.constantFrom('.', ','),
  end: fc.constantFrom('\n', '\r\n'),
  quoted: fc.boolean(),
  missing: fc.constantFrom('', 'NA', '?'),
  encoding: fc.constantFrom('utf8', 'utf8', 'utf16le'),
  packed: fc.boolean(),
  last: fc.boolean(),
});

/** In a table with commas between its cells, numbers have points. */
const decimalIn = ({ delimiter, decimal }) => (delimiter === ',' ? '.' : decimal);

function textOf({ rows, dialect }) {
  const { format, delimiter, end, quoted, missing, last } = dialect;
  if (format === 'jsonl') return rows.map((row) => JSON.stringify(row)).join(end) + (last ? end : '');
  const cell = (value) => {
    const text =
      value === null ? missing : typeof value === 'number' ? String(value).replace('.', decimalIn(dialect)) : value;
    return quoted ? `"${text}"` : text;
  };
  const lines = [HEADER, ...rows.map((row) => HEADER.map((name) => row[name]))].map((cells) =>
    cells.map(cell).join(delimiter),
  );
  return lines.join(end) + (last ? end : '');
}

function bytesOf(input) {
  const text = textOf(input);
  const { encoding, packed } = input.dialect;
  const bytes = damaged(Buffer.from(encoding === 'utf8' ? text : `\ufeff${text}`, encoding), input.damages);
  return packed ? gzipSync(bytes) : bytes;
}

/** size, gap, and a column for each colour that there is. */
function expectedOf(rows) {
  const gaps = rows.flatMap(({ gap }) => (gap === null ? [] : [gap])).sort((a, b) => a - b);
  const median = (gaps[(gaps.length - 1) >> 1] + gaps[gaps.length >> 1]) / 2;
  const colours = [...new Set(rows.map(({ colour }) => colour))].sort();
  return rows.flatMap(({ size, gap, colour }) => [
    size,
    ...(gaps.length === 0 ? [] : [gap ?? median]),
    ...colours.map((one) => Number(one === colour)),
  ]);
}

const isSame = (found, expected) =>
  found.length === expected.length &&
  expected.every((value, i) => Math.abs(found[i] - value) <= 1e-12 * Math.abs(value));

/** What a reader of no dialect at all says of the first column and the last, of text that is as simple as can be. */
function plainNumbers(text) {
  const [header, ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  if (header !== HEADER.join(',') || /["\r]/.test(text)) return undefined;
  const cells = lines.map((line) => line.split(',').map((cell) => cell.trim()));
  const isPlain = cells.every((row) => row.length === 4 && [0, 3].every((j) => /^-?\d+(\.\d+)?$/.test(row[j])));
  return isPlain ? cells.map((row) => [Number(row[0]), Number(row[3])]) : undefined;
}

async function attempt(input) {
  const path = resolve('table');
  writeFileSync(path, bytesOf(input));
  const { format, encoding } = input.dialect;
  const isWhole = input.damages.length === 0;
  let examples;
  try {
    examples = await product.readTable(format, { train: path, target: 'height' });
  } catch (error) {
    // a column of nothing is refused, and it is damage alone that may be refused else
    const isEmpty = input.rows.every(({ gap }) => gap === null);
    if (isWhole && !isEmpty) return `it refuses what is a table: ${error?.message}`;
    const problem = problemOfError(error);
    if (problem !== undefined) return problem;
    if (![2, 3].includes(error.exitCode)) return `exit code ${error.exitCode}, expected 2 or 3: ${error.message}`;
    return error.message.includes('table') || error.exitCode === 2 ? undefined : `it names no file: ${error.message}`;
  }
  const { features, targets, shape } = examples;
  if (features.length % shape[0] !== 0) return `${features.length} numbers for samples of ${shape}`;
  const wrong = features.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) return `number ${wrong} is ${features[wrong]}`;
  if (isWhole) {
    if (!isSame(features, expectedOf(input.rows))) return `it reads ${features}, expected ${expectedOf(input.rows)}`;
    const heights = input.rows.map(({ height }) => height);
    return isSame(targets.data, heights) ? undefined : `it reads the heights ${targets.data}, expected ${heights}`;
  }
  if (format !== 'csv' || encoding !== 'utf8' || targets === undefined) return undefined;
  const plain = plainNumbers(damaged(Buffer.from(textOf(input)), input.damages).toString());
  if (plain === undefined || plain.length !== targets.data.length) return undefined;
  const at = plain.findIndex(([size, height], i) => features[i * shape[0]] !== size || targets.data[i] !== height);
  return at === -1
    ? undefined
    : `row ${at} is read as ${features[at * shape[0]]}, ${targets.data[at]}, expected ${plain[at]}`;
}

export const tables = {
  trains: false,
  arbitrary: fc.record({
    rows,
    dialect,
    damages: fc.oneof(fc.constant([]), { arbitrary: fc.array(damage, { minLength: 1, maxLength: 3 }), weight: 3 }),
  }),
  attempt,
  show: (input) => `${fc.stringify(input.dialect)}, base64 ${bytesOf(input).toString('base64').slice(0, 2000)}`,
};

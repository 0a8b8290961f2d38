// Tables of text in the dialects of many programs, whole and damaged: read to the numbers that were written, or refused with
// a place; and no wrong number taken for data, which a reader of ten lines looks for. In some, a column has both numbers and
// words: it is refused, whatever their shares are.
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

/** What stands in some rows in place of a number: from one row to all but one. */
const mixed = fc.option(
  fc.record({
    column: fc.constantFrom('size', 'height'),
    word: fc.constantFrom('unknown', 'six', '8b', '5%', 'true', '1 100'),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    shift: fc.nat(11),
  }),
  { freq: 2 },
);

/** The rows as they are written, and how many words the mixed column has. */
function mixedRows({ rows, mixed }) {
  if (mixed === null) return { written: rows, words: 0 };
  const words = Math.min(1 + Math.floor(mixed.share * (rows.length - 1)), rows.length - 1);
  const isWord = (i) => (i + mixed.shift) % rows.length < words;
  const written = rows.map((row, i) => (isWord(i) ? { ...row, [mixed.column]: mixed.word } : row));
  return { written, words };
}

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

function textOf(input) {
  const { dialect } = input;
  const { written } = mixedRows(input);
  const { format, delimiter, end, quoted, missing, last } = dialect;
  if (format === 'jsonl') return written.map((row) => JSON.stringify(row)).join(end) + (last ? end : '');
  const cell = (value) => {
    const text =
      value === null ? missing : typeof value === 'number' ? String(value).replace('.', decimalIn(dialect)) : value;
    return quoted ? `"${text}"` : text;
  };
  const lines = [HEADER, ...written.map((row) => HEADER.map((name) => row[name]))].map((cells) =>
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

const isNumberAlone = (cell) => /^-?\d+(\.\d+)?$/.test(cell);

/** What a reader of no dialect at all says of the first column and the last, of text that is as simple as can be. */
function plainNumbers(text) {
  const cells = plainCells(text);
  const isPlain = cells?.every((row) => [0, 3].every((j) => isNumberAlone(row[j])));
  return isPlain ? cells.map((row) => [Number(row[0]), Number(row[3])]) : undefined;
}

/** Whether such a reader sees numbers and words in the first column, or in the last. */
const plainMixed = (text) =>
  [0, 3].some((j) => {
    const cells = plainCells(text)?.map((row) => row[j]);
    return cells?.some(isNumberAlone) && cells.includes('six') && cells.every((cell) => cell !== '');
  });

function plainCells(text) {
  const [header, ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  if (header !== HEADER.join(',') || /["\r]/.test(text)) return undefined;
  const cells = lines.map((line) => line.split(',').map((cell) => cell.trim()));
  return cells.every((row) => row.length === 4) ? cells : undefined;
}

const counted = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;

async function attempt(input) {
  const path = resolve('table');
  writeFileSync(path, bytesOf(input));
  const { format, encoding } = input.dialect;
  const isWhole = input.damages.length === 0;
  const { words } = mixedRows(input);
  const count = `${counted(input.rows.length - words, 'number')} and ${counted(words, 'word')}`;
  let examples;
  try {
    examples = await product.readTable(format, { train: path, target: 'height' });
  } catch (error) {
    // a column of nothing is refused, and one of numbers and words; else it is damage alone that may be
    const isEmpty = input.rows.every(({ gap }) => gap === null);
    if (isWhole && input.mixed !== null) {
      if (!isEmpty && !error.message.includes(count)) return `it does not say "${count}": ${error.message}`;
    } else if (isWhole && !isEmpty) return `it refuses what is a table: ${error?.message}`;
    const problem = problemOfError(error);
    if (problem !== undefined) return problem;
    if (![2, 3].includes(error.exitCode)) return `exit code ${error.exitCode}, expected 2 or 3: ${error.message}`;
    return error.message.includes('table') || error.exitCode === 2 ? undefined : `it names no file: ${error.message}`;
  }
  if (isWhole && input.mixed !== null) return `it reads ${input.mixed.column}, which has ${count}`;
  const { features, targets, shape } = examples;
  if (features.length % shape[0] !== 0) return `${features.length} numbers for samples of ${shape}`;
  const wrong = features.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) return `number ${wrong} is ${features[wrong]}`;
  if (isWhole) {
    if (!isSame(features, expectedOf(input.rows))) return `it reads ${features}, expected ${expectedOf(input.rows)}`;
    const heights = input.rows.map(({ height }) => height);
    return isSame(targets.data, heights) ? undefined : `it reads the heights ${targets.data}, expected ${heights}`;
  }
  if (format !== 'csv' || encoding !== 'utf8') return undefined;
  const text = damaged(Buffer.from(textOf(input)), input.damages).toString();
  if (plainMixed(text)) return 'it reads a column of numbers and words';
  if (targets === undefined) return undefined;
  const plain = plainNumbers(text);
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
    mixed,
    dialect,
    damages: fc.oneof(fc.constant([]), { arbitrary: fc.array(damage, { minLength: 1, maxLength: 3 }), weight: 3 }),
  }),
  attempt,
  show: (input) => `${fc.stringify(input.dialect)}, base64 ${bytesOf(input).toString('base64').slice(0, 2000)}`,
};

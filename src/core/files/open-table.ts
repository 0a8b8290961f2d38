/** Tables of delimited text, parsed by csv-parse, a block of rows at a time. */
import { DataError } from '../errors.js';
import { shortened } from '../printable.js';
import type { Dialect, KnownDialect, OpenTable, RowBlock } from '../table.js';
import { cellSpans, dialectOf, MixedDecimals } from '../tables/dialect.js';
import { type CsvOptions, type CsvPackage, type CsvRecord, recordsOf } from './csv-records.js';
import { beginsWithJson, requireText, wrongKind } from './file-signature.js';
import { textOfFile } from './text-of-file.js';

/** Rows in a block: few enough to go through without holding up the event loop. */
const ROWS = 1000;
/** Characters that show how a table is written. */
const START = 65_536;
/** Characters of a row: a file of other bytes may have none of the ends of a line. */
const LONGEST_ROW = 2 ** 20;

/**
 * Opens a table: CSV, TSV or the like, in UTF-8 or UTF-16. How it is written is seen from its first
 * lines.
 *
 * @param bytesOf the bytes of the file, unpacked, from the first on, each time
 * @param csv csv-parse, as there is one for Node and one for pages
 * @param numbers as of `dialectOf`
 * @throws DataError when the file is missing, empty or not text, or has numbers of two decimal signs and none is given.
 */
export async function openTable(
  path: string,
  bytesOf: () => AsyncIterable<Uint8Array>,
  csv: CsvPackage,
  given: KnownDialect = {},
  numbers?: readonly string[],
): Promise<OpenTable> {
  for await (const chunk of bytesOf()) {
    requireText(path, chunk, 'a table of text');
    break;
  }
  const text = () => textOfFile(path, bytesOf());
  let start = '';
  for await (const chunk of text()) {
    start += chunk;
    if (start.length >= START) break;
  }
  if (start.includes('\0')) throw wrongKind(path, lowBytesOf(start), 'a table of text');
  if (start.trim() === '') throw new DataError(path, 'found an empty file, expected a table of text');
  if (beginsWithJson(start)) throw wrongKind(path, new TextEncoder().encode(start), 'a table of text');
  const dialect = await seenIn(start, path, given, numbers);
  const first = await firstRow(parsed(path, text(), csv, dialect.delimiter));
  const names = dialect.header ? first : first.map((_, i) => String(i + 1));
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) < i);
  if (twice !== undefined)
    throw new DataError(`${path}:1:1`, `found two columns called "${shortened(twice)}", expected other names`);

  return {
    path,
    dialect,
    names,
    async *rows() {
      let isFirst = dialect.header;
      for await (const { rows, lines } of parsed(path, text(), csv, dialect.delimiter)) {
        const block = isFirst ? { rows: rows.slice(1), lines: lines.slice(1) } : { rows, lines };
        isFirst = false;
        for (const [i, row] of block.rows.entries()) requireWidth(row, names, `${path}:${block.lines[i]}:1`);
        yield block;
      }
    },
    placeOf: async (line, cell) => `${path}:${await placeIn(text(), line, cell, dialect.delimiter)}`,
  };
}

/** @throws DataError with `PATH:LINE:COLUMN` where numbers have two decimal signs. */
async function seenIn(start: string, path: string, given: KnownDialect, numbers?: readonly string[]): Promise<Dialect> {
  try {
    return dialectOf(start, given, numbers);
  } catch (error) {
    if (!(error instanceof MixedDecimals)) throw error;
    const { line, cell, delimiter, message } = error;
    const place = await placeIn([start], line, cell, delimiter);
    throw new DataError(`${path}:${place}`, message, { cause: error });
  }
}

async function* parsed(
  path: string,
  text: AsyncIterable<string>,
  csv: CsvPackage,
  delimiter: string,
): AsyncGenerator<RowBlock, void, undefined> {
  const options: CsvOptions = {
    bom: true,
    delimiter,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true, // said with the names of the columns
    info: true,
    max_record_size: LONGEST_ROW,
  };
  let last = 0;
  try {
    for await (const records of recordsOf(text, csv, options)) {
      for (let first = 0; first < records.length; first += ROWS) yield blockOf(records.slice(first, first + ROWS));
      last = records.at(-1)?.info.lines ?? last;
    }
  } catch (error) {
    if (!(error instanceof csv.CsvError)) throw error;
    // the parser is at the end of the text when it finds that a quote is open: it names the row that the quote is in
    const line = error.code === 'CSV_QUOTE_NOT_CLOSED' ? last + 1 : Number(error.lines ?? 1);
    throw new DataError(`${path}:${line}:1`, `${problems[error.code] ?? error.message}`, { cause: error });
  }
}

const blockOf = (records: readonly CsvRecord[]): RowBlock => ({
  rows: records.map(({ record }) => record),
  lines: records.map(({ info }) => info.lines),
});

const problems: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'found a quote " that is not closed, expected another one at the end of its cell',
  CSV_INVALID_CLOSING_QUOTE:
    'found more behind a closing quote ", expected the end of its cell; within quotes, "" is one quote',
  INVALID_OPENING_QUOTE:
    'found a quote " within a cell, expected one around the whole cell; within quotes, "" is one quote',
  CSV_MAX_RECORD_SIZE: `found a row of more than ${LONGEST_ROW} characters, expected a table of text`,
};

async function firstRow(blocks: AsyncIterable<RowBlock>): Promise<readonly string[]> {
  for await (const { rows } of blocks) return rows[0];
  return [];
}

function requireWidth(row: readonly string[], names: readonly string[], place: string): void {
  if (row.length === names.length) return;
  const cells = `${row.length} ${row.length === 1 ? 'cell' : 'cells'}`;
  throw new DataError(place, `found ${cells}, expected ${names.length}, as many as there are columns`);
}

/** `78:5` from the line on which a row ends, and the number of a cell in it. */
async function placeIn(
  text: AsyncIterable<string> | readonly string[],
  line: number,
  cell: number,
  delimiter: string,
): Promise<string> {
  const lines: string[] = [];
  let rest = '';
  for await (const chunk of text) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    if (lines.length >= line) break;
  }
  lines.push(rest);
  let first = line - 1;
  let row = lines[first] ?? '';
  // a quoted cell goes over several lines: the row begins where its quotes are even
  while (first > 0 && (row.split('"').length - 1) % 2 === 1) row = `${lines[--first]}\n${row}`;
  const { begin, end } = cellSpans(row, delimiter)[cell] ?? { begin: 0, end: 0 };
  const before = row.slice(0, begin + row.slice(begin, end).search(/\S|$/)).split('\n');
  return `${first + before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** Of each character the lower byte. */
const lowBytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

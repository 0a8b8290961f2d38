/** How a table is written: which sign parts its cells, which its decimals, and whether its first row names the columns. */
import { shortened } from '../printable.js';
import type { Dialect, KnownDialect } from '../table.js';
import { isMissing, numberIn, otherSign, signIn } from './cells.js';

/** In the order in which they are tried. */
const DELIMITERS = [',', ';', '\t', '|'];

/** So many lines show how a table is written. */
const LINES = 50;

/** Numbers with a decimal point beside others with a comma: those of one sign may be thousands. */
export class MixedDecimals extends Error {
  override readonly name = 'MixedDecimals';

  constructor(
    message: string,
    /** On which a row ends. */
    readonly line: number,
    /** Which cell of the row, from 0 on. */
    readonly cell: number,
    readonly delimiter: string,
  ) {
    super(message);
  }
}

/** A row that shows how a table is written, with the line on which it ends. */
interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * How a table seems to be written.
 *
 * - delimiter: the one that parts the most lines into the same number of cells, two or more; of equals, the one with more;
 * - decimal: a comma where columns of numbers have some with a comma, and the comma parts no cells;
 * - header: the first row names columns unless there is a number in it.
 *
 * @param start of the text: some kilobytes, whole lines but for the last
 * @param given what is known already
 * @param numbers the names of the columns whose numbers are read; without them, of all
 * @throws MixedDecimals where columns of numbers have points and commas, and no decimal sign is given.
 */
export function dialectOf(start: string, given: KnownDialect = {}, numbers?: readonly string[]): Dialect {
  const lines = linesOf(start).slice(0, LINES);
  const delimiter = given.delimiter ?? delimiterOf(lines.map(({ text }) => text));
  const rows = lines.map(({ text, line }) => ({ cells: cellsOf(text, delimiter), line }));
  const isRead = (name: string, cell: number): boolean =>
    numbers === undefined || numbers.includes(given.header === false ? String(cell + 1) : name);
  const decimal = given.decimal ?? decimalOf(rows, delimiter, isRead);
  const first = rows[0]?.cells ?? [];
  const names = first.every((cell) => numberIn(cell, decimal) === undefined) && !first.every(isMissing);
  return { delimiter, decimal, header: given.header ?? names };
}

/** Those with something in them, with their numbers; a quoted cell may go over several, of which the last one counts. */
function linesOf(text: string): { readonly text: string; readonly line: number }[] {
  const lines: { text: string; line: number }[] = [];
  let row = '';
  const parts = text.split(/\r\n|\n|\r/);
  for (const [i, part] of parts.entries()) {
    row += row === '' ? part : `\n${part}`;
    if ((row.match(/"/g)?.length ?? 0) % 2 === 1) continue; // within quotes
    if (row.trim() !== '') lines.push({ text: row, line: i + 1 });
    row = '';
  }
  if (lines.length === 0 && row.trim() !== '') lines.push({ text: row, line: parts.length });
  return lines;
}

function delimiterOf(lines: readonly string[]): string {
  const tried = DELIMITERS.map((delimiter) => {
    const counts = lines.map((line) => cellsOf(line, delimiter).length);
    const cells = mostOften(counts);
    return { delimiter, cells, agree: cells < 2 ? 0 : counts.filter((count) => count === cells).length };
  });
  return tried.reduce((best, one) =>
    one.agree > best.agree || (one.agree === best.agree && one.cells > best.cells) ? one : best,
  ).delimiter;
}

function mostOften(counts: readonly number[]): number {
  const times = new Map<number, number>();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  return [...times].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0];
}

/** Columns of numbers say it: those in which half of the cells are some, since one may be a name. */
function decimalOf(
  rows: readonly Row[],
  delimiter: string,
  isRead: (name: string, cell: number) => boolean,
): Dialect['decimal'] {
  if (delimiter === ',') return '.';
  const found: Record<Dialect['decimal'], { text: string; line: number; cell: number }[]> = { '.': [], ',': [] };
  for (const [cell, name] of rows[0]?.cells.entries() ?? []) {
    if (!isRead(name, cell)) continue;
    const column = rows.map(({ cells, line }) => ({ text: cells[cell] ?? '', line, cell }));
    const values = column
      .filter(({ text }) => !isMissing(text))
      .map((value) => ({ ...value, sign: signIn(value.text) }));
    if (values.filter(({ sign }) => sign !== undefined).length < values.length / 2) continue;
    for (const { sign, ...value } of values) if (sign === '.' || sign === ',') found[sign].push(value);
  }
  const decimal = found[','].length > found['.'].length ? ',' : '.';
  const [[usual], [other]] = [found[decimal], found[otherSign(decimal)]];
  if (usual === undefined || other === undefined) return decimal;
  const problem = `found "${shortened(other.text)}", and "${shortened(usual.text)}" on line ${usual.line}`;
  throw new MixedDecimals(
    `${problem}, expected numbers of one decimal sign; decimal: "," or decimal: "." says which one it is`,
    other.line,
    other.cell,
    delimiter,
  );
}

/** The cells of a line, without the quotes around them. */
function cellsOf(line: string, delimiter: string): string[] {
  return cellSpans(line, delimiter).map(({ begin, end }) => {
    const cell = line.slice(begin, end).trim();
    return cell.length > 1 && cell.startsWith('"') && cell.endsWith('"')
      ? cell.slice(1, -1).replaceAll('""', '"')
      : cell;
  });
}

/** Where the cells of a line begin and end, blanks included. */
export function cellSpans(line: string, delimiter: string): { readonly begin: number; readonly end: number }[] {
  const spans: { begin: number; end: number }[] = [];
  let begin = 0;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') quoted = !quoted;
    else if (!quoted && line.startsWith(delimiter, i)) {
      spans.push({ begin, end: i });
      begin = i + delimiter.length;
      i = begin - 1;
    }
  }
  return [...spans, { begin, end: line.length }];
}

/** How a table is written: which sign parts its cells, which its decimals, and whether its first row names the columns. */
import type { Dialect, KnownDialect } from '../table.js';
import { isMissing, numberIn } from './cells.js';

/** In the order in which they are tried. */
const DELIMITERS = [',', ';', '\t', '|'];

/** So many lines show how a table is written. */
const LINES = 50;

/**
 * How a table seems to be written.
 *
 * - delimiter: the one that parts the most lines into the same number of cells, two or more; of equals, the one with more;
 * - decimal: a comma where more cells are numbers with a comma than with a point, and the comma parts no cells;
 * - header: the first row names columns unless there is a number in it.
 *
 * @param start of the text: some kilobytes, whole lines but for the last
 * @param given what is known already
 */
export function dialectOf(start: string, given: KnownDialect = {}): Dialect {
  const lines = linesOf(start).slice(0, LINES);
  const delimiter = given.delimiter ?? delimiterOf(lines);
  const rows = lines.map((line) => cellsOf(line, delimiter));
  const decimal = given.decimal ?? decimalOf(rows.flat(), delimiter);
  const [first = []] = rows;
  const names = first.every((cell) => numberIn(cell, decimal) === undefined) && !first.every(isMissing);
  return { delimiter, decimal, header: given.header ?? names };
}

/** Those with something in them; a quoted cell may go over several. */
function linesOf(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/\r\n|\n|\r/)) {
    line += line === '' ? part : `\n${part}`;
    if ((line.match(/"/g)?.length ?? 0) % 2 === 1) continue; // within quotes
    if (line.trim() !== '') lines.push(line);
    line = '';
  }
  if (lines.length === 0 && line.trim() !== '') lines.push(line);
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

function decimalOf(cells: readonly string[], delimiter: string): Dialect['decimal'] {
  if (delimiter === ',') return '.';
  const commas = cells.filter((cell) => /^[+-]?\d+,\d+(e[+-]?\d+)?$/i.test(cell)).length;
  const points = cells.filter((cell) => /^[+-]?\d+\.\d+(e[+-]?\d+)?$/i.test(cell)).length;
  return commas > points ? ',' : '.';
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

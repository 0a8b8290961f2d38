/** Cells of a table: what is a number, what is missing, and what is a word. */

/** What programs write where there is no value: pandas, R, SQL, spreadsheets, the UCI repository. */
export const MISSING = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '?', '<na>']);

export const isMissing = (cell: string): boolean => cell.length <= 4 && MISSING.has(cell.toLowerCase());

/** What a number looks like, by its decimal sign. */
export const NUMBER = {
  '.': /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
  ',': /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i,
} as const;

/** A number whose thousands are parted by the sign that is not the decimal one. */
const THOUSANDS = {
  '.': /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/,
  ',': /^[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d*)?$/,
} as const;

export const otherSign = (decimal: '.' | ','): '.' | ',' => (decimal === '.' ? ',' : '.');

/** How a number is to be written that has another decimal sign, or separators of thousands; undefined where a cell is none. */
export function rewritten(cell: string, decimal: '.' | ','): string | undefined {
  if (NUMBER[decimal].test(cell)) return undefined;
  const other = otherSign(decimal);
  if (THOUSANDS[decimal].test(cell)) return cell.replaceAll(other, '');
  if (THOUSANDS[other].test(cell)) return cell.replaceAll(decimal, '').replace(other, decimal);
  return NUMBER[other].test(cell) ? cell.replace(other, decimal) : undefined;
}

/** The decimal sign of a number, or that it has none; undefined where a cell is no number. */
export function signIn(cell: string): '.' | ',' | 'none' | undefined {
  for (const sign of ['.', ','] as const) {
    const isNumber = NUMBER[sign].test(cell);
    if (isNumber && !cell.includes(sign)) return 'none';
    if (isNumber || (THOUSANDS[sign].test(cell) && cell.includes(sign))) return sign;
  }
  return undefined;
}

/** The number that a cell says, which may be too large for a float64; undefined where it says none. */
export function numberIn(cell: string, decimal: '.' | ','): number | undefined {
  if (!NUMBER[decimal].test(cell)) return undefined;
  return Number(decimal === ',' ? cell.replace(',', '.') : cell);
}

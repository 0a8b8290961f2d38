/** Cells of a table: what is a number, what is missing, and what is a word. */

/** What programs write where there is no value: pandas, R, SQL, spreadsheets, the UCI repository. */
export const MISSING = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '?', '<na>']);

export const isMissing = (cell: string): boolean => cell.length <= 4 && MISSING.has(cell.toLowerCase());

/** What a number looks like, by its decimal sign. */
export const NUMBER = {
  '.': /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i,
  ',': /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i,
} as const;

/** The number that a cell says, which may be too large for a float64; undefined where it says none. */
export function numberIn(cell: string, decimal: '.' | ','): number | undefined {
  if (!NUMBER[decimal].test(cell)) return undefined;
  return Number(decimal === ',' ? cell.replace(',', '.') : cell);
}

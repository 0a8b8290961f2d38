/**
 * Columns of a table: what their cells are, as the rows to learn from show, and how a cell becomes numbers. A number stays
 * one; a category becomes one column a value, 1 for the one that the cell says and 0 for the others.
 */
import { didYouMean } from '../errors.js';
import { shortened, someOf } from '../printable.js';
import type { CategoryColumn, Column, Dialect, NumberColumn } from '../table.js';
import { isMissing, numberIn, rewritten } from './cells.js';

/** How many numbers a column becomes. */
export const widthOfColumn = (column: Column): number => (column.kind === 'number' ? 1 : column.values.length);

/** A cell that is not what its column is. */
export class CellProblem extends Error {
  override readonly name = 'CellProblem';
}

/**
 * Writes what a cell says.
 *
 * @param to where the numbers of the column begin; they are 0 before
 * @returns whether the value is one that the rows to learn from have not: all its numbers stay 0.
 * @throws CellProblem when it is no number, or missing where none was missing before.
 */
export function writeCell(
  column: Column,
  cell: string,
  decimal: Dialect['decimal'],
  to: Float64Array,
  at: number,
): boolean {
  if (column.kind === 'number') {
    to[at] = numberOf(column, cell, decimal);
    return false;
  }
  if (isMissing(cell) && column.keepsMissing) return false;
  const value = isMissing(cell) ? column.fill : cell;
  if (value === undefined) throw new CellProblem(`found no value for ${shortened(column.name)}, ${EXPECTED_ONE}`);
  const index = column.values.indexOf(value);
  if (index >= 0) to[at + index] = 1;
  return index < 0;
}

const EXPECTED_ONE = 'expected one, since missing: error';

/** @throws CellProblem when it is none, or is missing where none was missing before. */
export function numberOf(
  { name, fill, keepsMissing }: NumberColumn,
  cell: string,
  decimal: Dialect['decimal'],
): number {
  if (isMissing(cell)) {
    if (keepsMissing) return Number.NaN;
    if (fill !== undefined) return fill;
    throw new CellProblem(`found no value for ${shortened(name)}, ${EXPECTED_ONE}`);
  }
  const number = numberIn(cell, decimal);
  if (number === undefined) {
    const problem = `found "${shortened(cell)}" for ${shortened(name)}, expected a number`;
    throw new CellProblem(notationProblem(name, cell, decimal) ?? problem);
  }
  if (Number.isFinite(number)) return number;
  throw new CellProblem(`found ${shortened(cell)} for ${shortened(name)}, which is too large for a number of 64 bits`);
}

/** What is wrong with a number that has another decimal sign, or separators of thousands: it is no word. */
export function notationProblem(name: string, cell: string, decimal: Dialect['decimal']): string | undefined {
  const right = rewritten(cell, decimal);
  if (right === undefined) return undefined;
  const sign = decimal === '.' ? 'point' : 'comma';
  const found = `found "${shortened(cell)}" for ${shortened(name)}`;
  const expected = `expected a number with a decimal ${sign}, without separators of thousands: ${shortened(right)}`;
  return `${found}, ${expected}; if these are names, categories: [${shortened(name)}]`;
}

/** The index of a class. @throws CellProblem when it is none of those to learn from. */
export function classOf({ name, values }: CategoryColumn, cell: string): number {
  const index = values.indexOf(cell);
  if (index >= 0) return index;
  const found = isMissing(cell) ? 'found no value' : `found "${shortened(cell)}"`;
  const known = `${someOf(values)}${didYouMean(cell, values)}`;
  throw new CellProblem(`${found} for ${shortened(name)}, expected one of the classes to learn from: ${known}`);
}

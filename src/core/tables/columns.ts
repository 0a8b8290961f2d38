/** Which columns of a table are features and which the target, and what they are, as its rows to learn from show. */
import { DataError, didYouMean, PipelineError } from '../errors.js';
import { shortened, someOf } from '../printable.js';
import type { CategoryColumn, Column, NumberColumn, OpenTable, TableColumns } from '../table.js';
import { isMissing } from './cells.js';
import { notationProblem, widthOfColumn } from './column.js';
import { ColumnFit, type ColumnProblem, type Missing } from './column-fit.js';

/** Which columns are what. */
export interface ColumnChoice {
  readonly target: string | readonly string[];
  /** Those to learn from; all others but the target if left out. */
  readonly features?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  /** Whether features that nothing can be learned from are left out, not refused: empty ones, and names of nearly every row. */
  readonly leavesOutUseless?: boolean;
  /** Columns of numbers that are names: of classes, of places. */
  readonly categories?: readonly string[] | undefined;
  /** The column that says how much each row counts in the loss. */
  readonly weight?: string | undefined;
  readonly missing: Missing;
}

/** How many numbers a row becomes. */
export const widthOf = ({ features }: TableColumns): number =>
  features.reduce((sum, column) => sum + widthOfColumn(column), 0);

/** Whether what is predicted is a class, not real numbers. */
export const isOfClasses = (target: TableColumns['target']): target is CategoryColumn => 'kind' in target;

export const targetsOf = ({ target }: TableColumns): readonly Column[] => (isOfClasses(target) ? [target] : target);

/** What was found in a table. */
export interface FittedColumns {
  readonly columns: TableColumns;
  readonly rows: number;
  readonly withoutTarget: number;
  /** Columns that were left out, since nothing can be learned from them. */
  readonly leftOut: readonly string[];
}

/**
 * Goes through the rows to learn from, and says what the columns are.
 *
 * @throws DataError with `PATH:LINE:COLUMN` for a cell or a column that cannot be read; PipelineError for a column that is
 * named and not there, or is named for two things.
 */
export async function fitColumns(table: OpenTable, choice: ColumnChoice): Promise<FittedColumns> {
  const { names, path, dialect } = table;
  const targets = [choice.target].flat();
  const weights = choice.weight === undefined ? [] : [choice.weight];
  for (const [option, named] of Object.entries({ ...choice, target: targets, weight: weights })) {
    if (Array.isArray(named)) for (const name of named) requireColumn(name, option, table);
  }
  const categories = new Set(choice.categories);
  const ignored = new Set(choice.ignore);
  const apart = new Set([...targets, ...weights]);
  const left = names.filter((name) => !ignored.has(name) && !apart.has(name));
  const features = choice.features ?? left;
  const used = [...features, ...targets, ...weights];
  const twice = used.find((name, i) => used.indexOf(name) < i || ignored.has(name));
  if (twice !== undefined) throw new PipelineError(`the column ${twice} of ${path} is named for two things`);

  const fits = used.map((name) => new ColumnFit(name, categories.has(name), dialect.decimal));
  const cells = used.map((name) => names.indexOf(name));
  const targetCells = cells.slice(features.length, features.length + targets.length);
  let count = 0;
  let withoutTarget = 0;
  for await (const { rows, lines } of table.rows()) {
    for (const [i, row] of rows.entries()) {
      if (choice.missing !== 'error' && lacksTarget(row, targetCells)) {
        withoutTarget++;
        continue;
      }
      count++;
      for (const [j, fit] of fits.entries()) {
        const text = row[cells[j]];
        const problem = categories.has(fit.name) ? undefined : notationProblem(fit.name, text, dialect.decimal);
        if (problem === undefined) fit.add(text, lines[i], cells[j]);
        else throw new DataError(await table.placeOf(lines[i], cells[j]), problem);
      }
    }
  }
  if (count === 0) {
    const what = withoutTarget === 0 ? 'rows' : `rows with a value for ${targets.join(', ')}`;
    throw new DataError(path, `found no ${what}, expected some below the names of the columns`);
  }

  const required = async (found: Column | ColumnProblem): Promise<Column> => {
    if ('kind' in found) return found;
    const { place, problem } = found;
    throw new DataError(place === undefined ? path : await table.placeOf(place.line, place.cell), problem);
  };
  const columnOf = (fit: ColumnFit): Promise<Column> => required(fit.column(choice.missing));
  const nameless = (fit: ColumnFit): boolean => choice.features === undefined && fit.name === '' && fit.isEmpty;
  const leftOut: string[] = [];
  const read: Column[] = [];
  for (const fit of fits.slice(0, features.length)) {
    if (nameless(fit)) continue;
    const found = fit.column(choice.missing);
    if (choice.leavesOutUseless && 'isUseless' in found && found.isUseless) leftOut.push(fit.name);
    else read.push(await required(found));
  }
  if (read.length === 0) throw new PipelineError(`${path} has no column to learn ${targets.join(', ')} from`);
  const target: Column[] = [];
  for (const fit of fits.slice(features.length, features.length + targets.length)) target.push(await columnOf(fit));
  const [weight] = await Promise.all(fits.slice(features.length + targets.length).map(columnOf));
  const columns = { features: read, target: targetOf(target, path), ...(weight && { weight: weightOf(weight, path) }) };
  return { columns, rows: count, withoutTarget, leftOut };
}

/** A row that nothing can be learned from, nor be judged by. */
export const lacksTarget = (row: readonly string[], targetCells: readonly number[]): boolean =>
  targetCells.some((cell) => isMissing(row[cell]));

function requireColumn(name: string, option: string, { names, path }: OpenTable): void {
  if (names.includes(name)) return;
  const hint = `${didYouMean(name, names)} (it has ${someOf(names)})`;
  throw new PipelineError(`${option}: ${path} has no column "${shortened(name)}"${hint}`);
}

/** A missing weight is no weight: it is refused where it stands. */
function weightOf(column: Column, path: string): NumberColumn {
  if (column.kind === 'number') return { name: column.name, kind: 'number' };
  throw new PipelineError(`weight: the column ${column.name} of ${path} has words in it, expected numbers`);
}

function targetOf(columns: readonly Column[], path: string): TableColumns['target'] {
  const [first] = columns;
  if (columns.length === 1 && first.kind === 'category') return first;
  const words = columns.find(({ kind }) => kind === 'category');
  if (words === undefined) return columns as NumberColumn[];
  throw new PipelineError(
    `target: several columns of ${path} can be targets where all are numbers, and ${words.name} is not`,
  );
}

/** What a table is: how it is written, its rows of cells, and what its columns are. */

/** How a table of text is written. */
export interface Dialect {
  /** Between two cells: `,`, `;`, a tab, `|`. */
  readonly delimiter: string;
  readonly decimal: '.' | ',';
  /** Whether the first row names the columns. */
  readonly header: boolean;
}

/** What is known of it beforehand. */
export type KnownDialect = { readonly [Key in keyof Dialect]?: Dialect[Key] | undefined };

/** A table of text that a host has opened. */
export interface OpenTable {
  readonly path: string;
  readonly dialect: Dialect;
  /** What its columns are called; without a header by their numbers, from 1 on. */
  readonly names: readonly string[];
  /** All rows, each time they are asked for. */
  rows(): AsyncIterable<RowBlock>;
  /** `iris.csv:78:5`, for messages. */
  placeOf(line: number, cell: number): Promise<string>;
}

/** Some rows that follow one another, with the lines on which they begin. Each has as many cells as there are columns. */
export interface RowBlock {
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
}

/** A column whose cells are numbers. */
export interface NumberColumn {
  readonly name: string;
  readonly kind: 'number';
  /** What stands for a cell that is missing: the median of the rows to learn from; undefined where there is to be one. */
  readonly fill?: number | undefined;
  /** Whether a missing cell becomes NaN, for a stage behind to say what stands for it. */
  readonly keepsMissing?: true | undefined;
}

/** A column whose cells are words, or numbers that are names. */
export interface CategoryColumn {
  readonly name: string;
  readonly kind: 'category';
  /** Those of the rows to learn from, in order: numbers by size, words by their letters. */
  readonly values: readonly string[];
  /** What stands for a cell that is missing: the value that most rows to learn from have; undefined where there is to be one. */
  readonly fill?: string | undefined;
  /** Whether a missing cell is none of the values. */
  readonly keepsMissing?: true | undefined;
}

/** A column of a table. */
export type Column = NumberColumn | CategoryColumn;

/** How a row becomes a sample: all that is needed to read others of the same form. */
export interface TableColumns {
  readonly features: readonly Column[];
  /** The column of classes, or those of real numbers. */
  readonly target: CategoryColumn | readonly NumberColumn[];
  /** The column that says how much each row counts in the loss, where one does. */
  readonly weight?: NumberColumn | undefined;
}

/** What the targets are called that are real numbers, or yes and no; none where the target is a column of classes. */
export const targetNames = (columns: TableColumns | undefined): readonly string[] =>
  columns !== undefined && 'length' in columns.target ? columns.target.map(({ name }) => name) : [];

/** The cells of a row again, by their columns, of its features: `[['petal length', '5.1'], ['colour', 'red']]`. */
export function cellsOf({ features: columns }: TableColumns, features: ArrayLike<number>): [string, string][] {
  let at = 0;
  return columns.map((column) => {
    if (column.kind === 'number') return [column.name, String(Number(features[at++].toPrecision(6)))];
    const first = at;
    at += column.values.length;
    const value = column.values.find((_, i) => features[first + i] === 1);
    return [column.name, value ?? 'missing'];
  });
}

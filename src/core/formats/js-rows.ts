/** Rows of a table in an exported module: what makes numbers of them there, as `predict` of a model does here. */
import { MISSING, NUMBER } from '../tables/cells.js';

export const ROWS = `/** What stands for no value, and what a number looks like. */
const MISSING = new Set(${JSON.stringify([...MISSING])});
const NUMBER = ${NUMBER['.']};

const isRow = (sample) =>
  typeof sample === 'object' &&
  sample !== null &&
  !Array.isArray(sample) &&
  !ArrayBuffer.isView(sample) &&
  !('data' in sample && Array.isArray(sample.shape));

/** Rows of a table as lists of numbers; other samples as they are. */
function numbersOf(samples, unseen) {
  if (isRow(samples)) return [numbersOfRow(samples, 0, unseen)];
  if (!Array.isArray(samples) || !isRow(samples[0])) return samples;
  return samples.map((row, n) => numbersOfRow(row, n, unseen));
}

function numbersOfRow(row, n, unseen) {
  if (!isRow(row)) throw new RangeError(\`sample \${n}: found \${row}, expected a row like the first\`);
  return model.columns.flatMap(({ name, kind, values, fill, keepsMissing }) => {
    if (!Object.hasOwn(row, name)) throw new RangeError(\`sample \${n} has no \${name} (null says that there is no value)\`);
    const cell = String(row[name] ?? '');
    const isMissing = MISSING.has(cell.toLowerCase());
    if (isMissing && fill === undefined && !keepsMissing) {
      throw new RangeError(\`sample \${n}: found no value for \${name}, expected one\`);
    }
    if (kind === 'number') {
      if (isMissing) return keepsMissing ? NaN : fill;
      if (NUMBER.test(cell) && Number.isFinite(Number(cell))) return Number(cell);
      throw new RangeError(\`sample \${n}: found "\${cell}" for \${name}, expected a number\`);
    }
    if (!isMissing && !values.includes(cell)) unseen.push({ sample: n, column: name, value: cell });
    const value = isMissing && !keepsMissing ? fill : cell;
    return values.map((known) => (known === value ? 1 : 0));
  });
}
`;

export const ROW_TYPES = `/** A row by the names of its columns; null or undefined where there is no value. */
export type Row = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** How a column becomes numbers: one, or one for each value of a category. */
export type Column =
  | { readonly name: string; readonly kind: 'number'; readonly fill?: number; readonly keepsMissing?: true }
  | {
      readonly name: string;
      readonly kind: 'category';
      readonly values: readonly string[];
      readonly fill?: string;
      readonly keepsMissing?: true;
    };
`;

/** Rows as programs have them, objects with a value for each column, as a table. */
import { DataError } from '../errors.js';
import { printable } from '../printable.js';
import type { OpenTable } from '../table.js';
import { describeGiven } from '../tensor.js';

/** Some rows that follow one another, with their lines, or their numbers from 1 on. */
export interface ObjectBlock {
  readonly objects: readonly unknown[];
  readonly lines: readonly number[];
}

/**
 * A table of objects. Its columns are all names that any of them has; one that lacks a name, or has null there, has no value.
 *
 * @param path for messages
 * @param blocks all rows, each time they are asked for
 * @throws DataError with `PATH:LINE` where a row is no object, or a value is neither text, number nor true or false.
 */
export async function tableOfObjects(
  path: string,
  blocks: () => AsyncIterable<ObjectBlock> | Iterable<ObjectBlock>,
): Promise<OpenTable> {
  const names = new Set<string>();
  for await (const { objects, lines } of blocks()) {
    for (const [i, row] of objects.entries()) {
      if (!isRecord(row)) throw new DataError(`${path}:${lines[i]}`, `found ${describeGiven(row)}, expected an object`);
      for (const name of Object.keys(row)) names.add(name);
    }
  }
  const columns = [...names];
  return {
    path,
    dialect: { delimiter: ',', decimal: '.', header: true },
    names: columns,
    async *rows() {
      for await (const { objects, lines } of blocks()) {
        const rows = objects.map((row, i) =>
          columns.map((name) => cellOf(ownValue(row, name), `${path}:${lines[i]}`, name)),
        );
        yield { rows, lines };
      }
    },
    placeOf: async (line) => `${path}:${line}`,
  };
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Not what each object has, as `constructor`. */
const ownValue = (row: unknown, name: string): unknown =>
  isRecord(row) && Object.hasOwn(row, name) ? row[name] : undefined;

function cellOf(value: unknown, place: string, name: string): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  const problem = `found ${describeGiven(value)} for ${printable(name)}, expected text, a number, true or false`;
  throw new DataError(place, problem);
}

/** What is given to the functions of `marblenet/testing`, looked at before anything is computed. */
import type { AnyStage } from '../core/contract.js';
import { isStageFactory } from '../core/stage.js';
import type { NestedRows } from '../core/tensor.js';
import { describeValue } from '../core/wrong-value.js';

/**
 * @returns what the stage is called
 * @throws TypeError for what is no operator, or a stage that gives something else
 */
export function requireStage(caller: string, given: unknown, to: 'batch' | 'step'): string {
  const wanted = to === 'batch' ? 'a network stage, as relu()' : 'a loss, as meanSquaredError()';
  if (isStageFactory(given)) {
    const { name } = given.definition;
    throw new TypeError(`${caller}: expected ${wanted}, found the function that makes one; call it, ${name}()`);
  }
  if (typeof given !== 'function') {
    throw new TypeError(`${caller}: expected ${wanted}, found ${describeValue(given)}`);
  }
  const { definition } = given as Partial<AnyStage>;
  if (definition === undefined) return 'the stage';
  if (definition.from === 'batch' && definition.to === to) return definition.name;
  const { name, from, to: gives } = definition;
  throw new TypeError(`${caller}: expected ${wanted}, found ${name}, which makes ${gives} of ${from}`);
}

/** @throws TypeError for what is no rows of numbers, or for no row. */
export function requireRows(caller: string, rows: unknown): asserts rows is NestedRows {
  const problem = rowsProblem(rows);
  if (problem !== undefined)
    throw new TypeError(`${caller}: expected rows of numbers, as [[1, 2], [3, 4]], ${problem}`);
}

function rowsProblem(rows: unknown): string | undefined {
  if (!Array.isArray(rows)) return `found ${describeValue(rows)}`;
  if (rows.length === 0) return 'found none';
  for (const [i, row] of rows.entries()) {
    if (!Array.isArray(row)) return `found ${describeValue(row)} for row ${i}`;
    const numbers = row.flat(Number.POSITIVE_INFINITY);
    if (numbers.length === 0) return `found none in row ${i}`;
    const wrong = numbers.findIndex((value) => typeof value !== 'number');
    if (wrong !== -1) return `found ${describeValue(numbers[wrong])} in row ${i}`;
  }
  return undefined;
}

/** @throws TypeError where there is not one label, or one row of targets, for each row. */
export function requireTruth(caller: string, rows: NestedRows, truth: unknown): void {
  const expected = `${caller}: expected a label, or a row of targets, for each of ${rows.length} rows`;
  if (!Array.isArray(truth)) throw new TypeError(`${expected}, found ${describeValue(truth)}`);
  if (truth.length !== rows.length) throw new TypeError(`${expected}, found ${truth.length}`);
  const isOf = (type: 'labels' | 'targets'): boolean =>
    truth.every((one) => (type === 'labels' ? typeof one === 'number' : Array.isArray(one)));
  if (!isOf('labels') && !isOf('targets')) throw new TypeError(`${expected}, found some of both, or others`);
}

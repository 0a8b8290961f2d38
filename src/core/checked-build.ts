/**
 * What a stage emits against what it declared. Examples are checked whole, once: no kernel may read beside them, and no NaN
 * gets into a network. Batches and steps are checked whenever their tensor is another one than the last, or has other rows:
 * for most stages, that is on the first batch of a split and on a short last one.
 */
import { type MonoTypeOperatorFunction, map, pipe, tap } from 'rxjs';
import { requireBuilt } from './built-value.js';
import type { Build, Context, StageDefinition } from './contract.js';
import { RunError } from './errors.js';
import { requireExamples } from './examples-check.js';
import { type Batch, type Kind, type Kinds, type Metric, requireCurrent, type Spec, type Step } from './kinds.js';
import { LeasedStep } from './leased-step.js';
import { describeGiven, describeTensor, formatShape, isTensorOf, type Tensor } from './tensor.js';

/** The same `build`, of a stage that is checked. */
export const checkedBuild =
  <From extends Kind, To extends Kind>(
    { name, to }: Pick<StageDefinition<From, To>, 'name' | 'to'>,
    build: Build<From, To>,
  ): Build<From, To> =>
  (input, context) => {
    const built = requireBuilt(build(input, context), { name, to });
    const operator = to === 'metric' ? pipe(leased<Kinds[From]>(context.at), built.operator) : built.operator;
    return { ...built, operator: pipe(operator, checkedEmissions<Kinds[To]>(to, built.output, context)) };
  };

/** A metric may keep steps (`toArray`), and would find the last batch's numbers in all of them. */
const leased = <T>(at: string): MonoTypeOperatorFunction<T> =>
  map((given) => {
    const isStep = typeof given === 'object' && given !== null && 'dx' in given;
    return isStep ? (new LeasedStep(given as T & Step, at) as T) : given;
  });

function checkedEmissions<T extends Kinds[Kind]>(
  to: Kind,
  output: Spec,
  context: Context,
): MonoTypeOperatorFunction<T> {
  const requireBatch = batchCheck(output, context.at);
  return tap((value) => {
    const found = kindOf(value);
    if (found !== to) throw misfit(context.at, `declared to give ${to}, but gave ${found ?? describeGiven(value)}`);
    const known: Kinds[Kind] = value;
    if (typeof known === 'string') return;
    if ('features' in known) requireExamples(known, output as Spec<'examples'>, context);
    else if ('x' in known) requireBatch(known);
    else requireMetric(known, context.at, (output as Spec<'metric'>).name);
  });
}

/** Undefined for what is of no kind. */
function kindOf(value: unknown): Kind | undefined {
  if (typeof value === 'string') return 'split';
  if (typeof value !== 'object' || value === null) return undefined;
  if ('features' in value) return 'examples';
  if ('dx' in value) return 'step';
  if ('x' in value) return 'batch';
  return 'value' in value ? 'metric' : undefined;
}

const misfit = (at: string, problem: string): RunError => new RunError(`${at}: ${problem}`, { placed: true });

function batchCheck(output: Spec, at: string): (batch: Batch | Step) => void {
  let known: Tensor | undefined;
  let rows = 0;
  return (batch) => {
    requireCurrent(batch, at);
    if ('loss' in batch && !Number.isFinite(batch.loss)) {
      throw misfit(at, `its loss is ${describeGiven(batch.loss)} at epoch ${batch.epoch}, step ${batch.step}`);
    }
    if (batch.x === known && batch.x.shape[0] === rows) return;
    const { shape, classes, targets } = output as Spec<'batch' | 'step'>;
    const width = classes ?? targets;
    const { x, t, labels } = batch;
    const B = x?.shape?.[0];
    if (!isTensorOf([B, ...shape], x)) {
      throw misfit(at, `declared rows of ${formatShape(shape)}, but gave ${describeTensor(x)}`);
    }
    if (width !== undefined && t !== undefined && !isTensorOf([B, width], t)) {
      throw misfit(at, `declared targets of ${formatShape([B, width])}, but gave ${describeTensor(t)}`);
    }
    if (labels !== undefined && labels.length !== B) {
      throw misfit(at, `gave ${labels.length} labels for ${B} samples`);
    }
    if ('dx' in batch && !isTensorOf(x.shape, batch.dx)) {
      throw misfit(
        at,
        `gave a gradient dx of ${describeTensor(batch.dx)}, expected the shape of x, ${formatShape(x.shape)}`,
      );
    }
    known = x;
    rows = B;
  };
}

/** @throws RunError for a metric that is not finite, and so says nothing; and where its parts are not what they should be. */
export function requireMetric(
  { name, value, split, epoch, byClass, matrix }: Metric,
  at: string,
  declared = name,
): void {
  if (name !== declared) throw misfit(at, `declared the metric "${declared}", but gave "${name}"`);
  const fail = (what: string, found: string, expected: string): never => {
    throw misfit(at, `the ${what} of ${split} is ${found} in epoch ${epoch}, expected ${expected}`);
  };
  if (!Number.isFinite(value)) fail(`metric "${name}"`, describeGiven(value), 'a finite number');
  if (byClass !== undefined && !isRow(byClass, (one) => Number.isFinite(one) || Number.isNaN(one))) {
    fail(`byClass of the metric "${name}"`, describeRow(byClass), 'a list of numbers');
  }
  if (matrix === undefined) return;
  if (!Array.isArray(matrix)) fail(`matrix of the metric "${name}"`, describeGiven(matrix), 'a list of rows');
  for (const [i, row] of matrix.entries()) {
    if (isRow(row, Number.isFinite) && row.length === matrix.length) continue;
    const found = Array.isArray(row) ? describeRow(row) : describeGiven(row);
    fail(
      `row ${i} of the matrix of the metric "${name}"`,
      found,
      `a list of ${matrix.length} numbers, as there are rows`,
    );
  }
}

const isRow = (row: unknown, isRight: (value: unknown) => boolean): row is readonly number[] =>
  Array.isArray(row) && row.every(isRight);

const describeRow = (row: unknown): string => {
  if (!Array.isArray(row)) return describeGiven(row);
  const wrong = row.find((value) => !Number.isFinite(value));
  return wrong === undefined ? `a list of ${row.length}` : `a list with ${describeGiven(wrong)} in it`;
};

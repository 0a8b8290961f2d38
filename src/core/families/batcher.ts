/** Batchers: choose rows of the data set, and make numbers of them. */
import { concatMap, defer, finalize, type Observable, type OperatorFunction } from 'rxjs';
import type { z } from 'zod';
import type { Context, StageDescription, StageFactory } from '../contract.js';
import { PipelineError, RunError } from '../errors.js';
import { exampleCount } from '../examples.js';
import type { Kernels } from '../kernels/kernels.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Batch, Examples, Lease, Spec } from '../kinds.js';
import type { Random } from '../random/random.js';
import type { RowStream } from '../row-stream.js';
import { scaled } from '../scaling.js';
import { paced } from '../scheduler.js';
import { EpochState, type Stateful, stateOf } from '../state.js';
import { describeGiven, type Tensor } from '../tensor.js';
import { trustedStage } from '../trusted-stage.js';
import { BatchInputs, type Picked } from './batch-inputs.js';
import { isStreamed, WINDOW, type Window, windowsOf } from './streamed-batches.js';

/** Which rows an epoch reads, in which order, and how many at a time. */
export interface Plan {
  /** Of all batches; of the first one, where the batcher draws the others later. */
  readonly rows: Int32Array;
  /** B; the last batch holds what is left over. */
  readonly size: number;
}

/** What the author of a batcher writes. */
export interface BatcherDefinition<Options extends z.ZodObject> extends StageDescription<Options> {
  /**
   * Called at the start of each epoch, for a data set of `n` examples.
   *
   * @param window where the examples are streamed, how many of them are in memory at a time: rows that come near each other in
   * the plan should be neighbours in the data set. Undefined where all are in memory.
   */
  plan(options: z.output<Options>, n: number, random: Random, window?: number): Plan;
  /** How many examples are in memory at a time, where they are streamed. */
  window?(options: z.output<Options>): number;
  /** For batchers that draw one batch after another: an epoch takes no more memory, however long it is. */
  readonly later?: {
    /** How many batches an epoch has. */
    steps(options: z.output<Options>): number;
    /** The rows of the next batch; called once for each but the first. */
    rows(options: z.output<Options>, n: number, random: Random): Int32Array;
  };
  /** Whether it reads the examples in the order of the data set. */
  readonly inOrder?: boolean;
  /** The fewest examples that it can make a batch of; 1 if left out. */
  least?(options: z.output<Options>): number;
}

/** Makes a batcher stage. `options` must have a `size`: the most rows that a batch can have. */
export const batcher = <Options extends z.ZodObject<{ size: z.ZodType<number> }>>(
  definition: BatcherDefinition<Options>,
): StageFactory<'examples', 'batch', Options> =>
  trustedStage({
    ...definition,
    family: 'batches',
    from: 'examples',
    to: 'batch',
    build(options, input, context) {
      const size = (options as { size: number }).size;
      const { shape, classes, targets, split, counts, missing } = input;
      if (missing)
        throw new PipelineError('some features may be missing; put impute in data:, which stands in for them');
      const known = split && counts?.[split];
      const least = definition.least?.(options) ?? 1;
      if (known !== undefined) requireFull(known, least);
      const { later } = definition;
      const planner: Planner = {
        window: definition.window?.(options) ?? WINDOW,
        first: (n, window) => definition.plan(options, n, context.random, window),
        ...(later && {
          later: { steps: later.steps(options), rows: (n: number) => later.rows(options, n, context.random) },
        }),
      };
      const epochs = new EpochState(beforePlanning);
      return {
        output: { kind: 'batch', size, shape, classes, targets },
        operator: readBatches(input, size, context, planner, epochs),
        state: epochs,
        ...(known === undefined && least > 1 && { unchecked: `how many ${split ?? ''} examples there are` }),
      };
    },
  });

/** The plans of a batcher, given its options. */
interface Planner {
  readonly window: number;
  first(n: number, window?: number): Plan;
  readonly later?: { readonly steps: number; rows(n: number): Int32Array };
}

/** An epoch under way. Its plan is remembered: the draws that decided it will not come again. */
interface Reading extends Stateful {
  readonly reading: {
    rows: Int32Array;
    size: number;
    /** How many there were to choose from; 0 while there is no plan yet. */
    examples: number;
    /** How many batches were given; where batches are drawn one after another, `rows` are those of the next. */
    given: number;
  };
}

const none = new Int32Array(0);

function beforePlanning(): Reading {
  const reading = { rows: none, size: 0, examples: 0, given: 0 };
  return { reading, ...stateOf(reading) };
}

/** For each data set that arrives (one an epoch): plan, then read batch by batch into the same buffers. */
function readBatches(
  spec: Spec<'examples'>,
  size: number,
  { kernels, scheduler }: Context,
  { first, later, window }: Planner,
  epochs: EpochState<Reading>,
): OperatorFunction<Examples, Batch> {
  const inputs = new BatchInputs(spec.shape, size, kernels);
  const truthOf = readTruth(spec, size, kernels);
  let lent: Lease | undefined;

  /** What an epoch that begins, or goes on, reads. */
  function begin(n: number, window?: number): Reading {
    const current = epochs.begin();
    const { reading } = current;
    if (reading.examples === 0) Object.assign(reading, checked(first(n, window), n, size), { examples: n });
    else requirePlanFor(n, size, reading);
    return current;
  }

  /**
   * The batches from the next one on.
   *
   * @param features from which they are read, of all samples or of some
   * @param picks which samples the next batch holds, and those after it, each once; undefined where there are no more
   */
  function* batchesFrom(
    examples: Examples,
    features: Examples['features'],
    { reading }: Reading,
    steps: number,
    picks: (i: number) => Picked | undefined,
  ): Generator<Batch> {
    const { split, epoch, scaling, targetScaling } = examples;
    const gather = (x: Tensor, { places }: Picked): void => kernels.gather(x, features, places, scaling);
    let next = picks(reading.given);
    while (next !== undefined) {
      const picked = next;
      const { rows } = picked;
      const i = ++reading.given;
      const step = (epoch - 1) * steps + i;
      if (lent !== undefined) lent.over = true; // its memory is written from here on
      lent = { over: false };
      const { t, labels } = truthOf(examples, rows);
      const weights = pickWeights(examples.weights, rows);
      // last, since it may wait for a thread that is still at the step before
      const x = inputs.take(picked, gather);
      next = picks(i);
      if (next !== undefined) kernels.prefetch(x, features, next.places, scaling);
      const ahead = next && inputs.ahead(x, next, gather);
      const samples = { x, t, labels, weights, targetScaling, rows, ahead };
      yield { split, epoch, step, steps, ...samples, tape: [], lease: lent };
    }
  }

  function* batchesOf(examples: Examples): Generator<Batch> {
    const n = exampleCount(examples);
    const current = begin(n);
    const { reading } = current;
    const { size: B } = reading;
    const steps = later?.steps ?? Math.ceil(reading.rows.length / B);
    const planned = (i: number) => reading.rows.subarray(i * B, (i + 1) * B);
    const first = reading.given;
    /** Drawn when the batch before it is given. The first one was drawn already: by the plan, or before the run was left. */
    const drawn = (i: number) => {
      if (later !== undefined && i > first) reading.rows = i < steps ? later.rows(n) : none;
      return reading.rows;
    };
    const rowsOf = later === undefined ? planned : drawn;
    try {
      yield* batchesFrom(examples, examples.features, current, steps, (i) => {
        const rows = rowsOf(i);
        return i < steps ? { rows, places: rows } : undefined;
      });
    } finally {
      epochs.end(current);
    }
  }

  /** The batches of a window of the plan. */
  function batchesIn(examples: Examples, current: Reading, { features, places, begin, end }: Window): Generator<Batch> {
    const { rows: plan, size: B } = current.reading;
    const steps = Math.ceil(plan.length / B);
    const cut = (list: Int32Array, first: number) => list.subarray(first, first + B);
    return batchesFrom(examples, features, current, steps, (i) =>
      i * B < end ? { rows: cut(plan, i * B), places: cut(places, i * B - begin) } : undefined,
    );
  }

  const streamedBatches = (examples: Examples & { readonly stream: RowStream }): Observable<Batch> =>
    defer(() => {
      if (later !== undefined) {
        throw new PipelineError('it draws from all examples, which are streamed; take shuffleBatch, or stream: false');
      }
      const current = begin(exampleCount(examples), window);
      return windowsOf(examples, current.reading, window, kernels, (found) =>
        paced(batchesIn(examples, current, found), scheduler),
      ).pipe(finalize(() => epochs.end(current)));
    });

  return concatMap((examples) =>
    isStreamed(examples) ? streamedBatches(examples) : paced(batchesOf(examples), scheduler),
  );
}

/** Copied, so that a batch keeps its own. */
const pickWeights = (weights: Float64Array | undefined, rows: Int32Array): Float64Array | undefined =>
  weights && Float64Array.from(rows, (row) => weights[row]);

/** What is known of the samples of a batch. */
type Truth = Pick<Batch, 't' | 'labels'>;

/**
 * Reads labels and one-hot targets, or real-valued targets, into the same buffers each time.
 *
 * @throws RunError when the examples do not have the targets that their spec speaks of.
 */
function readTruth(
  { classes, targets: width }: Spec<'examples'>,
  size: number,
  kernels: Kernels,
): (examples: Examples, rows: Int32Array) => Truth {
  if (classes === undefined && width !== undefined) {
    const buffer = rowBuffer(kernels, size, [width]);
    return ({ targets, targetScaling }, rows) => {
      if (targets?.shape[1] !== width) {
        throw new RunError(`expected ${width} real-valued targets a sample, found ${targets?.shape[1] ?? 'none'}`);
      }
      const t = buffer(rows.length);
      const { data } = t;
      // scaled before they are rounded to the float type: a large mean would leave little of the differences
      for (let i = 0; i < data.length; i++) {
        const target = targets.data[rows[Math.floor(i / width)] * width + (i % width)];
        data[i] = targetScaling === undefined ? target : scaled(target, i, targetScaling);
        if (!Number.isFinite(data[i])) {
          const advice = 'put standardize: { of: targets } in data:';
          throw new RunError(`a target of ${target} becomes ${data[i]} as ${kernels.dtype}; ${advice}`);
        }
      }
      return { t, labels: undefined };
    };
  }

  const buffer = classes === undefined ? undefined : rowBuffer(kernels, size, [classes]);
  const labelBuffer = new Int32Array(size);
  return ({ labels: all }, rows) => {
    const t = buffer?.(rows.length);
    if (all === undefined) {
      if (t !== undefined) throw new RunError('the examples have no labels to make one-hot targets of');
      return { t, labels: undefined };
    }
    const labels = rows.length === size ? labelBuffer : labelBuffer.subarray(0, rows.length);
    for (let b = 0; b < rows.length; b++) labels[b] = all[rows[b]];
    if (t !== undefined) kernels.oneHot(t, labels);
    return { t, labels };
  };
}

/** @throws PipelineError when a restored plan is not one for these examples. */
function requirePlanFor(n: number, largest: number, { rows, size, examples, given }: Reading['reading']): void {
  if (examples !== n) {
    throw new PipelineError(`the state is of an epoch over ${examples} examples, but now there are ${n}`);
  }
  if (given < 0 || problemOf({ rows, size }, n, largest) !== undefined)
    throw new PipelineError('the state is broken: it holds a plan that no batches can be read by');
}

/** @throws RunError for a plan that no batches can be read by. */
function checked(plan: Plan, n: number, largest: number): Plan {
  const problem = problemOf(plan, n, largest);
  if (problem !== undefined) throw new RunError(`its plan ${problem}`);
  return plan;
}

/** What is wrong with a plan for n examples: kernels would read beside them. */
function problemOf(plan: Plan, n: number, largest: number): string | undefined {
  if (!(plan?.rows instanceof Int32Array)) {
    return `has ${describeGiven(plan?.rows ?? plan)} for its rows, expected an Int32Array`;
  }
  const { rows, size } = plan;
  if (!Number.isInteger(size) || size < 1 || size > largest)
    return `has the size ${describeGiven(size)}, expected 1 to ${largest}`;
  const wrong = rows.find((row) => row < 0 || row >= n);
  return wrong === undefined ? undefined : `has row ${wrong}, expected 0 to ${n - 1}, as there are examples`;
}

/** The rows that fill whole batches, for a batcher that drops the last short one. */
export function wholeBatches(rows: Int32Array, size: number): Int32Array {
  requireFull(rows.length, size);
  return rows.subarray(0, Math.floor(rows.length / size) * size);
}

function requireFull(count: number, least: number): void {
  if (count >= least) return;
  throw new PipelineError(
    `${count} examples do not fill one batch of ${least}, and short batches are dropped; ` +
      'give a smaller size, or lastBatch: keep',
  );
}

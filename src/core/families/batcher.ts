/** Batchers: choose rows of the data set, and make numbers of them. */
import { concatMap, type OperatorFunction } from 'rxjs';
import type { z } from 'zod';
import type { Context, StageFactory } from '../contract.js';
import { PipelineError } from '../errors.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Batch, Examples, Spec } from '../kinds.js';
import type { Random } from '../random/random.js';
import { paced } from '../scheduler.js';
import { stage } from '../stage.js';
import { EpochState, type Stateful, stateOf } from '../state.js';

/** Which rows an epoch reads, in which order, and how many at a time. */
export interface Plan {
  readonly rows: Int32Array;
  /** B; the last batch holds what is left over. */
  readonly size: number;
}

export interface BatcherDefinition<Options extends z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly example: string;
  /** Called at the start of each epoch, for a data set of `n` examples. */
  plan(options: z.output<Options>, n: number, random: Random): Plan;
}

/** Makes a batcher stage. `options` must have a `size`: the most rows that a batch can have. */
export const batcher = <Options extends z.ZodObject<{ size: z.ZodType<number> }>>(
  definition: BatcherDefinition<Options>,
): StageFactory<'examples', 'batch', Options> =>
  stage({
    name: definition.name,
    summary: definition.summary,
    options: definition.options,
    example: definition.example,
    family: 'batches',
    from: 'examples',
    to: 'batch',
    build(options, input, context) {
      const size = (options as { size: number }).size;
      const { shape, classes } = input;
      const epochs = new EpochState(beforePlanning);
      const plan = (n: number) => definition.plan(options, n, context.random);
      return {
        output: { kind: 'batch', size, shape, classes },
        operator: readBatches(input, size, context, plan, epochs),
        state: epochs,
      };
    },
  });

/** An epoch under way. Its plan is remembered: the draws that decided it will not come again. */
interface Reading extends Stateful {
  readonly reading: {
    rows: Int32Array;
    size: number;
    /** How many there were to choose from; 0 while there is no plan yet. */
    examples: number;
    /** How many batches were given. */
    given: number;
  };
}

function beforePlanning(): Reading {
  const reading = { rows: new Int32Array(0), size: 0, examples: 0, given: 0 };
  return { reading, ...stateOf(reading) };
}

/** For each data set that arrives (one an epoch): plan, then read batch by batch into the same buffers. */
function readBatches(
  { shape, classes }: Spec<'examples'>,
  size: number,
  { kernels, scheduler }: Context,
  planFor: (n: number) => Plan,
  epochs: EpochState<Reading>,
): OperatorFunction<Examples, Batch> {
  const inputs = rowBuffer(kernels, size, shape);
  const labelBuffer = new Int32Array(size);
  const targets = classes === undefined ? undefined : rowBuffer(kernels, size, [classes]);

  function* batchesOf({ split, epoch, features, scaling, labels }: Examples): Generator<Batch> {
    const current = epochs.begin();
    const { reading } = current;
    try {
      if (reading.examples === 0) Object.assign(reading, planFor(labels.length), { examples: labels.length });
      else requirePlanFor(labels.length, size, reading);
      const { rows: plan, size: B } = reading;
      const steps = Math.ceil(plan.length / B);
      const rowsOf = (i: number) => plan.subarray(i * B, (i + 1) * B);
      let next = rowsOf(reading.given);
      while (reading.given < steps) {
        const rows = next;
        const batchLabels = rows.length === size ? labelBuffer : labelBuffer.subarray(0, rows.length);
        for (let b = 0; b < rows.length; b++) batchLabels[b] = labels[rows[b]];
        const t = targets?.(rows.length);
        if (t !== undefined) kernels.oneHot(t, batchLabels);
        // last, since it may wait for a thread that is still at the step before
        const x = inputs(rows.length);
        kernels.gather(x, features, rows, scaling);
        const i = ++reading.given;
        next = rowsOf(i);
        if (next.length > 0) kernels.prefetch(x, features, next, scaling);
        yield { split, epoch, step: (epoch - 1) * steps + i, steps, x, t, labels: batchLabels, tape: [] };
      }
    } finally {
      epochs.end(current);
    }
  }

  return concatMap((examples) => paced(batchesOf(examples), scheduler));
}

/** @throws PipelineError when a restored plan is not one for these examples. */
function requirePlanFor(n: number, largest: number, { rows, size, examples, given }: Reading['reading']): void {
  if (examples !== n) {
    throw new PipelineError(`the state is of an epoch over ${examples} examples, but now there are ${n}`);
  }
  const isPlan = size >= 1 && size <= largest && given >= 0 && rows.every((row) => row >= 0 && row < n);
  if (!isPlan) throw new PipelineError('the state is broken: it holds a plan that no batches can be read by');
}

/** The rows that fill whole batches, for a batcher that drops the last short one. */
export function wholeBatches(rows: Int32Array, size: number): Int32Array {
  const count = Math.floor(rows.length / size) * size;
  if (count === 0) {
    throw new PipelineError(
      `${rows.length} examples do not fill one batch of ${size}, and short batches are dropped; ` +
        'give a smaller size, or lastBatch: keep',
    );
  }
  return rows.subarray(0, count);
}

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
      return {
        output: { kind: 'batch', size, shape, classes },
        operator: readBatches(input, size, context, (n) => definition.plan(options, n, context.random)),
      };
    },
  });

/** For each data set that arrives (one an epoch): plan, then read batch by batch into the same buffers. */
function readBatches(
  { shape, classes }: Spec<'examples'>,
  size: number,
  { kernels, scheduler }: Context,
  planFor: (n: number) => Plan,
): OperatorFunction<Examples, Batch> {
  const inputs = rowBuffer(kernels, size, shape);
  const labelBuffer = new Int32Array(size);
  const targets = classes === undefined ? undefined : rowBuffer(kernels, size, [classes]);

  function* batchesOf({ split, epoch, features, scaling, labels }: Examples, plan: Plan): Generator<Batch> {
    const steps = Math.ceil(plan.rows.length / plan.size);
    const rowsOf = (i: number) => plan.rows.subarray(i * plan.size, (i + 1) * plan.size);
    let next = rowsOf(0);
    for (let i = 0; i < steps; i++) {
      const rows = next;
      const batchLabels = rows.length === size ? labelBuffer : labelBuffer.subarray(0, rows.length);
      for (let b = 0; b < rows.length; b++) batchLabels[b] = labels[rows[b]];
      const t = targets?.(rows.length);
      if (t !== undefined) kernels.oneHot(t, batchLabels);
      // last, since it may wait for a thread that is still at the step before
      const x = inputs(rows.length);
      kernels.gather(x, features, rows, scaling);
      next = rowsOf(i + 1);
      if (next.length > 0) kernels.prefetch(x, features, next, scaling);
      yield { split, epoch, step: (epoch - 1) * steps + i + 1, steps, x, t, labels: batchLabels, tape: [] };
    }
  }

  return concatMap((examples) => paced(batchesOf(examples, planFor(examples.labels.length)), scheduler));
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

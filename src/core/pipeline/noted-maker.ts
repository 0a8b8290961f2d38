import { defer, type OperatorFunction, tap } from 'rxjs';
import type { Batch, Kinds } from '../kinds.js';
import { makers } from '../not-finite.js';
import type { Tensor } from '../tensor.js';

type Anything = Kinds[keyof Kinds];

/**
 * The operator of a stage that gives a batch other samples, and notes so: of NaN in them, the stage is to be named.
 *
 * @param at the stage, for messages
 */
export const notedMaker =
  (operator: OperatorFunction<Anything, Anything>, at: string): OperatorFunction<Anything, Anything> =>
  (batches) =>
    defer(() => {
      let from: Tensor | undefined;
      return batches.pipe(
        tap((batch) => {
          from = (batch as Batch).x;
        }),
        operator,
        tap((batch) => {
          const { x } = batch as Batch;
          if (from !== undefined && x !== from) makers.set(x, { at, from });
        }),
      );
    });

import type { Batch, Step } from 'marblenet';
import { type OperatorFunction, of } from 'rxjs';

/** The loss of a batch as the weights are now. Stages work synchronously: the step is there when `subscribe` returns. */
export function lossOf(batch: Batch, judge: OperatorFunction<Batch, Step>): number {
  let now = Number.NaN;
  of(batch)
    .pipe(judge)
    .subscribe(({ loss }) => {
      now = loss;
    });
  return now;
}

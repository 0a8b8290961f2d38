// What a TypeScript user writes: only compiled. A line with @ts-expect-error fails where the types let anything pass.
import {
  activation,
  batch,
  dense,
  digits,
  type EndEvent,
  forward,
  oneHot,
  type PipelineEvent,
  type RunResult,
  runPipeline,
  type SourceSplit,
  shuffleBatch,
  softmaxCrossEntropy,
  type Tensor,
} from 'marblenet';
import { batchOf, marbles } from 'marblenet/testing';
import { of, pipe } from 'rxjs';

export const square = activation({
  name: 'square',
  summary: 'y = x^2',
  formula: () => ({ value: (x) => x * x, derivative: (x) => 2 * x }),
});

const onEvent = (event: PipelineEvent): void => {
  if (event.event !== 'end') return;
  const end: EndEvent = event;
  console.log(end.weights.toUpperCase());
};

export const result: Promise<RunResult> = runPipeline('digits.yaml', { onEvent, set: ['epochs=1'] });
export const classes = result.then(({ network }) => network.predict(new Uint8Array(784)));

const examples = pipe(digits({ train: 100 }), oneHot({ classes: 10 }), shuffleBatch({ size: 10 }));
of<SourceSplit>('train')
  .pipe(examples, dense({ units: 10 }), square(), softmaxCrossEntropy())
  .subscribe(({ loss, dx }) => console.log(loss.toFixed(3), (dx satisfies Tensor).shape));

marbles(({ cold, expectObservable }) => {
  expectObservable(cold('a|', { a: batchOf([[2]]) }).pipe(square())).toBe('a|', { a: { x: [[4]] } });
});

// @ts-expect-error: units is a number
dense({ units: 'ten' });
// @ts-expect-error: there is no such option
batch({ sizes: 10 });
// @ts-expect-error: a loss wants batches, digits gives examples
pipe(digits({ train: 100 }), softmaxCrossEntropy());
// @ts-expect-error: forward takes no text
forward('backward');

/** What a plug-in gives against what it declared, in a whole pipeline. */
import {
  type AnyStage,
  backward,
  batch,
  batcher,
  type Context,
  dense,
  digits,
  forward,
  type Layer,
  loss,
  networkStage,
  noOptions,
  normalize,
  oneHot,
  RunError,
  runPipeline,
  type Spec,
  type Stage,
  sgd,
  softmaxCrossEntropy,
  stage,
  type Tensor,
} from 'marblenet';
import { bufferCount, concatAll, pipe } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const layer = (build: (input: Spec<'batch'>, context: Context) => unknown): Stage<'batch', 'batch'> =>
  networkStage({
    name: 'my',
    summary: 's',
    options: noOptions,
    example: 'my',
    build: (_, input, context) => build(input, context) as Layer,
  })();

const judgedBy = (judge: unknown): AnyStage =>
  loss({ name: 'my', summary: 's', options: noOptions, example: 'my', loss: () => () => judge as number })();

const planned = (plan: unknown): AnyStage =>
  batcher({
    name: 'my',
    summary: 's',
    options: z.strictObject({ size: z.number() }),
    example: 'my',
    plan: () => plan as { rows: Int32Array; size: number },
  })({ size: 10 });

interface Changes {
  readonly my?: Stage<'batch', 'batch'>;
  readonly judge?: AnyStage;
  readonly batches?: AnyStage;
}

describe.each(['wasm', 'typescript'] as const)('on the back end %s', (backend) => {
  /** 25 digits in batches of 10: the last is short. */
  async function problemOf({ my, judge = softmaxCrossEntropy(), batches = batch({ size: 10 }) }: Changes) {
    const error = await runPipeline({
      backend,
      data: [digits({ train: 25, test: 1 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
      network: [dense({ units: 20 }), ...(my ? [my] : []), dense({ units: 10 })],
      train: [batches, forward(), judge, backward(), sgd({ learningRate: 0.1 })],
    }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof RunError)) expect.fail(`expected a RunError, found ${error}`);
    return error.message;
  }

  const same = (dx: Tensor) => dx;

  it.each<[string, (input: Spec<'batch'>, context: Context) => unknown, string]>([
    [
      'another shape than it declared',
      () => ({ output: [5], forward: (x: Tensor) => [x, same] }),
      'declared the output [5], so [10, 5] for 10 samples, but gave [10, 20]',
    ],
    [
      'too few rows',
      ({ shape }, { kernels }) => {
        const out = kernels.allocate([5, 20]);
        return { output: shape, forward: () => [out, same] };
      },
      'declared the output [20], so [10, 20] for 10 samples, but gave [5, 20]',
    ],
    [
      'as many rows in a short last batch',
      ({ shape }, { kernels }) => {
        const out = kernels.allocate([10, 20]);
        return { output: shape, forward: () => [out, same] };
      },
      'declared the output [20], so [5, 20] for 5 samples, but gave [10, 20]',
    ],
    [
      'too few numbers',
      ({ shape }) => ({ output: shape, forward: (x: Tensor) => [{ shape: x.shape, data: new Float32Array(3) }, same] }),
      'declared the output [20], so [10, 20] for 10 samples, but gave [10, 20] with 3 numbers',
    ],
    [
      'a promise',
      ({ shape }) => ({ output: shape, forward: async (x: Tensor) => [x, same] }),
      'expected forward to return [out, pullback], found a promise, but stages work synchronously',
    ],
    [
      'a way back of another shape',
      ({ shape }) => ({
        output: shape,
        forward: (x: Tensor) => [x, () => ({ shape: [3], data: new Float32Array(3) })],
      }),
      'its pullback gave [3] for the input, expected [10, 20], the shape of what the stage was given',
    ],
    [
      'no way back',
      ({ shape }) => ({ output: shape, forward: (x: Tensor) => [x, () => undefined] }),
      'its pullback gave no gradient for the input, expected [10, 20], the shape of what the stage was given',
    ],
  ])('a layer that gives %s is refused', async (_, build, problem) => {
    expect(await problemOf({ my: layer(build) })).toBe(`network[1]: my: ${problem}`);
  });

  it('a stage that keeps batches back is refused', async () => {
    const my = stage({
      name: 'my',
      summary: 's',
      family: 'layers',
      from: 'batch',
      to: 'batch',
      options: noOptions,
      example: 'my',
      build: (_, input) => ({ output: input, operator: pipe(bufferCount(2), concatAll()) }),
    })();
    expect(await problemOf({ my })).toMatch(
      /^network\[1\]: my: this batch is no longer there: the next one has been read/,
    );
  });

  it('a loss that is a promise is refused', async () => {
    expect(await problemOf({ judge: judgedBy(Promise.resolve(1)) })).toBe(
      'train[2]: my: expected the loss as a number, found a promise, but stages work synchronously',
    );
  });

  it.each<[unknown, string]>([
    [{ rows: Int32Array.of(0, 25), size: 2 }, 'has row 25, expected 0 to 24, as there are examples'],
    [{ rows: Int32Array.of(0, 1), size: 11 }, 'has the size 11, expected 1 to 10'],
    [Promise.resolve(1), 'has a promise, but stages work synchronously for its rows, expected an Int32Array'],
  ])('a plan that no batches can be read by is refused', async (plan, problem) => {
    expect(await problemOf({ batches: planned(plan) })).toBe(`train[0]: my: its plan ${problem}`);
  });
});

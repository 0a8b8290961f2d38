/** Where the code of a plug-in spoils the gradients or the weights, it is named, and no learningRate is blamed. */
import {
  type AnyStage,
  activation,
  backward,
  batch,
  dense,
  digits,
  forward,
  learningRate,
  loss,
  networkStage,
  noOptions,
  normalize,
  oneHot,
  optimizer,
  RunError,
  runPipeline,
  sgd,
  softmaxCrossEntropy,
  type Tensor,
} from 'marblenet';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const description = { name: 'my', summary: 's', options: noOptions, example: 'my' };

/** An activation that passes its numbers on; its gradient is that of `change`, from the step on that is said. */
const pullingBack = (change: (value: number) => number, from = 1): AnyStage =>
  networkStage({
    ...description,
    build: (_, { shape }) => {
      let step = 0;
      return {
        output: shape,
        forward: (x, split) => {
          if (split === 'train') step++;
          return [x, (dy) => (step < from ? dy : { shape: dy.shape, data: dy.data.map(change) })];
        },
      };
    },
  })();

/** softmaxCrossEntropy in a few lines; what becomes of its gradient is said. */
const judging = (change: (dx: Tensor, step: number) => void): AnyStage =>
  loss({
    ...description,
    loss: (kernels) => {
      let step = 0;
      return (dx, x, t) => {
        const value = kernels.softmaxCrossEntropy(dx, x, t);
        change(dx, ++step);
        return value;
      };
    },
  })();

/** sgd, and what becomes of a weight of each parameter. */
const moving = (change: (value: Tensor, step: number) => void): AnyStage =>
  optimizer({
    ...description,
    options: z.strictObject({ learningRate }),
    rule:
      ({ value, gradient }, _, kernels) =>
      ({ rate, count }) => {
        kernels.descend(value, gradient, rate);
        change(value, count);
      },
  })({ learningRate: 0.1 });

describe.each(['wasm', 'typescript'] as const)('on the back end %s', (backend) => {
  async function failureOf({
    layer = [] as readonly AnyStage[],
    judge = softmaxCrossEntropy() as AnyStage,
    by = sgd({ learningRate: 0.1 }) as AnyStage,
  }) {
    const error = await runPipeline({
      backend,
      epochs: 2,
      data: [digits({ train: 60, test: 10 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
      network: [dense({ units: 8 }), ...layer, dense({ units: 10 })],
      train: [batch({ size: 10 }), forward(), judge, backward(), by],
    }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof RunError)) expect.fail(`expected a RunError, found ${error}`);
    return error.message;
  }

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('a pullback that gives %s later', async (wrong) => {
    expect(await failureOf({ layer: [pullingBack(() => wrong, 4)] })).toBe(
      `network[1]: my: train, epoch 1, step 4: its pullback gave a gradient of ${wrong} at sample 0 of the batch, though ` +
        'what it was given is finite',
    );
  });

  it('a pullback that gives huge gradients', async () => {
    expect(await failureOf({ layer: [pullingBack((value) => value * 1e30)] })).toMatch(
      /^network\[1\]: my: .*its pullback gave a gradient about .*e\+\d+ times as large as all numbers around it, on the first batch; so training has diverged, whatever the learningRate is$/,
    );
  });

  it('a loss whose gradient is NaN later', async () => {
    const judge = judging(({ data }, step) => step === 3 && data.fill(Number.NaN, 5, 6));
    expect(await failureOf({ judge })).toBe(
      'train[2]: my: train, epoch 1, step 3: the gradient dx of the loss holds NaN at sample 0 of the batch, though the loss is finite',
    );
  });

  it('a loss whose gradient is huge', async () => {
    expect(await failureOf({ judge: judging(({ data }) => data.fill(1e30, 0, 5)) })).toMatch(
      /^train\[2\]: my: the loss became (NaN|Infinity) at epoch 1, step 2: it gave a gradient about 5\.0e\+29 times as large as all numbers around it, on the first batch; /,
    );
  });

  it.each([
    [1, Number.NaN],
    [1, 1e30],
    [4, Number.NaN],
  ])('an optimizer that makes a weight of step %d %s', async (when, wrong) => {
    const by = moving(({ shape, data }, step) => step === when && shape.length === 1 && data.fill(wrong, 3, 4));
    expect(await failureOf({ by })).toMatch(
      new RegExp(
        `^train\\[4\\]: my: epoch 1, step ${when}: it made ${String(Math.fround(wrong)).replace('+', '\\+')} of a weight of b, though its gradients are [\\d.e-]+ at most and the learning rate is 0.1$`,
      ),
    );
  });

  it('but the learningRate is, where it is the cause', async () => {
    const step = activation({ ...description, formula: () => ({ value: (x) => x, derivative: () => 1 }) });
    expect(await failureOf({ layer: [step()], by: sgd({ learningRate: 1e30 }) })).toMatch(
      /: training has diverged; try a smaller learningRate$/,
    );
  });
});

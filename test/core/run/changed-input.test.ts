/** A stage that writes to what it is given spoils the gradient of the stage before: it is named, on the first batch. */
import {
  type AnyStage,
  backward,
  batch,
  checkGradients,
  dense,
  digits,
  forward,
  loss,
  networkStage,
  noOptions,
  normalize,
  oneHot,
  type PipelineDefinition,
  residual,
  runPipeline,
  type Split,
  sgd,
  sigmoid,
  softmaxCrossEntropy,
} from 'marblenet';
import { gradientError } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';

const description = { name: 'my', summary: 's', options: noOptions, example: 'my' };

/** y = 2x, with a right gradient, written to x itself. */
const inForward = (splits: readonly Split[] = ['train']): AnyStage =>
  networkStage({
    ...description,
    build: (_, { shape }) => ({
      output: shape,
      forward(x, split) {
        const doubled = x.data.map((value) => 2 * value);
        if (splits.includes(split)) x.data.set(doubled);
        return [
          { shape: x.shape, data: doubled },
          (dy) => ({ shape: dy.shape, data: dy.data.map((value) => 2 * value) }),
        ];
      },
    }),
  })();

/** y = 2x, whose pullback takes x, or dy, for its buffer. */
const inPullback = (taken: 'x' | 'dy' = 'x'): AnyStage =>
  networkStage({
    ...description,
    build: (_, { shape }) => ({
      output: shape,
      forward: (x) => [
        { shape: x.shape, data: x.data.map((value) => 2 * value) },
        (dy) => {
          const buffer = taken === 'x' ? x : dy;
          for (const [i, value] of dy.data.entries()) buffer.data[i] = 2 * value;
          return buffer;
        },
      ],
    }),
  })();

/** Judges as softmaxCrossEntropy does, and leaves no output behind. */
const inLoss = (): AnyStage =>
  loss({
    ...description,
    loss: (kernels) => (dx, x, t) => {
      const value = kernels.softmaxCrossEntropy(dx, x, t);
      x.data.fill(0);
      return value;
    },
  })();

const NEEDED = 'changed its input x, which the stage before needs on the way back; write to a tensor of its own';

const GIVEN =
  'its pullback changed dout, the gradient that it was given, which a block around it needs; write to a tensor of its own';

describe.each(['wasm', 'typescript'] as const)('on the back end %s', (backend) => {
  const definition = (network: readonly AnyStage[], judge: AnyStage = softmaxCrossEntropy()): PipelineDefinition =>
    ({
      backend,
      data: [digits({ train: 40, test: 10 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
      network: [dense({ units: 8 }), ...network, dense({ units: 10 })],
      train: [batch({ size: 10 }), forward(), judge, backward(), sgd({ learningRate: 0.1 })],
      test: [batch({ size: 10 }), forward(), softmaxCrossEntropy()],
    }) as PipelineDefinition;

  const messageOf = (running: Promise<unknown>): Promise<string> =>
    running.then(
      () => expect.fail('nothing was refused'),
      (error: Error) => error.message,
    );

  it.each([
    ['its forward', [sigmoid(), inForward()], undefined, `network[2]: my: its forward ${NEEDED}`],
    ['its forward in test alone', [sigmoid(), inForward(['test'])], undefined, `network[2]: my: its forward ${NEEDED}`],
    ['its pullback', [sigmoid(), inPullback()], undefined, `network[2]: my: its pullback ${NEEDED}`],
    ['its pullback, the gradient', [sigmoid(), inPullback('dy')], undefined, `network[2]: my: ${GIVEN}`],
    ['a loss', [sigmoid()], inLoss(), `train[2]: my: its loss ${NEEDED}`],
  ] as const)('a run names a stage that changes its input in %s', async (where, network, judge, message) => {
    const given = definition(network, judge);
    expect(await messageOf(runPipeline(given))).toBe(message);
    if (where !== 'its forward in test alone') expect(await messageOf(checkGradients(given))).toBe(message);
  });

  it('a run names a stage in a block, whose gradient would be wrong', async () => {
    const given = definition([residual({ stages: [inPullback('dy')] })]);
    expect(await messageOf(runPipeline(given))).toBe(`network[1][0]: my: ${GIVEN}`);
  });

  it('a check names the first layer, too', async () => {
    const given = { ...definition([]), network: [inForward(), dense({ units: 10 })] } as PipelineDefinition;
    expect(await messageOf(checkGradients(given))).toBe(`network[0]: my: its forward ${NEEDED}`);
  });
});

it('gradientError names it', () => {
  expect(() => gradientError(inForward() as never, [[1, 2]])).toThrow(`my: its forward ${NEEDED}`);
  expect(() => gradientError(inPullback() as never, [[1, 2]])).toThrow(`my: its pullback ${NEEDED}`);
  expect(() => gradientError(inPullback('dy') as never, [[1, 2]])).toThrow(`my: ${GIVEN}`);
});

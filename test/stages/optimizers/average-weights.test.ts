import {
  averageWeights,
  backward,
  batch,
  batchNorm,
  buildPipeline,
  dense,
  digits,
  forward,
  mean,
  normalize,
  oneHot,
  type PipelineDefinition,
  PipelineError,
  run,
  runPipeline,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
  type Tensor,
} from 'marblenet';
import { marbles } from 'marblenet/testing';
import { lastValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';
import { parameter, stepOn } from '../descent.js';
import { emissionsOf } from '../emissions.js';

const input = { kind: 'step', size: 1, shape: [2], classes: 2, gradients: true } as const;
type Options = Parameters<typeof averageWeights>[0];

/** The average after each of these values of one weight; a value is an epoch where `epochs` says so. */
function averagesOf(options: Options, values: readonly number[], epochOf = (_: number) => 1): number[] {
  const W = parameter([0], [0]);
  const context = contextWith({ parameters: [W], epochs: 9 });
  const { operator, state = expect.fail('no state') } = averageWeights(options).build(input, context);
  return values.map((value, i) => {
    W.value.data[0] = value;
    emissionsOf(of({ ...stepOn([W]), epoch: epochOf(i) }).pipe(operator), () => undefined);
    return (state.state().W as Tensor).data[0];
  });
}

describe('averageWeights', () => {
  it('passes steps, and leaves the weights as they are', () => {
    marbles(({ cold, expectObservable }) => {
      const step = stepOn([parameter([1, -2], [10, 20])]);
      const same = { loss: 0.5, tape: [{ parameters: [{ value: [1, -2] }] }] };
      expectObservable(cold('--a--|', { a: step }).pipe(averageWeights())).toBe('--b--|', { b: same });
    });
  });

  it('moves a share of the way to the weights at each step, and begins at the first', () => {
    expect(averagesOf({ decay: 0.1 }, [4, 14, 3])).toEqual([4, 13, 4]);
  });

  it('keeps less of the first steps, n / (n + 9) of them', () => {
    const [first, second, third] = averagesOf({ decay: 0.999 }, [0, 11, 0]);
    expect([first, second, third]).toEqual([0, 9, expect.closeTo((3 / 12) * 9, 12)]);
    const [last] = averagesOf(
      { decay: 0.999 },
      Array.from({ length: 540 }, (_, step) => step),
    ).slice(-1);
    expect(540 - last).toBeLessThan(540 / 9); // it follows by a tenth of the way, where 0.999 alone were 420 steps behind
  });

  it('is the mean of all steps with decay: equal', () => {
    expect(averagesOf({ decay: 'equal' }, [3, 5, 10])).toEqual([3, 4, 6]);
  });

  it('is the weights themselves before the epoch that it begins with', () => {
    expect(averagesOf({ decay: 'equal', from: 2 }, [3, 5, 10, 20], (i) => (i < 2 ? 1 : 2))).toEqual([3, 5, 10, 15]);
  });

  it.each<[string, Options, Partial<typeof input> | { readonly gradients: false }]>([
    ['averageWeights needs weights that move; put it behind an optimizer', {}, { gradients: false }],
    ['averaging would begin in epoch 10, and there are 9', { from: 10 }, {}],
  ])('refuses: %s', (problem, options, changes) => {
    const build = () => averageWeights(options).build({ ...input, ...changes }, contextWith({ epochs: 9 }));
    expect(build).toThrow(new PipelineError(problem));
  });
});

const definition = (...behind: PipelineDefinition['train']): PipelineDefinition => ({
  seed: 3,
  epochs: 2,
  dtype: 'float64',
  data: [digits({ train: 40, test: 20 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 10 })],
  train: [
    shuffleBatch({ size: 10 }),
    forward(),
    softmaxCrossEntropy(),
    backward(),
    sgd({ learningRate: 0.5 }),
    ...behind,
  ],
  test: [batch({ size: 20 }), forward(), softmaxCrossEntropy(), mean({ of: 'loss' })],
});

describe('a run with averaged weights', () => {
  it('is judged, and ends, with the average of the weights of a run without', async () => {
    const W: number[][] = [];
    await lastValueFrom(
      run(buildPipeline(definition()), {
        betweenSteps(at) {
          const { state } = at.checkpoint();
          if (at.step > W.length) W.push(Array.from((state['network.0.W'] as Tensor).data));
        },
      }),
    );
    const averaged = await runPipeline(definition(averageWeights({ decay: 'equal' })));
    const [found] = averaged.network.parameters;
    const means = W[0].map((_, i) => W.reduce((sum, all) => sum + all[i], 0) / W.length);
    expect(W).toHaveLength(8);
    means.forEach((value, i) => {
      expect(found.value.data[i]).toBeCloseTo(value, 12);
    });
    // the test of the last epoch was of these weights, and the model is saved with them
    const plain = await runPipeline(definition());
    expect(averaged.test?.loss).not.toBe(plain.test?.loss);
    expect(averaged.train).toEqual(plain.train);
  });

  it('averages what layers keep running, too, which belongs to the weights', async () => {
    const normalized = (...behind: PipelineDefinition['train']) => ({
      ...definition(...behind),
      network: [dense({ units: 10 }), batchNorm()],
    });
    const means: number[] = [];
    await lastValueFrom(
      run(buildPipeline(normalized()), {
        betweenSteps(at) {
          const { state } = at.checkpoint();
          if (at.step > means.length) means.push((state['network.1.mean'] as Tensor).data[3]);
        },
      }),
    );
    const { network } = await runPipeline(normalized(averageWeights({ decay: 'equal' })));
    const found = (network.state()['network.1.mean'] as Tensor).data[3];
    expect(means).toHaveLength(8);
    expect(found).toBeCloseTo(means.reduce((sum, value) => sum + value, 0) / 8, 12);
  });

  it('averages once', () => {
    expect(() => buildPipeline(definition(averageWeights(), averageWeights()))).toThrow(
      'averageWeights averages what is averaged already; leave one of them out',
    );
  });

  it('averages what an optimizer before it has moved', () => {
    const { train, ...others } = definition();
    for (const steps of [
      [...train.slice(0, 4), averageWeights(), ...train.slice(4)],
      [...train.slice(0, 4), averageWeights()],
    ]) {
      expect(() => buildPipeline({ ...others, train: steps })).toThrow(
        'averageWeights averages weights as they move, and nothing before it moves them; put it behind an optimizer, as sgd: ' +
          '{ learningRate: 0.1 }',
      );
    }
  });
});

/** What all optimizers have in common; where each one leads is in test/stages. */
import {
  backward,
  batch,
  createKernels,
  dense,
  digits,
  forward,
  type Kernels,
  learningRate,
  momentum,
  oneHot,
  optimizer,
  PipelineError,
  RunError,
  runPipeline,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';
import { batchOf } from 'marblenet/testing';
import { of, pipe } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { contextWith } from '../../stages/context.js';
import { parameter, pathOf, stepOn } from '../../stages/descent.js';
import { emissionsOf } from '../../stages/emissions.js';

const spec = { kind: 'step', size: 1, shape: [2], classes: 2, gradients: true } as const;

/** An optimizer that goes a little way, and notes the rate of each step; it is 2 at most. */
const noting = (rates: number[]) =>
  optimizer({
    name: 'noting',
    summary: 'W = W - 0.001 dW',
    options: z.strictObject({ learningRate: learningRate.default(2) }),
    example: 'noting',
    rule:
      ({ value, gradient }, _, kernels) =>
      ({ rate }) => {
        rates.push(rate);
        kernels.descend(value, gradient, 0.001);
      },
  });

/** Kernels that note what they were asked for. */
function watched(kernels: Kernels): { kernels: Kernels; asked: string[] } {
  const asked: string[] = [];
  const entries = Object.entries(kernels).map(([name, kernel]) => [
    name,
    typeof kernel !== 'function'
      ? kernel
      : (...args: unknown[]) => {
          asked.push(name);
          return kernel(...args);
        },
  ]);
  return { kernels: Object.fromEntries(entries), asked };
}

describe('an optimizer', () => {
  it('of a plug-in has the options of all others, and is told the rate', () => {
    const rates: number[] = [];
    pathOf(noting(rates)({ warmUp: 4 }), [1, 1]);
    expect(rates).toEqual([0.5, 1]);
    expect(Object.keys(noting(rates).definition.options.shape)).toEqual([
      'learningRate',
      'weightDecay',
      'clipNorm',
      'schedule',
      'warmUp',
    ]);
  });

  it('counts its own steps, over all epochs and subscriptions', () => {
    const stage = sgd({ learningRate: 1, schedule: { step: { every: 2, factor: 0.5 } } });
    expect(pathOf(stage, [1, 1, 1, 1])).toEqual([-1, -2, -2.5, -3]);
    expect(pathOf(stage, [1])).toEqual([-0.25]);
  });

  it('of sgd asks for one descent a parameter and nothing else, if nothing else is asked of it', () => {
    const { kernels, asked } = watched(createKernels('float64', 'typescript'));
    const { operator } = sgd({ learningRate: 0.1, schedule: 'cosine' }).build(spec, contextWith({ kernels }));
    const layers = [[parameter([1], [1]), parameter([1], [1])], [parameter([1], [1])]];
    emissionsOf(of(stepOn(...layers)).pipe(operator), () => undefined);
    expect(asked).toEqual(['descend', 'descend', 'descend']);
  });

  it('allocates at the first step and never after', () => {
    const { kernels, asked } = watched(createKernels('float64', 'typescript'));
    const { operator } = momentum({ learningRate: 0.1, clipNorm: 1 }).build(spec, contextWith({ kernels }));
    const step = stepOn([parameter([1], [1]), parameter([1], [1])]);
    emissionsOf(of(step, step, step).pipe(operator), () => undefined);
    expect(asked.filter((name) => name === 'allocate')).toHaveLength(2);
    expect(asked.lastIndexOf('allocate')).toBeLessThan(asked.indexOf('sumOfSquares', 3));
  });

  it('refuses to stand before backward', () => {
    expect(() => momentum({ learningRate: 0.1 }).build({ ...spec, gradients: false }, contextWith())).toThrow(
      new PipelineError('momentum needs gradients; put backward before it'),
    );
  });
});

describe('clipNorm', () => {
  const moved = (clipNorm: number, unit = 1): number[] => {
    const [W, b] = [parameter([0], [3 * unit]), parameter([0], [4 * unit])];
    const { operator } = sgd({ learningRate: 1, clipNorm }).build(spec, contextWith());
    emissionsOf(of(stepOn([W], [b])).pipe(operator), () => undefined);
    return [W, b].map(({ value }) => value.data[0]);
  };

  it('scales all gradients alike, to that length all together', () => {
    const [W, b] = moved(1);
    expect(W).toBeCloseTo(-0.6, 6);
    expect(b).toBeCloseTo(-0.8, 6);
  });

  it.each([1e154, 1e200, 1e306])('scales gradients of %d, whose squares overflow', (unit) => {
    const [W, b] = moved(1, unit);
    expect(W).toBeCloseTo(-0.6, 6);
    expect(b).toBeCloseTo(-0.8, 6);
  });

  it('refuses gradients that are not finite, or cannot be said when they are clipped', () => {
    expect(() => moved(1, Number.POSITIVE_INFINITY)).toThrow(
      new RunError('test: the gradient of W holds Infinity, so it cannot be clipped', { placed: true }),
    );
    expect(() => moved(1e-100, 1e300)).toThrow(
      'test: the gradients are so large that float64 has no factor that makes them clipNorm: 1e-100 long; look at how the',
    );
  });

  it('leaves gradients alone that are shorter', () => {
    expect(moved(6)).toEqual([-3, -4]);
  });

  it('leaves a gradient of 0 alone', () => {
    expect(pathOf(sgd({ learningRate: 1, clipNorm: 1 }), [0], 2)).toEqual([2]);
  });
});

describe('a schedule', () => {
  it('goes to the end of the run in a pipeline: all of its epochs', async () => {
    const rates: number[] = [];
    await runPipeline({
      epochs: 2,
      data: [digits({ train: 100, test: 10 }), oneHot({ classes: 10 })],
      network: [dense({ units: 10, bias: false })],
      train: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), backward(), noting(rates)({ schedule: 'cosine' })],
    });
    expect(rates).toHaveLength(20);
    for (const [step, rate] of rates.entries()) expect(rate).toBeCloseTo(1 + Math.cos((Math.PI * step) / 20), 12);
  });

  it('must be told its end in a plain pipe', () => {
    const xor = batchOf([[0, 1]], { labels: [1] });
    const learning = (schedule: Parameters<typeof sgd>[0]['schedule']) =>
      pipe(dense({ units: 2 }), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1, schedule }));
    const run = (schedule: Parameters<typeof sgd>[0]['schedule']) =>
      emissionsOf(of(xor).pipe(learning(schedule)), ({ loss }) => loss);
    expect(() => run('cosine')).toThrow('{ cosine: { steps: 6000 } }');
    expect(run({ cosine: { steps: 10 } })).toHaveLength(1);
  });
});

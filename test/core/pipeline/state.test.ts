import { firstValueFrom, lastValueFrom, map, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { SourceSplit, Step } from '../../../src/core/kinds.js';
import { buildPipeline, type Pipeline, type PipelineDefinition } from '../../../src/core/pipeline/pipeline.js';
import { threads } from '../../../src/node/threads.js';
import {
  accuracy,
  adam,
  backward,
  batch,
  dense,
  digits,
  dropout,
  forward,
  mean,
  momentum,
  normalize,
  oneHot,
  relu,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from '../../../src/stages/index.js';
import { textOf, throughFile } from '../../state-file.js';
import { refusalOf } from '../../tiny-pipeline.js';

/** Pixels of which most are 0, and layers large enough for every way that the kernels have of keeping weights. */
const definition: PipelineDefinition = {
  seed: 1,
  data: [digits({ train: 120, test: 10 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 100 }), relu(), dropout({ rate: 0.2 }), dense({ units: 10 })],
  train: [
    shuffleBatch({ size: 30 }),
    forward(),
    softmaxCrossEntropy(),
    backward(),
    sgd({ learningRate: 0.1 }),
    mean({ of: 'loss' }),
  ],
  test: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), accuracy()],
};

const learningBy = (optimizer: ReturnType<typeof sgd>): PipelineDefinition => ({
  ...definition,
  train: definition.train.map((stage) => (stage.definition.family === 'optimizers' ? optimizer : stage)),
});

/** Trains for an epoch; the loss of each step. */
async function lossesOf(pipeline: Pipeline): Promise<number[]> {
  const examples = await firstValueFrom(of<SourceSplit>('train').pipe(pipeline.data));
  const losses = pipeline.train.steps(of(examples)).pipe(
    map(({ loss }: Step) => loss),
    toArray(),
  );
  return lastValueFrom(losses);
}

describe('the state of a pipeline', () => {
  it('is named by place', () => {
    const state = buildPipeline(learningBy(adam())).state();
    const streams = ['data.0', 'train.0', 'network.2', 'test.3'].flatMap((place) => [
      `random.${place}.generator`,
      `random.${place}.spare`,
    ]);
    expect(Object.keys(state)).toEqual(
      expect.arrayContaining([
        'network.0.W',
        'network.0.b',
        'network.3.W',
        'train.0.rows',
        'train.4.count',
        'train.4.network.0.W.means',
        'train.4.network.0.W.squares',
        'train.4.network.3.b.means',
        'train.5.reduction.sum',
        'test.3.reduction.counts',
        ...streams,
      ]),
    );
    expect(state['network.0.W']).toMatchObject({ shape: [784, 100] });
    expect(state['train.4.network.0.W.means']).toMatchObject({ shape: [784, 100] });
  });

  it('has one random stream where NumPy has one', () => {
    const state = buildPipeline({ ...definition, random: 'numpy' }).state();
    const streams = Object.entries(state).filter(([name]) => name.startsWith('random.'));
    expect(streams.map(([name, value]) => [name, (value as Int32Array).length])).toEqual([
      ['random.generator', 625],
      ['random.spare', 0],
    ]);
  });

  const optimizers = { sgd: sgd({ learningRate: 0.1 }), momentum: momentum({ learningRate: 0.1 }), adam: adam() };
  const ways = (['typescript', 'wasm'] as const).flatMap((backend) =>
    (backend === 'wasm' ? [1, 2] : [1]).flatMap((count) =>
      Object.keys(optimizers).map((name) => [backend, count, name as keyof typeof optimizers] as const),
    ),
  );

  it.each(ways)(
    'is seen by the kernels that learn from there again: %s, %i threads, %s',
    async (backend, count, name) => {
      const pipeline = buildPipeline({ ...learningBy(optimizers[name]), backend, threads: count }, { threads });
      const { stop } = pipeline.kernels.startThreads();
      const start = pipeline.state();
      const losses = await lossesOf(pipeline);
      expect(losses).toHaveLength(4);
      const end = pipeline.state();
      expect(textOf(end)).not.toBe(textOf(start));
      // Weights may live in tiles by now, and a gradient may not have been written.
      pipeline.restore(throughFile(start));
      expect(textOf(pipeline.state())).toBe(textOf(start));
      expect(await lossesOf(pipeline)).toEqual(losses);
      expect(textOf(pipeline.state())).toBe(textOf(end));
      stop();
    },
  );

  it('is the same in both back ends before anything is learned', () => {
    const [a, b] = (['typescript', 'wasm'] as const).map((backend) =>
      buildPipeline({ ...definition, backend }).state(),
    );
    expect(textOf(a)).toBe(textOf(b));
  });
});

describe('a state of another pipeline is refused', () => {
  const refusal = (other: PipelineDefinition): string => {
    const pipeline = buildPipeline(definition);
    const before = pipeline.state();
    const message = refusalOf(() => pipeline.restore(buildPipeline(other).state()));
    expect(textOf(pipeline.state())).toBe(textOf(before));
    return message;
  };

  it('with other layers', () => {
    const network = [dense({ units: 20 }), relu(), dropout({ rate: 0.2 }), dense({ units: 10 })];
    expect(refusal({ ...definition, network })).toBe(
      'the state is not one of this pipeline: network.0.W is float32 [784, 20] in the state, float32 [784, 100] here; ' +
        'network.0.b is float32 [20] in the state, float32 [100] here; ' +
        'network.3.W is float32 [20, 10] in the state, float32 [100, 10] here',
    );
  });

  it('with another optimizer', () => {
    expect(refusal(learningBy(momentum({ learningRate: 0.1 })))).toBe(
      'the state is not one of this pipeline: train.4.network.0.W.velocity is not here; ' +
        'train.4.network.0.b.velocity is not here; train.4.network.3.W.velocity is not here; ' +
        'train.4.network.3.b.velocity is not here',
    );
  });

  it('with other random numbers', () => {
    expect(refusal({ ...definition, random: 'numpy' })).toContain('random.data.0.generator is not in the state');
  });

  it('in other floats', () => {
    expect(refusal({ ...definition, dtype: 'float64' })).toContain(
      'network.0.W is float64 [784, 100] in the state, float32 [784, 100] here',
    );
  });

  it('without a test section', () => {
    const { test: _, ...untested } = definition;
    expect(refusal(untested)).toContain('test.0.rows is not in the state');
  });
});

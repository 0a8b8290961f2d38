/** The kernels on memory that is not shared: what a page has that is not cross-origin isolated. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createKernels } from '../../../src/core/create-kernels.js';
import { rowBuffer } from '../../../src/core/kernels/row-buffer.js';
import type { PipelineDefinition } from '../../../src/core/pipeline/pipeline.js';
import * as stages from '../../../src/index.js';

const { adam, backward, batch, dense, digits, dropout, forward, gelu, normalize, oneHot, relu, sgd } = stages;

const withPlainMemory = () => vi.stubGlobal('crossOriginIsolated', false);
afterEach(() => vi.unstubAllGlobals());

const pipeline = (change: Partial<PipelineDefinition>): PipelineDefinition => ({
  seed: 1,
  epochs: 2,
  threads: 2,
  data: [digits({ train: 300, test: 100 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 50 }), relu(), dense({ units: 10 })],
  train: [
    stages.shuffleBatch({ size: 64 }), // the last batch of an epoch is smaller
    forward(),
    stages.softmaxCrossEntropy(),
    backward(),
    sgd({ learningRate: 0.1 }),
  ],
  test: [batch({ size: 30 }), forward(), stages.softmaxCrossEntropy(), stages.accuracy()],
  ...change,
});

const { data, train } = pipeline({});

describe('trains to the same weights as on shared memory, on one thread', () => {
  it.each<[string, Partial<PipelineDefinition>]>([
    ['by sparse rows', {}],
    ['by sparse columns', { network: [dense({ units: 800 }), gelu(), dropout({ rate: 0.5 }), dense({ units: 10 })] }],
    ['by gradients that are looked at', { train: [...train.slice(0, -1), adam({})] }],
    ['by dense rows', { data: [data[0], normalize({ mean: 30, std: 80 }), data[2]] }],
    ['in float64', { dtype: 'float64' }],
  ])('%s', async (_, change) => {
    const shared = await stages.runPipeline(pipeline(change));
    withPlainMemory();
    const plain = await stages.runPipeline(pipeline(change));
    expect(plain.weights).toBe(shared.weights);
    expect(plain.test).toEqual(shared.test);
    // these need memory that training did not
    const bytes = { shape: [100, 784], data: Uint8Array.from({ length: 784 * 100 }, (_, i) => i % 251) };
    const predictions = await Promise.all([plain, shared].map((result) => result.network.predict(bytes)));
    expect(predictions[0]).toEqual(predictions[1]);
  });
});

it('says why one thread computes, once, where two were asked for', async () => {
  withPlainMemory();
  const events: stages.PipelineEvent[] = [];
  await stages.runPipeline(pipeline({ epochs: 1 }), { onEvent: (event) => events.push(event) });
  const told = events.filter((event) => 'fallback' in event);
  expect(told).toMatchObject([{ event: 'start', fallback: expect.stringMatching(/^threads: 1, not 2: .*isolated/) }]);
});

it('says nothing where one thread was asked for', async () => {
  withPlainMemory();
  const events: stages.PipelineEvent[] = [];
  await stages.runPipeline(pipeline({ epochs: 1, threads: 1 }), { onEvent: (event) => events.push(event) });
  expect(events.filter((event) => 'fallback' in event)).toEqual([]);
});

describe('memory that grows', () => {
  beforeEach(withPlainMemory);
  const megabytes = (kernels: ReturnType<typeof createKernels>) => kernels.allocate([64, 262_144]);

  it('leaves a tensor its numbers', () => {
    const kernels = createKernels('float32', 'wasm');
    const x = kernels.allocate([2, 3]);
    x.data.set([1, 2, 3, 4, 5, 6]);
    const { data: before } = x;
    megabytes(kernels);
    expect(before).toHaveLength(0); // so this memory is plain indeed
    expect([...x.data]).toEqual([1, 2, 3, 4, 5, 6]);
    kernels.scale(x, 2);
    expect([...x.data]).toEqual([2, 4, 6, 8, 10, 12]);
  });

  it('leaves the first rows of a buffer theirs', () => {
    const kernels = createKernels('float32', 'wasm');
    const rows = rowBuffer(kernels, 3, [2]);
    const first = rows(2);
    first.data.set([1, 2, 3, 4]);
    megabytes(kernels);
    expect([...first.data]).toEqual([1, 2, 3, 4]);
    kernels.scale(first, 2);
    expect([...rows(3).data]).toEqual([2, 4, 6, 8, 0, 0]);
  });

  it('goes on reading a data set that was listed before', () => {
    const kernels = createKernels('float32', 'wasm');
    const features = Uint8Array.from({ length: 8 * 16 }, (_, i) => (i % 5 === 0 ? i : 0));
    const x = kernels.allocate([2, 16]);
    const t = kernels.allocate([2, 10]);
    const scaling = { mean: 0, std: 2 };
    const seen: number[][] = [];
    for (const rows of [Int32Array.of(0, 3), Int32Array.of(5, 1)]) {
      kernels.gather(x, features, rows, scaling);
      kernels.oneHot(t, rows);
      megabytes(kernels);
      seen.push([...x.data], [...t.data]);
    }
    const expected = [
      [0, 3],
      [5, 1],
    ].flatMap((rows) => [
      rows.flatMap((row) => [...features.subarray(16 * row, 16 * row + 16)].map((byte) => byte / 2)),
      rows.flatMap((row) => Array.from({ length: 10 }, (_, c) => (c === row ? 1 : 0))),
    ]);
    expect(seen).toEqual(expected);
  });
});

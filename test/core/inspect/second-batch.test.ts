/** The gradient check of a pipeline, by a second batch; and what it proves nothing of. */
import {
  backward,
  batch,
  checkGradients,
  dense,
  dropout,
  type Examples,
  forward,
  loss,
  meanSquaredError,
  networkStage,
  noOptions,
  type PipelineDefinition,
  type SourceSplit,
  softmaxCrossEntropy,
  stage,
} from 'marblenet';
import { examplesOf } from 'marblenet/testing';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { distance, type Fault, scaled, shifted, square } from '../../testing/faulty-stages.js';

const rows = [
  [0.5, -1, 2],
  [1.5, 0.25, -0.75],
  [-0.5, 1, 0.3],
  [0.2, 0.7, -1.2],
  [-1.1, 0.4, 0.9],
];

const source = stage({
  name: 'rows',
  summary: 'Rows by hand',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: noOptions,
  example: 'rows',
  build: () => ({
    output: { kind: 'examples', shape: [3], classes: 2 },
    operator: map((split: SourceSplit) => ({ ...examplesOf(rows, { labels: [0, 1, 1, 0, 1], classes: 2 }), split })),
  }),
})();

type Network = PipelineDefinition['network'];
type Loss = PipelineDefinition['train'][number];

const pipelineOf = (network: Network, judge: Loss = meanSquaredError(), size = 5): PipelineDefinition => ({
  data: [source],
  network,
  train: [batch({ size }), forward(), judge, backward()],
});

/** Each row that is not right, and why. */
const faultsOf = async (definition: PipelineDefinition) =>
  (await checkGradients(definition)).rows
    .filter(({ verdict }) => verdict !== 'right')
    .map(({ stage: place, name, tensor, verdict, problem }) => [`${place} ${name} ${tensor}`, verdict, problem]);

const layers = (middle: Network[number]): Network => [dense({ units: 3 }), middle, dense({ units: 2 })];

const kinds: Readonly<Record<string, (fault: Fault) => PipelineDefinition>> = {
  'network.1 scaled a': (fault) => pipelineOf(layers(scaled('a', fault))),
  'network.1 scaled x': (fault) => pipelineOf(layers(scaled('x', fault))),
  'network.1 square x': (fault) => pipelineOf(layers(square(fault))),
  'train.2 distance x': (fault) => pipelineOf([dense({ units: 2 })], distance(fault)),
};

describe.each(Object.entries(kinds))('the gradient of %s', (place, definitionOf) => {
  it('passes where nothing is wrong, with fewer rows too', async () => {
    expect(await checkGradients(definitionOf('nothing'))).toMatchObject({ passed: true, samples: 5, fewer: 3 });
  });

  it("alone is wrong where the second batch's holds the first's too", async () => {
    expect(await faultsOf(definitionOf('adds'))).toEqual([
      [place, 'wrong', "in the second batch it holds the first's too: set it, do not add to it"],
    ]);
  });

  it('is the last one wrong where it takes one number of rows for every batch', async () => {
    const faults = await faultsOf(definitionOf('takes 5 rows'));
    const problem = /^it depends on the number of rows: right for 5, for 3 it is 0\.600 times the slope \(at \[/;
    expect(faults.at(-1)).toEqual([place, 'wrong', expect.stringMatching(problem)]);
  });
});

describe.each(['keeps the first batch', 'keeps a batch for its number of rows'] as const)(
  'a stage that %s',
  (fault) => {
    it.each(['network.1 scaled a', 'network.1 square x', 'train.2 distance x'])(
      'has the last wrong gradient: %s',
      async (place) => {
        const faults = await faultsOf(kinds[place](fault));
        const problem = /^it is right in a first batch of 5 rows, but not in a second of 5 other ones: at \[/;
        expect(faults.at(-1)).toEqual([place, 'wrong', expect.stringMatching(problem)]);
      },
    );
  },
);

it('names a loss that is the one of the batch before, and whose gradient is so too', async () => {
  const judge = distance('compares with what it keeps');
  await expect(checkGradients(pipelineOf([dense({ units: 2 })], judge))).rejects.toThrow(
    /^train\[2\]: distance: behind a batch of 3 rows, the same batch gives another loss: \S+, after \S+; compute anew/,
  );
});

it('finds what a parameter of 1 or 0 hides', async () => {
  expect(await faultsOf(pipelineOf(layers(shifted('nothing'))))).toEqual([]);
  expect((await faultsOf(pipelineOf(layers(shifted('s'))))).at(-1)).toEqual([
    'network.1 shifted x',
    'wrong',
    undefined,
  ]);
  expect(await faultsOf(pipelineOf(layers(shifted('b'))))).toEqual([['network.1 shifted s', 'wrong', undefined]]);
});

describe('a loss that is a sum over samples', () => {
  const sum = loss({
    name: 'sum',
    summary: 'Σ (x - t)²',
    options: noOptions,
    example: 'sum',
    loss: () => (dx, x, t) => {
      let total = 0;
      for (const [i, value] of x.data.entries()) {
        total += (value - t.data[i]) ** 2;
        dx.data[i] = 2 * (value - t.data[i]);
      }
      return total;
    },
  });

  it('passes, with a remark that it is no mean', async () => {
    const { passed, remarks } = await checkGradients(pipelineOf([dense({ units: 2 })], sum()));
    expect(passed).toBe(true);
    expect(remarks).toEqual([
      expect.stringMatching(/^train\[2\]: sum: the loss of 2 samples is \S+, of each of them twice \S+: it is no mean/),
    ]);
  });

  it.each([1, 2, 5])('is remarked on with %i samples, unless there is one; a mean is not', async (size) => {
    const remarksOf = async (judge: Loss) =>
      (await checkGradients(pipelineOf([dense({ units: 2 })], judge, size))).remarks.length;
    expect(await remarksOf(sum())).toBe(size === 1 ? 0 : 1);
    expect(await remarksOf(meanSquaredError())).toBe(0);
  });
});

it('has the numbers of the second time where they are other ones', async () => {
  const { rows: found, passed } = await checkGradients(pipelineOf(layers(square('adds'))));
  expect(passed).toBe(false);
  const row = found.find(({ name }) => name === 'square');
  expect(row?.worst?.backward).toBeCloseTo(2 * (row?.worst?.difference ?? Number.NaN), 10);
  expect(row?.relativeError).toBeGreaterThan(1e-3);
});

it('takes the weights of the rows that it takes', async () => {
  const weighing = stage({
    name: 'weighing',
    summary: 'Some rows count more',
    family: 'data',
    from: 'examples',
    to: 'examples',
    options: noOptions,
    example: 'weighing',
    build: (_, output) => ({
      output,
      operator: map((examples: Examples) => ({ ...examples, weights: Float64Array.of(1, 2, 0.5, 3, 0.1) })),
    }),
  });
  const { passed, fewer } = await checkGradients({ ...pipelineOf([dense({ units: 2 })]), data: [source, weighing()] });
  expect({ passed, fewer }).toEqual({ passed: true, fewer: 3 });
});

it('needs two examples for a second batch', async () => {
  const alone = pipelineOf(layers(square('takes 5 rows')), meanSquaredError(), 1);
  expect(await checkGradients(alone)).toMatchObject({ samples: 1, fewer: undefined });
});

it('deals a smaller batch draws of its own, and the same again', async () => {
  for (const random of ['perStage', 'numpy'] as const) {
    const shuffled = networkStage({
      name: 'shuffled',
      summary: 'Rows in another order',
      options: noOptions,
      example: 'shuffled',
      build: (_, { shape }, { random: chance }) => ({
        output: shape,
        forward(x) {
          const order = chance.permutation(x.shape[0]);
          const moved = (data: Float64Array | Float32Array, put: boolean): Float64Array => {
            const result = new Float64Array(data.length);
            for (const [row, from] of order.entries()) {
              const [to, at] = put ? [from, row] : [row, from];
              result.set(data.subarray(at * shape[0], (at + 1) * shape[0]), to * shape[0]);
            }
            return result;
          };
          return [
            { shape: x.shape, data: moved(x.data, false) },
            (dy) => ({ shape: x.shape, data: moved(dy.data, true) }),
          ];
        },
      }),
    });
    const network = [dense({ units: 4 }), dropout({ rate: 0.5 }), shuffled(), dense({ units: 2 })];
    expect(await checkGradients({ ...pipelineOf(network), random })).toMatchObject({ passed: true, fewer: 3 });
  }
});

it('names a layer whose output is another one when the same batch comes again', async () => {
  let n = 0;
  const counting = networkStage({
    name: 'counting',
    summary: 'y = n x, where n counts batches behind the back of the pipeline',
    options: noOptions,
    example: 'counting',
    build: (_, { shape }) => ({
      output: shape,
      forward(x) {
        const times = ++n;
        return [
          { shape: x.shape, data: x.data.map((value) => times * value) },
          (dy) => ({ shape: dy.shape, data: dy.data.map((value) => times * value) }),
        ];
      },
    }),
  });
  await expect(checkGradients(pipelineOf(layers(counting())))).rejects.toThrow(
    'network[1]: counting: the same batch gives another output the second time: at [0, 0]',
  );
});

it('names a loss that is another one when the same batch comes again', async () => {
  let n = 0;
  const growing = loss({
    name: 'growing',
    summary: 'n Σ x',
    options: noOptions,
    example: 'growing',
    loss: () => (dx, x) => {
      dx.data.fill(++n);
      return n * Array.from(x.data).reduce((a, b) => a + b);
    },
  });
  await expect(checkGradients(pipelineOf([dense({ units: 2 })], growing()))).rejects.toThrow(
    /^train\[2\]: growing: the same batch gives the loss \S+ the second time, after /,
  );
});

it('names a layer that fills its output after it has returned', async () => {
  const late = networkStage({
    name: 'late',
    summary: 'y = x, later',
    options: noOptions,
    example: 'late',
    build: (_, { shape }, { kernels }) => ({
      output: shape,
      forward(x) {
        const out = kernels.allocate(x.shape);
        queueMicrotask(() => out.data.set(x.data));
        return [out, (dy) => dy];
      },
    }),
  });
  await expect(checkGradients(pipelineOf(layers(late())))).rejects.toThrow(
    'network[1]: late: its output changed after forward had returned; stages work synchronously',
  );
});

describe('where every slope is 0', () => {
  const nothing = (slope: number) =>
    loss({
      name: 'nothing',
      summary: 'Always 0',
      options: noOptions,
      example: 'nothing',
      loss: () => (dx) => {
        dx.data.fill(slope);
        return 0;
      },
    })();

  it('a loss that is always 0 is not right, though nothing is wrong', async () => {
    const { rows: found, passed } = await checkGradients(pipelineOf([dense({ units: 2 })], nothing(0)));
    expect(found.map(({ tensor, verdict }) => [tensor, verdict])).toEqual(
      ['W', 'b', 'x', 'x'].map((tensor) => [tensor, 'zero']),
    );
    expect(passed).toBe(true);
  });

  it('a gradient that is not 0 is wrong', async () => {
    const { rows: found } = await checkGradients(pipelineOf([dense({ units: 2 })], nothing(1)));
    expect(found.at(-1)?.verdict).toBe('wrong');
  });

  it('weights of 0 hide nothing of what comes before them', async () => {
    const network = [dense({ units: 3 }), dense({ units: 2, weights: 'zeros' })];
    const { rows: found } = await checkGradients(pipelineOf(network, softmaxCrossEntropy()));
    expect(found.every(({ verdict }) => verdict === 'right')).toBe(true);
  });
});

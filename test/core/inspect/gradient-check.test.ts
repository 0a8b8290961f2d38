import {
  activation,
  type Batch,
  backward,
  batch,
  batchNorm,
  checkGradients,
  conv2d,
  crossEntropy,
  dense,
  dropout,
  type Examples,
  forward,
  type GradientRow,
  identity,
  loss,
  maxPool2d,
  meanSquaredError,
  networkStage,
  noOptions,
  type PipelineDefinition,
  relu,
  type SourceSplit,
  sgd,
  sigmoid,
  softmax,
  softmaxCrossEntropy,
  stage,
  stateOf,
  tanh,
} from 'marblenet';
import { examplesOf } from 'marblenet/testing';
import { map, tap } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';

type Network = PipelineDefinition['network'];

/** A source that gives these rows, as read. */
const rowsOf = (
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  shape: readonly number[] = [rows[0].length],
) =>
  stage({
    name: 'rows',
    summary: 'Rows by hand',
    family: 'sources',
    from: 'split',
    to: 'examples',
    options: noOptions,
    example: 'rows',
    build: () => ({
      output: { kind: 'examples', shape, classes: 2 },
      operator: map((split: SourceSplit): Examples => ({ ...examplesOf(rows, { labels, classes: 2 }), shape, split })),
    }),
  })();

/** Two images of 4 by 4, number by number. */
const imagesOf = (numberAt: (n: number, i: number) => number) =>
  rowsOf(
    [0, 1].map((n) => Array.from({ length: 16 }, (_, i) => numberAt(n, i))),
    [0, 1],
    [4, 4, 1],
  );

const twoRows = rowsOf(
  [
    [0.5, -1, 2],
    [1.5, 0.25, -0.75],
  ],
  [0, 1],
);

const pipelineOf = (network: Network, more: Partial<PipelineDefinition> = {}): PipelineDefinition => ({
  data: [twoRows],
  network,
  train: [batch({ size: 2 }), forward(), meanSquaredError(), backward(), sgd({ learningRate: 1 })],
  ...more,
});

const rowsBy = (rows: readonly GradientRow[]) =>
  Object.fromEntries(rows.map((row) => [`${row.stage}.${row.tensor}`, row]));

/** y = x², with a derivative that is right or not. */
const square = (derivative: (x: number) => number) =>
  activation({ name: 'square', summary: 'y = x²', formula: () => ({ value: (x) => x * x, derivative }) })();

describe('checkGradients', () => {
  it('compares every parameter, the input of every network stage, and that of the loss', async () => {
    const network = [dense({ units: 4 }), sigmoid(), dense({ units: 2 }), softmax()];
    const train = [batch({ size: 2 }), forward(), crossEntropy(), backward()];
    const { rows, passed, samples, loss: found, origin } = await checkGradients(pipelineOf(network, { train }));
    expect(passed).toBe(true);
    expect({ samples, origin }).toEqual({ samples: 2, origin: { source: 'test' } });
    expect(found).toBeGreaterThan(0);
    expect(rows.map(({ stage: place, name, tensor, size }) => [place, name, tensor, size])).toEqual([
      ['network.0', 'dense', 'W', 12],
      ['network.0', 'dense', 'b', 4],
      ['network.0', 'dense', 'x', 6],
      ['network.1', 'sigmoid', 'x', 8],
      ['network.2', 'dense', 'W', 8],
      ['network.2', 'dense', 'b', 2],
      ['network.2', 'dense', 'x', 8],
      ['network.3', 'softmax', 'x', 4],
      ['train.2', 'crossEntropy', 'x', 4],
    ]);
    for (const { checked, skipped, size, relativeError, verdict } of rows) {
      expect({ checked, skipped, verdict }).toEqual({ checked: size, skipped: 0, verdict: 'right' });
      expect(relativeError).toBeLessThan(1e-7);
    }
  });

  it('works in float64 whatever the pipeline says, with either back end', async () => {
    for (const backend of ['wasm', 'typescript'] as const) {
      const network = [dense({ units: 3 }), relu(), dense({ units: 2 })];
      const { passed } = await checkGradients(pipelineOf(network, { dtype: 'float32', backend }));
      expect(passed).toBe(true);
    }
  });

  it('says which back end it checked: the one that runs', async () => {
    const backendOf = async (backend?: 'wasm' | 'typescript') =>
      (await checkGradients(pipelineOf([dense({ units: 2 })], backend && { backend }))).backend;
    expect([await backendOf(), await backendOf('wasm'), await backendOf('typescript')]).toEqual([
      'wasm',
      'wasm',
      'typescript',
    ]);
    vi.stubGlobal('WebAssembly', undefined);
    try {
      expect(await backendOf('wasm')).toBe('typescript');
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('finds a declared kernel that computes something else, where there are such kernels', async () => {
    const square = activation({
      name: 'square',
      summary: 'y = x²',
      formula: () => ({ value: (x) => x * x, derivative: (x) => 2 * x, kernel: 'identity' }),
    });
    const checked = (backend: 'wasm' | 'typescript') =>
      checkGradients(pipelineOf([square(), dense({ units: 2 })], { backend }));
    await expect(checked('wasm')).rejects.toThrow(
      /^network\[0\]: square: the formula is not what its kernel, "identity", computes: at x = (0.5\d*) it gives 0.2\d*, the kernel \1$/,
    );
    expect((await checked('typescript')).passed).toBe(true);
  });

  it('finds a derivative that is not the one of the declared kernel, which back ends without it would compute', async () => {
    const wrong = activation({
      name: 'wrong',
      summary: 'y = max(0, x), with a derivative of another function',
      formula: () => ({ value: (x) => Math.max(0, x), derivative: () => 0.5, kernel: 'relu' }),
    });
    await expect(checkGradients(pipelineOf([wrong(), dense({ units: 2 })]))).rejects.toThrow(
      /^network\[0\]: wrong: the derivative is not what its kernel, "relu", computes: at x = 0.5\d* it gives 0.5, the kernel 1$/,
    );
  });

  it('finds a kernel whose gradient is wrong', async () => {
    const network = [dense({ units: 4 }), sigmoid(), dense({ units: 2 })];
    const { Instance } = WebAssembly;
    const broken = vi.spyOn(WebAssembly, 'Instance').mockImplementation(
      class {
        readonly exports: Record<string, unknown>;
        constructor(...given: ConstructorParameters<typeof Instance>) {
          const { exports } = new Instance(...given);
          this.exports = { ...exports, sigmoidBackward: exports.tanhBackward };
        }
      },
    );
    try {
      await expect(checkGradients(pipelineOf(network))).rejects.toThrow(
        'network[1]: sigmoid: the derivative is not what its kernel, "sigmoid", computes: at x = ',
      );
    } finally {
      broken.mockRestore();
    }
    expect(rowsBy((await checkGradients(pipelineOf(network))).rows)['network.1.x'].verdict).toBe('right');
  });

  it('lets dropout drop the same numbers each time', async () => {
    for (const random of ['perStage', 'numpy'] as const) {
      const network = [
        dense({ units: 16 }),
        dropout({ rate: 0.5 }),
        sigmoid(),
        dropout({ rate: 0.2 }),
        dense({ units: 2 }),
      ];
      const { rows, passed } = await checkGradients(pipelineOf(network, { random }));
      expect(passed).toBe(true);
      expect(rows.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(0);
    }
  });

  it('begins each time with what a layer remembered before the batch', async () => {
    /** y = (x - m) n, where m follows the mean of each column and n counts batches: both move whenever a batch passes. */
    const moving = (slope: (n: number) => number) =>
      networkStage({
        name: 'moving',
        summary: 'y = (x - m) n',
        options: noOptions,
        example: 'moving',
        build(_, { shape }, { kernels }) {
          const memory = { m: kernels.allocate(shape), n: 1 };
          return {
            output: shape,
            state: stateOf(memory),
            forward(x) {
              const { m, n } = memory;
              const [y, dx] = [kernels.allocate(x.shape), kernels.allocate(x.shape)];
              const of = (i: number) => i % m.data.length;
              for (const [i, value] of x.data.entries()) y.data[i] = (value - m.data[of(i)]) * n;
              for (const [i, value] of x.data.entries()) m.data[of(i)] += 0.3 * value;
              memory.n++;
              return [
                y,
                (dy) => {
                  for (const [i, value] of dy.data.entries()) dx.data[i] = value * slope(n);
                  return dx;
                },
              ];
            },
          };
        },
      })();
    const verdictOf = async (slope: (n: number) => number) => {
      const network = [dense({ units: 3 }), moving(slope), sigmoid(), dense({ units: 2 })];
      return rowsBy((await checkGradients(pipelineOf(network))).rows)['network.1.x'].verdict;
    };
    expect(await verdictOf((n) => n)).toBe('right');
    expect(await verdictOf((n) => n + 1)).toBe('wrong');
  });

  it('checks the loss that is differentiated where another one is told, and says so', async () => {
    const train = [batch({ size: 2 }), forward(), softmaxCrossEntropy({ epsilon: 0.1 }), backward()];
    const { passed, differentiated } = await checkGradients(pipelineOf([dense({ units: 2 })], { train }));
    expect(passed).toBe(true);
    expect(differentiated).toEqual([{ name: 'softmaxCrossEntropy', options: { epsilon: 0, labelSmoothing: 0 } }]);
  });

  it('finds a wrong gradient of an activation, and leaves those behind it right', async () => {
    const wrong = square((x) => x);
    const { rows, passed } = await checkGradients(pipelineOf([dense({ units: 4 }), wrong, dense({ units: 2 })]));
    expect(passed).toBe(false);
    const verdicts = Object.entries(rowsBy(rows)).map(([place, { verdict }]) => `${place} ${verdict}`);
    expect(verdicts).toEqual([
      'network.0.W wrong',
      'network.0.b wrong',
      'network.0.x wrong',
      'network.1.x wrong',
      'network.2.W right',
      'network.2.b right',
      'network.2.x right',
      'train.2.x right',
    ]);
    const { worst, absoluteError } = rowsBy(rows)['network.1.x'];
    expect(worst?.backward).toBeCloseTo((worst?.difference ?? Number.NaN) / 2, 8);
    expect(absoluteError).toBeCloseTo(Math.abs(worst?.backward ?? Number.NaN), 8);
  });

  it('tells a slope that is right from one that is off by a hundred-thousandth', async () => {
    const verdictOf = async (factor: number) => {
      const network = [dense({ units: 4 }), square((x) => 2 * factor * x), dense({ units: 2 })];
      return rowsBy((await checkGradients(pipelineOf(network))).rows)['network.1.x'].verdict;
    };
    expect(await verdictOf(1)).toBe('right');
    expect(await verdictOf(1 + 1e-5)).toBe('wrong');
  });

  it('finds a parameter whose gradient is forgotten', async () => {
    const shift = networkStage({
      name: 'shift',
      summary: 'y = x + a',
      options: noOptions,
      example: 'shift',
      build(_, { shape }, { kernels }) {
        const a = { name: 'a', value: kernels.allocate([1]), gradient: kernels.allocate([1]) };
        return {
          output: shape,
          parameters: [a],
          forward: (x) => [{ shape: x.shape, data: x.data.map((value) => value + a.value.data[0]) }, (dy) => dy],
        };
      },
    });
    const { rows } = await checkGradients(pipelineOf([dense({ units: 2 }), shift()]));
    expect(rows.filter(({ verdict }) => verdict !== 'right')).toEqual([
      expect.objectContaining({ stage: 'network.1', tensor: 'a', verdict: 'wrong' }),
    ]);
  });

  it('finds a wrong dx of a loss', async () => {
    const distance = loss({
      name: 'distance',
      summary: 'Σ (x - t)²',
      options: noOptions,
      example: 'distance',
      loss: () => (dx, x, t) => {
        let sum = 0;
        for (const [i, value] of x.data.entries()) {
          sum += (value - t.data[i]) ** 2;
          dx.data[i] = value - t.data[i]; // forgets the 2
        }
        return sum;
      },
    });
    const train = [batch({ size: 2 }), forward(), distance(), backward()];
    const { rows } = await checkGradients(pipelineOf([dense({ units: 2 })], { train }));
    expect(rowsBy(rows)['train.2.x'].verdict).toBe('wrong');
  });

  it('names a stage whose gradient is NaN', async () => {
    await expect(checkGradients(pipelineOf([dense({ units: 2 }), square(() => Number.NaN)]))).rejects.toThrow(
      'network[1]: square: its pullback gave a gradient of NaN at sample 0',
    );
  });

  describe('at a corner', () => {
    /** Gives these rows, whatever it is given: the check moves samples, so that hardly one stands on a corner. */
    const giving = (rows: readonly (readonly number[])[]) =>
      networkStage({
        name: 'giving',
        summary: 'y = c',
        options: noOptions,
        example: 'giving',
        build: () => ({
          output: [rows[0].length],
          forward: (x) => [
            { shape: [x.shape[0], rows[0].length], data: Float64Array.from(rows.slice(0, x.shape[0]).flat()) },
            (dy) => ({ shape: dy.shape, data: new Float64Array(dy.data.length) }),
          ],
        }),
      })();

    const cornered = (rows: readonly (readonly number[])[]) =>
      checkGradients(
        pipelineOf([giving(rows), relu(), dense({ units: 2 })], {
          data: [
            rowsOf(
              [
                [1, 2],
                [3, 4],
              ],
              [0, 1],
            ),
          ],
        }),
      );

    it('skips the numbers that stand on it, and counts them', async () => {
      const { rows, passed } = await cornered([
        [0, 0.5],
        [-0.5, 2],
      ]);
      expect(rowsBy(rows)['network.1.x']).toMatchObject({ checked: 3, skipped: 1, verdict: 'right' });
      expect(passed).toBe(true);
    });

    it('goes nearer to those that stand beside it, and checks them', async () => {
      const { rows } = await cornered([
        [5e-6, -5e-6],
        [-0.5, 2],
      ]);
      expect(rowsBy(rows)['network.1.x']).toMatchObject({ checked: 4, skipped: 0, verdict: 'right' });
    });

    it('does not pass what it has skipped altogether', async () => {
      const { rows, passed } = await cornered([
        [0, 0],
        [0, 0],
      ]);
      expect(rowsBy(rows)['network.1.x']).toMatchObject({
        checked: 0,
        skipped: 4,
        absoluteError: undefined,
        relativeError: undefined,
        verdict: 'unknown',
        worst: undefined,
      });
      expect(passed).toBe(false);
    });

    it('is not fooled by a stage that gives a wrong slope away from it', async () => {
      const broken = activation({
        name: 'broken',
        summary: 'y = max(0, x)',
        formula: () => ({ value: (x) => Math.max(0, x), derivative: (x) => (x > 1 ? 2 : x > 0 ? 1 : 0) }),
      });
      const data = [rowsOf([[1, 2]], [0])];
      const { rows } = await checkGradients(pipelineOf([giving([[0, 2]]), broken()], { data }));
      expect(rowsBy(rows)['network.1.x']).toMatchObject({ checked: 1, skipped: 1, verdict: 'wrong' });
      expect(rowsBy(rows)['network.1.x'].worst?.index).toEqual([0, 1]);
    });
  });

  describe('of as many numbers as are asked for', () => {
    const few = { parameters: 3 };

    it('draws them by the seed', async () => {
      const network = [dense({ units: 2 })];
      const [first, again] = await Promise.all([1, 2].map(() => checkGradients(pipelineOf(network), {}, few)));
      expect(first).toEqual(again);
      expect(first.rows.map(({ checked, size }) => [checked, size])).toEqual([
        [3, 6],
        [2, 2],
        [3, 6],
        [3, 4],
      ]);
    });

    it('has the steepest among them', async () => {
      const steepOnce = [0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0];
      const data = [rowsOf([steepOnce], [1])];
      const { rows } = await checkGradients(pipelineOf([dense({ units: 2 })], { data }), {}, few);
      const { worst } = rowsBy(rows)['network.0.W'];
      expect(worst?.index[0]).toBe(9);
    });
  });

  describe('of a parameter that changes nothing', () => {
    const data = [imagesOf((n, i) => Math.cos(3 * i + n))];
    const checked = (first: Network[number]) =>
      checkGradients(pipelineOf([first, batchNorm(), tanh(), dense({ units: 2 })], { data }));

    it('says so, though its slopes are rounding: batchNorm takes a bias off again', async () => {
      const { rows, passed } = await checked(conv2d({ filters: 3 }));
      expect(passed).toBe(true);
      const { b, W } = Object.fromEntries(rows.slice(0, 2).map((row) => [row.tensor, row]));
      expect(b).toMatchObject({ checked: 3, skipped: 0, verdict: 'zero', hasNoEffect: true });
      expect(b.absoluteError).toBeLessThan(1e-12);
      expect(W.verdict).toBe('right');
      expect(W).not.toHaveProperty('hasNoEffect');
    });

    it('finds a gradient that is not 0', async () => {
      const shift = networkStage({
        name: 'shift',
        summary: 'y = x + a',
        options: noOptions,
        example: 'shift',
        build(_, { shape }, { kernels }) {
          const a = { name: 'a', value: kernels.allocate([1]), gradient: kernels.allocate([1]) };
          const forward = (x: Batch['x']) => {
            const y = { shape: x.shape, data: x.data.map((value) => value + a.value.data[0]) };
            const back = (dy: Batch['x']) => {
              a.gradient.data[0] = dy.data[0];
              return dy;
            };
            return [y, back] as const;
          };
          return { output: shape, parameters: [a], forward };
        },
      });
      const { rows } = await checked(shift());
      expect(rowsBy(rows)['network.0.a'].verdict).toBe('wrong');
    });
  });

  it('moves samples a little, so that pixels which are alike make no corner of a pool', async () => {
    const data = [imagesOf(() => 1)];
    const { rows } = await checkGradients(pipelineOf([maxPool2d(), dense({ units: 2 })], { data }));
    expect(rowsBy(rows)['network.0.x']).toMatchObject({ checked: 32, skipped: 0, verdict: 'right' });
  });

  it('looks at the first batch, and learns nothing', async () => {
    const seen: number[] = [];
    const watch = stage({
      name: 'watch',
      summary: 'Sees what is learned from',
      family: 'gradients',
      from: 'step',
      to: 'step',
      options: noOptions,
      example: 'watch',
      build: (_, input) => ({ output: input, operator: tap(({ step }) => seen.push(step)) }),
    });
    const train = [batch({ size: 1 }), forward(), meanSquaredError(), backward(), watch()];
    const { samples } = await checkGradients(pipelineOf([dense({ units: 2 })], { train }));
    expect(samples).toBe(1);
    expect(seen).toEqual([]);
  });

  it('refuses a pipeline without backward', async () => {
    const train = [batch({ size: 2 }), forward(), meanSquaredError()];
    await expect(checkGradients(pipelineOf([dense({ units: 2 })], { train }))).rejects.toThrow(
      'train: there is no gradient to check; put backward behind the loss',
    );
  });

  it('names a stage that gives no gradient for its input', async () => {
    const dead = networkStage({
      name: 'dead',
      summary: 'y = x',
      options: noOptions,
      example: 'dead',
      build: (_, { shape }) => ({ output: shape, forward: (x: Batch['x']) => [x, () => undefined] }),
    });
    await expect(checkGradients(pipelineOf([dead(), dense({ units: 2 })]))).rejects.toThrow(
      'dead: its pullback gave no gradient for the input',
    );
    await expect(checkGradients(pipelineOf([dense({ units: 2 }), identity(), dead()]))).rejects.toThrow('dead: its');
  });
});

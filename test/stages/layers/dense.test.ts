import { dense, PipelineError, seededRandom, tensor } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';
import { emissionsOf, pass, shapes } from '../emissions.js';

type Options = Parameters<typeof dense>[0];

/** The first weights of a layer, row by row. */
function weightsOf(options: Options, inputs: number, seed = 1): number[] {
  const { parameters = [] } = dense(options).build(
    { kind: 'batch', size: 1, shape: [inputs], classes: undefined },
    contextWith({ random: seededRandom(seed).stream('test') }),
  );
  return Array.from(parameters[0].value.data);
}

const meanOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b) / numbers.length;

const stdOf = (numbers: readonly number[]): number => {
  const mean = meanOf(numbers);
  return Math.sqrt(meanOf(numbers.map((number) => (number - mean) ** 2)));
};

describe('dense', () => {
  it('gives every output a weighted sum of every input', () => {
    marbles(({ cold, expectObservable }) => {
      const layer = dense({ units: 1 });
      const { weights } = pass(layer, [[0, 0]]); // built, with 2 inputs
      weights.W.set([3, 4]);
      weights.b.set([5]);
      // 1·3 + 2·4 + 5, then 0·3 - 1·4 + 5
      const x = cold('                      --a--b--|', { a: batchOf([[1, 2]]), b: batchOf([[0, -1]]) });
      expectObservable(x.pipe(layer)).toBe('--c--d--|', { c: { x: [[16]] }, d: { x: [[1]] } });
    });
  });

  it('keeps W by rows of inputs and columns of units', () => {
    const layer = dense({ units: 3 });
    const { weights } = pass(layer, [[0, 0]]);
    weights.W.set([
      ...[1, 2, 3], // what the first input adds to each unit
      ...[10, 20, 30],
    ]);
    expect(
      pass(layer, [
        [1, 0],
        [0, 1],
        [1, 1],
      ]).y,
    ).toEqual([
      [1, 2, 3],
      [10, 20, 30],
      [11, 22, 33],
    ]);
  });

  it('sends back dW = xᵀ dy, db = the column sums of dy, dx = dy Wᵀ', () => {
    const layer = dense({ units: 2 });
    pass(layer, [[0, 0]]).weights.W.set([1, 2, 3, 4]);
    const { back, gradients } = pass(layer, [
      [1, 2],
      [3, 4],
    ]);
    expect(
      back([
        [1, 0],
        [0, 10],
      ]),
    ).toEqual([
      [1, 3],
      [20, 40],
    ]);
    expect([...gradients.W]).toEqual([1 * 1 + 3 * 0, 1 * 0 + 3 * 10, 2 * 1 + 4 * 0, 2 * 0 + 4 * 10]);
    expect([...gradients.b]).toEqual([1, 10]);
  });

  it('writes gradients anew, and does not add them up', () => {
    const { back, gradients } = pass(dense({ units: 1 }), [[2]]);
    back([[1]]);
    back([[1]]);
    expect([gradients.W[0], gradients.b[0]]).toEqual([2, 1]);
  });

  it('works out no gradient of the input when nobody needs it', () => {
    const batch = batchOf([[1, 2]], { dtype: 'float64' });
    const [{ pullback }] = emissionsOf(of(batch).pipe(dense({ units: 3 })), ({ tape }) => tape[0]);
    const dy = tensor([[1, 1, 1]], 'float64');
    expect(pullback(dy, false)).toBeUndefined();
    expect(pullback(dy, true)?.shape).toEqual([1, 2]);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula, on %s', (_, rows) => {
    expect(gradientError(dense({ units: 1 }), rows)).toBeLessThan(1e-8);
    expect(gradientError(dense({ units: 3 }), rows)).toBeLessThan(1e-8);
    expect(gradientError(dense({ units: 2, bias: false }), rows)).toBeLessThan(1e-8);
  });
});

describe('the first weights of dense', () => {
  const [D, H] = [100, 400]; // 40,000 draws: their mean and spread are within 2 % of what they are meant to be

  it.each<[string, Options['weights'], number]>([
    ['{ normal: 0.01 } has standard deviation 0.01', { normal: 0.01 }, 0.01],
    ['{ normal: 3 } has standard deviation 3', { normal: 3 }, 3],
    ['heNormal has √(2 / D)', 'heNormal', Math.sqrt(2 / D)],
    ['nothing said means heNormal', undefined, Math.sqrt(2 / D)],
    ['xavierNormal has √(2 / (D + H))', 'xavierNormal', Math.sqrt(2 / (D + H))],
    ['xavierUniform has as much, from a flat distribution', 'xavierUniform', Math.sqrt(2 / (D + H))],
  ])('%s', (_, weights, std) => {
    const drawn = weightsOf(weights === undefined ? { units: H } : { units: H, weights }, D);
    expect(drawn).toHaveLength(D * H);
    expect(Math.abs(meanOf(drawn)) / std).toBeLessThan(0.02);
    expect(stdOf(drawn) / std).toBeCloseTo(1, 1.7);
  });

  it('of xavierUniform lie between ±√(6 / (D + H)), and fill it', () => {
    const limit = Math.sqrt(6 / (D + H));
    const drawn = weightsOf({ units: H, weights: 'xavierUniform' }, D);
    expect(Math.max(...drawn.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.max(...drawn)).toBeGreaterThan(0.99 * limit);
    expect(Math.min(...drawn)).toBeLessThan(-0.99 * limit);
  });

  it('are all 0 by zeros', () => {
    expect(weightsOf({ units: 2, weights: 'zeros' }, 3)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('are drawn row by row, as NumPy does', () => {
    const random = seededRandom(1).stream('test');
    const draws = Array.from({ length: 6 }, () => 0.5 * random.normal());
    expect(weightsOf({ units: 2, weights: { normal: 0.5 } }, 3)).toEqual(draws);
  });

  it('are decided by the seed', () => {
    expect(weightsOf({ units: 3 }, 2, 7)).toEqual(weightsOf({ units: 3 }, 2, 7));
    expect(weightsOf({ units: 3 }, 2, 7)).not.toEqual(weightsOf({ units: 3 }, 2, 8));
  });

  it('leave the bias at 0', () => {
    expect([...pass(dense({ units: 3 }), [[1, 2]]).weights.b]).toEqual([0, 0, 0]);
  });
});

describe('the options of dense', () => {
  it('bias: false learns no b', () => {
    const { weights } = pass(dense({ units: 2, bias: false }), [[1]]);
    expect(Object.keys(weights)).toEqual(['W']);
    expect(pass(dense({ units: 2, bias: false }), [[0]]).y).toEqual([[0, 0]]);
  });

  it('bias: true learns W and b, of these shapes', () => {
    const { parameters = [], output } = dense({ units: 50 }).build(
      { kind: 'batch', size: 100, shape: [28, 28], classes: 10 },
      contextWith(),
    );
    expect(parameters.map(({ name, value, gradient }) => [name, value.shape, gradient.shape])).toEqual([
      ['W', [784, 50], [784, 50]],
      ['b', [50], [50]],
    ]);
    expect(output).toEqual({ kind: 'batch', size: 100, shape: [50], classes: 10 });
  });

  it.each<[string, unknown]>([
    ['no units', { units: 0 }],
    ['half a unit', { units: 1.5 }],
    ['more units than it can hold', { units: 65_537 }],
    ['an unknown rule', { units: 1, weights: 'heUniform' }],
    ['no spread', { units: 1, weights: { normal: 0 } }],
    ['an option of a rule that is not there', { units: 1, weights: { normal: 1, mean: 0 } }],
  ])('refuse %s', (_, options) => {
    expect(() => dense(options as Options)).toThrow(PipelineError);
  });
});

/** Gradients that are right in a first batch, and wrong from the second on. */
import { activation, networkStage, noOptions, stateOf } from 'marblenet';
import { batchOf, gradientError, lossGradientError } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { distance, type Fault, scaled, shifted, square } from './faulty-stages.js';

const rows = [
  [1, -2],
  [0.5, 3],
  [-1, 0.25],
  [2, -0.75],
  [1.5, 0.1],
];
const labels = [0, 1, 1, 0, 1];

const errorOf = {
  'scaled: the gradient of its parameter a': (fault: Fault) => gradientError(scaled('a', fault), rows),
  'scaled: the gradient of its input x': (fault: Fault) => gradientError(scaled('x', fault), rows),
  'square: the gradient of its input x': (fault: Fault) => gradientError(square(fault), rows),
  'distance: the gradient of its input x': (fault: Fault) => lossGradientError(distance(fault), rows, labels),
};

describe.each(Object.entries(errorOf))('%s', (what, error) => {
  it('is right where nothing is wrong', () => {
    expect(error('nothing')).toBeLessThan(1e-8);
  });

  it("is wrong where the second batch's holds the first's too", () => {
    expect(() => error('adds')).toThrow(
      `${what} is wrong: in the second batch it holds the first's too: set it, do not add to it`,
    );
  });

  it('is wrong where it takes one number of rows for every batch', () => {
    expect(() => error('takes 5 rows')).toThrow(
      `${what} is wrong: it depends on the number of rows: right for 5, for 3 it is 0.600 times the slope (at [`,
    );
  });
});

describe.each(['keeps the first batch', 'keeps a batch for its number of rows'] as const)(
  'a stage that %s',
  (fault) => {
    it.each([
      ['a parameter', () => gradientError(scaled('a', fault), rows)],
      ['an activation', () => gradientError(square(fault), rows)],
      ['a loss', () => lossGradientError(distance(fault), rows, labels)],
    ])('has a wrong gradient: of %s', (_, error) => {
      expect(error).toThrow(
        'is wrong: it is right in a first batch of 5 rows, but not in a second of 5 other ones: at [',
      );
    });
  },
);

it('finds a loss that is the one of the batch before, and whose gradient is so too', () => {
  expect(() => lossGradientError(distance('compares with what it keeps'), rows, labels)).toThrow(
    /^distance: the same batch gives another output the second time: at \[0\]/,
  );
});

it('finds what a parameter of 1 or 0 hides, and leaves parameters as they were', () => {
  expect(gradientError(shifted('nothing'), rows)).toBeLessThan(1e-8);
  expect(gradientError(shifted('s'), rows)).toBeGreaterThan(1e-3);
  expect(gradientError(shifted('b'), rows)).toBeGreaterThan(1e-3);
  const stage = shifted('nothing');
  const outputs = () => {
    const found: number[][] = [];
    of(batchOf(rows, { dtype: 'float64' }))
      .pipe(stage)
      .subscribe(({ x }) => found.push([...x.data]));
    return found;
  };
  const before = outputs();
  gradientError(stage, rows);
  expect(outputs()).toEqual(before);
  expect(before).toEqual([rows.flat()]);
});

it('finds them with a single row, too', () => {
  expect(() => gradientError(square('adds'), [[1, -2]])).toThrow("it holds the first's too");
  expect(() => lossGradientError(distance('adds'), [[1, -2]], [1])).toThrow("it holds the first's too");
  expect(lossGradientError(distance('nothing'), [[1, -2]], [1])).toBeLessThan(1e-8);
  const halved = networkStage({
    name: 'halved',
    summary: 'y = x / B, with a gradient for two rows',
    options: noOptions,
    example: 'halved',
    build: (_, { shape }) => ({
      output: shape,
      forward: (x) => [
        { shape: x.shape, data: x.data.map((value) => value / x.shape[0]) },
        (dy) => ({ shape: dy.shape, data: dy.data.map((value) => value / 2) }),
      ],
    }),
  });
  expect(() => gradientError(halved(), [[1, -2]])).toThrow(
    'halved: the gradient of its input x is wrong: it depends on the number of rows: right for 2, for 1 it is 0.500 times',
  );
});

it('finds an output that is another one for the same batch', () => {
  const counting = networkStage({
    name: 'counting',
    summary: 'y = n x, where n counts batches',
    options: noOptions,
    example: 'counting',
    build(_, { shape }) {
      const memory = { n: 0 };
      return {
        output: shape,
        state: stateOf(memory),
        forward(x) {
          const n = ++memory.n;
          const times = (value: number): number => n * value;
          return [{ shape: x.shape, data: x.data.map(times) }, (dy) => ({ shape: dy.shape, data: dy.data.map(times) })];
        },
      };
    },
  });
  expect(() => gradientError(counting(), rows)).toThrow(
    /^counting: the same batch gives another output the second time: at \[0, 0\] \d, after \d; write each number anew/,
  );
});

it('returns how wrong a gradient is that is wrong in the first batch, in whatever batch', () => {
  const wrong = activation({
    name: 'wrong',
    summary: 'y = x²',
    formula: () => ({ value: (x) => x * x, derivative: (x) => x }),
  });
  expect(gradientError(wrong(), rows)).toBeGreaterThan(0.1);
});

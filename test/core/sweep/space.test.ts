/** What a sweep tries: read, refused with its place, drawn, and written into a file. */
import { describe, expect, it } from 'vitest';
import { gridPoints, gridSize, withoutPoints } from '../../../src/core/sweep/grid.js';
import { labelsOf } from '../../../src/core/sweep/labels.js';
import { probePoints } from '../../../src/core/sweep/probes.js';
import { randomPoint } from '../../../src/core/sweep/random.js';
import { readSpace, type SpaceProblem, valuesOf } from '../../../src/core/sweep/space.js';

const OVER = {
  'network.0.dense.units': [50, 100],
  'train.4': [{ sgd: { learningRate: { log: [0.01, 1], points: 3 } } }, 'adam'],
};
const space = readSpace(OVER);

const problemsOf = (over: Record<string, unknown>): readonly SpaceProblem[] => {
  const found: SpaceProblem[] = [];
  readSpace(over, (problem) => found.push(problem));
  return found;
};

describe('a space', () => {
  it('is a tree: what stands in a choice is there with that choice alone', () => {
    const points = [...gridPoints(space)];
    expect(gridSize(space)).toBe(8);
    expect(points).toHaveLength(8);
    expect(points[0]).toEqual({ 'network.0.dense.units': 0, 'train.4': 0, 'train.4/0/sgd/learningRate': 0.01 });
    expect(points[3]).toEqual({ 'network.0.dense.units': 0, 'train.4': 1 });
    expect(points.slice(0, 4).map((point) => valuesOf(space, point)[1].value)).toEqual([
      { sgd: { learningRate: 0.01 } },
      { sgd: { learningRate: 0.1 } },
      { sgd: { learningRate: 1 } },
      'adam',
    ]);
  });

  it('says where each value stands', () => {
    const [units, optimizer] = valuesOf(space, { 'network.0.dense.units': 1, 'train.4': 1 });
    expect(units).toEqual({ path: 'network.0.dense.units', value: 100, place: ['network.0.dense.units', 1] });
    expect(optimizer.place).toEqual(['train.4', 1]);
  });

  it('holds choices inside choices, by name, and lists that are values', () => {
    const nested = readSpace({
      'network.1': [{ dropout: { rate: { choice: [0.1, { uniform: [0.2, 0.5] }] } } }, { a: [1, 2] }],
    });
    const points = probePoints(nested);
    expect(points).toEqual([
      { 'network.1': 0, 'network.1/0/dropout/rate': 0 },
      { 'network.1': 1 },
      { 'network.1': 0, 'network.1/0/dropout/rate': 1, 'network.1/0/dropout/rate/choice/1': 0.2 },
      { 'network.1': 0, 'network.1/0/dropout/rate': 1, 'network.1/0/dropout/rate/choice/1': 0.5 },
      { 'network.1': 0, 'network.1/0/dropout/rate': 1, 'network.1/0/dropout/rate/choice/1': 0.3146 },
    ]);
    expect(points.map((point) => valuesOf(nested, point)[0].value)).toEqual([
      { dropout: { rate: 0.1 } },
      { a: [1, 2] },
      { dropout: { rate: 0.2 } },
      { dropout: { rate: 0.5 } },
      { dropout: { rate: 0.3146 } },
    ]);
  });

  it('is nothing where nothing is tried', () => {
    expect([...gridPoints(readSpace({}))]).toEqual([{}]);
    expect(probePoints(readSpace({}))).toEqual([]);
  });

  it.each([
    [{ a: 5 }, ['a'], 'a list of choices, as [50, 100], or a range, as { log: [0.001, 0.1] }'],
    [{ a: { b: { log: [1, 2] } } }, ['a'], 'a list of choices, as [50, 100], or a range, as { log: [0.001, 0.1] }'],
    [{ a: [] }, ['a'], 'a list with at least one choice'],
    [{ a: { choice: 3 } }, ['a', 'choice'], 'a list of choices'],
    [{ a: { log: [0, 1] } }, ['a', 'log'], 'two numbers, the smaller one first, both above 0, as [0.001, 0.1]'],
    [{ a: { uniform: [2, 1] } }, ['a', 'uniform'], 'two numbers, the smaller one first, as [0.001, 0.1]'],
    [{ a: { integers: [1, 2.5] } }, ['a', 'integers'], 'two whole numbers, the smaller one first, as [16, 256]'],
    [{ a: { uniform: [1, 2], points: 1 } }, ['a', 'points'], 'a whole number from 2 to 1000'],
    [{ a: { uniform: [1, 2], step: 1 } }, ['a'], 'points beside "uniform", not "step"'],
    [{ a: ['x', { sgd: { learningRate: { log: 1 } } }] }, ['a', 1, 'sgd', 'learningRate', 'log'], expect.any(String)],
  ])('refuses %j', (over, place, expected) => {
    expect(problemsOf(over)[0]).toEqual({ place, expected });
  });

  it('of a grid, wants to know how many values a range has; of few whole numbers, these are all', () => {
    expect(withoutPoints(space)).toBeUndefined();
    expect(withoutPoints(readSpace({ a: { uniform: [0, 1] } }))?.key).toBe('a');
    const whole = [...gridPoints(readSpace({ a: { integers: [2, 5] } }))];
    expect(whole).toEqual([{ a: 2 }, { a: 3 }, { a: 4 }, { a: 5 }]);
    expect([...gridPoints(readSpace({ a: { logIntegers: [1, 3], points: 9 } }))]).toEqual([
      { a: 1 },
      { a: 2 },
      { a: 3 },
    ]);
  });
});

describe('a random point', () => {
  const ranges = readSpace({
    a: { log: [0.001, 1] },
    b: { integers: [1, 4] },
    c: { uniform: [5, 7] },
    d: ['x', 'y', 'z'],
  });
  const points = Array.from({ length: 4000 }, (_, i) => randomPoint(ranges, 7, [i]));

  it('depends on the seed, its number and the parameter alone', () => {
    expect(randomPoint(ranges, 7, [3])).toEqual(points[3]);
    expect(randomPoint(ranges, 8, [3])).not.toEqual(points[3]);
    const { a } = randomPoint(readSpace({ more: [1, 2], a: { log: [0.001, 1] } }), 7, [3]);
    expect(a).toBe(points[3].a);
  });

  it('is drawn evenly, on a log scale where it is one, with four digits', () => {
    const share = (is: (point: (typeof points)[number]) => boolean): number => points.filter(is).length / points.length;
    const expectShare = (found: number, wanted: number): void => expect(Math.abs(found - wanted)).toBeLessThan(0.025);
    expectShare(
      share(({ a }) => a < 0.01),
      1 / 3,
    );
    expectShare(
      share(({ c }) => c < 6),
      1 / 2,
    );
    for (const whole of [1, 2, 3, 4])
      expectShare(
        share(({ b }) => b === whole),
        1 / 4,
      );
    for (const choice of [0, 1, 2])
      expectShare(
        share(({ d }) => d === choice),
        1 / 3,
      );
    for (const { a, c } of points) {
      if (a !== Number(a.toPrecision(4)) || Math.abs(c * 1000 - Math.round(c * 1000)) > 1e-6)
        expect({ a, c }).toBe('short');
      if (a < 0.001 || a > 1 || c < 5 || c > 7) expect({ a, c }).toBe('inside');
    }
  });
});

describe('labels', () => {
  it('are the ends of paths, as long as they must be', () => {
    expect(labelsOf(space, { 'network.0.dense.units': 1, 'train.4': 0, 'train.4/0/sgd/learningRate': 0.1 })).toEqual({
      units: '100',
      'train.4': 'sgd',
      learningRate: '0.1',
    });
    expect(labelsOf(space, { 'network.0.dense.units': 0, 'train.4': 1 })).toEqual({
      units: '50',
      'train.4': 'adam',
      learningRate: '',
    });
    const two = readSpace({ 'network.0.dense.units': [1], 'network.2.dense.units': [2], epochs: [3] });
    expect(Object.keys(labelsOf(two, { 'network.0.dense.units': 0, 'network.2.dense.units': 0, epochs: 0 }))).toEqual([
      'network.0.dense.units',
      'network.2.dense.units',
      'epochs',
    ]);
  });

  it('write choices out where their names do not tell them apart', () => {
    const same = readSpace({
      'train.4': [{ sgd: { learningRate: 0.1 } }, { sgd: { learningRate: 1 } }],
      kernel: [[3, 3]],
    });
    expect(labelsOf(same, { 'train.4': 1, kernel: 0 })).toEqual({
      'train.4': '{ sgd: { learningRate: 1 } }',
      kernel: '[3, 3]',
    });
  });
});

import { records } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { readSource, refusalOf } from '../read-source.js';

const flowers = [
  { width: 1.5, colour: 'red', kind: 'rose' },
  { width: null, colour: 'blue', kind: 'iris' },
  { width: 2.5, kind: 'rose' },
];

describe('records', () => {
  it('reads rows by their names, and a test as train was read', async () => {
    const test = [{ colour: 'green', kind: 'iris', width: '4' }];
    const [train, others] = await readSource(records({ train: flowers, test, target: 'kind' }), 'train', 'test');
    expect(Array.from(train.features)).toEqual([1.5, 0, 1, 2, 1, 0, 2.5, 0, 1]);
    expect(train).toMatchObject({ labels: Int32Array.of(1, 0, 1), classNames: ['iris', 'rose'] });
    expect(Array.from(others.features)).toEqual([4, 0, 0]);
    expect(others.origin.remark).toBe('1 cell of colour says what train never says, and is none of its values');
  });

  it('reads objects of classes, and any name that is their own', async () => {
    class Flower {
      constructor(
        readonly width: number,
        readonly kind: string,
      ) {}
    }
    const [examples] = await readSource(
      records({ train: [new Flower(1.5, 'rose'), new Flower(2, 'iris')], target: 'kind' }),
      'train',
    );
    expect(examples).toMatchObject({ features: Float64Array.of(1.5, 2), classNames: ['iris', 'rose'] });
    const named = JSON.parse('[{"__proto__":1,"y":1},{"constructor":2,"y":2},{"__proto__":3,"constructor":4,"y":3}]');
    const [numbers] = await readSource(records({ train: named, target: 'y' }), 'train');
    expect(Array.from(numbers.features)).toEqual([1, 3, 2, 2, 3, 4]);
  });

  it('refuses rows that are no objects', () => {
    const expected = 'records: train.1: expected an object with a value for each column, found';
    for (const row of [[1], 'rose', null])
      expect(() => records({ train: [flowers[0], row as never], target: 'y' })).toThrow(expected);
  });

  it.each<[string, unknown[], string]>([
    [
      'a value that is an object',
      [{ x: new Date(0), y: 1 }],
      'records:1: found an object for x, expected text, a number',
    ],
    ['a word among numbers', [...Array(20).fill({ x: 1, y: 2 }), { x: 'one', y: 2 }], 'records:21: found "one" for x'],
    ['a column that is not there', [{ x: 1 }], 'has no column "y"'],
  ])('refuses %s', async (_, train, problem) => {
    expect(await refusalOf(readSource(records({ train: train as never, target: 'y' }), 'train'))).toContain(problem);
  });

  it('says that there are no rows for a test', async () => {
    expect(await refusalOf(readSource(records({ train: flowers, target: 'kind' }), 'train', 'test'))).toBe(
      'records has no rows for test:; give it some, or take some rows of train: holdOut: { test: 0.2 }',
    );
  });
});

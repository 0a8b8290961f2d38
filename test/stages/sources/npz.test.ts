import { type Host, npz } from 'marblenet';
import { describe, expect, it } from 'vitest';

import { contextWith, fakeHost, opened } from '../context.js';
import { refusalOf } from '../read-source.js';

const bytes = (shape: number[]) => ({
  shape,
  data: new Uint8Array(shape.reduce((size, length) => size * length, 1)),
  isWhole: true,
});

const hostOf = (names: readonly string[]): Host => ({
  ...fakeHost({}),
  readNpz: async () => new Map(names.map((name) => [name, bytes(/^(y|Y|.*labels|answers)/.test(name) ? [2] : [2, 3])])),
});

const shapeBy = async (names: readonly string[], options: Omit<Parameters<typeof npz>[0], 'file'> = {}) => {
  const source = await opened(npz({ file: 'digits.npz', ...options }), hostOf(names));
  return source.build({ kind: 'split' }, contextWith()).output;
};

describe('npz', () => {
  it.each([
    [['x_train', 'y_train', 'x_test', 'y_test']],
    [['train_images', 'train_labels', 'test_images', 'test_labels', 'val_images']],
  ])('finds the usual names among %j', async (names) => {
    expect(await shapeBy(names)).toMatchObject({ shape: [3], counts: { train: 2, test: 2 }, features: 'bytes' });
  });

  it('takes other names', async () => {
    const names = { features: 'inputs', labels: 'answers' };
    expect(await shapeBy(['inputs', 'answers'], { train: names, test: names })).toMatchObject({ shape: [3] });
  });

  it('says which arrays there are', async () => {
    expect(await refusalOf(shapeBy(['inputs', 'answers']))).toBe(
      'digits.npz: found the arrays inputs, answers, expected one of x_train, X_train, train_images, train_x for the ' +
        'features of train; name it: train: { features: NAME }',
    );
    expect(await refusalOf(shapeBy(['inputs', 'answers'], { train: { features: 'input' } }))).toContain(
      'expected input for the features of train; did you mean "inputs"?',
    );
    expect(await refusalOf(shapeBy(['x', 'y']))).toContain('or take some of train: holdOut: { test: 0.2 }');
  });
});

import { expect, it } from 'vitest';
import { asNamed } from '../../src/studio/take-away/named-files.js';

it('finds files under their names, and under the paths that a pipeline has for them', () => {
  const [iris, wine] = ['of iris', 'of wine'];
  const text =
    'data:\n  - csv: { train: "../data/iris.csv", test: /home/ada/iris.csv, target: species } # or my-iris.csv';
  const files = [
    ['iris.csv', iris],
    ['wine.csv', wine],
  ] as const;
  expect(asNamed(files, text)).toEqual([
    ['iris.csv', iris],
    ['data/iris.csv', iris],
    ['home/ada/iris.csv', iris],
    ['wine.csv', wine],
  ]);
});

it('finds those of a folder under the path that a pipeline has for it', () => {
  expect(asNamed([['pets/cat/1.png', 'a cat']], 'data: [images: { train: ../data/pets, size: [8, 8] }]')).toEqual([
    ['pets/cat/1.png', 'a cat'],
    ['data/pets/cat/1.png', 'a cat'],
  ]);
});

import type { Examples } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { dataWarnings } from '../../../../src/core/inspect/data/warnings.js';
import type { TableColumns } from '../../../../src/core/table.js';

const N = 40;
/** Numbers that have nothing to do with one another. */
const noise = (i: number): number => Math.sin(100 * i + 1) + Math.sin(37 * i);
const rowsOf = (...columns: ((i: number) => number)[]): number[][] =>
  Array.from({ length: N }, (_, i) => columns.map((column) => column(i)));

const examples = (rows: readonly (readonly number[])[], more: Partial<Examples> = {}): Examples => ({
  split: 'train',
  epoch: 1,
  shape: [rows[0].length],
  features: Float64Array.from(rows.flat()),
  scaling: { mean: 0, std: 1 },
  labels: Uint8Array.from(rows, (_, i) => (i >> 1) % 2),
  classes: undefined,
  origin: { source: 'test' },
  ...more,
});

const numbers = (...names: string[]): TableColumns => ({
  features: names.map((name) => ({ name, kind: 'number' })),
  target: [{ name: 'price', kind: 'number' }],
});

const targets = (target: (i: number) => number): Partial<Examples> => ({
  labels: undefined,
  targets: { shape: [N, 1], data: Float64Array.from({ length: N }, (_, i) => target(i)) },
});

const warningsOf = (...read: Examples[]): Record<string, string> =>
  Object.fromEntries(dataWarnings(read).map(({ rule, message }) => [rule, message]));

const plain = rowsOf(noise, (i) => noise(i + 1000));

describe('what is said of data', () => {
  it('is nothing where there is nothing to say', () => {
    const test = examples(
      rowsOf((i) => noise(i + 50), noise),
      { split: 'test' },
    );
    expect(warningsOf(examples(plain), test)).toEqual({});
    expect(
      warningsOf(
        examples(
          plain,
          targets((i) => noise(i) + noise(i + 7)),
        ),
      ),
    ).toEqual({});
  });

  it('names a column that is the same everywhere', () => {
    const columns = numbers('width', 'unit');
    const { constantColumn } = warningsOf(
      examples(
        rowsOf(noise, () => 7),
        { columns },
      ),
    );
    expect(constantColumn).toBe(
      'unit is the same in every row of train, so nothing can be learned from it; leave it out: ignore: [unit]',
    );
  });

  it('names a few of many', () => {
    const { constantColumn } = warningsOf(examples(rowsOf(noise, ...Array.from({ length: 6 }, () => () => 1))));
    expect(constantColumn).toMatch(/^column 1, column 2, column 3, and 3 more are the same/);
  });

  describe('of a column that gives the target away', () => {
    it('names a number that is the target in other units', () => {
      const read = examples(
        rowsOf(noise, (i) => 3 - 2.5 * noise(i + 9)),
        {
          columns: numbers('size', 'pounds'),
          ...targets((i) => noise(i + 9)),
        },
      );
      expect(warningsOf(read).leakage).toMatch(/^pounds gives the target away: .* ignore: \[pounds\]$/);
    });

    it('names a number that is a code of the class', () => {
      const read = examples(
        rowsOf(noise, (i) => 10 + ((i >> 1) % 2)),
        { columns: numbers('size', 'code') },
      );
      expect(warningsOf(read).leakage).toMatch(/^code gives the class away/);
    });

    it('names words that are the class by another name', () => {
      const columns: TableColumns = {
        features: [
          { name: 'size', kind: 'number' },
          { name: 'latin', kind: 'category', values: ['rosa', 'iris'] },
        ],
        target: { name: 'kind', kind: 'category', values: ['rose', 'iris'] },
      };
      const isRose = (i: number) => ((i >> 1) % 2 === 0 ? 1 : 0);
      const read = examples(
        rowsOf(noise, isRose, (i) => 1 - isRose(i)),
        { columns },
      );
      expect(warningsOf(read)).toEqual({ leakage: expect.stringMatching(/^latin gives the class away/) });
    });

    it('says nothing of one that nearly does, nor of few rows', () => {
      const nearly = (i: number) => (i === 0 ? 1 : (i >> 1) % 2);
      expect(warningsOf(examples(rowsOf(noise, nearly)))).toEqual({});
      expect(warningsOf(examples(rowsOf((i) => (i >> 1) % 2).slice(0, 19)))).toEqual({});
      const close = examples(
        rowsOf((i) => noise(i) + 0.1 * noise(i + 9)),
        targets(noise),
      );
      expect(warningsOf(close)).toEqual({});
    });
  });

  describe('of one class', () => {
    const mostly = (rare: number): Partial<Examples> => ({
      labels: Uint8Array.from({ length: N }, (_, i) => (i < rare ? 1 : 0)),
      classNames: ['common', 'rare'],
    });

    it('warns where it is 95 % of train', () => {
      expect(warningsOf(examples(plain, mostly(2))).oneClass).toMatch(
        /^95 % of train is of class common, .*classWeights/,
      );
      expect(warningsOf(examples(plain, mostly(3)))).toEqual({});
    });

    it('says nothing where classes are weighed', () => {
      expect(warningsOf(examples(plain, { ...mostly(2), weights: new Float64Array(N).fill(1) }))).toEqual({});
    });
  });

  it.each([
    ['floats', (rows: number[]) => Float64Array.from(rows)],
    ['bytes', (rows: number[]) => Uint8Array.from(rows, (value) => 100 * Math.abs(value))],
  ])('counts samples of test and validation that stand in train, in %s', (_, numbersOf) => {
    const others = rowsOf((i) => noise(i + 50), noise);
    const read = (rows: number[][], split: Examples['split']) =>
      examples(rows, { split, features: numbersOf(rows.flat()) });
    const { trainInTest } = warningsOf(
      read(plain, 'train'),
      read([...others.slice(0, 5), plain[1]], 'validation'),
      read([plain[3], ...others.slice(5, 9), plain[7], plain[3]], 'test'),
    );
    expect(trainInTest).toMatch(
      /^1 of the 6 examples of validation and 3 of the 7 examples of test stand in train, too, number for number/,
    );
  });

  describe('of columns of very different size', () => {
    const columns = numbers('grams', 'metres');
    const rows = rowsOf(
      (i) => 200 * noise(i),
      (i) => noise(i + 1000),
    );

    it('names the widest and the narrowest', () => {
      const { unscaledColumns } = warningsOf(examples(rows, { columns }));
      expect(unscaledColumns).toMatch(/^grams is spread \d+ times as widely as metres, .*; put standardize in data:$/);
    });

    it('says nothing where they are scaled, or less far apart', () => {
      const scaling = { mean: [0, 0], std: [200, 1] };
      expect(warningsOf(examples(rows, { columns, scaling }))).toEqual({});
      expect(
        warningsOf(
          examples(
            rowsOf(
              (i) => 50 * noise(i),
              (i) => noise(i + 1000),
            ),
            { columns },
          ),
        ),
      ).toEqual({});
    });
  });

  describe('of missing cells', () => {
    it('names a column that is mostly made up', () => {
      const missingCells = { rows: 60, byColumn: { width: 45, height: 29 } };
      const { mostlyMissing } = warningsOf(examples(plain, { columns: numbers('width', 'height'), missingCells }));
      expect(mostlyMissing).toMatch(/^width has no value in 75 % of the rows: .* ignore: \[width\] leaves it out$/);
    });

    it('counts those that impute fills, too', () => {
      const rows = rowsOf((i) => (i % 4 === 0 ? noise(i) : Number.NaN), noise);
      expect(warningsOf(examples(rows)).mostlyMissing).toMatch(/^column 0 has no value in 75 %/);
    });
  });

  it('leaves pixels alone: the rim of all pictures is black', () => {
    expect(
      warningsOf(
        examples(
          rowsOf(noise, () => 0),
          { features: new Uint8Array(2 * N) },
        ),
      ),
    ).toEqual({});
    expect(
      warningsOf(
        examples(
          rowsOf(noise, () => 0),
          { shape: [1, 2] },
        ),
      ),
    ).toEqual({});
  });
});

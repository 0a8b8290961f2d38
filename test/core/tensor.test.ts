import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyOf, formatShape, type NestedRows, sameShape, sizeOf, tensor, zeros } from '../../src/core/tensor.js';

describe('tensor', () => {
  it('reads nested rows, the last axis running fastest', () => {
    const { shape, data } = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(shape).toEqual([2, 3]);
    expect(data).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it('reads a single list as one axis', () => {
    expect(tensor([1, 2])).toEqual({ shape: [2], data: Float32Array.of(1, 2) });
    expect(tensor([])).toEqual({ shape: [0], data: new Float32Array() });
    expect(tensor([[]])).toEqual({ shape: [1, 0], data: new Float32Array() });
  });

  it('reads an axis a level, however many there are', () => {
    const pictures = [[[1, 2]], [[3, 4]], [[5, 6]]];
    expect(tensor(pictures)).toEqual({ shape: [3, 1, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    expect(tensor([[[[7]]]]).shape).toEqual([1, 1, 1, 1]);
  });

  it('has float64 on request', () => {
    expect(tensor([0.1], 'float64').data).toEqual(Float64Array.of(0.1));
  });

  it.each([
    ['a short row', [[1, 2], [3]]],
    ['a long row', [[1], [2, 3]]],
    ['rows that only add up', [[1, 2], [3], [4, 5, 6]]],
    ['a number between rows', [[1], 2]],
    ['a row between numbers', [1, [2]]],
    ['a short row deeper down', [[[1, 2]], [[3]]]],
    ['one row more deeper down', [[[1]], [[2], [3]]]],
    ['what is no number', [['1']]],
  ])('refuses %s', (_, rows) => {
    expect(() => tensor(rows as NestedRows)).toThrow(RangeError);
  });

  it('says which row it is', () => {
    expect(() => tensor([[1, 2], [3], [4, 5, 6]])).toThrow('ragged rows: row 1 has the shape [1], the first [2]');
  });
});

describe('zeros', () => {
  it('fills any shape, in float32 unless told otherwise', () => {
    expect(zeros([2, 3])).toEqual({ shape: [2, 3], data: new Float32Array(6) });
    expect(zeros([2], 'float64')).toEqual({ shape: [2], data: new Float64Array(2) });
    expect(zeros([]).data).toHaveLength(1);
    expect(zeros([3, 0]).data).toHaveLength(0);
  });
});

describe('sizeOf', () => {
  it('multiplies the lengths, and holds one number without any', () => {
    expect([sizeOf([2, 3, 4]), sizeOf([5]), sizeOf([])]).toEqual([24, 5, 1]);
  });
});

describe('sameShape', () => {
  it('asks for the same lengths in the same order', () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([], [])).toBe(true);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
    expect(sameShape([2], [2, 1])).toBe(false);
    expect(sameShape([2, 1], [2])).toBe(false);
  });

  it('is the same question either way round', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 2 });
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        expect(sameShape(a, b)).toBe(sameShape(b, a));
        expect(sameShape(a, b)).toBe(formatShape(a) === formatShape(b));
      }),
    );
  });
});

describe('formatShape', () => {
  it('writes a shape as one would', () => {
    expect([formatShape([100, 28, 28]), formatShape([7]), formatShape([])]).toEqual(['[100, 28, 28]', '[7]', '[]']);
  });
});

describe('copyOf', () => {
  it('copies the numbers', () => {
    const original = tensor([1, 2]);
    const copy = copyOf(original);
    original.data[0] = 9;
    expect(copy).toEqual(tensor([1, 2]));
  });

  it('copies no more of a larger buffer than the tensor holds', () => {
    const buffer = Float64Array.of(1, 2, 3, 4);
    expect(copyOf({ shape: [2], data: buffer.subarray(1, 3) })).toEqual(tensor([2, 3], 'float64'));
  });
});

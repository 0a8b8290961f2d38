import { batchOf, examplesOf, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../stages/emissions.js';

describe('batchOf', () => {
  it('makes x of the rows, and no targets', () => {
    const batch = batchOf([
      [1, 2],
      [3, 4],
    ]);
    expect(rowsOf(batch.x)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(batch.t).toBeUndefined();
    expect(batch.labels).toBeUndefined();
    expect(batch).toMatchObject({ split: 'train', epoch: 1, step: 1, steps: 1, tape: [] });
  });

  it('makes one-hot targets of labels, as wide as the rows', () => {
    const { t, labels } = batchOf([[5, 6, 7]], { labels: [2] });
    expect(t && rowsOf(t)).toEqual([[0, 0, 1]]);
    expect(labels).toEqual(Int32Array.of(2));
  });

  it('makes them as wide as it is told', () => {
    const { t } = batchOf([[5], [6]], { labels: [1, 0], classes: 2 });
    expect(t && rowsOf(t)).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('has real-valued targets, and then no labels', () => {
    const { t, labels } = batchOf([[5], [6]], {
      labels: [0, 1],
      targets: [
        [0.5, -1],
        [2, 3],
      ],
    });
    expect(t && rowsOf(t)).toEqual([
      [0.5, -1],
      [2, 3],
    ]);
    expect(labels).toBeUndefined();
  });

  it('computes in float32 unless told otherwise', () => {
    expect(batchOf([[0.1]], { labels: [0] }).x.data).toBeInstanceOf(Float32Array);
    const { x, t } = batchOf([[0.1]], { labels: [0], dtype: 'float64' });
    expect(x.data).toBeInstanceOf(Float64Array);
    expect(t?.data).toBeInstanceOf(Float64Array);
  });

  it('refuses ragged rows', () => {
    expect(() => batchOf([[1, 2], [3]])).toThrow(RangeError);
  });
});

describe('stepOf', () => {
  it('is a batch with a loss and a gradient of zeros', () => {
    const { loss, dx, t, labels } = stepOf([[0.9, 0.1]], { labels: [1], loss: 0.5 });
    expect(loss).toBe(0.5);
    expect(rowsOf(dx)).toEqual([[0, 0]]);
    expect(t && rowsOf(t)).toEqual([[0, 1]]);
    expect(labels).toEqual(Int32Array.of(1));
  });
});

describe('examplesOf', () => {
  it('is a data set of one row a sample', () => {
    expect(examplesOf([[1, 2, 3]], { labels: [4], classes: 5 })).toEqual({
      split: 'train',
      epoch: 1,
      shape: [3],
      features: Float64Array.of(1, 2, 3),
      scaling: { mean: 0, std: 1 },
      labels: Int32Array.of(4),
      classes: 5,
      origin: { source: 'test' },
    });
  });

  it('has neither labels nor targets nor classes unless told otherwise', () => {
    const { labels, targets, classes } = examplesOf([[1], [2]]);
    expect([labels, targets, classes]).toEqual([undefined, undefined, undefined]);
  });

  it('has real-valued targets', () => {
    const { targets } = examplesOf([[1], [2]], { targets: [[0.5], [1.5]] });
    expect(targets).toEqual({ shape: [2, 1], data: Float64Array.of(0.5, 1.5) });
  });

  it('takes pictures', () => {
    const { shape, features } = examplesOf([[[1, 2, 3]], [[4, 5, 6]]]);
    expect(shape).toEqual([1, 3]);
    expect(features).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
  });
});

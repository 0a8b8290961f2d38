import { batchOf, examplesOf, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { snapshotOf, tensorSnapshot } from '../../../src/core/inspect/snapshot.js';
import { tensor } from '../../../src/core/tensor.js';

describe('tensorSnapshot', () => {
  const rows = tensor([
    [1, -2, 3],
    [0.5, 2, 0],
  ]);

  it('has the shape, the range, the mean and the first numbers', () => {
    expect(tensorSnapshot(rows, 2)).toEqual({ shape: [2, 3], min: -2, max: 3, mean: 0.75, values: [1, -2] });
  });

  it('has all numbers where that is asked for, or where there are no more', () => {
    expect(tensorSnapshot(rows, 'all').values).toEqual([1, -2, 3, 0.5, 2, 0]);
    expect(tensorSnapshot(rows, 100).values).toHaveLength(6);
  });

  it('shows NaN, wherever it is', () => {
    expect(tensorSnapshot(tensor([1, Number.NaN, 3]), 1)).toMatchObject({ min: Number.NaN, mean: Number.NaN });
  });
});

describe('snapshotOf', () => {
  it('stays what it was when the buffer is written anew', () => {
    const batch = batchOf([[1, 2]]);
    const snapshot = snapshotOf(batch, 'all');
    batch.x.data.fill(9);
    expect(snapshot.tensors.x).toMatchObject({ max: 2, values: [1, 2] });
  });

  it('of examples has them scaled, as a batcher will read them', () => {
    const examples = {
      ...examplesOf(
        [
          [0, 255],
          [51, 102],
        ],
        { labels: [3, 4], classes: 10 },
      ),
      scaling: { mean: 0, std: 255 },
    };
    expect(snapshotOf(examples, 2)).toEqual({
      kind: 'examples',
      split: 'train',
      scaling: { mean: 0, std: 255 },
      classes: 10,
      labels: [3, 4],
      tensors: { x: { shape: [2, 2], min: 0, max: 1, mean: 0.4, values: [0, 1] } },
    });
  });

  it('of examples has real-valued targets, and columns scaled one by one', () => {
    const regression = examplesOf(
      [
        [1, 20],
        [3, 40],
      ],
      { targets: [[0.5], [1.5]] },
    );
    const { tensors, labels } = snapshotOf({ ...regression, scaling: { mean: [1, 20], std: [2, 10] } }, 'all');
    expect(labels).toBeUndefined();
    expect(tensors).toEqual({
      x: { shape: [2, 2], min: 0, max: 2, mean: 0.75, values: [0, 0, 1, 2] },
      t: { shape: [2, 1], min: 0.5, max: 1.5, mean: 1, values: [0.5, 1.5] },
    });
  });

  it('of a batch has inputs and targets', () => {
    const { kind, labels, tensors } = snapshotOf(batchOf([[0.5, 1]], { labels: [1] }), 'all');
    expect({ kind, labels }).toEqual({ kind: 'batch', labels: [1] });
    expect(Object.keys(tensors)).toEqual(['x', 't']);
    expect(tensors.t.values).toEqual([0, 1]);
    expect(Object.keys(snapshotOf(batchOf([[1]]), 1).tensors)).toEqual(['x']);
  });

  it('of a step has the loss, its gradient, and the parameters that are given', () => {
    const step = stepOf([[0.9, 0.1]], { labels: [0], loss: 0.25 });
    expect(snapshotOf(step, 1)).toMatchObject({ kind: 'step', epoch: 1, step: 1, loss: 0.25 });
    const W = { name: 'network.0.W', value: tensor([[1, 2]]), gradient: tensor([[3, 4]]) };
    const { tensors } = snapshotOf(step, 'all', [W]);
    expect(Object.keys(tensors)).toEqual(['x', 't', 'dx', 'network.0.W', 'network.0.dW']);
    expect(tensors['network.0.dW'].values).toEqual([3, 4]);
  });

  it('of a metric has its number, and what it is made of', () => {
    const metric = { split: 'test', epoch: 2, step: 10, name: 'accuracy', value: 0.5, byClass: [0, 1] } as const;
    expect(snapshotOf(metric, 3)).toEqual({
      kind: 'metric',
      split: 'test',
      epoch: 2,
      step: 10,
      metric: 'accuracy',
      value: 0.5,
      byClass: [0, 1],
      tensors: {},
    });
  });
});

/** Label smoothing is PyTorch's, in both losses that have it (bench/peers/pytorch_label_smoothing.py). */
import { readFileSync } from 'node:fs';
import { crossEntropy, type DType, softmax, softmaxCrossEntropy } from 'marblenet';
import { batchOf, lossGradientError } from 'marblenet/testing';
import { of, pipe } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { emissionsOf, type Rows, rowsOf } from '../../stages/emissions.js';

interface Case {
  readonly labelSmoothing: number;
  readonly logits: Rows;
  readonly labels: readonly number[];
  readonly loss: number;
  readonly dx: Rows;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../../fixtures/pytorch-label-smoothing.json', import.meta.url), 'utf8'),
);

const expectRows = (found: Rows, expected: Rows, tolerance: number): void => {
  const differences = expected.flatMap((row, i) => row.map((value, j) => Math.abs(found[i][j] - value)));
  expect(Math.max(...differences)).toBeLessThan(tolerance);
};

describe.each(cases)(
  'labelSmoothing: $labelSmoothing, labels $labels',
  ({ labelSmoothing, logits, labels, loss, dx }) => {
    it.each<[DType, number]>([
      ['float32', 1e-6],
      ['float64', 1e-12],
    ])('is what PyTorch says, in %s', (dtype, tolerance) => {
      const batch = batchOf(logits, { labels, dtype });
      const [found] = emissionsOf(of(batch).pipe(softmaxCrossEntropy({ labelSmoothing })), (step) => ({
        loss: step.loss,
        dx: rowsOf(step.dx),
      }));
      expect(Math.abs(found.loss - loss)).toBeLessThan(tolerance * Math.max(1, loss));
      expectRows(found.dx, dx, tolerance);
    });

    it('is the same in two stages, softmax and crossEntropy', () => {
      const batch = batchOf(logits, { labels, dtype: 'float64' });
      const learning = pipe(softmax(), crossEntropy({ epsilon: 0, labelSmoothing }));
      const [found] = emissionsOf(of(batch).pipe(learning), (step) => ({
        loss: step.loss,
        dx: step.tape[0].pullback(step.dx, true) ?? expect.fail('no gradient'),
      }));
      expect(found.loss).toBeCloseTo(loss, 9);
      expectRows(rowsOf(found.dx), dx, 1e-9);
    });

    it('has the gradient of its formula', () => {
      expect(lossGradientError(softmaxCrossEntropy({ labelSmoothing }), logits, labels)).toBeLessThan(1e-7);
    });
  },
);

it('takes longer batches than the first', () => {
  const batches = [cases[3], cases[4], cases[3]].map(({ logits, labels }) =>
    batchOf(
      logits.map(([first, second]) => [first, second]),
      { labels: labels.map((label) => label % 2), dtype: 'float64' },
    ),
  );
  const loss = softmaxCrossEntropy({ labelSmoothing: 0.1 });
  const [first, , third] = emissionsOf(of(...batches).pipe(loss), (step) => step.loss);
  expect(third).toBe(first);
});

it.each([-0.1, 1])('cannot be %d', (labelSmoothing) => {
  expect(() => softmaxCrossEntropy({ labelSmoothing })).toThrow('labelSmoothing');
});

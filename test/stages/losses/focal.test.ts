import { focal, PipelineError, softmaxCrossEntropy } from 'marblenet';
import { batchOf, lossGradientError, marbles } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

const logits = [
  [2, -1, 0.5],
  [0, 0, 4],
];
const labels = [0, 1];

describe('focal', () => {
  it('cares less for what is right already', () => {
    marbles(({ cold, expectObservable }) => {
      const batches = cold('                                  --a--b--|', {
        a: batchOf([[0, 0]], { labels: [0] }),
        b: batchOf([[Math.log(3), 0]], { labels: [0] }),
      });
      expectObservable(batches.pipe(focal({ gamma: 2 }))).toBe('--c--d--|', {
        c: { loss: Math.LN2 / 4 },
        d: { loss: Math.log(4 / 3) / 16 },
      });
    });
  });

  it('is cross-entropy where gamma is 0', () => {
    const batch = () => batchOf(logits, { labels, dtype: 'float64' });
    const [plain, same] = [softmaxCrossEntropy(), focal({ gamma: 0 })].map((loss) => through(loss, batch()));
    expect(same.loss).toBeCloseTo(plain.loss, 12);
    const apart = same.dx.data.map((value, i) => Math.abs(value - plain.dx.data[i]));
    expect(Math.max(...apart)).toBeLessThan(1e-12);
  });

  it('is finite where the network is quite sure, rightly or wrongly', () => {
    const { loss, dx } = through(
      focal({ gamma: 0.5 }),
      batchOf(
        [
          [900, 0],
          [900, 0],
        ],
        { labels: [0, 1] },
      ),
    );
    expect(loss).toBe(450);
    expect(Array.from(dx.data, (value) => value + 0)).toEqual([0, 0, 0.5, -0.5]); // -0 + 0 is 0
  });

  it.each([0.5, 1, 2, 5])('has the gradient of its formula, gamma %d', (gamma) => {
    expect(lossGradientError(focal({ gamma }), logits, labels)).toBeLessThan(1e-7);
  });

  it('refuses real-valued targets', () => {
    expect(() => through(focal(), batchOf([[1]], { targets: [[0.5]] }))).toThrow(PipelineError);
  });
});

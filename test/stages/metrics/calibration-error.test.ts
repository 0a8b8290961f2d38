import { calibrationError } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

describe('calibrationError', () => {
  it('is the distance between how sure the network is and how often it is right', () => {
    marbles(({ cold, expectObservable }) => {
      // two at .75, one of them right; one at .95, right
      const steps = cold('                                   ab|', {
        a: stepOf(
          [
            [0.75, 0.25],
            [0.25, 0.75],
          ],
          { labels: [0, 0], outputs: 'probabilities' },
        ),
        b: stepOf([[0.95, 0.05]], { labels: [0], outputs: 'probabilities' }),
      });
      expectObservable(steps.pipe(calibrationError())).toBe('--(m|)', {
        m: { name: 'calibrationError', value: (Math.abs(1 - 1.5) + Math.abs(1 - 0.95)) / 3 },
      });
    });
  });

  it('is 0 for a network that is as sure as it is right', () => {
    const rows = Array.from({ length: 4 }, () => [0.75, 0.25]);
    const step = stepOf(rows, { labels: [0, 0, 0, 1], outputs: 'probabilities' });
    expect(through(calibrationError({ bins: 10 }), step).value).toBe(0);
  });

  it('takes yes and no for a decision each', () => {
    const log3 = Math.log(3);
    const step = stepOf([[log3, -log3]], { targets: [[1, 1]], outputs: 'binaryLogits', dtype: 'float64' });
    expect(through(calibrationError({ bins: 1 }), step).value).toBeCloseTo(Math.abs(1 - 1.5) / 2, 12);
  });
});

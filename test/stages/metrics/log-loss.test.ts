import { logLoss, PipelineError } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';

describe('logLoss', () => {
  it('is the mean surprise, whatever the loss was', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                          ab|', {
        a: stepOf([[0, 0]], { labels: [0], loss: 9, outputs: 'logits' }),
        b: stepOf([[Math.log(3), 0]], { labels: [1], loss: 9, outputs: 'logits' }),
      });
      expectObservable(steps.pipe(logLoss())).toBe('--(m|)', { m: { name: 'logLoss', value: Math.log(8) / 2 } });
    });
  });

  it('is a number where the truth had no probability at all', () => {
    const step = stepOf([[1, 0]], { labels: [1], outputs: 'probabilities' });
    expect(through(logLoss(), step).value).toBeCloseTo(-Math.log(Number.EPSILON), 12);
  });

  it('refuses outputs that are no probabilities', () => {
    expect(() => through(logLoss(), stepOf([[1, 0]], { labels: [0] }))).toThrow(
      new PipelineError(
        "logLoss compares probabilities, and the loss before it takes the network's outputs for any numbers; " +
          'take softmaxCrossEntropy for classes, or binaryCrossEntropy for yes and no',
      ),
    );
  });
});

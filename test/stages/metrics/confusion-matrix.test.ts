import { confusionMatrix, PipelineError } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';
import { contextWith } from '../context.js';

describe('confusionMatrix', () => {
  it('counts each true class, a row, by what it was taken for, a column', () => {
    marbles(({ cold, expectObservable }) => {
      const zeroForZero = stepOf([[0.9, 0.1]], { labels: [0] });
      const oneForZero = stepOf([[0.8, 0.2]], { labels: [1] });
      const steps = cold('                                  --a--b--|   ', { a: zeroForZero, b: oneForZero });
      expectObservable(steps.pipe(confusionMatrix())).toBe('--------(m|)', {
        m: {
          name: 'confusionMatrix',
          value: 0.5,
          matrix: [
            [1, 0],
            [1, 0],
          ],
        },
      });
    });
  });

  it('has a row of zeros for a class that did not occur', () => {
    marbles(({ cold, expectObservable }) => {
      const batch = stepOf(
        [
          [1, 0, 0],
          [0, 0, 1],
          [0, 0, 1],
        ],
        { labels: [0, 0, 2] },
      );
      const steps = cold('                                  a|   ', { a: batch });
      expectObservable(steps.pipe(confusionMatrix())).toBe('-(m|)', {
        m: {
          value: 2 / 3,
          matrix: [
            [1, 0, 1],
            [0, 0, 0],
            [0, 0, 1],
          ],
        },
      });
    });
  });

  it.each([4097, 65_536])('refuses %d classes before it allocates anything', (classes) => {
    const input = { kind: 'step', size: 1, shape: [classes], classes, gradients: false } as const;
    const problem = `takes 4096 classes at most, since it keeps much of each, and there are ${classes}; accuracy takes any number of them`;
    expect(() => confusionMatrix().build(input, contextWith())).toThrow(problem);
    expect(() => confusionMatrix().build({ ...input, shape: [4096], classes: 4096 }, contextWith())).not.toThrow();
  });

  it('counts anew for each subscriber', () => {
    marbles(({ cold, expectObservable }) => {
      const metrics = cold('          a|   ', { a: stepOf([[0, 1]], { labels: [1] }) }).pipe(confusionMatrix());
      expectObservable(metrics).toBe('-(m|)', {
        m: {
          matrix: [
            [0, 0],
            [0, 1],
          ],
        },
      });
      expectObservable(metrics).toBe('-(m|)', {
        m: {
          matrix: [
            [0, 0],
            [0, 1],
          ],
        },
      });
    });
  });

  it('refuses real-valued targets', () => {
    expect(() => through(confusionMatrix(), stepOf([[0.5]], { targets: [[0.25]] }))).toThrow(
      new PipelineError(
        'confusionMatrix is for classes, but these targets are real numbers, 1 a sample; for regression there is rootMeanSquaredError',
      ),
    );
  });
});

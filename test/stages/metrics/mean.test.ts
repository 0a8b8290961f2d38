import { mean, PipelineError } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';

describe('mean', () => {
  it('is one number an epoch, called what it is the mean of', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                                     --a--b--|   ', {
        a: stepOf([[0, 0]], { labels: [0], loss: 2 }),
        b: stepOf([[0, 0]], { labels: [0], loss: 1 }),
      });
      expectObservable(steps.pipe(mean({ of: 'loss' }))).toBe('--------(m|)', { m: { name: 'loss', value: 1.5 } });
    });
  });

  it('lets a short last batch weigh less', () => {
    marbles(({ cold, expectObservable }) => {
      // (2 + 2 + 2 + 6) / 4
      const steps = cold('                                     ab|   ', {
        a: stepOf([[0], [0], [0]], { labels: [0, 0, 0], loss: 2 }),
        b: stepOf([[0]], { labels: [0], loss: 6 }),
      });
      expectObservable(steps.pipe(mean({ of: 'loss' }))).toBe('--(m|)', { m: { value: 3 } });
    });
  });

  it('refuses a loss of NaN, which has no mean', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                                     ab|   ', {
        a: stepOf([[0]], { labels: [0], loss: 1 }),
        b: stepOf([[0]], { labels: [0], loss: Number.NaN }),
      });
      expectObservable(steps.pipe(mean({ of: 'loss' }))).toBe('--#', undefined, {
        message: 'mean: the metric "loss" of train is NaN in epoch 1, expected a finite number',
      });
    });
  });

  it('begins anew for each subscriber', () => {
    marbles(({ cold, expectObservable }) => {
      const metrics = cold('          a|   ', { a: stepOf([[0]], { labels: [0], loss: 2 }) }).pipe(
        mean({ of: 'loss' }),
      );
      expectObservable(metrics).toBe('-(m|)', { m: { value: 2 } });
      expectObservable(metrics).toBe('-(m|)', { m: { value: 2 } });
    });
  });

  it('refuses what a step does not have', () => {
    // @ts-expect-error a step has no accuracy
    expect(() => mean({ of: 'accuracy' })).toThrow(PipelineError);
  });
});

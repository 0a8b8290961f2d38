import { accuracy, PipelineError } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';
import { contextWith } from '../context.js';

describe('accuracy', () => {
  it('is the share of samples whose largest output is the true class', () => {
    marbles(({ cold, expectObservable }) => {
      const right = stepOf([[0.9, 0.1]], { labels: [0] });
      const wrong = stepOf([[0.8, 0.2]], { labels: [1] });
      const steps = cold('                           --a--b--|   ', { a: right, b: wrong });
      expectObservable(steps.pipe(accuracy())).toBe('--------(m|)', {
        m: { name: 'accuracy', value: 0.5, byClass: [1, 0] },
      });
    });
  });

  it('counts samples, not batches', () => {
    marbles(({ cold, expectObservable }) => {
      const threeRight = stepOf(
        [
          [9, 0],
          [0, 9],
          [9, 0],
        ],
        { labels: [0, 1, 0] },
      );
      const oneWrong = stepOf([[0, 9]], { labels: [0] });
      const steps = cold('                           ab|   ', { a: threeRight, b: oneWrong });
      expectObservable(steps.pipe(accuracy())).toBe('--(m|)', { m: { value: 0.75, byClass: [2 / 3, 1] } });
    });
  });

  it('takes the first of equals', () => {
    marbles(({ cold, expectObservable }) => {
      const tie = stepOf(
        [
          [0.5, 0.5, 0],
          [0, 0.5, 0.5],
        ],
        { labels: [0, 2] },
      );
      const steps = cold('                           a|   ', { a: tie });
      expectObservable(steps.pipe(accuracy())).toBe('-(m|)', { m: { value: 0.5, byClass: [1, Number.NaN, 0] } });
    });
  });

  it('has no number for a class that did not occur', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                           a|   ', { a: stepOf([[0, 0, 1]], { labels: [2] }) });
      expectObservable(steps.pipe(accuracy())).toBe('-(m|)', { m: { value: 1, byClass: [Number.NaN, Number.NaN, 1] } });
    });
  });

  it('tells the split, epoch and step of the last step', () => {
    marbles(({ cold, expectObservable }) => {
      const step = stepOf([[1, 0]], { labels: [0] });
      const steps = cold('                           ab|   ', {
        a: { ...step, split: 'test', epoch: 3, step: 7 },
        b: { ...step, split: 'test', epoch: 3, step: 8 },
      } as const);
      expectObservable(steps.pipe(accuracy())).toBe('--(m|)', { m: { split: 'test', epoch: 3, step: 8 } });
    });
  });

  it('counts anew for each subscriber', () => {
    marbles(({ cold, expectObservable }) => {
      const metrics = cold('          ab|   ', {
        a: stepOf([[1, 0]], { labels: [0] }),
        b: stepOf([[1, 0]], { labels: [1] }),
      }).pipe(accuracy());
      const metric = { m: { value: 0.5, byClass: [1, 0] } };
      expectObservable(metrics).toBe('--(m|)', metric);
      expectObservable(metrics).toBe('--(m|)', metric);
    });
  });

  it('counts 65,536 classes in two numbers each, and can be saved', () => {
    const classes = 65_536;
    const input = { kind: 'step', size: 1, shape: [classes], classes, gradients: false } as const;
    const { state } = accuracy().build(input, contextWith());
    expect(state?.state()).toMatchObject({ 'reduction.counts': { shape: [2, classes] } });
  });

  it('refuses real-valued targets', () => {
    expect(() => through(accuracy(), stepOf([[0.5]], { targets: [[0.25]] }))).toThrow(
      new PipelineError(
        'accuracy is for classes, but these targets are real numbers, 1 a sample; for regression there is rootMeanSquaredError',
      ),
    );
  });
});

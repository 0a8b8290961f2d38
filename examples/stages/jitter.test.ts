import type { Batch } from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { expect, test } from 'vitest';
import { jitter } from './jitter.js';

const rows = [Array.from({ length: 1000 }, (_, i) => i)];

test('jitter leaves a test as it is', () => {
  marbles(({ cold, expectObservable }) => {
    const source = cold<Batch>('         -a-|', { a: { ...batchOf(rows), split: 'test' } });
    expectObservable(source.pipe(jitter())).toBe('-a-|', { a: { x: rows } });
  });
});

test('jitter draws noise of the size that it is told, and the same for the same seed', () => {
  const noiseOf = (stage: ReturnType<typeof jitter>): number[] => {
    const noise: number[] = [];
    of(batchOf(rows, { dtype: 'float64' }))
      .pipe(stage)
      .subscribe(({ x }) => noise.push(...x.data.map((value, i) => value - i)));
    return noise;
  };
  const noise = noiseOf(jitter({ std: 0.5 }));
  expect(Math.sqrt(noise.reduce((sum, value) => sum + value ** 2, 0) / 1000)).toBeCloseTo(0.5, 1);
  expect(noiseOf(jitter({ std: 0.5 }))).toEqual(noise);
});

test('the gradient passes jitter unchanged', () => {
  // so little noise that the numerical gradient does not see it
  expect(gradientError(jitter({ std: 1e-15 }), [[-1, 2]])).toBeLessThan(1e-6);
});

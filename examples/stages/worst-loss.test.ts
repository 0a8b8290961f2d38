import { marbles, stepOf } from 'marblenet/testing';
import { test } from 'vitest';
import { worstLoss } from './worst-loss.js';

test('worstLoss tells one number, when the epoch ends', () => {
  marbles(({ cold, expectObservable }) => {
    const steps = { a: stepOf([[0]], { loss: 2 }), b: stepOf([[0]], { loss: 3 }), c: stepOf([[0]], { loss: 1 }) };
    const source = cold('                   -a-b-c-|', steps);
    expectObservable(source.pipe(worstLoss())).toBe('-------(m|)', { m: { name: 'worstLoss', value: 3 } });
  });
});

import { tensor } from 'marblenet';
import { marbles, stepOf } from 'marblenet/testing';
import { expect, test } from 'vitest';
import { signMomentum } from './sign-momentum.js';

test('signMomentum goes on by what it remembers', () => {
  const W = { name: 'W', value: tensor([5, 5]), gradient: tensor([1, -1]) };
  marbles(({ cold, expectObservable, flush }) => {
    const tape = [{ pullback: () => undefined, parameters: [W] }];
    const steps = cold('                                            -a-b-|', {
      a: { ...stepOf([[0]], { labels: [0] }), tape },
      b: { ...stepOf([[0]], { labels: [0] }), tape },
    });
    expectObservable(steps.pipe(signMomentum({ learningRate: 1 }))).toBe('-a-b-|', { a: {}, b: {} });
    flush();
  });
  expect([...W.value.data]).toEqual([3, 7]);
});

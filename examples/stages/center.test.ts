import {
  type Batch,
  backward,
  batch,
  buildPipeline,
  dense,
  digits,
  forward,
  oneHot,
  run,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';
import { batchOf, marbles } from 'marblenet/testing';
import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { center } from './center.js';

test('center follows the mean of each column', () => {
  marbles(({ cold, expectObservable }) => {
    const batches = { a: batchOf([[10], [30]]), b: batchOf([[10]]) };
    const source = cold('                   --a--b--|', batches);
    expectObservable(source.pipe(center())).toBe('--y--z--|', { y: { x: [[10], [30]] }, z: { x: [[8]] } });
  });
});

test('a test uses what center has learned in training, and does not change it', () => {
  marbles(({ cold, expectObservable }) => {
    const [train, test]: Batch[] = [batchOf([[10]]), { ...batchOf([[10]]), split: 'test' }];
    const source = cold('                   -a-b-c-d-|', { a: test, b: train, c: test, d: test });
    const [before, after] = [{ x: [[10]] }, { x: [[9]] }];
    expectObservable(source.pipe(center())).toBe('-a-b-c-d-|', { a: before, b: before, c: after, d: after });
  });
});

test('what center remembers is part of the state of a pipeline', async () => {
  const build = () =>
    buildPipeline({
      data: [digits({ train: 100, test: 1 }), oneHot({ classes: 10 })],
      network: [center(), dense({ units: 10 })],
      train: [batch({ size: 20 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.001 })],
    });
  const [trained, other] = [build(), build()];
  await lastValueFrom(run(trained));
  const state = trained.state();
  expect(state['network.0.m']).not.toEqual(other.state()['network.0.m']);
  other.restore(state);
  expect(other.state()).toStrictEqual(state);
});

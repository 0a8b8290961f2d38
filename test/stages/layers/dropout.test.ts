import {
  type Batch,
  backward,
  batch,
  dense,
  digits,
  dropout,
  forward,
  oneHot,
  PipelineError,
  type Random,
  runPipeline,
  type Split,
  seededRandom,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';
import { batchOf, gradientError, marbles } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';
import { emissionsOf, type Rows, rowsOf, shapes } from '../emissions.js';

/** The same draws again and again. */
const repeating = (...draws: number[]): Random => {
  let next = 0;
  return { ...seededRandom(1).stream('test'), uniform: () => draws[next++ % draws.length] };
};

/** The layer with draws that are known. */
const layer = (rate: number, random: Random, columns: number) =>
  dropout({ rate }).build({ kind: 'batch', size: 1, shape: [columns], classes: undefined }, contextWith({ random }))
    .operator;

const batchIn = (split: Split, rows: Rows): Batch => ({ ...batchOf(rows, { dtype: 'float64' }), split });

const ones = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => new Array<number>(columns).fill(1));

describe('dropout', () => {
  it('drops in training what the draw says, and scales the rest', () => {
    marbles(({ cold, expectObservable }) => {
      const x = cold('                                                                   --a--b--|', {
        a: batchIn('train', [[1, 2, 3, 4]]),
        b: batchIn('train', [[5, 6, 7, 8]]),
      });
      const draws = repeating(0.9, 0.1, 0.49, 0.5, 0.2, 0.8, 0.7, 0.3);
      expectObservable(x.pipe(layer(0.5, draws, 4))).toBe('--c--d--|', {
        c: { x: [[2, 0, 0, 8]] },
        d: { x: [[0, 12, 14, 0]] },
      });
    });
  });

  it.each(['validation', 'test'] as const)('passes every number as it is in %s, and draws nothing', (split) => {
    const random: Random = { ...seededRandom(1).stream('test'), uniform: () => expect.fail('a draw') };
    const rows = [[1, -2, 3]];
    const [found] = emissionsOf(of(batchIn(split, rows)).pipe(layer(0.9, random, 3)), ({ x, tape }) => ({
      y: rowsOf(x),
      dx: tape[0].pullback(x, true),
    }));
    expect(found.y).toEqual(rows);
    expect(found.dx && rowsOf(found.dx)).toEqual(rows);
  });

  it('drops about as many as it should, and keeps the sum about as it was', () => {
    const [y] = emissionsOf(of(batchIn('train', ones(100, 100))).pipe(dropout({ rate: 0.2 })), ({ x }) => [...x.data]);
    const dropped = y.filter((value) => value === 0).length / y.length;
    expect(Math.abs(dropped - 0.2)).toBeLessThan(0.02); // five standard deviations
    expect(new Set(y)).toEqual(new Set([0, 1.25]));
  });

  it('drops others in the next batch', () => {
    const batch = batchIn('train', ones(1, 50));
    const [first, second] = emissionsOf(of(batch, batch).pipe(dropout()), ({ x }) => rowsOf(x));
    expect(first).not.toEqual(second);
  });

  it('drops the same for the same seed', () => {
    const dropped = (seed: number) =>
      emissionsOf(of(batchIn('train', ones(1, 50))).pipe(layer(0.5, seededRandom(seed).stream('a'), 50)), ({ x }) =>
        rowsOf(x),
      );
    expect(dropped(3)).toEqual(dropped(3));
    expect(dropped(3)).not.toEqual(dropped(4));
  });

  it('sends nothing back through what it dropped', () => {
    const [dx] = emissionsOf(
      of(batchIn('train', [[1, 2, 3, 4]])).pipe(layer(0.5, repeating(0.9, 0.1, 0.4, 0.6), 4)),
      ({ x, tape }) => tape[0].pullback({ shape: x.shape, data: Float64Array.of(10, 20, 30, 40) }, true),
    );
    expect(dx && rowsOf(dx)).toEqual([[20, 0, 0, 80]]);
  });

  it.each(Object.entries(shapes))('has the gradient of its formula while the mask stays, on %s', (_, rows) => {
    // a row's draws again and again: the mask stays however many rows there are
    const draws = rows[0].map((_, i) => (i % 3 === 1 ? 0.1 : 0.9));
    expect(gradientError(layer(0.3, repeating(...draws), rows[0].length), rows)).toBeLessThan(1e-8);
  });

  it('drops nothing from a prediction', async () => {
    const { network } = await runPipeline({
      data: [digits({ train: 20, test: 5 }), oneHot({ classes: 10 })],
      network: [dropout({ rate: 0.9 }), dense({ units: 10 })],
      train: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
    });
    const pixels = new Uint8Array(784).fill(1);
    const { outputs } = await network.predict(pixels);
    const [W, b] = network.parameters.map(({ value }) => value.data);
    const expected = Array.from(b, (bias, h) => bias + pixels.reduce((sum, x, d) => sum + x * W[d * 10 + h], 0));
    for (const [h, value] of expected.entries()) expect(outputs.data[h]).toBeCloseTo(value, 2);
  });

  it.each([-0.1, 1])('refuses the rate %d', (rate) => {
    expect(() => dropout({ rate })).toThrow(PipelineError);
  });
});

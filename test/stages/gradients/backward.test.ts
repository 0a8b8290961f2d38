import { backward, dense, relu, type Step, softmaxCrossEntropy, type TapeEntry, tensor } from 'marblenet';
import { batchOf, marbles, stepOf } from 'marblenet/testing';
import { of, pipe } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';
import { emissionsOf, pass, rowsOf } from '../emissions.js';

/** A layer that multiplies the gradient by a number, and notes that it was asked. */
const scaling = (factor: number, asked: string[]): TapeEntry => ({
  parameters: [],
  pullback(dout, needed) {
    asked.push(`${factor}: ${rowsOf(dout)}${needed ? '' : ', no more needed'}`);
    return needed ? { shape: dout.shape, data: dout.data.map((value) => factor * value) } : undefined;
  },
});

const stepWith = (tape: readonly TapeEntry[], dx: number): Step => ({
  ...stepOf([[1]], { labels: [0] }),
  tape,
  dx: tensor([[dx]]),
});

describe('backward', () => {
  it('passes each step as it is', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                           --a--b--|', {
        a: stepOf([[1, 2]], { labels: [0], loss: 0.5 }),
        b: stepOf([[3, 4]], { labels: [1], loss: 0.25 }),
      });
      expectObservable(steps.pipe(backward())).toBe('--c--d--|', {
        c: { x: [[1, 2]], loss: 0.5, dx: [[0, 0]] },
        d: { x: [[3, 4]], loss: 0.25, dx: [[0, 0]] },
      });
    });
  });

  it('plays the tape in reverse: the last layer first, each with what the next one sent', () => {
    const asked: string[] = [];
    const tape = [scaling(2, asked), scaling(3, asked), scaling(5, asked)];
    emissionsOf(of(stepWith(tape, 1)).pipe(backward()), () => undefined);
    expect(asked).toEqual(['5: 1', '3: 5', '2: 15, no more needed']);
  });

  it('writes the gradient of every parameter, by the chain rule', () => {
    const [first, second] = [dense({ units: 1, bias: false }), dense({ units: 2, bias: false })];
    const hidden = pass(first, [[0]]);
    const output = pass(second, [[0]]);
    hidden.weights.W.set([2]);
    output.weights.W.set([0, 0]);
    // h = relu(2·3) = 6; both logits 0, so p = [½, ½] and dx = p - t = [-½, ½]
    const network = pipe(first, relu(), second, softmaxCrossEntropy(), backward());
    const batch = batchOf([[3]], { labels: [0], classes: 2, dtype: 'float64' });
    const [loss] = emissionsOf(of(batch).pipe(network), (step) => step.loss);
    expect(loss).toBeCloseTo(Math.LN2, 15);
    expect([...output.gradients.W]).toEqual([6 * -0.5, 6 * 0.5]);
    expect(hidden.gradients.W[0]).toBeCloseTo(0, 15); // -½·0 + ½·0

    output.weights.W.set([1, 1]);
    emissionsOf(of(batch).pipe(network), () => undefined);
    expect(hidden.gradients.W[0]).toBeCloseTo(0, 15); // -½·1 + ½·1

    output.weights.W.set([1, -1]);
    // logits 6 and -6: p = [1 - q, q] with q = 1 / (1 + exp(12)); dh = -q·1 + q·(-1), and times x = 3
    emissionsOf(of(batch).pipe(network), () => undefined);
    expect(hidden.gradients.W[0]).toBeCloseTo((-2 * 3) / (1 + Math.exp(12)), 15);
  });

  it('has nothing to do without layers', () => {
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                           a|', { a: stepWith([], 1) });
      expectObservable(steps.pipe(backward())).toBe('b|', { b: { dx: [[1]] } });
    });
  });

  it('names the layer that kept the gradient to itself', () => {
    const mute: TapeEntry = { parameters: [], pullback: () => undefined };
    marbles(({ cold, expectObservable }) => {
      const steps = cold('                           --a--|', { a: stepWith([scaling(2, []), mute], 1) });
      expectObservable(steps.pipe(backward())).toBe('--#', {}, new Error('layer 1 gave no gradient for its input'));
    });
  });

  it('tells what comes after that there are gradients', () => {
    const input = { kind: 'step', size: 1, shape: [2], classes: 2, gradients: false } as const;
    expect(backward().build(input, contextWith()).output).toEqual({ ...input, gradients: true });
  });
});

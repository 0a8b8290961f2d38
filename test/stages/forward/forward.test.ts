import { type Batch, forward, type Network, PipelineError, relu, type Spec } from 'marblenet';
import { batchOf, marbles } from 'marblenet/testing';
import { type MonoTypeOperatorFunction, pipe } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';

const rowsOfTwo: Spec<'batch'> = { kind: 'batch', size: 1, shape: [2], classes: undefined };

const throughNetwork = (operator: MonoTypeOperatorFunction<Batch>) => {
  const network: Network = { input: rowsOfTwo, output: { ...rowsOfTwo, shape: [1] }, operator };
  return forward().build({ ...rowsOfTwo, classes: 10 }, contextWith({ network }));
};

describe('forward', () => {
  it('sends the batch through the network', () => {
    marbles(({ cold, expectObservable }) => {
      const { operator } = throughNetwork(relu());
      const x = cold('                         --a--b--|', { a: batchOf([[-1, 2]]), b: batchOf([[3, -4]]) });
      expectObservable(x.pipe(operator)).toBe('--c--d--|', { c: { x: [[0, 2]] }, d: { x: [[3, 0]] } });
    });
  });

  it('leaves one way back a layer on the tape', () => {
    marbles(({ cold, expectObservable }) => {
      const { operator } = throughNetwork(pipe(relu(), relu()));
      const x = cold('                         -a-|', { a: batchOf([[1, 2]]) });
      expectObservable(x.pipe(operator)).toBe('-b-|', { b: { tape: [{ parameters: [] }, { parameters: [] }] } });
    });
  });

  it("has rows of the network's output, and the classes of its input", () => {
    expect(throughNetwork(relu()).output).toEqual({ ...rowsOfTwo, shape: [1], classes: 10 });
  });

  it('refuses rows that the network does not take', () => {
    const network: Network = { input: rowsOfTwo, output: rowsOfTwo, operator: relu() };
    expect(() => forward().build({ ...rowsOfTwo, shape: [3] }, contextWith({ network }))).toThrow(
      new PipelineError('forward was given rows of [3], but the network takes [2]'),
    );
  });

  it('refuses a plain pipe, where there is no network: section', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const x = cold('                     --a--|', { a: batchOf([[1, 2]]) });
      expectObservable(x.pipe(forward())).toBe(
        '--#',
        {},
        {
          message: 'forward stands for the network: section; in a plain pipe, write the layers themselves',
        },
      );
      expectSubscriptions(x.subscriptions).toBe('^-!');
    });
  });
});

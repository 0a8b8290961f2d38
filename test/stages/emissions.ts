/** Looks at what stages do without marbles: numbers in, numbers out. */
import { type Batch, type DType, type Floats, type Stage, type Tensor, tensor } from 'marblenet';
import { batchOf } from 'marblenet/testing';
import { type Observable, of } from 'rxjs';
import { expect, vi } from 'vitest';
import { turnScheduler } from '../../src/core/scheduler.js';

export type Rows = readonly (readonly number[])[];

/**
 * Everything that a synchronous stream emits, until it completes; an error is thrown. Time stands still, so that a slow
 * machine need not take a turn of the event loop.
 */
export function emissionsOf<T, R>(stream: Observable<T>, read: (value: T) => R): R[] {
  const emitted: R[] = [];
  let completed = false;
  let failure: { readonly error: unknown } | undefined;
  const clock = vi.spyOn(turnScheduler, 'now').mockReturnValue(0);
  stream.subscribe({
    next: (value) => emitted.push(read(value)),
    error: (error) => {
      failure = { error };
    },
    complete: () => {
      completed = true;
    },
  });
  clock.mockRestore();
  if (failure !== undefined) throw failure.error;
  expect(completed, 'the stream completed synchronously').toBe(true);
  return emitted;
}

/** A copy of a matrix as nested rows. */
export function rowsOf({ shape: [rows, columns], data }: Tensor): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)));
}

interface Passed {
  readonly y: number[][];
  /** By the name of the parameter. */
  readonly weights: Readonly<Record<string, Floats>>;
  readonly gradients: Readonly<Record<string, Floats>>;
  /** From dy to dx. */
  back(dy: Rows): number[][];
}

/** Sends rows through one layer, and keeps the way back. */
export function pass(layer: Stage<'batch', 'batch'>, rows: Rows, dtype: DType = 'float64'): Passed {
  const [{ y, entry }] = emissionsOf(of(batchOf(rows, { dtype })).pipe(layer), ({ x, tape }: Batch) => ({
    y: rowsOf(x),
    entry: tape[0],
  }));
  const byName = (pick: 'value' | 'gradient') =>
    Object.fromEntries(entry.parameters.map((parameter) => [parameter.name, parameter[pick].data]));
  return {
    y,
    weights: byName('value'),
    gradients: byName('gradient'),
    back: (dy) => rowsOf(entry.pullback(tensor(dy, dtype), true) ?? expect.fail('no gradient for the input')),
  };
}

/** f(x) of an activation. */
export const valueAt = (layer: Stage<'batch', 'batch'>, x: number): number => pass(layer, [[x]]).y[0][0];

/** f'(x) of an activation. */
export const slopeAt = (layer: Stage<'batch', 'batch'>, x: number): number => pass(layer, [[x]]).back([[1]])[0][0];

/** Inputs for gradient checks, none near a corner at 0. */
export const shapes: Readonly<Record<string, Rows>> = {
  'one number': [[0.7]],
  'one row': [[-1.5, 0.3, 2, -0.2, 1.1]],
  'one column': [[-0.9], [0.4], [1.6]],
  '3 rows of 2': [
    [-2.5, 0.1],
    [0.8, -0.6],
    [1.9, 3.1],
  ],
};

/** What optimizers are tried on: a step whose gradients are written by hand. */
import { type Floats, type Stage, type Step, tensor } from 'marblenet';
import { stepOf } from 'marblenet/testing';
import { of } from 'rxjs';
import { expect } from 'vitest';
import { emissionsOf } from './emissions.js';

export const parameter = (value: number[], gradient: number[]) => ({
  name: 'W',
  value: tensor(value, 'float64'),
  gradient: tensor(gradient, 'float64'),
});

/** A step whose layers have these parameters. */
export const stepOn = (...layers: ReturnType<typeof parameter>[][]): Step => ({
  ...stepOf([[1, 2]], { labels: [0], loss: 0.5 }),
  tape: layers.map((parameters) => ({ parameters, pullback: () => undefined })),
});

/** Where a weight stands after each of these gradients. */
export function pathOf(optimizer: Stage<'step', 'step'>, gradients: readonly number[], start = 0): number[] {
  const W = parameter([start], [0]);
  return gradients.map((gradient) => {
    const dW: Floats = W.gradient.data;
    dW[0] = gradient;
    emissionsOf(of(stepOn([W])).pipe(optimizer), () => undefined);
    return W.value.data[0];
  });
}

/** Compares to six places: an epsilon of 1e-8 does not show. */
export function expectPath(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i], `after step ${i + 1}`).toBeCloseTo(value, 6);
}

/** What an activation does to each number alone, as a curve. */
import { builtInStages } from 'marblenet/page';
import type { Plot } from './protocol.js';

/** From -MOST to MOST, so many points. */
const MOST = 4;
const POINTS = 161;

/** @returns undefined for a stage without such a formula */
export function plotOf(name: string, options: Readonly<Record<string, unknown>>): Plot | undefined {
  const formula = builtInStages.get(name)?.definition.formula?.(options);
  if (formula === undefined) return undefined;
  const x = Float32Array.from({ length: POINTS }, (_, i) => -MOST + (2 * MOST * i) / (POINTS - 1));
  const y = x.map(formula.value);
  return { x, y, slope: x.map((value, i) => formula.derivative(value, y[i])) };
}

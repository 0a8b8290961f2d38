import type { Scaling } from '../core/kinds.js';
import { printable } from '../core/printable.js';

const BYTE = 255;

/** What to say of samples from 0 to 1, where the network has learned from bytes: to it, they are as good as black. */
export function scaledAlready(file: string, data: ArrayLike<number>, { mean, std }: Scaling): string | undefined {
  if (mean !== 0 || std !== BYTE) return undefined;
  let [least, largest] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    least = Math.min(least, data[i]);
    largest = Math.max(largest, data[i]);
  }
  if (least < 0 || largest === 0 || largest > 1) return undefined;
  const found = Number(largest.toPrecision(3));
  return `${printable(file)}: the largest value is ${found}, but the network learned from 0 to ${BYTE}; multiply by ${BYTE}?`;
}

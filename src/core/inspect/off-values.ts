/** Numbers that are alike, or 0 or 1, hide what is wrong with a gradient: the check moves them a little. */
import { largestOf } from '../not-finite.js';
import type { Tensor } from '../tensor.js';

/**
 * Moves each number a little off its first value, by up to a tenth of the tensor's largest, unevenly: what is multiplied
 * by 1 or has 0 added would hide that a pullback forgets it.
 */
export function moveOffFirstValues(tensor: Tensor): void {
  const { data } = tensor;
  const scale = (largestOf(tensor) || 1) / 10;
  for (let i = 0; i < data.length; i++) data[i] += scale * Math.sin(i + 1);
}

/**
 * Moves each number of samples up by at most a hundredth of their largest, unevenly. A weight of pixels that are all 0 has
 * the slope 0, whatever a pullback gives; and where pixels are alike, what a pool compares is too: a corner. Numbers from 0
 * on stay so, which a stage may rely on.
 */
export function moveOffTies(tensor: Tensor): void {
  const { data } = tensor;
  const scale = largestOf(tensor) / 100;
  for (let i = 0; i < data.length; i++) data[i] += scale * Math.abs(Math.sin(i + 1));
}

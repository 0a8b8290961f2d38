import { type Tensor, zeros } from '../tensor.js';

/**
 * The gradient of f at x by the central difference, (f(x + h) - f(x - h)) / 2h, one number of x after another: slow,
 * and true whatever f is. It is what a backward pass is checked against.
 *
 * Writes to x while it works, and puts back what was there. The error is of the order h² for a smooth f in float64; a
 * corner within h of x gives a slope from both of its sides.
 *
 * @param h the notebook's 1e-4 by default, which suits float64 numbers around 1
 * @returns float64, of x's shape
 * Source: the notebook's `numerical_gradient`.
 */
export function numericalGradient(f: (x: Tensor) => number, x: Tensor, h = 1e-4): Tensor {
  const gradient = zeros(x.shape, 'float64');
  for (let i = 0; i < x.data.length; i++) {
    const here = x.data[i];
    x.data[i] = here + h;
    const above = f(x);
    x.data[i] = here - h;
    const below = f(x);
    x.data[i] = here;
    gradient.data[i] = (above - below) / (2 * h);
  }
  return gradient;
}

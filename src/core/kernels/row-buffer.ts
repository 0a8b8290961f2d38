import type { Shape, Tensor } from '../tensor.js';
import type { Kernels } from './kernels.js';

/**
 * One buffer of [size, ...shape] for every batch of a run: ask for n rows and get the first n, the same memory each
 * time. A larger n, which only a plain `pipe(...)` can bring, makes a larger buffer.
 */
export function rowBuffer(kernels: Kernels, size: number, shape: Shape): (n: number) => Tensor {
  let buffer = kernels.allocate([size, ...shape]);
  let rows = buffer;
  return (n) => {
    if (n > buffer.shape[0]) buffer = kernels.allocate([n, ...shape]);
    if (n !== rows.shape[0]) {
      const width = buffer.data.length / buffer.shape[0];
      rows = n === buffer.shape[0] ? buffer : { shape: [n, ...shape], data: buffer.data.subarray(0, n * width) };
    }
    return rows;
  };
}

import type { Kernels } from '../kernels/kernels.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Pullback } from '../kinds.js';
import type { Shape, Tensor } from '../tensor.js';

/** What a layer computes, on tensors of the same rows; each overwrites its first one. */
interface Passes {
  /** y[B, ...output] of x[B, ...input] */
  forward(y: Tensor, x: Tensor): void;
  /** dx[B, ...input] of dy[B, ...output], where y is what `forward` wrote. */
  backward(dx: Tensor, dy: Tensor, x: Tensor, y: Tensor): void;
}

/**
 * A layer that writes what it gives, and the gradient of what it is given, to the same memory each time.
 *
 * @param size the most rows of a batch
 * @param input the shape of one row of x, as `output` is of y
 */
export function bufferedLayer(kernels: Kernels, size: number, input: Shape, output: Shape, passes: Passes) {
  const outputs = rowBuffer(kernels, size, output);
  const gradients = rowBuffer(kernels, size, input);
  return {
    output,
    forward(x: Tensor): readonly [y: Tensor, pullback: Pullback] {
      const y = outputs(x.shape[0]);
      passes.forward(y, x);
      return [
        y,
        (dy) => {
          const dx = gradients(x.shape[0]);
          passes.backward(dx, dy, x, y);
          return dx;
        },
      ];
    },
  };
}

import type { Context } from '../contract.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Spec } from '../kinds.js';
import type { Floats } from '../tensor.js';
import type { Layer } from './network.js';

/**
 * A layer that multiplies its input by a mask in training, which is filled anew for each batch, and passes it on as it is
 * otherwise.
 *
 * @param fill writes the mask of so many rows
 */
export function droppingLayer(
  { size, shape }: Spec<'batch'>,
  { kernels }: Context,
  fill: (mask: Floats, rows: number) => void,
): Layer {
  const masks = rowBuffer(kernels, size, shape);
  const outputs = rowBuffer(kernels, size, shape);
  const gradients = rowBuffer(kernels, size, shape);
  return {
    output: shape,
    forward(x, split) {
      if (split !== 'train') return [x, (dy) => dy];
      const rows = x.shape[0];
      const mask = masks(rows);
      fill(mask.data, rows);
      const y = outputs(rows);
      kernels.multiply(y, x, mask);
      return [
        y,
        (dy) => {
          const dx = gradients(rows);
          kernels.multiply(dx, dy, mask);
          return dx;
        },
      ];
    },
  };
}

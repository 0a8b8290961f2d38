import { createTextbookKernels } from '../kernels/textbook.js';
import { type Tensor, widthOf, zeros } from '../tensor.js';

/** softmax(x) = exp(x) / sum(exp(x)), by samples: all the outputs of one, [n, ...], make up one row. */
export function softmaxOf(x: Tensor): Tensor {
  const y = zeros(x.shape, x.data instanceof Float32Array ? 'float32' : 'float64');
  const rows = [x.shape[0], widthOf(x)];
  softmax({ shape: rows, data: y.data }, { shape: rows, data: x.data });
  return y;
}

const { softmax } = createTextbookKernels('float64');

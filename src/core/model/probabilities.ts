/** From what the last stage of a network says to probabilities. */

import { createTextbookKernels } from '../kernels/textbook.js';
import { sigmoid } from '../sigmoid.js';
import { type Tensor, widthOf, zeros } from '../tensor.js';
import type { ModelDescription } from './description.js';

/** By what the numbers are: none where they are no classes' at all. */
export const probabilitiesBy: Readonly<Record<ModelDescription['outputs'], (outputs: Tensor) => Tensor | undefined>> = {
  logits: softmaxOf,
  binaryLogits: sigmoidOf,
  probabilities: (outputs) => outputs,
  numbers: () => undefined,
};

/** softmax(x) = exp(x) / sum(exp(x)), by samples: all the outputs of one, [n, ...], make up one row. */
function softmaxOf(x: Tensor): Tensor {
  const y = emptyLike(x);
  const rows = [x.shape[0], widthOf(x)];
  softmax({ shape: rows, data: y.data }, { shape: rows, data: x.data });
  return y;
}

function sigmoidOf(x: Tensor): Tensor {
  const y = emptyLike(x);
  for (const [i, value] of x.data.entries()) y.data[i] = sigmoid(value);
  return y;
}

const emptyLike = ({ shape, data }: Tensor): Tensor =>
  zeros(shape, data instanceof Float32Array ? 'float32' : 'float64');

const { softmax } = createTextbookKernels('float64');

import { type Tensor, widthOf, zeros } from '../tensor.js';

/** softmax(x) = exp(x) / sum(exp(x)), by rows [n, C], with the row's maximum taken off first: exp of it would overflow. */
export function softmaxOf(x: Tensor): Tensor {
  const columns = widthOf(x);
  const y = zeros(x.shape, x.data instanceof Float32Array ? 'float32' : 'float64');
  for (let start = 0; start < x.data.length; start += columns) {
    const row = Float64Array.from(x.data.subarray(start, start + columns));
    const largest = row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const powers = row.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((total, value) => total + value, 0);
    for (let c = 0; c < columns; c++) y.data[start + c] = powers[c] / sum;
  }
  return y;
}

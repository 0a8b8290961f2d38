/** log(Σ exp(x)) of a row, whose largest number is taken off first, so that no exponential is too large. */
export function logSumOfExponentials(x: ArrayLike<number>, start: number, columns: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + columns; i++) largest = Math.max(largest, x[i]);
  let sum = 0;
  for (let i = start; i < start + columns; i++) sum += Math.exp(x[i] - largest);
  return largest + Math.log(sum);
}

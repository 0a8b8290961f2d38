import { Float } from '../math/float';
import { BYTES } from '../math/vector';

/** t[B, C] = 1 at each of labels[B], else 0. The row of a label that is not below C is all zeros. */
export function oneHot(t: usize, labels: usize, B: i32, C: i32): void {
  const row = <usize>(C * BYTES);
  memory.fill(t, 0, <usize>B * row);
  for (let b = 0; b < B; b++, t += row, labels += 4) {
    const label = load<u32>(labels);
    if (label < <u32>C) store<Float>(t + <usize>label * BYTES, 1);
  }
}

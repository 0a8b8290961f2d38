import { Float } from '../math/float';
import { BYTES } from '../math/vector';
import { PACKED, columnIndex, rowEnd, rowStart, valueOffset } from './csr';

/** x[B, D] = zeros, and for each nonzero of row b the table's float in its column. */
export function toDense(x: usize, starts: usize, ends: usize, table: usize, B: i32, D: i32): void {
  memory.fill(x, 0, <usize>B * <usize>D * BYTES);
  for (let b: i32 = 0; b < B; b++) {
    const row = x + <usize>b * <usize>D * BYTES;
    const end = rowEnd(ends, b);
    for (let p = rowStart(starts, b); p < end; p += PACKED) {
      const nonzero = load<u32>(p);
      store<Float>(row + columnIndex(nonzero) * BYTES, load<Float>(table + valueOffset(nonzero)));
    }
  }
}

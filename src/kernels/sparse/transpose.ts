import { computedOnce } from '../math/vector';
import { CURSOR, PACKED, cursorOf, packNonzero, rowEnd, rowStart, valueOffset } from './csr';

/** Bytes of the cursors of so many columns. */
// @ts-ignore: decorator
@inline
export function cursorBytes(columns: i32): usize {
  return (<usize>columns * CURSOR + 15) & ~15;
}

/**
 * Transposes the columns [first, first + columns) of a sparse matrix of so many rows, which has no other columns here: row d
 * of the transposed one, from columnStarts[d] to columnEnds[d], is column `first + d`. Its nonzeros are in the order of the
 * rows, so that sums over a batch are always taken in the same order.
 *
 * In `transposed` each column has room for a nonzero of every row, which saves a pass that would count them first; and in
 * `cursors` it has a word: where its next one goes.
 */
export function transpose(
  columnStarts: usize,
  columnEnds: usize,
  transposed: usize,
  cursors: usize,
  starts: usize,
  ends: usize,
  rows: i32,
  first: i32,
  columns: i32,
): void {
  const room = <usize>rows * PACKED;
  let cursor = cursors;
  for (let d: usize = 0; d < <usize>columns << 2; d += 4, cursor += CURSOR, transposed += room) {
    store<u32>(columnStarts + d, <u32>transposed);
    store<u32>(cursor, <u32>transposed);
  }
  const base = computedOnce(cursors - <usize>first * CURSOR);
  for (let r = 0; r < rows; r++) {
    const end = rowEnd(ends, r);
    const index = <u32>computedOnce(<usize>packNonzero(r, 0));
    for (let p = rowStart(starts, r); p < end; p += PACKED) {
      const nonzero = load<u32>(p);
      const next = cursorOf(base, nonzero);
      const to = load<u32>(next);
      store<u32>(<usize>to, index | <u32>valueOffset(nonzero));
      store<u32>(next, to + <u32>PACKED);
    }
  }
  cursor = cursors;
  for (let d: usize = 0; d < <usize>columns << 2; d += 4, cursor += CURSOR) store<u32>(columnEnds + d, load<u32>(cursor));
}

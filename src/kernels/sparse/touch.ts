import { rowEnd, rowStart } from './csr';

/** What was read: without a use of it the compiler would drop the reads. */
let touched: u32 = 0;

/**
 * Reads one word of every cache line of the rows [first, end) of a sparse matrix. They may lie anywhere in memory, or in
 * another thread's cache; asked for all at once, their lines arrive side by side, where the loops that need them would wait
 * for one after the other. The first line of each row comes before all others: most rows begin in a page of their own, and
 * to find a page takes longest.
 */
export function touchRows(starts: usize, ends: usize, first: i32, end: i32): void {
  let seen: u32 = 0;
  for (let r = first; r < end; r++) seen ^= load<u32>(rowStart(starts, r));
  for (let r = first; r < end; r++) seen ^= touch(rowStart(starts, r), rowEnd(ends, r));
  touched = seen;
}

/** The same for the bytes between two addresses. */
export function touchRange(from: usize, to: usize): void {
  touched = touch(from, to);
}

// @ts-ignore: decorator
@inline
function touch(from: usize, to: usize): u32 {
  let seen: u32 = 0;
  for (let p = from; p < to; p += 64) seen ^= load<u32>(p);
  return seen;
}

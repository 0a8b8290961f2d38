import { Float } from './float';
import { PREPARATION_ARGUMENTS, prepareSoon } from './parallel';
import { BYTES } from './vector';

/**
 * Four pixels in five are 0 and add nothing. These kernels never see them: a row of x is a list of entries, one for each
 * byte that is not 0, `column << 16 | byte`; the float that a byte stands for is looked up in a table of 256.
 */

/**
 * Lists rows of D bytes one behind the other, from `entries` on, and writes where each list begins and how long it is.
 * Returns where the last one ends.
 */
export function listRows(entries: usize, lists: usize, counts: usize, bytes: usize, rows: i32, D: i32): usize {
  let to = entries;
  for (let r: usize = 0; r < <usize>rows; r++) {
    const begin = to;
    const row = bytes + r * <usize>D;
    let d: i32 = 0;
    for (; d + 16 <= D; d += 16) {
      // a bit for each byte that is not 0; most of the time there is none
      let bits = i8x16.bitmask(i8x16.ne(v128.load(row + d), i8x16.splat(0)));
      while (bits) {
        to = listed(to, d + ctz(bits), row);
        bits &= bits - 1;
      }
    }
    for (; d < D; d++) {
      if (load<u8>(row + d)) to = listed(to, d, row);
    }
    store<u32>(lists + (r << 2), <u32>begin);
    store<u32>(counts + (r << 2), <u32>((to - begin) >> 2));
  }
  return to;
}

// @ts-ignore: decorator
@inline
function listed(to: usize, d: i32, row: usize): usize {
  store<u32>(to, (<u32>d << 16) | <u32>load<u8>(row + d));
  return to + 4;
}

/** Where the list of a row begins. */
// @ts-ignore: decorator
@inline
export function listStart(lists: usize, row: i32): usize {
  return <usize>load<u32>(lists + (<usize>row << 2));
}

/** Where the list that begins at `first` ends. */
// @ts-ignore: decorator
@inline
export function listEnd(first: usize, counts: usize, row: i32): usize {
  return first + (<usize>load<u32>(counts + (<usize>row << 2)) << 2);
}

/**
 * Reads one word of every cache line of the lists, and returns them mixed, so that no compiler leaves the reading out.
 * The rows of a shuffled batch lie anywhere in the memory; asked for all at once, their lines arrive side by side, where
 * the loops that need them would wait for each in turn.
 */
function touch(lists: usize, counts: usize, B: i32): u32 {
  let mixed: u32 = 0;
  for (let b: i32 = 0; b < B; b++) {
    const first = listStart(lists, b);
    const end = listEnd(first, counts, b);
    for (let p = first; p < end; p += 64) mixed ^= load<u32>(p);
  }
  return mixed;
}

/** x[B, D]: zeros, and the table's float for each entry. */
export function expand(x: usize, lists: usize, counts: usize, table: usize, B: i32, D: i32): void {
  memory.fill(x, 0, <usize>B * <usize>D * BYTES);
  for (let b: i32 = 0; b < B; b++) {
    const row = x + <usize>b * <usize>D * BYTES;
    const first = listStart(lists, b);
    const end = listEnd(first, counts, b);
    for (let p = first; p < end; p += 4) {
      const entry = load<u32>(p);
      store<Float>(row + <usize>(entry >> 16) * BYTES, load<Float>(table + <usize>(entry & 0xffff) * BYTES));
    }
  }
}

@unmanaged
class Preparation {
  lists: usize;
  counts: usize;
  turned: usize;
  rowLists: usize;
  rowCounts: usize;
  B: i32;
  D: i32;
}

/** What `touch` read: somebody might look. */
let mixed: u32 = 0;

/**
 * Makes the next batch ready, on whichever thread finds the time: its lists by row are brought near, and turned into
 * lists by column, unless `lists` is 0.
 */
export function prepare(
  lists: usize,
  counts: usize,
  turned: usize,
  rowLists: usize,
  rowCounts: usize,
  B: i32,
  D: i32,
): void {
  const p = changetype<Preparation>(PREPARATION_ARGUMENTS);
  p.lists = lists;
  p.counts = counts;
  p.turned = turned;
  p.rowLists = rowLists;
  p.rowCounts = rowCounts;
  p.B = B;
  p.D = D;
  prepareSoon();
}

export function prepareNow(): void {
  const p = changetype<Preparation>(PREPARATION_ARGUMENTS);
  mixed ^= touch(p.rowLists, p.rowCounts, p.B);
  if (p.lists) turn(p.lists, p.counts, p.turned, p.rowLists, p.rowCounts, p.B, p.D);
}

/**
 * Turns lists by row into lists by column: `lists[D]` addresses and `counts[D]`, with entries `row << 16 | byte`, rows
 * ascending, so that sums over a batch are always taken in the same order. Each column has room for B entries in
 * `turned`, which saves a pass that would count them first.
 */
function turn(
  lists: usize,
  counts: usize,
  turned: usize,
  rowLists: usize,
  rowCounts: usize,
  B: i32,
  D: i32,
): void {
  memory.fill(counts, 0, <usize>D << 2);
  for (let d: i32 = 0; d < D; d++) {
    store<u32>(lists + (<usize>d << 2), <u32>(turned + ((<usize>d * <usize>B) << 2)));
  }
  for (let b: i32 = 0; b < B; b++) {
    const first = listStart(rowLists, b);
    const end = listEnd(first, rowCounts, b);
    for (let p = first; p < end; p += 4) {
      const entry = load<u32>(p);
      const place = <usize>(entry >> 16) << 2;
      const count = load<u32>(counts + place);
      store<u32>(counts + place, count + 1);
      store<u32>(<usize>load<u32>(lists + place) + (<usize>count << 2), (<u32>b << 16) | (entry & 0xffff));
    }
  }
}

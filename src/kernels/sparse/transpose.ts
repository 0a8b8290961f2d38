import { computedOnce } from '../math/vector';
import { ENTRY, WORD, entryOf, floatAt, listEnd, listStart, wordOf } from './csr';

/** Bytes of the words of so many columns. */
// @ts-ignore: decorator
@inline
export function wordsFor(columns: i32): usize {
  return (<usize>columns * WORD + 15) & ~15;
}

/**
 * Turns lists by row, of `rows` rows, into lists by column, for the columns [first, first + columns); they have no
 * others. Rows ascend, so that sums over a batch are always taken in the same order. Each column has room for `rows`
 * entries in `turned`, which saves a pass that would count them first, and a word in `words`: where its next one goes.
 */
export function turn(
  lists: usize,
  ends: usize,
  turned: usize,
  words: usize,
  rowLists: usize,
  rowEnds: usize,
  rows: i32,
  first: i32,
  columns: i32,
): void {
  const room = <usize>rows * ENTRY;
  let word = words;
  for (let d: usize = 0; d < <usize>columns << 2; d += 4, word += WORD, turned += room) {
    store<u32>(lists + d, <u32>turned);
    store<u32>(word, <u32>turned);
  }
  const base = computedOnce(words - <usize>first * WORD);
  for (let r = 0; r < rows; r++) {
    const end = listEnd(rowEnds, r);
    const place = <u32>computedOnce(<usize>entryOf(r, 0));
    for (let p = listStart(rowLists, r); p < end; p += ENTRY) {
      const entry = load<u32>(p);
      const column = wordOf(base, entry);
      const to = load<u32>(column);
      store<u32>(<usize>to, place | <u32>floatAt(entry));
      store<u32>(column, to + <u32>ENTRY);
    }
  }
  word = words;
  for (let d: usize = 0; d < <usize>columns << 2; d += 4, word += WORD) store<u32>(ends + d, load<u32>(word));
}

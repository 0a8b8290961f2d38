/**
 * Where a thread copies what it is about to read many times, as its loop likes it best: columns of a matrix side by side
 * (product.ts), since rows of a large matrix lie pages apart, and neither caches nor the look-up of pages like that; or
 * lists of entries, unpacked (csr.ts), which need the most room: UNPACKED_BYTES; or turned (sparse-transposed.ts); or a row of
 * factors (sparse-outer.ts).
 */

export let panel: usize = 0;

/** What was copied there last: nobody copies again what is there. A call has a number of its own. */
let call: i32 = -1;
let piece: i32 = -1;

export function setPanel(pointer: usize): void {
  panel = pointer;
}

/** Whether this piece of a matrix has yet to be copied; counts on the caller to do it. */
export function isNew(ofCall: i32, ofPiece: i32): bool {
  if (call == ofCall && piece == ofPiece) return false;
  call = ofCall;
  piece = ofPiece;
  return true;
}

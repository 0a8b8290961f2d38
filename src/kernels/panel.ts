/**
 * Where a thread copies the columns of a matrix that it is about to read many times, side by side: rows of a large
 * matrix lie pages apart, and neither caches nor the look-up of pages like that.
 */

/** Bytes of it; src/core/kernels-wasm.ts reserves as many. */
export const PANEL: i32 = 32 * 1024;

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

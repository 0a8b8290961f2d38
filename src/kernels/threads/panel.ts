/**
 * A thread's own memory, where it packs what it is about to read many times, as its loop likes it best: columns of a matrix
 * side by side (dense/product.ts), since the rows of a large matrix lie pages apart, which neither caches nor the TLB like;
 * nonzeros, unpacked (sparse/unpack.ts) or transposed (sparse/sparse-transposed.ts); a row of factors
 * (sparse/sparse-outer.ts); or an image with a border (conv/forward.ts, augmentation/warp.ts). The second cache holds it.
 */
import { BYTES } from '../math/vector';

/** Bytes of a panel. A kernel that packs a fixed number of floats has the compiler check that they fit. */
export const PANEL_BYTES: i32 = 32_768 + 64_000 * BYTES;

export let panel: usize = 0;

/** What was packed there last, by the number of the call: it is not packed again. */
let call: i32 = -1;
let piece: i32 = -1;

export function setPanel(pointer: usize): void {
  panel = pointer;
}

/** Whether this piece of a matrix is not in the panel yet; from here on it counts as packed, so the caller must pack it. */
export function mustPack(ofCall: i32, ofPiece: i32): bool {
  if (call == ofCall && piece == ofPiece) return false;
  call = ofCall;
  piece = ofPiece;
  return true;
}

/** To be called before something else is written to the panel, between two chunks of a kernel. */
export function forgetPacked(): void {
  call = -1;
}

import { Float } from '../math/float';
import { BYTES } from '../math/vector';
import { ARGUMENTS, Unit, share } from './parallel';

/** Bytes of a unit of a loop over floats that lie in no rows worth cutting. */
const CHUNK: i32 = 16_384;

/** Bytes that a unit has of each row, where rows are at least four times as long. */
const STRIP: i32 = 256;

/**
 * From how many bytes on nothing is cut into strips: so much does not stay in the second cache from one kernel to the next,
 * and comes from the third, or from memory, in half of the time if it is read as it lies.
 */
const LARGE: i32 = 512 * 1024;

@unmanaged
class Arguments {
  out: usize;
  x: usize;
  y: usize;
  scalar: Float;
  rows: i32;
  /** Bytes of a row, and of the piece of it that a unit has. */
  row: i32;
  piece: i32;
}

// @ts-ignore: decorator
@inline
export function given(): Arguments {
  return changetype<Arguments>(ARGUMENTS);
}

/**
 * Shares a loop over n floats in rows of H, whose units `kernel` names: strips of columns, as products have tiles of
 * columns, so that a thread finds in its cache what it wrote in the kernel before. Without an H, or where they are too many
 * for a cache, all of them are one row. The last two vectors may reach past the end, where there is room.
 */
export function loop(kernel: Unit, out: usize, x: usize, y: usize, scalar: Float, n: i32, H: i32 = n): void {
  const a = given();
  a.out = out;
  a.x = x;
  a.y = y;
  a.scalar = scalar;
  const bytes = n * BYTES;
  const inStrips = H * BYTES >= 4 * STRIP && H < n && bytes < LARGE;
  a.row = inStrips ? H * BYTES : bytes;
  a.piece = inStrips ? STRIP : CHUNK;
  a.rows = inStrips ? n / H : 1;
  share(kernel, (a.row + a.piece - 1) / a.piece, bytes > 4 * CHUNK);
}

// @ts-ignore: decorator
@inline
export function rows(): i32 {
  return given().rows;
}

/** Where the bytes of a unit in a row begin, seen from the start of its tensors: whole pairs of vectors. */
// @ts-ignore: decorator
@inline
export function first(unit: i32, row: i32 = 0): usize {
  return cut(row, unit * given().piece);
}

/** Where they end. */
// @ts-ignore: decorator
@inline
export function end(unit: i32, row: i32 = 0): usize {
  return cut(row, min((unit + 1) * given().piece, given().row));
}

// @ts-ignore: decorator
@inline
function cut(row: i32, byte: i32): usize {
  return (<usize>row * <usize>given().row + <usize>byte + 31) & ~31;
}

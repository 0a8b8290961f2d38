import { Float } from '../math/float';
import { BYTES } from '../math/vector';
import { ARGUMENTS, argumentsAt } from './layout';
import { Chunk, parallelFor } from './parallel';

/** Bytes of a chunk of a loop that is not cut into strips. */
const CHUNK_BYTES: i32 = 16_384;

/** Bytes of each row in a chunk of a loop that is: its rows are at least four times as long. */
const STRIP_BYTES: i32 = 256;

/**
 * From how many bytes on no loop is cut into strips: so much does not stay in the second cache from one kernel to the next,
 * and comes from the third, or from memory, in half of the time if it is read in order.
 */
const LARGE_BYTES: i32 = 512 * 1024;

@unmanaged
class Arguments {
  out: usize;
  x: usize;
  y: usize;
  scalar: Float;
  rows: i32;
  /** Bytes of a row, and of the piece of it in a chunk. */
  row: i32;
  piece: i32;
}

// @ts-ignore: decorator
@inline
export function args(): Arguments {
  return argumentsAt<Arguments>(ARGUMENTS);
}

/**
 * Runs a loop over n floats in rows of H on all threads. A chunk is a strip of columns, as products have tiles of columns, so
 * that a thread finds in its own cache what it wrote in the kernel before. Without an H, or where the floats are too many
 * for a cache, all of them count as one row. The last two vectors may reach into the padding behind a tensor.
 */
export function loop(kernel: Chunk, out: usize, x: usize, y: usize, scalar: Float, n: i32, H: i32 = n): void {
  const a = args();
  a.out = out;
  a.x = x;
  a.y = y;
  a.scalar = scalar;
  const bytes = n * BYTES;
  const inStrips = H * BYTES >= 4 * STRIP_BYTES && H < n && bytes < LARGE_BYTES;
  a.row = inStrips ? H * BYTES : bytes;
  a.piece = inStrips ? STRIP_BYTES : CHUNK_BYTES;
  a.rows = inStrips ? n / H : 1;
  parallelFor(kernel, (a.row + a.piece - 1) / a.piece, bytes > 4 * CHUNK_BYTES);
}

// @ts-ignore: decorator
@inline
export function rows(): i32 {
  return args().rows;
}

/** The offset in bytes, from the start of a tensor, at which a chunk begins in a row: whole pairs of vectors. */
// @ts-ignore: decorator
@inline
export function first(chunk: i32, row: i32 = 0): usize {
  return cut(row, chunk * args().piece);
}

/** The offset at which it ends. */
// @ts-ignore: decorator
@inline
export function end(chunk: i32, row: i32 = 0): usize {
  return cut(row, min((chunk + 1) * args().piece, args().row));
}

// @ts-ignore: decorator
@inline
function cut(row: i32, byte: i32): usize {
  return (<usize>row * <usize>args().row + <usize>byte + 31) & ~31;
}

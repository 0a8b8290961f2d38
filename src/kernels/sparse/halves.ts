/**
 * Kernels that cut a sparse matrix by its columns: where tiles are few, each thread takes one half of the columns, through
 * all tiles. All of these kernels cut alike, so that a thread finds its rows of the tiles in its own cache.
 */
import { tilesIn } from '../dense/tiles';
import { Chunk, parallelFor } from '../threads/parallel';

/**
 * The column that the second half of each row begins with. The first half has a little more than half of the columns, in
 * whole groups of 16: the second one is the calling thread's, which has its nonzeros to touch and to transpose besides.
 */
export function splitColumn(D: i32): i32 {
  return ((18 * D) / 512) * 16;
}

/** Runs a kernel whose chunks are one half of all rows through one tile. The first halves are reserved for the workers. */
export function parallelForHalves(kernel: Chunk, H: i32, worthwhile: bool): void {
  parallelFor(kernel, 2 * tilesIn(H), worthwhile, tilesIn(H));
}

// @ts-ignore: decorator
@inline
export function tileOfHalf(chunk: i32, H: i32): i32 {
  return chunk % tilesIn(H);
}

// @ts-ignore: decorator
@inline
export function isSecondHalf(chunk: i32, H: i32): bool {
  return chunk >= tilesIn(H);
}

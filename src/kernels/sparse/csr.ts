/**
 * Sparse matrices. Four of five MNIST pixels are 0 and add nothing, so these kernels never see them: a matrix is stored as
 * compressed sparse rows (CSR). A row is its nonzeros, columns ascending, between two addresses, its start and its end; of a
 * transposed matrix these are the columns of the original one.
 *
 * A nonzero takes 32 bits. It holds the byte it came from and its column index, both as the inner loops want them: the byte
 * as an offset into a table of 256 floats, in the lowest bits; above them the column index as the offset at which that row
 * begins in a tile of the other matrix. A multiplication between either and an address would show.
 */
import { ROW } from '../dense/tiles';
import { BYTES, splatAt } from '../math/vector';

/** Bytes of a packed nonzero. */
export const PACKED: usize = 4;

/** Bits for an offset into a table of 256 floats, which have 8 bytes at the most. */
const VALUE_BITS: i32 = 11;

/** How many column indices fit into the bits above. */
export const MAX_COLUMNS: i32 = (1 << (32 - VALUE_BITS)) / ROW;

// @ts-ignore: decorator
@inline
export function packNonzero(column: i32, byte: u32): u32 {
  return (<u32>(column * ROW) << VALUE_BITS) | (byte * BYTES);
}

/** A vector of the float that a nonzero's byte stands for. */
// @ts-ignore: decorator
@inline
export function valueOf(table: usize, nonzero: u32): v128 {
  return splatAt(table + valueOffset(nonzero));
}

// @ts-ignore: decorator
@inline
export function valueOffset(nonzero: u32): usize {
  return <usize>(nonzero & ((1 << VALUE_BITS) - 1));
}

/** Where a tile has the row that a nonzero is multiplied with: the one of its column index. */
// @ts-ignore: decorator
@inline
export function rowOf(tile: usize, nonzero: u32): usize {
  return tile + <usize>(nonzero >> VALUE_BITS);
}

// @ts-ignore: decorator
@inline
export function columnIndex(nonzero: u32): usize {
  return <usize>((nonzero >> VALUE_BITS) / ROW);
}

/**
 * Bytes from one cursor to the next in a table that has one for each column: the offset of a row in a tile, over 16. A
 * cursor in every 14 bytes is found without a division.
 */
export const CURSOR: usize = <usize>ROW >> 4;

/** Where the cursor of a nonzero's column lies in such a table. */
// @ts-ignore: decorator
@inline
export function cursorOf(table: usize, nonzero: u32): usize {
  return table + <usize>(nonzero >> (VALUE_BITS + 4));
}

/** Where the nonzeros of a row begin. */
// @ts-ignore: decorator
@inline
export function rowStart(starts: usize, row: i32): usize {
  return <usize>load<u32>(starts + (<usize>row << 2));
}

/** Where they end. */
// @ts-ignore: decorator
@inline
export function rowEnd(ends: usize, row: i32): usize {
  return <usize>load<u32>(ends + (<usize>row << 2));
}

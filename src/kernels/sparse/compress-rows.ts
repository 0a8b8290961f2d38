import { ARGUMENTS, argumentsAt } from '../threads/layout';
import { parallelFor } from '../threads/parallel';
import { PACKED, packNonzero, rowStart } from './csr';
import { splitColumn } from './halves';

/** Rows in a chunk. */
const ROWS: i32 = 64;

@unmanaged
class Arguments {
  starts: usize;
  middles: usize;
  ends: usize;
  bytes: usize;
  rows: i32;
  D: i32;
}

/**
 * Counts the nonzeros in rows of D bytes: writes to sizes[rows] how many bytes each row's take, and returns how many all of
 * them take.
 */
export function countNonzeros(sizes: usize, bytes: usize, rows: i32, D: i32): usize {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.ends = sizes;
  a.bytes = bytes;
  a.rows = rows;
  a.D = D;
  parallelFor(countChunk, chunksIn(rows), rows > ROWS);
  let sum: usize = 0;
  for (let r: usize = 0; r < <usize>rows << 2; r += 4) sum += <usize>load<u32>(sizes + r);
  return sum;
}

/**
 * Writes the nonzeros of rows of D bytes, one row behind the other, from `nonzeros` on; and where each row starts, where its
 * second half does, and where it ends. `ends` holds the sizes that `countNonzeros` wrote, which this replaces.
 */
export function compressRows(
  nonzeros: usize,
  starts: usize,
  middles: usize,
  ends: usize,
  bytes: usize,
  rows: i32,
  D: i32,
): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.starts = starts;
  a.middles = middles;
  a.bytes = bytes;
  a.rows = rows;
  a.D = D;
  let next = <u32>nonzeros;
  for (let r: usize = 0; r < <usize>rows << 2; r += 4) {
    store<u32>(starts + r, next);
    next += load<u32>(ends + r);
    store<u32>(ends + r, next);
  }
  parallelFor(compressChunk, chunksIn(rows), rows > ROWS);
}

// @ts-ignore: decorator
@inline
function chunksIn(rows: i32): i32 {
  return (rows + ROWS - 1) / ROWS;
}

function countChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  for (let r = chunk * ROWS; r < min((chunk + 1) * ROWS, a.rows); r++) {
    const row = a.bytes + <usize>r * <usize>a.D;
    let count = 0;
    let d: i32 = 0;
    for (; d + 16 <= a.D; d += 16) count += popcnt(nonzeroMask(row + d));
    for (; d < a.D; d++) count += <i32>(load<u8>(row + d) != 0);
    store<u32>(a.ends + (<usize>r << 2), count * <u32>PACKED);
  }
}

function compressChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const half = splitColumn(a.D);
  for (let r = chunk * ROWS; r < min((chunk + 1) * ROWS, a.rows); r++) {
    const row = a.bytes + <usize>r * <usize>a.D;
    let to = rowStart(a.starts, r);
    let d: i32 = 0;
    for (; ; d += 16) {
      if (d == half) store<u32>(a.middles + (<usize>r << 2), <u32>to);
      if (d + 16 > a.D) break;
      let bits = nonzeroMask(row + d);
      while (bits) {
        to = append(to, d + ctz(bits), row);
        bits &= bits - 1;
      }
    }
    for (; d < a.D; d++) {
      if (load<u8>(row + d)) to = append(to, d, row);
    }
  }
}

/** A bit for each of 16 bytes that is not 0; most of the time there is none. */
// @ts-ignore: decorator
@inline
function nonzeroMask(bytes: usize): i32 {
  return i8x16.bitmask(i8x16.ne(v128.load(bytes), i8x16.splat(0)));
}

/** Writes the nonzero in column d of a row of bytes; returns where the next one goes. */
// @ts-ignore: decorator
@inline
function append(to: usize, d: i32, row: usize): usize {
  store<u32>(to, packNonzero(d, load<u8>(row + d)));
  return to + PACKED;
}

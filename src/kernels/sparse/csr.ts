import { ROW, tilesIn } from '../dense/tiles';
import { Float } from '../math/float';
import { BYTES, computedOnce, splatAt } from '../math/vector';
import { ARGUMENTS, Unit, share } from '../threads/parallel';

/**
 * Four pixels in five are 0 and add nothing. These kernels never see them: a row of x is a list of entries, one for each
 * byte that is not 0. An entry tells which byte, and its place: the column that it stands in; or, in the list of a
 * column, the row. Both are written as the loops over entries want them: the byte as where its float stands in a table
 * of 256, in the lowest bits, and above them the place as where its row begins in a tile. A list lies between two
 * addresses.
 */

/** Bytes of an entry. */
export const ENTRY: usize = 4;

/** Bits for where a float stands among 256 of them, which have 8 bytes at the most. */
const FLOAT_BITS: i32 = 11;

/** For how many places the bits above have room. */
export const MOST_PLACES: i32 = (1 << (32 - FLOAT_BITS)) / ROW;

// @ts-ignore: decorator
@inline
export function entryOf(place: i32, byte: u32): u32 {
  return (<u32>(place * ROW) << FLOAT_BITS) | (byte * BYTES);
}

/** What an entry's byte stands for. */
// @ts-ignore: decorator
@inline
export function floatOf(table: usize, entry: u32): v128 {
  return splatAt(table + floatAt(entry));
}

// @ts-ignore: decorator
@inline
export function floatAt(entry: u32): usize {
  return <usize>(entry & ((1 << FLOAT_BITS) - 1));
}

/** The row of a tile that stands at an entry's place. */
// @ts-ignore: decorator
@inline
export function rowOf(tile: usize, entry: u32): usize {
  return tile + <usize>(entry >> FLOAT_BITS);
}

// @ts-ignore: decorator
@inline
function placeOf(entry: u32): usize {
  return <usize>((entry >> FLOAT_BITS) / ROW);
}

/**
 * Bytes from one word to the next in a table that has one for each place: where a row begins, over 16. A word in every 14
 * bytes is found without a division.
 */
export const WORD: usize = <usize>ROW >> 4;

/** Where the word of an entry's place stands in such a table. */
// @ts-ignore: decorator
@inline
export function wordOf(table: usize, entry: u32): usize {
  return table + <usize>(entry >> (FLOAT_BITS + 4));
}

/** Where the list of a row begins. */
// @ts-ignore: decorator
@inline
export function listStart(lists: usize, row: i32): usize {
  return <usize>load<u32>(lists + (<usize>row << 2));
}

/** Where it ends. */
// @ts-ignore: decorator
@inline
export function listEnd(ends: usize, row: i32): usize {
  return <usize>load<u32>(ends + (<usize>row << 2));
}

/** Rows in a unit of those that are counted or listed. */
const ROWS: i32 = 64;

@unmanaged
class Arguments {
  lists: usize;
  middles: usize;
  ends: usize;
  bytes: usize;
  rows: i32;
  D: i32;
}

/** Counts the entries that rows of D bytes have: writes how many bytes each list needs, and returns how many all do. */
export function countEntries(sizes: usize, bytes: usize, rows: i32, D: i32): usize {
  const a = changetype<Arguments>(ARGUMENTS);
  a.ends = sizes;
  a.bytes = bytes;
  a.rows = rows;
  a.D = D;
  share(countEntriesUnit, unitsIn(rows), rows > ROWS);
  let sum: usize = 0;
  for (let r: usize = 0; r < <usize>rows << 2; r += 4) sum += <usize>load<u32>(sizes + r);
  return sum;
}

/**
 * The column that the second half of a list begins with. The first one has a little more than half of the columns, in
 * whole groups of 16: the thread that takes the second one is the one that calls, and has its lists to bring near and to
 * turn besides.
 */
export function halfOf(D: i32): i32 {
  return ((18 * D) / 512) * 16;
}

/**
 * Shares a kernel whose units take one half of all lists through one tile: the helpers' own are the first halves, through
 * all tiles. Kernels forward and backward are cut alike, so that each thread finds its rows of the tiles in its cache.
 */
export function shareHalves(kernel: Unit, H: i32, worthwhile: bool): void {
  share(kernel, 2 * tilesIn(H), worthwhile, tilesIn(H));
}

// @ts-ignore: decorator
@inline
export function tileOfHalf(unit: i32, H: i32): i32 {
  return unit % tilesIn(H);
}

// @ts-ignore: decorator
@inline
export function isSecondHalf(unit: i32, H: i32): bool {
  return unit >= tilesIn(H);
}

/** Where a part begins of n rows, or columns, that are cut into parts. */
// @ts-ignore: decorator
@inline
export function startOfPart(part: i32, parts: i32, n: i32): i32 {
  return (n * part) / parts;
}

/**
 * Lists rows of D bytes one behind the other, from `entries` on, and writes where each list begins, where its second half
 * does, and where it ends. How many bytes each needs, which is what `countEntries` wrote, is replaced by its end.
 */
export function listRows(
  entries: usize,
  lists: usize,
  middles: usize,
  ends: usize,
  bytes: usize,
  rows: i32,
  D: i32,
): void {
  const a = changetype<Arguments>(ARGUMENTS);
  a.lists = lists;
  a.middles = middles;
  a.bytes = bytes;
  a.rows = rows;
  a.D = D;
  let next = <u32>entries;
  for (let r: usize = 0; r < <usize>rows << 2; r += 4) {
    store<u32>(lists + r, next);
    next += load<u32>(ends + r);
    store<u32>(ends + r, next);
  }
  share(listEntriesUnit, unitsIn(rows), rows > ROWS);
}

// @ts-ignore: decorator
@inline
function unitsIn(rows: i32): i32 {
  return (rows + ROWS - 1) / ROWS;
}

function countEntriesUnit(unit: i32): void {
  const a = changetype<Arguments>(ARGUMENTS);
  for (let r = unit * ROWS; r < min((unit + 1) * ROWS, a.rows); r++) {
    const row = a.bytes + <usize>r * <usize>a.D;
    let count = 0;
    let d: i32 = 0;
    for (; d + 16 <= a.D; d += 16) count += popcnt(filledAmong(row + d));
    for (; d < a.D; d++) count += <i32>(load<u8>(row + d) != 0);
    store<u32>(a.ends + (<usize>r << 2), count * <u32>ENTRY);
  }
}

function listEntriesUnit(unit: i32): void {
  const a = changetype<Arguments>(ARGUMENTS);
  const half = halfOf(a.D);
  for (let r = unit * ROWS; r < min((unit + 1) * ROWS, a.rows); r++) {
    const row = a.bytes + <usize>r * <usize>a.D;
    let to = listStart(a.lists, r);
    let d: i32 = 0;
    for (; ; d += 16) {
      if (d == half) store<u32>(a.middles + (<usize>r << 2), <u32>to);
      if (d + 16 > a.D) break;
      let bits = filledAmong(row + d);
      while (bits) {
        to = listed(to, d + ctz(bits), row);
        bits &= bits - 1;
      }
    }
    for (; d < a.D; d++) {
      if (load<u8>(row + d)) to = listed(to, d, row);
    }
  }
}

/** A bit for each of 16 bytes that is not 0; most of the time there is none. */
// @ts-ignore: decorator
@inline
function filledAmong(bytes: usize): i32 {
  return i8x16.bitmask(i8x16.ne(v128.load(bytes), i8x16.splat(0)));
}

// @ts-ignore: decorator
@inline
function listed(to: usize, d: i32, row: usize): usize {
  store<u32>(to, entryOf(d, load<u8>(row + d)));
  return to + ENTRY;
}

/** x[B, D]: zeros, and the table's float for each entry. */
export function expand(x: usize, lists: usize, ends: usize, table: usize, B: i32, D: i32): void {
  memory.fill(x, 0, <usize>B * <usize>D * BYTES);
  for (let b: i32 = 0; b < B; b++) {
    const row = x + <usize>b * <usize>D * BYTES;
    const end = listEnd(ends, b);
    for (let p = listStart(lists, b); p < end; p += ENTRY) {
      const entry = load<u32>(p);
      store<Float>(row + placeOf(entry) * BYTES, load<Float>(table + floatAt(entry)));
    }
  }
}

/** Bytes of an unpacked entry: where the row of its place begins in a tile; behind that, at BYTES, the float itself. */
export const UNPACKED: usize = 2 * BYTES;

/**
 * How many stretches of lists are unpacked at a time, and how many entries: more than the longest list has; the second
 * cache holds them.
 */
export const MOST_STRETCHES: i32 = 8191;
export const MOST_ENTRIES: usize = 32_000;

/** Bytes of where each stretch begins and the last one ends, and of all of it. */
const STRETCHES_BYTES: usize = 4 * (<usize>MOST_STRETCHES + 1);
export const UNPACKED_BYTES: i32 = <i32>(STRETCHES_BYTES + MOST_ENTRIES * UNPACKED);

// @ts-ignore: decorator
@inline
export function unpackedRow(tile: usize, entry: usize): usize {
  return tile + <usize>load<u32>(entry);
}

// @ts-ignore: decorator
@inline
export function unpackedFloat(entry: usize): v128 {
  return splatAt(entry + BYTES);
}

/**
 * Unpacks the entries of the lists [first, end), band by band: of each list the stretch that stands in the first band of
 * places, then of each the stretch in the second one, and so on. Writes where each stretch begins and where the last one
 * ends, then all entries.
 */
export function unpack(
  unpacked: usize,
  lists: usize,
  ends: usize,
  table: usize,
  first: i32,
  end: i32,
  places: i32,
  bands: i32,
): void {
  // until its own turn comes, the word of a stretch says where in the list it begins
  const nextBand = <usize>(end - first) << 2;
  for (let r = first; r < end; r++) store<u32>(unpacked + (<usize>(r - first) << 2), <u32>listStart(lists, r));
  let to = unpacked + STRETCHES_BYTES;
  for (let band = 1; band <= bands; band++) {
    const bandEnd = <u32>computedOnce(<usize>entryOf(startOfPart(band, bands, places), 0));
    for (let r = first; r < end; r++, unpacked += 4) {
      const last = listEnd(ends, r);
      let p = listStart(unpacked, 0);
      store<u32>(unpacked, <u32>to);
      for (; p < last; p += ENTRY, to += UNPACKED) {
        const entry = load<u32>(p);
        if (entry >= bandEnd) break;
        store<u32>(to, <u32>rowOf(0, entry));
        store<Float>(to + BYTES, load<Float>(table + floatAt(entry)));
      }
      store<u32>(unpacked + nextBand, <u32>p);
    }
  }
  store<u32>(unpacked, <u32>to);
}

/** What was brought near: somebody might look. */
let mixed: u32 = 0;

/**
 * Reads one word of every cache line of some lists. They may lie anywhere in the memory, or in another thread's cache;
 * asked for all at once, their lines arrive side by side, where the loops that need them would wait for each in turn. The
 * first line of each list comes before all others: most lists begin a page of their own, and to find a page takes longest.
 */
export function bringNear(lists: usize, ends: usize, first: i32, end: i32): void {
  let seen: u32 = 0;
  for (let r = first; r < end; r++) seen ^= load<u32>(listStart(lists, r));
  for (let r = first; r < end; r++) seen ^= lookAt(listStart(lists, r), listEnd(ends, r));
  mixed = seen;
}

/** The same for what lies between two addresses. */
export function bringRangeNear(from: usize, to: usize): void {
  mixed = lookAt(from, to);
}

// @ts-ignore: decorator
@inline
function lookAt(from: usize, to: usize): u32 {
  let seen: u32 = 0;
  for (let p = from; p < to; p += 64) seen ^= load<u32>(p);
  return seen;
}

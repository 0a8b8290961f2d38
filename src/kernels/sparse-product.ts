/**
 * Products of a sparse matrix, whose rows are lists of entries (sparse.ts), and a matrix in tiles (tiles.ts). With the
 * rows of a batch as lists this is x W; with its columns as lists it is xᵀ dout.
 */
import { isNew, panel } from './panel';
import { OFFERED_ARGUMENTS, ZEROS, finish, hasHelpers, nextCall, offer, share } from './parallel';
import {
  ENTRY,
  MOST_ENTRIES,
  MOST_STRETCHES,
  UNPACKED,
  UNPACKED_BYTES,
  bringNear,
  floatOf,
  halfUnits,
  isSecondHalf,
  listEnd,
  listStart,
  rowOf,
  tileOfHalf,
  unpack,
  unpackedFloat,
  unpackedRow,
} from './sparse';
import { ROW, firstColumn, hasFewTiles, tileAt, tilesIn, vectorsIn, widthOf } from './tiles';
import { SPARSE_DESCEND, SPARSE_HALF, SPARSE_PRODUCT } from './units';
import { BYTES, LANES, computedOnce, multiplyAdd, storeFirst } from './vector';
import { Float } from './float';

/** From how many entries on help pays. */
export const WORTHWHILE: i32 = 2_000;

/** Units that a tile is cut into, for each group of rows, where tiles are many. */
const BLOCKS: i32 = 2;

/** From how many tiles on it pays to unpack lists. */
const MANY: i32 = 6;

/**
 * About so many places make a band: 40 kB of a wide tile, which the first cache holds, or nearly. A step comes back to rows
 * that lie side by side, which costs less, so its bands may be short enough for any first cache: 27 kB.
 */
const BAND: i32 = 196;
const STEP_BAND: i32 = 130;

/** Entries that a stretch of a list should have on average: each costs a way to its sums and back. */
const STRETCH: i32 = 16;

/** Whether lists are unpacked. */
function areUnpacked(H: i32): bool {
  return tilesIn(H) >= MANY;
}

/** How many bands of about so many places: packed lists stay in one. */
function bandsOf(band: i32, places: i32, R: i32, H: i32, entries: i32): i32 {
  if (!areUnpacked(H)) return 1;
  return max(1, min((places + band / 2) / band, entries / (R * STRETCH)));
}

@unmanaged
class Arguments {
  out: usize;
  /** What the second halves of lists come to. */
  second: usize;
  lists: usize;
  middles: usize;
  ends: usize;
  table: usize;
  tiles: usize;
  places: i32;
  bias: usize;
  rate: Float;
  R: i32;
  H: i32;
  /** The rows of the group at hand: the first one, and the one behind the last. */
  first: i32;
  end: i32;
  bands: i32;
  /** The number of the call, another one for each group. */
  call: i32;
}

/**
 * out[R, H] = bias[H] + Σ over the entries of row r: float(entry) w[place(entry), H], where w[places, H] lies in tiles.
 * A bias of 0, no pointer, counts as zeros. `middles` are somewhere within the lists.
 *
 * Where there are few tiles, the lists are cut in two at `middles`, and each half is one thread's: it finds its places of
 * w in its own cache again in the next kernel, and in the next step.
 */
export function sparseProduct(
  out: usize,
  lists: usize,
  middles: usize,
  ends: usize,
  table: usize,
  tiles: usize,
  places: i32,
  bias: usize,
  R: i32,
  H: i32,
  entries: i32,
): void {
  begin(out, lists, middles, ends, table, tiles, places, bias, 0, R, H);
  if (hasFewTiles(H)) inHalves(entries);
  else inBands(SPARSE_PRODUCT, BAND, entries);
  finish();
}

/**
 * out[R, H] = out - rate Σ over the entries of row r: float(entry) w[place(entry), H], where out lies in tiles, too; one
 * step for each band of places.
 *
 * A gradient, xᵀ dout, and the step against it in one: the gradient is never written to memory and read again. Rows
 * without entries, the rim of every image, are not touched at all.
 *
 * The step is only offered (parallel.ts): helpers take it while this thread fetches the next batch. Whoever comes for tiles
 * or lists finishes it first.
 */
export function sparseDescend(
  out: usize,
  lists: usize,
  middles: usize,
  ends: usize,
  table: usize,
  tiles: usize,
  places: i32,
  rate: Float,
  R: i32,
  H: i32,
  entries: i32,
): void {
  begin(out, lists, middles, ends, table, tiles, places, 0, rate, R, H);
  inBands(SPARSE_DESCEND, STEP_BAND, entries);
}

function begin(
  out: usize,
  lists: usize,
  middles: usize,
  ends: usize,
  table: usize,
  tiles: usize,
  places: i32,
  bias: usize,
  rate: Float,
  R: i32,
  H: i32,
): void {
  finish();
  const a = changetype<Arguments>(OFFERED_ARGUMENTS);
  a.out = out;
  a.lists = lists;
  a.middles = middles;
  a.ends = ends;
  a.table = table;
  a.tiles = tiles;
  a.places = places;
  a.bias = bias;
  a.rate = rate;
  a.R = R;
  a.H = H;
}

/** Group by group of rows: the first halves of lists; elsewhere, as far as there is room, the second ones; and their sum. */
function inHalves(entries: i32): void {
  const a = changetype<Arguments>(OFFERED_ARGUMENTS);
  const row = <usize>(a.H * BYTES);
  a.second = panel;
  for (a.first = 0; a.first < a.R; a.first = a.end) {
    a.end = min(a.R, a.first + <i32>(UNPACKED_BYTES / row));
    a.call = nextCall();
    share(SPARSE_HALF, halfUnits(a.H), entries > WORTHWHILE);
    add(a.out + <usize>a.first * row, a.second, (a.end - a.first) * a.H);
  }
}

/** x[n] = x + y */
function add(x: usize, y: usize, n: i32): void {
  const end = x + <usize>(n * BYTES);
  for (; x + 16 <= end; x += 16, y += 16) v128.store(x, v128.add<Float>(v128.load(x), v128.load(y)));
  for (; x < end; x += BYTES, y += BYTES) store<Float>(x, load<Float>(x) + load<Float>(y));
}

function inBands(kernel: i32, band: i32, entries: i32): void {
  const a = changetype<Arguments>(OFFERED_ARGUMENTS);
  a.bands = bandsOf(band, a.places, a.R, a.H, entries);
  for (let first = 0; first < a.R; first = a.end) {
    finish();
    a.first = first;
    a.end = endOfGroup(first, min(a.R, first + MOST_STRETCHES / (a.bands + 1)), a.lists, a.ends);
    a.call = nextCall();
    offer(kernel, tilesIn(a.H) * BLOCKS, entries > WORTHWHILE);
  }
}

/**
 * Where the group of rows that begins with `first` ends, before `last` or there: its entries go through all tiles before
 * the next ones do, and stay in the second cache meanwhile. No row has more entries than a group may have.
 */
function endOfGroup(first: i32, last: i32, lists: usize, ends: usize): i32 {
  let entries: usize = 0;
  let end = first;
  for (; end < last; end++) {
    entries += (listEnd(ends, end) - listStart(lists, end)) / ENTRY;
    if (entries > MOST_ENTRIES) break;
  }
  return end;
}

/** One half of all lists, through one tile. */
export function sparseHalfUnit(unit: i32): void {
  const a = changetype<Arguments>(OFFERED_ARGUMENTS);
  const tile = tileOfHalf(unit, a.H);
  const isSecond = isSecondHalf(unit, a.H);
  const lists = isSecond ? a.middles : a.lists;
  const ends = isSecond ? a.ends : a.middles;
  const rows = a.end - a.first;
  const column = <usize>(firstColumn(tile, a.H) * BYTES);
  const w = computedOnce(tileAt(a.tiles, tile, a.places));
  // a thread alone has just prepared them
  if (hasHelpers() && isNew(a.call, <i32>isSecond)) bringNear(lists, ends, a.first, a.end);
  const out = isSecond ? a.second : a.out + <usize>(a.first * a.H * BYTES);
  const bias = a.bias && !isSecond ? a.bias + column : ZEROS;
  packedProduct(out + column, rows, lists + (<usize>a.first << 2), ends - lists, w, bias, widthOf(tile, a.H));
}

export function sparseProductUnit(unit: i32): void {
  someRows(unit, false);
}

export function sparseDescendUnit(unit: i32): void {
  someRows(unit, true);
}

/** One block of rows of one tile, band by band. */
// @ts-ignore: decorator
@inline
function someRows(unit: i32, descend: bool): void {
  const a = changetype<Arguments>(OFFERED_ARGUMENTS);
  const tile = unit / BLOCKS;
  const block = unit % BLOCKS;
  const group = a.end - a.first;
  const first = (group * block) / BLOCKS;
  const rows = (group * (block + 1)) / BLOCKS - first;
  const row = a.first + first;
  const width = widthOf(tile, a.H);
  const column = <usize>(firstColumn(tile, a.H) * BYTES);
  const w = computedOnce(tileAt(a.tiles, tile, a.places));
  const bias = a.bias ? a.bias + column : ZEROS;
  const out = descend
    ? tileAt(a.out, tile, a.R) + <usize>(row * ROW)
    : a.out + <usize>(row * a.H * BYTES) + column;
  const isUnpacked = areUnpacked(a.H);

  if (isNew(a.call, 0)) {
    // a thread alone has just prepared them
    if (hasHelpers()) bringNear(a.lists, a.ends, a.first, a.end);
    if (isUnpacked) unpack(panel, a.lists, a.ends, a.table, a.first, a.end, a.places, a.bands);
  }
  const lists = a.lists + (<usize>row << 2);
  if (isUnpacked) {
    for (let band = 0; band < a.bands; band++) {
      const stretches = panel + (<usize>(band * group + first) << 2);
      if (descend) unpackedDescend(out, rows, stretches, w, width);
      else unpackedProduct(out, rows, stretches, w, band ? 0 : bias, width);
    }
  } else if (descend) {
    packedDescend(out, rows, lists, a.ends - a.lists, w, width);
  } else {
    packedProduct(out, rows, lists, a.middles - a.lists, w, bias, width);
    packedProduct(out, rows, lists + (a.middles - a.lists), a.ends - a.middles, w, 0, width);
  }
}

// The number of vectors is a constant in each case of these, so that each becomes a loop of its own. They are functions
// of their own, too: how large a loop V8 unrolls depends on how many others it lies in. Where tiles are not few, none is
// narrower than five vectors.

/** A row of out from each list. */
function packedProduct(out: usize, rows: i32, lists: usize, toEnd: usize, w: usize, bias: usize, width: i32): void {
  switch (vectorsIn(width)) {
    case 13: return rowsOf(13, true, false, out, rows, lists, toEnd, w, bias, width);
    case 12: return rowsOf(12, true, false, out, rows, lists, toEnd, w, bias, width);
    case 11: return rowsOf(11, true, false, out, rows, lists, toEnd, w, bias, width);
    case 7: return rowsOf(7, true, false, out, rows, lists, toEnd, w, bias, width);
    case 6: return rowsOf(6, true, false, out, rows, lists, toEnd, w, bias, width);
    case 5: return rowsOf(5, true, false, out, rows, lists, toEnd, w, bias, width);
    case 4: return rowsOf(4, true, false, out, rows, lists, toEnd, w, bias, width);
    case 3: return rowsOf(3, true, false, out, rows, lists, toEnd, w, bias, width);
    case 2: return rowsOf(2, true, false, out, rows, lists, toEnd, w, bias, width);
    default: return rowsOf(1, true, false, out, rows, lists, toEnd, w, bias, width);
  }
}

/** A step of a row of out against each list. */
function packedDescend(out: usize, rows: i32, lists: usize, toEnd: usize, w: usize, width: i32): void {
  switch (vectorsIn(width)) {
    case 13: return rowsOf(13, true, true, out, rows, lists, toEnd, w, 0, width);
    case 12: return rowsOf(12, true, true, out, rows, lists, toEnd, w, 0, width);
    case 11: return rowsOf(11, true, true, out, rows, lists, toEnd, w, 0, width);
    case 7: return rowsOf(7, true, true, out, rows, lists, toEnd, w, 0, width);
    case 6: return rowsOf(6, true, true, out, rows, lists, toEnd, w, 0, width);
    default: return rowsOf(5, true, true, out, rows, lists, toEnd, w, 0, width);
  }
}

/** A row of out from each stretch, which ends where the next one begins. */
function unpackedProduct(out: usize, rows: i32, stretches: usize, w: usize, bias: usize, width: i32): void {
  switch (vectorsIn(width)) {
    case 13: return rowsOf(13, false, false, out, rows, stretches, 4, w, bias, width);
    case 12: return rowsOf(12, false, false, out, rows, stretches, 4, w, bias, width);
    case 11: return rowsOf(11, false, false, out, rows, stretches, 4, w, bias, width);
    case 7: return rowsOf(7, false, false, out, rows, stretches, 4, w, bias, width);
    default: return rowsOf(6, false, false, out, rows, stretches, 4, w, bias, width);
  }
}

/** A step of a row of out against each stretch. */
function unpackedDescend(out: usize, rows: i32, stretches: usize, w: usize, width: i32): void {
  switch (vectorsIn(width)) {
    case 13: return rowsOf(13, false, true, out, rows, stretches, 4, w, 0, width);
    case 12: return rowsOf(12, false, true, out, rows, stretches, 4, w, 0, width);
    case 11: return rowsOf(11, false, true, out, rows, stretches, 4, w, 0, width);
    case 7: return rowsOf(7, false, true, out, rows, stretches, 4, w, 0, width);
    default: return rowsOf(6, false, true, out, rows, stretches, 4, w, 0, width);
  }
}

/**
 * N vectors of sums in a row, for each row, from the entries between two addresses: one stands at `stretches`, the other
 * `toEnd` behind it, and those of the next row behind each. Sums are added to the bias; without one, to what out has.
 *
 * Packed entries serve some tiles as they are. Where there are many, each thread unpacks them once for all of its tiles,
 * which saves a tenth of the instructions of every round, and does so band by band: all rows go through the first rows of
 * w, which stay in the first cache meanwhile, before they go through the next ones.
 *
 * The order of lines matters. V8 puts instructions into a block from its last one to its first, and a load only when all
 * loads behind it are in. With the last sum first in the loop, and last behind it, each load comes just before its product,
 * and all of them can use one register. In other orders all loads come before the first product, in a bunch.
 */
// @ts-ignore: decorator
@inline
function rowsOf(
  N: i32,
  packed: bool,
  descend: bool,
  out: usize,
  rows: i32,
  stretches: usize,
  toEnd: usize,
  w: usize,
  bias: usize,
  width: i32,
): void {
  const a = changetype<Arguments>(OFFERED_ARGUMENTS);
  const table = a.table;
  const rate = v128.splat<Float>(a.rate);
  const outRow = <usize>(descend ? ROW : a.H * BYTES);
  const outEnd = out + <usize>rows * outRow;
  const tail = descend ? LANES : width - (N - 1) * LANES;

  for (let o = out, stretch = stretches; o < outEnd; o += outRow, stretch += 4) {
    let next = <usize>load<u32>(stretch);
    const last = <usize>load<u32>(stretch + toEnd);
    if (descend && next == last) continue;

    let a0 = v128.load(ZEROS);
    let a1 = N > 1 ? v128.load(ZEROS, 16) : a0;
    let a2 = N > 2 ? v128.load(ZEROS, 32) : a0;
    let a3 = N > 3 ? v128.load(ZEROS, 48) : a0;
    let a4 = N > 4 ? v128.load(ZEROS, 64) : a0;
    let a5 = N > 5 ? v128.load(ZEROS, 80) : a0;
    let a6 = N > 6 ? v128.load(ZEROS, 96) : a0;
    let a7 = N > 7 ? v128.load(ZEROS, 112) : a0;
    let a8 = N > 8 ? v128.load(ZEROS, 128) : a0;
    let a9 = N > 9 ? v128.load(ZEROS, 144) : a0;
    let a10 = N > 10 ? v128.load(ZEROS, 160) : a0;
    let a11 = N > 11 ? v128.load(ZEROS, 176) : a0;
    let a12 = N > 12 ? v128.load(ZEROS, 192) : a0;
    while (next < last) {
      const entry = packed ? load<u32>(next) : 0;
      const factor = packed ? floatOf(table, entry) : unpackedFloat(next);
      const p = packed ? rowOf(w, entry) : unpackedRow(w, next);
      if (N > 12) a12 = multiplyAdd(a12, factor, v128.load(p, 192));
      if (N > 11) a11 = multiplyAdd(a11, factor, v128.load(p, 176));
      if (N > 10) a10 = multiplyAdd(a10, factor, v128.load(p, 160));
      if (N > 9) a9 = multiplyAdd(a9, factor, v128.load(p, 144));
      if (N > 8) a8 = multiplyAdd(a8, factor, v128.load(p, 128));
      if (N > 7) a7 = multiplyAdd(a7, factor, v128.load(p, 112));
      if (N > 6) a6 = multiplyAdd(a6, factor, v128.load(p, 96));
      if (N > 5) a5 = multiplyAdd(a5, factor, v128.load(p, 80));
      if (N > 4) a4 = multiplyAdd(a4, factor, v128.load(p, 64));
      if (N > 3) a3 = multiplyAdd(a3, factor, v128.load(p, 48));
      if (N > 2) a2 = multiplyAdd(a2, factor, v128.load(p, 32));
      if (N > 1) a1 = multiplyAdd(a1, factor, v128.load(p, 16));
      a0 = multiplyAdd(a0, factor, v128.load(p));
      next += packed ? ENTRY : UNPACKED;
    }
    const base = descend || !bias ? o : bias;
    // every vector whole, but the last only as far as the tile is wide
    if (N > 1) v128.store(o, ended(base, descend, rate, a0));
    if (N > 2) v128.store(o, ended(base + 16, descend, rate, a1), 16);
    if (N > 3) v128.store(o, ended(base + 32, descend, rate, a2), 32);
    if (N > 4) v128.store(o, ended(base + 48, descend, rate, a3), 48);
    if (N > 5) v128.store(o, ended(base + 64, descend, rate, a4), 64);
    if (N > 6) v128.store(o, ended(base + 80, descend, rate, a5), 80);
    if (N > 7) v128.store(o, ended(base + 96, descend, rate, a6), 96);
    if (N > 8) v128.store(o, ended(base + 112, descend, rate, a7), 112);
    if (N > 9) v128.store(o, ended(base + 128, descend, rate, a8), 128);
    if (N > 10) v128.store(o, ended(base + 144, descend, rate, a9), 144);
    if (N > 11) v128.store(o, ended(base + 160, descend, rate, a10), 160);
    if (N > 12) v128.store(o, ended(base + 176, descend, rate, a11), 176);
    const final = N == 1 ? a0 : N == 2 ? a1 : N == 3 ? a2 : N == 4 ? a3 : N == 5 ? a4 : N == 6 ? a5
      : N == 7 ? a6 : N == 11 ? a10 : N == 12 ? a11 : a12;
    const offset = <usize>((N - 1) * 16);
    storeFirst(o + offset, ended(base + offset, descend, rate, final), tail);
  }
}

/** A sum added to the vector at p; or a step against it: the very formula of `descend`. */
// @ts-ignore: decorator
@inline
function ended(p: usize, descend: bool, rate: v128, sum: v128): v128 {
  return descend ? v128.sub<Float>(v128.load(p), v128.mul<Float>(rate, sum)) : v128.add<Float>(v128.load(p), sum);
}

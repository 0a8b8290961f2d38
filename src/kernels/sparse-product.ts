/**
 * Products of a sparse matrix, whose rows are lists of entries (sparse.ts), and a matrix in tiles (tiles.ts). With the
 * rows of a batch as lists this is x W; with its columns as lists it is xᵀ dout.
 */
import { isNew, panel } from './panel';
import { ARGUMENTS, ZEROS, hasHelpers, nextCall, share } from './parallel';
import {
  ENTRY,
  MOST_ENTRIES,
  MOST_STRETCHES,
  UNPACKED,
  bringNear,
  floatOf,
  listEnd,
  listStart,
  rowOf,
  unpack,
  unpackedFloat,
  unpackedRow,
} from './sparse';
import { FEW_TILES, ROW, TILE, tileAt, tilesIn, vectorsIn, widthOf } from './tiles';
import { SPARSE_DESCEND, SPARSE_PRODUCT } from './units';
import { BYTES, LANES, computedOnce, multiplyAdd, storeFirst } from './vector';
import { Float } from './float';

/** From how many entries on help pays. */
export const WORTHWHILE: i32 = 2_000;

/** How many units a tile is cut into, for each group. */
// @ts-ignore: decorator
@inline
function blocksOf(H: i32): i32 {
  return tilesIn(H) <= FEW_TILES ? 1 : 2;
}

/** About so many places make a band: 28 kB of a tile, which the first cache holds. */
const BAND: i32 = 256;

/** Entries that a stretch of a list should have on average: each costs a way to its sums and back. */
const STRETCH: i32 = 16;

/** How many bands the places are cut into. What is not unpacked stays in one. */
function bandsOf(places: i32, R: i32, H: i32, entries: i32): i32 {
  if (tilesIn(H) <= FEW_TILES) return 1;
  return max(1, min((places + BAND / 2) / BAND, entries / (R * STRETCH)));
}

@unmanaged
class Arguments {
  out: usize;
  lists: usize;
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
 * A bias of 0, no pointer, counts as zeros.
 */
export function sparseProduct(
  out: usize,
  lists: usize,
  ends: usize,
  table: usize,
  tiles: usize,
  places: i32,
  bias: usize,
  R: i32,
  H: i32,
  entries: i32,
): void {
  begin(SPARSE_PRODUCT, out, lists, ends, table, tiles, places, bias, 0, R, H, entries);
}

/**
 * out[R, H] = out - rate Σ over the entries of row r: float(entry) w[place(entry), H], where out lies in tiles, too; one
 * step for each band of places.
 *
 * A gradient, xᵀ dout, and the step against it in one: the gradient is never written to memory and read again. Rows
 * without entries, the rim of every image, are not touched at all.
 */
export function sparseDescend(
  out: usize,
  lists: usize,
  ends: usize,
  table: usize,
  tiles: usize,
  places: i32,
  rate: Float,
  R: i32,
  H: i32,
  entries: i32,
): void {
  begin(SPARSE_DESCEND, out, lists, ends, table, tiles, places, 0, rate, R, H, entries);
}

function begin(
  kernel: i32,
  out: usize,
  lists: usize,
  ends: usize,
  table: usize,
  tiles: usize,
  places: i32,
  bias: usize,
  rate: Float,
  R: i32,
  H: i32,
  entries: i32,
): void {
  const a = changetype<Arguments>(ARGUMENTS);
  a.out = out;
  a.lists = lists;
  a.ends = ends;
  a.table = table;
  a.tiles = tiles;
  a.places = places;
  a.bias = bias;
  a.rate = rate;
  a.R = R;
  a.H = H;
  a.bands = bandsOf(places, R, H, entries);
  for (a.first = 0; a.first < R; a.first = a.end) {
    a.end = endOfGroup(a.first, min(R, a.first + MOST_STRETCHES / (a.bands + 1)), lists, ends);
    a.call = nextCall();
    share(kernel, tilesIn(H) * blocksOf(H), entries > WORTHWHILE);
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

export function sparseProductUnit(unit: i32): void {
  someRows(unit, false);
}

export function sparseDescendUnit(unit: i32): void {
  someRows(unit, true);
}

/** One block of rows of one tile. */
// @ts-ignore: decorator
@inline
function someRows(unit: i32, descend: bool): void {
  const a = changetype<Arguments>(ARGUMENTS);
  const blocks = blocksOf(a.H);
  const tile = unit / blocks;
  const block = unit % blocks;
  const rows = a.end - a.first;
  const first = a.first + (rows * block) / blocks;
  const end = a.first + (rows * (block + 1)) / blocks;
  const width = widthOf(tile, a.H);
  // descent from columns has many tiles
  if (!descend && blocks == 1) rowsOf(true, false, tile, first, end, width);
  else rowsOf(false, descend, tile, first, end, width);
}

// @ts-ignore: decorator
@inline
function rowsOf(packed: bool, descend: bool, tile: i32, first: i32, end: i32, width: i32): void {
  // the number of vectors is a constant in each of these, so that each becomes a loop of its own
  switch (vectorsIn(width)) {
    case 7: return vectorsOf(7, packed, descend, tile, first, end, width);
    case 6: return vectorsOf(6, packed, descend, tile, first, end, width);
    case 5: return vectorsOf(5, packed, descend, tile, first, end, width);
    case 4: return vectorsOf(4, packed, descend, tile, first, end, width);
    case 3: return vectorsOf(3, packed, descend, tile, first, end, width);
    case 2: return vectorsOf(2, packed, descend, tile, first, end, width);
    default: return vectorsOf(1, packed, descend, tile, first, end, width);
  }
}

/**
 * N vectors of sums in a row. Packed entries serve a few tiles as they are; where there are many, each thread unpacks them
 * once for all of its tiles, which saves a tenth of the instructions of every round, and does so band by band: all rows go
 * through the first rows of w, which stay in the first cache meanwhile, before they go through the next ones.
 */
// @ts-ignore: decorator
@inline
function vectorsOf(N: i32, packed: bool, descend: bool, tile: i32, first: i32, end: i32, width: i32): void {
  const a = changetype<Arguments>(ARGUMENTS);
  const w = computedOnce(tileAt(a.tiles, tile, a.places));
  const outRow = descend ? <usize>ROW : <usize>(a.H * BYTES);
  const out = descend ? tileAt(a.out, tile, a.R) : a.out + <usize>(tile * TILE * BYTES);
  // loaded even where they are 0: sums that begin in one of two ways cost V8 a move each, every round
  const bias = a.bias ? a.bias + <usize>(tile * TILE * BYTES) : ZEROS;
  const table = a.table;
  const lists = a.lists;
  const ends = a.ends;
  const rate = v128.splat<Float>(a.rate);
  const tail = descend ? LANES : width - (N - 1) * LANES;

  if (isNew(a.call, 0)) {
    // a thread alone has just prepared them
    if (hasHelpers()) bringNear(lists, ends, a.first, a.end);
    if (!packed) unpack(panel, lists, ends, table, a.first, a.end, a.places, a.bands);
  }
  for (let band = 0; band < a.bands; band++) {
    let o = out + <usize>first * outRow;
    let stretch = panel + (<usize>(band * (a.end - a.first) + first - a.first) << 2);
    for (let r = first; r < end; r++, o += outRow, stretch += 4) {
      let next = packed ? listStart(lists, r) : listStart(stretch, 0);
      const last = packed ? listEnd(ends, r) : listStart(stretch, 1);
      if (descend && next == last) continue;

      const begin = descend ? ZEROS : band ? o : bias;
      let a0 = v128.load(begin);
      let a1 = N > 1 ? v128.load(begin, 16) : a0;
      let a2 = N > 2 ? v128.load(begin, 32) : a0;
      let a3 = N > 3 ? v128.load(begin, 48) : a0;
      let a4 = N > 4 ? v128.load(begin, 64) : a0;
      let a5 = N > 5 ? v128.load(begin, 80) : a0;
      let a6 = N > 6 ? v128.load(begin, 96) : a0;

      while (next < last) {
        const entry = packed ? load<u32>(next) : 0;
        const factor = packed ? floatOf(table, entry) : unpackedFloat(next);
        const p = packed ? rowOf(w, entry) : unpackedRow(w, next);
        // Last sum first: V8 then puts each load just before its product. The other way round it puts all of them before
        // the first product, in a bunch, and a round takes a twentieth longer.
        if (N > 6) a6 = multiplyAdd(a6, factor, v128.load(p, 96));
        if (N > 5) a5 = multiplyAdd(a5, factor, v128.load(p, 80));
        if (N > 4) a4 = multiplyAdd(a4, factor, v128.load(p, 64));
        if (N > 3) a3 = multiplyAdd(a3, factor, v128.load(p, 48));
        if (N > 2) a2 = multiplyAdd(a2, factor, v128.load(p, 32));
        if (N > 1) a1 = multiplyAdd(a1, factor, v128.load(p, 16));
        a0 = multiplyAdd(a0, factor, v128.load(p));
        next += packed ? ENTRY : UNPACKED;
      }

      if (descend) {
        a0 = stepped(o, rate, a0);
        if (N > 1) a1 = stepped(o + 16, rate, a1);
        if (N > 2) a2 = stepped(o + 32, rate, a2);
        if (N > 3) a3 = stepped(o + 48, rate, a3);
        if (N > 4) a4 = stepped(o + 64, rate, a4);
        if (N > 5) a5 = stepped(o + 80, rate, a5);
        if (N > 6) a6 = stepped(o + 96, rate, a6);
      }
      // every vector whole, but the last only as far as the tile is wide
      if (N > 1) v128.store(o, a0);
      if (N > 2) v128.store(o, a1, 16);
      if (N > 3) v128.store(o, a2, 32);
      if (N > 4) v128.store(o, a3, 48);
      if (N > 5) v128.store(o, a4, 64);
      if (N > 6) v128.store(o, a5, 80);
      const final = N == 1 ? a0 : N == 2 ? a1 : N == 3 ? a2 : N == 4 ? a3 : N == 5 ? a4 : N == 6 ? a5 : a6;
      storeFirst(o + <usize>((N - 1) * 16), final, tail);
    }
  }
}

/** The vector at p, a step against the gradient: the very formula of `descend`. */
// @ts-ignore: decorator
@inline
function stepped(p: usize, rate: v128, gradient: v128): v128 {
  return v128.sub<Float>(v128.load(p), v128.mul<Float>(rate, gradient));
}

/**
 * Products of a sparse matrix, whose rows are lists of entries (csr.ts), and a matrix in tiles (tiles.ts). With the
 * rows of a batch as lists this is x W; with its columns as lists it is xᵀ dout.
 */
import { BAND, ROW, columnsOf, hasFewTiles, tileAt, tilesIn, widthOf } from '../dense/tiles';
import { Float } from '../math/float';
import { BYTES, computedOnce } from '../math/vector';
import { isNew, panel } from '../threads/panel';
import { Unit, ZEROS, finish, hasHelpers, nextCall, offer } from '../threads/parallel';
import {
  ENTRY,
  MOST_ENTRIES,
  MOST_STRETCHES,
  UNPACKED_BYTES,
  bringNear,
  isSecondHalf,
  listEnd,
  listStart,
  shareHalves,
  startOfPart,
  tileOfHalf,
  unpack,
} from './csr';
import { begin, beginsOf, endsOf, given, packedDescend, packedProduct, unpackedDescend, unpackedProduct } from './sparse-rows';

/** From how many entries on help pays. */
export const WORTHWHILE: i32 = 2_000;

/** Units that a tile is cut into, for each group of rows, where tiles are many. */
const BLOCKS: i32 = 2;

/** From how many tiles on it pays to unpack lists. */
const MANY: i32 = 6;

/**
 * About so many places make a band of a step, which comes back to rows that lie side by side: that costs less, so its bands
 * may be short enough for any first cache, 29 kB of a wide tile.
 */
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
  else inBands(sparseProductUnit, BAND, entries);
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
  inBands(sparseDescendUnit, STEP_BAND, entries);
}

/** Group by group of rows: the first halves of lists; elsewhere, as far as there is room, the second ones; and their sum. */
function inHalves(entries: i32): void {
  const a = given();
  const row = <usize>(a.H * BYTES);
  a.second = panel;
  for (a.first = 0; a.first < a.R; a.first = a.end) {
    a.end = min(a.R, a.first + <i32>(UNPACKED_BYTES / row));
    a.call = nextCall();
    shareHalves(sparseHalfUnit, a.H, entries > WORTHWHILE);
    add(a.out + <usize>a.first * row, a.second, (a.end - a.first) * a.H);
  }
}

/** x[n] = x + y */
function add(x: usize, y: usize, n: i32): void {
  const end = x + <usize>(n * BYTES);
  for (; x + 16 <= end; x += 16, y += 16) v128.store(x, v128.add<Float>(v128.load(x), v128.load(y)));
  for (; x < end; x += BYTES, y += BYTES) store<Float>(x, load<Float>(x) + load<Float>(y));
}

function inBands(kernel: Unit, band: i32, entries: i32): void {
  const a = given();
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
function sparseHalfUnit(unit: i32): void {
  const a = given();
  const tile = tileOfHalf(unit, a.H);
  const isSecond = isSecondHalf(unit, a.H);
  const lists = beginsOf(isSecond);
  const ends = endsOf(isSecond);
  const w = computedOnce(tileAt(a.tiles, tile, a.places));
  // a thread alone has just prepared the first halves
  if ((isSecond || hasHelpers()) && isNew(a.call, <i32>isSecond)) bringNear(lists, ends, a.first, a.end);
  const out = isSecond ? columnsOf(a.second, 0, tile, a.H) : columnsOf(a.out, a.first, tile, a.H);
  const bias = a.bias && !isSecond ? columnsOf(a.bias, 0, tile, a.H) : ZEROS;
  packedProduct(out, a.end - a.first, lists + (<usize>a.first << 2), ends - lists, w, bias, widthOf(tile, a.H));
}

function sparseProductUnit(unit: i32): void {
  someRows(unit, false);
}

function sparseDescendUnit(unit: i32): void {
  someRows(unit, true);
}

/** One block of rows of one tile, band by band. */
// @ts-ignore: decorator
@inline
function someRows(unit: i32, descend: bool): void {
  const a = given();
  const tile = unit / BLOCKS;
  const block = unit % BLOCKS;
  const group = a.end - a.first;
  const first = startOfPart(block, BLOCKS, group);
  const rows = startOfPart(block + 1, BLOCKS, group) - first;
  const row = a.first + first;
  const width = widthOf(tile, a.H);
  const w = computedOnce(tileAt(a.tiles, tile, a.places));
  const bias = a.bias ? columnsOf(a.bias, 0, tile, a.H) : ZEROS;
  const out = descend ? tileAt(a.out, tile, a.R) + <usize>(row * ROW) : columnsOf(a.out, row, tile, a.H);
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

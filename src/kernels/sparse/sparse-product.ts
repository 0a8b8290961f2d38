/**
 * Products of a sparse matrix (csr.ts) and a matrix in tiles (dense/tiles.ts). Of a batch x this is x W; of the batch
 * transposed it is xᵀ dout.
 */
import { BAND, ROW, columnsOf, hasFewTiles, tileAt, tilesIn, widthOf } from '../dense/tiles';
import { Float } from '../math/float';
import { BYTES, computedOnce } from '../math/vector';
import { ZEROS } from '../threads/layout';
import { PANEL_BYTES, mustPack, panel } from '../threads/panel';
import { Chunk, dispatch, hasWorkers, join, nextCall } from '../threads/parallel';
import { countAt } from './count-floats';
import { MAX_COLUMNS, PACKED, rowEnd, rowStart } from './csr';
import { isSecondHalf, parallelForHalves, tileOfHalf } from './halves';
import {
  args,
  endsOf,
  packedDescend,
  packedProduct,
  setArguments,
  startsOf,
  unpackedDescend,
  unpackedProduct,
} from './sparse-rows';
import { touchRows } from './touch';
import { MAX_NONZEROS, MAX_SEGMENTS, startOfPart, unpack } from './unpack';
import { unpackFloats } from './unpack-floats';

/** From how many nonzeros on threads pay. */
export const WORTHWHILE: i32 = 2_000;

/** Chunks that a tile is cut into, for each group of rows, where tiles are many. */
const BLOCKS: i32 = 2;

/** From how many tiles on it pays to unpack nonzeros. */
const MANY: i32 = 6;

/**
 * About so many columns make a band of a descent step, whose rows of out lie side by side: to come back to them costs less,
 * so its bands may be short enough for any first cache, 29 kB of a wide tile.
 */
const STEP_BAND: i32 = 130;

/** Nonzeros that a segment should have on average: each segment costs a load and a store of its sums. */
const MIN_IN_SEGMENT: i32 = 16;

/** Whether nonzeros are unpacked: then they may be floats, too. */
export function areUnpacked(H: i32): bool {
  return tilesIn(H) >= MANY;
}

/** How many bands of about `band` columns: packed nonzeros stay in one. */
function bandsOf(band: i32, K: i32, R: i32, H: i32, nonzeros: i32): i32 {
  if (!areUnpacked(H)) return 1;
  return max(1, min((K + band / 2) / band, nonzeros / (R * MIN_IN_SEGMENT)));
}

/**
 * out[R, H] = bias[H] + Σ_k x[r, k] w[k, H] over the nonzeros of x[R, K], where w[K, H] lies in tiles. A bias of 0, no
 * pointer, counts as zeros. `middles` may be anywhere between starts and ends.
 *
 * Where there are few tiles, the rows are cut in two at `middles`, and each half is one thread's: it finds its rows of w in
 * its own cache again in the next kernel, and in the next step.
 */
export function sparseProduct(
  out: usize,
  starts: usize,
  middles: usize,
  ends: usize,
  table: usize,
  tiles: usize,
  K: i32,
  bias: usize,
  R: i32,
  H: i32,
  nonzeros: i32,
): void {
  setArguments(out, starts, middles, ends, table, tiles, K, bias, 0, R, H);
  if (hasFewTiles(H)) inHalves(nonzeros);
  else inBands(productChunk, BAND, nonzeros);
  join();
}

/**
 * The same of floats, many of which are 0: x(r, k) is at x + r xRow + k xColumn, in bytes, as `product` takes it, and counts[r]
 * of them are not 0 in each row. For so many columns that nonzeros are unpacked (`areUnpacked`).
 */
export function floatsProduct(
  out: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  counts: usize,
  tiles: usize,
  K: i32,
  bias: usize,
  R: i32,
  H: i32,
  nonzeros: i32,
): void {
  setArguments(out, 0, 0, 0, 0, tiles, K, bias, 0, R, H);
  const a = args();
  a.floats = x;
  a.floatsRow = xRow;
  a.floatsColumn = xColumn;
  a.counts = counts;
  inBands(productChunk, BAND, nonzeros);
  join();
}

/**
 * out[R, H] = out - rate Σ_k x[r, k] w[k, H] over the nonzeros of x[R, K], where out lies in tiles, too; one step for each
 * band of columns.
 *
 * With x transposed, and w = dout, that is a gradient and the descent step in one: the gradient is never written to memory
 * and read again. Rows without nonzeros, the rim of every image, are not touched at all.
 *
 * The step is dispatched, not joined (threads/parallel.ts): workers take it while the calling thread fetches the next batch.
 * It must be joined before tiles are read or written, or sparse rows are written (docs/kernels.md).
 */
export function sparseDescend(
  out: usize,
  starts: usize,
  middles: usize,
  ends: usize,
  table: usize,
  tiles: usize,
  K: i32,
  rate: Float,
  R: i32,
  H: i32,
  nonzeros: i32,
): void {
  setArguments(out, starts, middles, ends, table, tiles, K, 0, rate, R, H);
  inBands(descendChunk, STEP_BAND, nonzeros);
}

/** Group by group of rows: sums over the first halves into out, over the second ones into the panel; then adds the two. */
function inHalves(nonzeros: i32): void {
  const a = args();
  const row = <usize>(a.H * BYTES);
  a.second = panel;
  for (a.first = 0; a.first < a.R; a.first = a.end) {
    a.end = min(a.R, a.first + <i32>(PANEL_BYTES / row));
    a.call = nextCall();
    parallelForHalves(halfChunk, a.H, nonzeros > WORTHWHILE);
    add(a.out + <usize>a.first * row, a.second, (a.end - a.first) * a.H);
  }
}

/** x[n] = x + y */
function add(x: usize, y: usize, n: i32): void {
  const end = x + <usize>(n * BYTES);
  for (; x + 16 <= end; x += 16, y += 16) v128.store(x, v128.add<Float>(v128.load(x), v128.load(y)));
  for (; x < end; x += BYTES, y += BYTES) store<Float>(x, load<Float>(x) + load<Float>(y));
}

function inBands(kernel: Chunk, band: i32, nonzeros: i32): void {
  const a = args();
  a.bands = bandsOf(band, a.K, a.R, a.H, nonzeros);
  for (let first = 0; first < a.R; first = a.end) {
    join();
    a.first = first;
    a.end = endOfGroup(first, min(a.R, first + MAX_SEGMENTS / (a.bands + 1)));
    a.call = nextCall();
    dispatch(kernel, tilesIn(a.H) * BLOCKS, nonzeros > WORTHWHILE);
  }
}

/**
 * Where the group of rows that begins with `first` ends, at `last` or before: its nonzeros go through all tiles before the
 * next ones do, and stay in the second cache meanwhile. It has one row at least.
 */
function endOfGroup(first: i32, last: i32): i32 {
  if (MAX_COLUMNS > <i32>MAX_NONZEROS) ERROR('a row may have more nonzeros than a group');
  const a = args();
  let nonzeros: usize = 0;
  let end = first;
  for (; end < last; end++) {
    nonzeros += a.floats ? countAt(a.counts, end) : (rowEnd(a.ends, end) - rowStart(a.starts, end)) / PACKED;
    if (nonzeros > MAX_NONZEROS) break;
  }
  return end;
}

/** One half of all rows, through one tile. */
function halfChunk(chunk: i32): void {
  const a = args();
  const tile = tileOfHalf(chunk, a.H);
  const isSecond = isSecondHalf(chunk, a.H);
  const starts = startsOf(isSecond);
  const ends = endsOf(isSecond);
  const w = computedOnce(tileAt(a.tiles, tile, a.K));
  // a thread alone has just prefetched the first halves
  if ((isSecond || hasWorkers()) && mustPack(a.call, <i32>isSecond)) touchRows(starts, ends, a.first, a.end);
  const out = isSecond ? columnsOf(a.second, 0, tile, a.H) : columnsOf(a.out, a.first, tile, a.H);
  const bias = a.bias && !isSecond ? columnsOf(a.bias, 0, tile, a.H) : ZEROS;
  packedProduct(out, a.end - a.first, starts + (<usize>a.first << 2), ends - starts, w, bias, widthOf(tile, a.H));
}

function productChunk(chunk: i32): void {
  someRows(chunk, false);
}

function descendChunk(chunk: i32): void {
  someRows(chunk, true);
}

/** One block of rows of one tile, band by band. */
// @ts-ignore: decorator
@inline
function someRows(chunk: i32, descend: bool): void {
  const a = args();
  const tile = chunk / BLOCKS;
  const block = chunk % BLOCKS;
  const group = a.end - a.first;
  const first = startOfPart(block, BLOCKS, group);
  const rows = startOfPart(block + 1, BLOCKS, group) - first;
  const row = a.first + first;
  const width = widthOf(tile, a.H);
  const w = computedOnce(tileAt(a.tiles, tile, a.K));
  const bias = a.bias ? columnsOf(a.bias, 0, tile, a.H) : ZEROS;
  const out = descend ? tileAt(a.out, tile, a.R) + <usize>(row * ROW) : columnsOf(a.out, row, tile, a.H);
  const isUnpacked = areUnpacked(a.H);

  if (mustPack(a.call, 0)) {
    if (a.floats) {
      unpackFloats(panel, a.floats, a.floatsRow, a.floatsColumn, a.first, a.end, a.K, a.bands);
    } else {
      // a thread alone has just prefetched them
      if (hasWorkers()) touchRows(a.starts, a.ends, a.first, a.end);
      if (isUnpacked) unpack(panel, a.starts, a.ends, a.table, a.first, a.end, a.K, a.bands);
    }
  }
  const starts = a.starts + (<usize>row << 2);
  if (isUnpacked) {
    for (let band = 0; band < a.bands; band++) {
      const segments = panel + (<usize>(band * group + first) << 2);
      if (descend) unpackedDescend(out, rows, segments, w, width);
      else unpackedProduct(out, rows, segments, w, band ? 0 : bias, width);
    }
  } else if (descend) {
    packedDescend(out, rows, starts, a.ends - a.starts, w, width);
  } else {
    packedProduct(out, rows, starts, a.middles - a.starts, w, bias, width);
    packedProduct(out, rows, starts + (a.middles - a.starts), a.ends - a.middles, w, 0, width);
  }
}

/**
 * Products with a sparse matrix, whose rows are lists of entries, `place << 16 | byte`; `table` has the float that each
 * byte stands for. With the rows of a batch as lists this is x W, places being columns; with its columns as lists it is
 * xᵀ dout, places being rows.
 */
import { ARGUMENTS, nextCall, share } from './parallel';
import { PANEL, isNew, panel } from './panel';
import { listEnd, listStart } from './sparse';
import { SPARSE_DESCEND, SPARSE_PRODUCT } from './units';
import { BYTES, LANES, multiplyAdd, splatAt, storeFirst } from './vector';
import { Float } from './float';

/**
 * Columns of w in a tile: seven vectors. A tile's sums stay in registers while rows of w stream by; seven sums, a factor
 * and the vectors that are loaded are as many as the machine has, and an eighth would spill.
 */
const VECTORS: i32 = 7;
const TILE: i32 = VECTORS * LANES;
/** Bytes of a row of a packed tile. */
const PACKED: i32 = VECTORS * 16;

/** About how many entries a unit has: enough that taking it costs nothing, few enough that all threads end together. */
const ENTRIES: i32 = 2_000;

/** How often a row of w must be read for a copy of it to pay. */
const OFTEN: i32 = 8;

@unmanaged
class Arguments {
  out: usize;
  lists: usize;
  counts: usize;
  table: usize;
  w: usize;
  bias: usize;
  rate: Float;
  R: i32;
  H: i32;
  /** How many rows of w to pack; 0 where they are read from where they are. */
  packed: i32;
  call: i32;
  /** How many units a tile is cut into, and how many rows each has. */
  blocks: i32;
  rows: i32;
}

/**
 * out[R, H] = bias[H] + Σ over the entries of row r: table[byte] w[place, H]
 *
 * w has `places` rows. A bias of 0, no pointer, counts as zeros.
 */
export function sparseProduct(
  out: usize,
  lists: usize,
  counts: usize,
  table: usize,
  w: usize,
  bias: usize,
  R: i32,
  H: i32,
  places: i32,
  entries: i32,
): void {
  begin(SPARSE_PRODUCT, out, lists, counts, table, w, bias, 0, R, H, places, entries);
}

/**
 * out[R, H] = out - rate Σ over the entries of row r: table[byte] w[place, H]
 *
 * A gradient, xᵀ dout, and the step against it in one: the gradient is never written to memory and read again. Rows
 * without entries, the rim of every image, are not touched at all.
 */
export function sparseDescend(
  out: usize,
  lists: usize,
  counts: usize,
  table: usize,
  w: usize,
  rate: Float,
  R: i32,
  H: i32,
  places: i32,
  entries: i32,
): void {
  begin(SPARSE_DESCEND, out, lists, counts, table, w, 0, rate, R, H, places, entries);
}

function begin(
  kernel: i32,
  out: usize,
  lists: usize,
  counts: usize,
  table: usize,
  w: usize,
  bias: usize,
  rate: Float,
  R: i32,
  H: i32,
  places: i32,
  entries: i32,
): void {
  const a = changetype<Arguments>(ARGUMENTS);
  a.out = out;
  a.lists = lists;
  a.counts = counts;
  a.table = table;
  a.w = w;
  a.bias = bias;
  a.rate = rate;
  a.R = R;
  a.H = H;
  a.packed = places * PACKED <= PANEL && entries > OFTEN * places ? places : 0;
  a.call = nextCall();
  const wanted = min(R, entries / ENTRIES + 1);
  a.rows = (R + wanted - 1) / wanted;
  a.blocks = (R + a.rows - 1) / a.rows;
  const tiles = (H + TILE - 1) / TILE;
  share(kernel, tiles * a.blocks, entries > ENTRIES);
}

export function sparseProductUnit(unit: i32): void {
  tileOf(unit, false);
}

export function sparseDescendUnit(unit: i32): void {
  tileOf(unit, true);
}

/** Some rows of one tile. Units of one tile follow each other: its columns of w are in the cache then. */
// @ts-ignore: decorator
@inline
function tileOf(unit: i32, descend: bool): void {
  const column = (unit / changetype<Arguments>(ARGUMENTS).blocks) * TILE;
  const width = min(TILE, changetype<Arguments>(ARGUMENTS).H - column);
  // the number of vectors is a constant in each of these, so that each becomes a loop of its own
  switch ((width + LANES - 1) / LANES) {
    case 7: return tile(7, descend, unit, column, width);
    case 6: return tile(6, descend, unit, column, width);
    case 5: return tile(5, descend, unit, column, width);
    case 4: return tile(4, descend, unit, column, width);
    case 3: return tile(3, descend, unit, column, width);
    case 2: return tile(2, descend, unit, column, width);
    default: return tile(1, descend, unit, column, width);
  }
}

// @ts-ignore: decorator
@inline
function tile(N: i32, descend: bool, unit: i32, column: i32, width: i32): void {
  const a = changetype<Arguments>(ARGUMENTS);
  const outRow = <usize>(a.H * BYTES);
  const offset = <usize>(column * BYTES);
  const first = (unit % a.blocks) * a.rows;
  const end = min(first + a.rows, a.R);
  let w = a.w + offset;
  let wRow = outRow;
  if (a.packed) {
    if (isNew(a.call, column)) pack(N, w, wRow, a.packed);
    w = panel;
    wRow = PACKED;
  }
  const bias = a.bias ? a.bias + offset : 0;
  const table = a.table;
  const lists = a.lists;
  const counts = a.counts;
  const rate = v128.splat<Float>(a.rate);
  const zero = v128.splat<Float>(0);
  const tail = width - (N - 1) * LANES;
  let o = a.out + offset + <usize>first * outRow;

  for (let r = first; r < end; r++, o += outRow) {
    let next = listStart(lists, r);
    const last = listEnd(next, counts, r);
    if (descend && next == last) continue;

    let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero, a6 = zero;
    if (!descend && bias) {
      a0 = v128.load(bias);
      if (N > 1) a1 = v128.load(bias, 16);
      if (N > 2) a2 = v128.load(bias, 32);
      if (N > 3) a3 = v128.load(bias, 48);
      if (N > 4) a4 = v128.load(bias, 64);
      if (N > 5) a5 = v128.load(bias, 80);
      if (N > 6) a6 = v128.load(bias, 96);
    }

    while (next < last) {
      const entry = load<u32>(next);
      const factor = splatAt(table + <usize>(entry & 0xffff) * BYTES);
      const p = w + <usize>(entry >> 16) * wRow;
      a0 = multiplyAdd(a0, factor, v128.load(p));
      if (N > 1) a1 = multiplyAdd(a1, factor, v128.load(p, 16));
      if (N > 2) a2 = multiplyAdd(a2, factor, v128.load(p, 32));
      if (N > 3) a3 = multiplyAdd(a3, factor, v128.load(p, 48));
      if (N > 4) a4 = multiplyAdd(a4, factor, v128.load(p, 64));
      if (N > 5) a5 = multiplyAdd(a5, factor, v128.load(p, 80));
      if (N > 6) a6 = multiplyAdd(a6, factor, v128.load(p, 96));
      next += 4;
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
    const end = N == 1 ? a0 : N == 2 ? a1 : N == 3 ? a2 : N == 4 ? a3 : N == 5 ? a4 : N == 6 ? a5 : a6;
    storeFirst(o + <usize>((N - 1) * 16), end, tail);
  }
}

/** Copies a tile of N vectors, rows side by side. */
// @ts-ignore: decorator
@inline
function pack(N: i32, w: usize, wRow: usize, rows: i32): void {
  const end = panel + <usize>(rows * PACKED);
  for (let to = panel; to < end; to += PACKED) {
    v128.store(to, v128.load(w));
    if (N > 1) v128.store(to, v128.load(w, 16), 16);
    if (N > 2) v128.store(to, v128.load(w, 32), 32);
    if (N > 3) v128.store(to, v128.load(w, 48), 48);
    if (N > 4) v128.store(to, v128.load(w, 64), 64);
    if (N > 5) v128.store(to, v128.load(w, 80), 80);
    if (N > 6) v128.store(to, v128.load(w, 96), 96);
    w += wRow;
  }
}

/** The vector at p, a step against the gradient; the very formula of `descend`, to the last bit. */
// @ts-ignore: decorator
@inline
function stepped(p: usize, rate: v128, gradient: v128): v128 {
  return v128.sub<Float>(v128.load(p), v128.mul<Float>(rate, gradient));
}

import { Float } from './float';
import { ARGUMENTS, finish, hasHelpers, share } from './parallel';
import { panel } from './panel';
import {
  ENTRY,
  bringRangeNear,
  floatOf,
  halfOf,
  halfUnits,
  isSecondHalf,
  listEnd,
  listStart,
  rowOf,
  tileOfHalf,
} from './sparse';
import { WORTHWHILE } from './sparse-product';
import { ROW, firstColumn, tileAt, vectorsIn, widthOf } from './tiles';
import { SPARSE_OUTER } from './units';
import { BYTES, LANES, computedOnce, firstLanes, multiplyThenAdd } from './vector';

@unmanaged
class Arguments {
  out: usize;
  places: i32;
  lists: usize;
  middles: usize;
  ends: usize;
  table: usize;
  dout: usize;
  factor: Float;
  afresh: bool;
  B: i32;
  H: i32;
}

/**
 * out[places, H] = out + factor Σ_b x(b)ᵀ dout(b): one outer product for each row of the batch, where out lies in tiles,
 * and row b of x is a list of entries, cut in two at `middles`. Afresh, out counts as zeros.
 *
 * This is xᵀ dout too (sparse-product.ts), but from the rows of x: it takes a vector from memory and puts it back for
 * every product, which costs a third more, and saves the turning of the rows into columns. That pays where there are few
 * tiles.
 */
export function sparseOuter(
  out: usize,
  places: i32,
  lists: usize,
  middles: usize,
  ends: usize,
  table: usize,
  dout: usize,
  factor: Float,
  afresh: bool,
  B: i32,
  H: i32,
  entries: i32,
): void {
  finish();
  const a = changetype<Arguments>(ARGUMENTS);
  a.out = out;
  a.places = places;
  a.lists = lists;
  a.middles = middles;
  a.ends = ends;
  a.table = table;
  a.dout = dout;
  a.factor = factor;
  a.afresh = afresh;
  a.B = B;
  a.H = H;
  share(SPARSE_OUTER, halfUnits(H), entries > WORTHWHILE);
}

/** One half of all lists, for one tile. */
export function sparseOuterUnit(unit: i32): void {
  const H = changetype<Arguments>(ARGUMENTS).H;
  const tile = tileOfHalf(unit, H);
  const isSecond = isSecondHalf(unit, H);
  const width = widthOf(tile, H);
  // the number of vectors is a constant in each of these, so that each becomes a loop of its own
  switch (vectorsIn(width)) {
    case 13: return halfOfTile(13, tile, isSecond, width);
    case 12: return halfOfTile(12, tile, isSecond, width);
    case 11: return halfOfTile(11, tile, isSecond, width);
    case 7: return halfOfTile(7, tile, isSecond, width);
    case 6: return halfOfTile(6, tile, isSecond, width);
    case 5: return halfOfTile(5, tile, isSecond, width);
    case 4: return halfOfTile(4, tile, isSecond, width);
    case 3: return halfOfTile(3, tile, isSecond, width);
    case 2: return halfOfTile(2, tile, isSecond, width);
    default: return halfOfTile(1, tile, isSecond, width);
  }
}

// @ts-ignore: decorator
@inline
function halfOfTile(N: i32, tile: i32, isSecond: bool, width: i32): void {
  const a = changetype<Arguments>(ARGUMENTS);
  const out = computedOnce(tileAt(a.out, tile, a.places));
  const lists = isSecond ? a.middles : a.lists;
  const ends = isSecond ? a.ends : a.middles;
  const table = a.table;
  const stride = <usize>(a.H * BYTES);
  const factor = v128.splat<Float>(a.factor);
  // behind the last column there are zeros in a tile, and other numbers in dout
  const rest = firstLanes(width - (N - 1) * LANES);

  if (a.afresh) {
    const half = halfOf(a.places);
    const first = isSecond ? half : 0;
    const end = isSecond ? a.places : half;
    memory.fill(out + <usize>(first * ROW), 0, <usize>((end - first) * ROW));
  }
  // the thread that called has just written it
  if (hasHelpers()) bringRangeNear(a.dout, a.dout + <usize>a.B * stride);
  let dout = a.dout + <usize>(firstColumn(tile, a.H) * BYTES);
  for (let b = 0; b < a.B; b++, dout += stride) {
    let next = listStart(lists, b);
    const last = listEnd(ends, b);
    for (let i = 0; i < N; i++) {
      const columns = v128.mul<Float>(factor, v128.load(dout + <usize>(i * 16)));
      v128.store(panel + <usize>(i * 16), i == N - 1 ? v128.and(columns, rest) : columns);
    }
    // Read back from memory: what is computed for a loop V8 computes inside the loop, every other round.
    const d0 = v128.load(panel);
    const d1 = v128.load(panel, 16);
    const d2 = v128.load(panel, 32);
    const d3 = v128.load(panel, 48);
    const d4 = v128.load(panel, 64);
    const d5 = v128.load(panel, 80);
    const d6 = v128.load(panel, 96);
    const d7 = v128.load(panel, 112);
    const d8 = v128.load(panel, 128);
    const d9 = v128.load(panel, 144);
    const d10 = v128.load(panel, 160);
    const d11 = v128.load(panel, 176);
    const d12 = v128.load(panel, 192);
    // Not fused: each has a store, and AMD's Zen 3 cannot fuse and store at once. Fused, an entry takes 6.3 ns there in a
    // tile of 50 columns, and 4.7 like this.
    while (next < last) {
      const entry = load<u32>(next);
      const x = floatOf(table, entry);
      const p = rowOf(out, entry);
      v128.store(p, multiplyThenAdd(v128.load(p), x, d0));
      if (N > 1) v128.store(p, multiplyThenAdd(v128.load(p, 16), x, d1), 16);
      if (N > 2) v128.store(p, multiplyThenAdd(v128.load(p, 32), x, d2), 32);
      if (N > 3) v128.store(p, multiplyThenAdd(v128.load(p, 48), x, d3), 48);
      if (N > 4) v128.store(p, multiplyThenAdd(v128.load(p, 64), x, d4), 64);
      if (N > 5) v128.store(p, multiplyThenAdd(v128.load(p, 80), x, d5), 80);
      if (N > 6) v128.store(p, multiplyThenAdd(v128.load(p, 96), x, d6), 96);
      if (N > 7) v128.store(p, multiplyThenAdd(v128.load(p, 112), x, d7), 112);
      if (N > 8) v128.store(p, multiplyThenAdd(v128.load(p, 128), x, d8), 128);
      if (N > 9) v128.store(p, multiplyThenAdd(v128.load(p, 144), x, d9), 144);
      if (N > 10) v128.store(p, multiplyThenAdd(v128.load(p, 160), x, d10), 160);
      if (N > 11) v128.store(p, multiplyThenAdd(v128.load(p, 176), x, d11), 176);
      if (N > 12) v128.store(p, multiplyThenAdd(v128.load(p, 192), x, d12), 192);
      next += ENTRY;
    }
  }
}

import { Float } from './float';
import { ARGUMENTS, share } from './parallel';
import { panel } from './panel';
import { ENTRY, floatOf, listEnd, listStart, rowOf } from './sparse';
import { WORTHWHILE } from './sparse-product';
import { NARROW_ROW, firstColumn, tileAt, tilesIn, vectorsIn, widthOf } from './tiles';
import { SPARSE_OUTER } from './units';
import { BYTES, LANES, computedOnce, firstLanes, multiplyAdd } from './vector';

@unmanaged
class Arguments {
  out: usize;
  places: i32;
  lists: usize;
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
 * and row b of x is a list of entries. Afresh, out counts as zeros.
 *
 * This is xᵀ dout too (sparse-product.ts), but from the rows of x: it takes a vector from memory and puts it back for
 * every product, which costs a third more, and saves the turning of the rows into columns. That pays where there are few
 * tiles.
 */
export function sparseOuter(
  out: usize,
  places: i32,
  lists: usize,
  ends: usize,
  table: usize,
  dout: usize,
  factor: Float,
  afresh: bool,
  B: i32,
  H: i32,
  entries: i32,
): void {
  const a = changetype<Arguments>(ARGUMENTS);
  a.out = out;
  a.places = places;
  a.lists = lists;
  a.ends = ends;
  a.table = table;
  a.dout = dout;
  a.factor = factor;
  a.afresh = afresh;
  a.B = B;
  a.H = H;
  share(SPARSE_OUTER, tilesIn(H), entries > WORTHWHILE);
}

/** A tile. */
export function sparseOuterUnit(tile: i32): void {
  const width = widthOf(tile, changetype<Arguments>(ARGUMENTS).H);
  // the number of vectors is a constant in each of these, so that each becomes a loop of its own
  switch (vectorsIn(width)) {
    case 7: return tileOf(7, tile, width);
    case 6: return tileOf(6, tile, width);
    case 5: return tileOf(5, tile, width);
    case 4: return tileOf(4, tile, width);
    case 3: return tileOf(3, tile, width);
    case 2: return tileOf(2, tile, width);
    default: return tileOf(1, tile, width);
  }
}

// @ts-ignore: decorator
@inline
function tileOf(N: i32, tile: i32, width: i32): void {
  const a = changetype<Arguments>(ARGUMENTS);
  const out = computedOnce(tileAt(a.out, tile, a.places, a.H));
  const table = a.table;
  const stride = <usize>(a.H * BYTES);
  const factor = v128.splat<Float>(a.factor);
  // behind the last column there are zeros in a tile, and other numbers in dout
  const rest = firstLanes(width - (N - 1) * LANES);

  if (a.afresh) memory.fill(out, 0, <usize>a.places * NARROW_ROW);
  let dout = a.dout + <usize>(firstColumn(tile, a.H) * BYTES);
  for (let b = 0; b < a.B; b++, dout += stride) {
    let next = listStart(a.lists, b);
    const last = listEnd(a.ends, b);
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
    while (next < last) {
      const entry = load<u32>(next);
      const x = floatOf(table, entry);
      const p = rowOf(out, entry);
      v128.store(p, multiplyAdd(v128.load(p), x, d0));
      if (N > 1) v128.store(p, multiplyAdd(v128.load(p, 16), x, d1), 16);
      if (N > 2) v128.store(p, multiplyAdd(v128.load(p, 32), x, d2), 32);
      if (N > 3) v128.store(p, multiplyAdd(v128.load(p, 48), x, d3), 48);
      if (N > 4) v128.store(p, multiplyAdd(v128.load(p, 64), x, d4), 64);
      if (N > 5) v128.store(p, multiplyAdd(v128.load(p, 80), x, d5), 80);
      if (N > 6) v128.store(p, multiplyAdd(v128.load(p, 96), x, d6), 96);
      next += ENTRY;
    }
  }
}

import { bytesInTiles, columnsOf, tileAt, vectorsIn, widthOf } from '../dense/tiles';
import { Float } from '../math/float';
import { BYTES, LANES, computedOnce, firstLanes, multiplyThenAdd } from '../math/vector';
import { panel } from '../threads/panel';
import { hasWorkers } from '../threads/parallel';
import { PACKED, rowEnd, rowOf, rowStart, valueOf } from './csr';
import { isSecondHalf, parallelForHalves, tileOfHalf } from './halves';
import { WORTHWHILE } from './sparse-product';
import { args, endsOf, setArguments, startsOf } from './sparse-rows';
import { transposeAndDescend, transposingPays } from './sparse-transposed';
import { touchRange } from './touch';

/**
 * out[K, H] = out - rate xᵀ dout, where out lies in few tiles, and x[B, K] is sparse, its rows cut in two at `middles`. With
 * `overwrite`, out counts as zeros.
 *
 * A descent step, as in sparse-product.ts, but from x as it is. Where its columns have enough nonzeros, every thread
 * transposes its half of them (sparse-transposed.ts); `columnStarts` and `columnEnds` are the first half's, if a prefetch
 * transposed it, else 0. Elsewhere each row of the batch is an outer product, added to out: a vector from memory and back
 * for every product, and nothing to transpose.
 */
export function sparseOuter(
  out: usize,
  starts: usize,
  middles: usize,
  ends: usize,
  table: usize,
  dout: usize,
  K: i32,
  rate: Float,
  overwrite: bool,
  B: i32,
  H: i32,
  nonzeros: i32,
  columnStarts: usize,
  columnEnds: usize,
): void {
  setArguments(out, starts, middles, ends, table, dout, K, 0, rate, B, H);
  const a = args();
  a.columnStarts = columnStarts;
  a.columnEnds = columnEnds;
  const worthwhile = nonzeros > WORTHWHILE;
  if (overwrite) memory.fill(out, 0, bytesInTiles(K, H));
  if (transposingPays(nonzeros, B, K, H)) transposeAndDescend(worthwhile);
  else parallelForHalves(outerChunk, H, worthwhile);
}

/** One half of all rows, for one tile. */
function outerChunk(chunk: i32): void {
  const H = args().H;
  const tile = tileOfHalf(chunk, H);
  const isSecond = isSecondHalf(chunk, H);
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
  const a = args();
  const out = computedOnce(tileAt(a.out, tile, a.K));
  const starts = startsOf(isSecond);
  const ends = endsOf(isSecond);
  const table = a.table;
  const stride = <usize>(a.H * BYTES);
  const rate = v128.splat<Float>(-a.rate);
  // behind the last column there are zeros in a tile, and other numbers in dout
  const rest = firstLanes(width - (N - 1) * LANES);

  // the calling thread has just written it
  if (hasWorkers()) touchRange(a.tiles, a.tiles + <usize>a.R * stride);
  let dout = columnsOf(a.tiles, 0, tile, a.H);
  for (let b = 0; b < a.R; b++, dout += stride) {
    let next = rowStart(starts, b);
    const last = rowEnd(ends, b);
    for (let i = 0; i < N; i++) {
      const factors = v128.mul<Float>(rate, v128.load(dout + <usize>(i * 16)));
      v128.store(panel + <usize>(i * 16), i == N - 1 ? v128.and(factors, rest) : factors);
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
    // Not fused: each has a store, and AMD's Zen 3 cannot fuse and store at once. Fused, a nonzero takes 6.3 ns there in a
    // tile of 50 columns, and 4.7 like this.
    while (next < last) {
      const nonzero = load<u32>(next);
      const x = valueOf(table, nonzero);
      const p = rowOf(out, nonzero);
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
      next += PACKED;
    }
  }
}

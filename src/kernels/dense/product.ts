import { Float } from '../math/float';
import { BYTES, LANES } from '../math/vector';
import { ARGUMENTS, PAIRED, ZEROS, ZEROS_BYTES, argumentsAt } from '../threads/layout';
import { PANEL_BYTES, mustPack, panel } from '../threads/panel';
import { nextCall, parallelFor } from '../threads/parallel';
import { GROUP, productBlocks } from './product-blocks';
import { PAIRS_BYTES, productPairs } from './product-pairs';
import { goesByRow, productRows } from './product-rows';
import { BAND, ROW, firstColumn, tilesIn, vectorsIn, widthOf } from './tiles';

/** How many rows of a tile of w are packed at a time: 229 kB of a wide one. */
const DEPTH: i32 = 1024;

/** About how many products a chunk has, and how many rows at least: each thread packs what its chunks need of w. */
const CHUNK_PRODUCTS: i32 = 20_000;
const MIN_ROWS: i32 = 24;

/** The same where w is deeper than what is packed at a time: then every chunk packs all of its tile anew. */
const MIN_ROWS_OF_DEEP: i32 = 60;

/** Shorter sums are stored so often that larger blocks of them gain nothing. */
const MIN_PAIRED_DEPTH: i32 = 32;

/** From how many products on threads pay: all that one has written and another reads goes from cache to cache. */
const WORTHWHILE: i64 = 100_000;

/** Says that V8 makes one vector of two: then the inner loops of product-pairs.ts compute the same bits sooner. */
export function pairVectors(): void {
  store<i32>(PAIRED, 1);
}

@unmanaged
class Arguments {
  out: usize;
  x: usize;
  w: usize;
  bias: usize;
  R: i32;
  K: i32;
  H: i32;
  xRow: usize;
  xColumn: usize;
  wRow: usize;
  wColumn: usize;
  call: i32;
  /** How many chunks a tile is cut into, and how many rows each has. */
  blocks: i32;
  rows: i32;
}

/**
 * out[R, H] = bias[H] + Σ_k x(r, k) w(k, h)
 *
 * x(r, k) is at x + r xRow + k xColumn, in bytes, and w(k, h) at w + k wRow + h wColumn, so that one kernel serves
 * x W, dout Wᵀ and xᵀ dout. A bias of 0, no pointer, counts as zeros.
 */
export function product(
  out: usize,
  x: usize,
  w: usize,
  bias: usize,
  R: i32,
  K: i32,
  H: i32,
  xRow: usize,
  xColumn: usize,
  wRow: usize,
  wColumn: usize,
): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.out = out;
  a.x = x;
  a.w = w;
  a.bias = bias;
  a.R = R;
  a.K = K;
  a.H = H;
  a.xRow = xRow;
  a.xColumn = xColumn;
  a.wRow = wRow;
  a.wColumn = wColumn;
  a.call = nextCall();
  const wanted = max(CHUNK_PRODUCTS / (K * widthOf(0, H)), K > DEPTH ? MIN_ROWS_OF_DEEP : MIN_ROWS);
  a.rows = min(R, (wanted / GROUP) * GROUP);
  a.blocks = (R + a.rows - 1) / a.rows;
  parallelFor(productChunk, tilesIn(H) * a.blocks, <i64>R * K * H > WORTHWHILE);
}

/** Some rows of one tile of columns. */
function productChunk(chunk: i32): void {
  if (DEPTH * ROW + PAIRS_BYTES > PANEL_BYTES) ERROR('so many rows of a tile do not fit into a panel');
  if (ROW > <i32>ZEROS_BYTES) ERROR('there are fewer zeros than a row of a tile has numbers');
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const tile = chunk / a.blocks;
  const column = firstColumn(tile, a.H);
  const width = widthOf(tile, a.H);
  const first = (chunk % a.blocks) * a.rows;
  const rows = min(first + a.rows, a.R) - first;
  const vectors = vectorsIn(width);
  const byRow = goesByRow(vectors);
  const isPaired = load<i32>(PAIRED) != 0 && a.K >= MIN_PAIRED_DEPTH;
  const row: usize = byRow ? ROW : <usize>vectors << 4;
  const band = (BAND * ROW) / <i32>row; // as many bytes as those of a wide tile
  const outRow = <usize>(a.H * BYTES);
  const out = a.out + <usize>first * outRow + <usize>(column * BYTES);

  for (let k = 0; k < a.K; k += DEPTH) {
    const end = min(k + DEPTH, a.K);
    if (mustPack(a.call, column + k * a.H)) {
      pack(a.w + <usize>k * a.wRow + <usize>column * a.wColumn, a.wRow, a.wColumn, end - k, width, row);
    }
    for (let b = k; b < end; b += band) {
      const w = panel + <usize>(b - k) * row;
      const depth = min(band, end - b);
      const x = a.x + <usize>first * a.xRow + <usize>b * a.xColumn;
      const bias = b ? 0 : a.bias ? a.bias + <usize>(column * BYTES) : ZEROS;
      if (isPaired) {
        const spare = panel + DEPTH * ROW;
        productPairs(byRow, out, outRow, rows, bias, x, a.xRow, a.xColumn, w, row, depth, width, spare);
      } else if (byRow) productRows(out, outRow, rows, bias, x, a.xRow, a.xColumn, w, depth, width);
      else productBlocks(out, outRow, rows, bias, x, a.xRow, a.xColumn, w, row, depth, width);
    }
  }
}

/** Packs `depth` rows of a tile of w into the panel, `row` bytes apart, in whole vectors: past `width` they hold any numbers. */
function pack(w: usize, wRow: usize, wColumn: usize, depth: i32, width: i32, row: usize): void {
  const end = panel + <usize>depth * row;
  const vectors = vectorsIn(width);
  if (wColumn == BYTES) {
    for (let to = panel; to < end; to += row, w += wRow) {
      for (let i: usize = 0; i < <usize>vectors << 4; i += 16) v128.store(to + i, v128.load(w + i));
    }
    return;
  }
  for (let h = 0; h < vectors * LANES; h++, w += wColumn) {
    let from = w;
    for (let to = panel + <usize>(h * BYTES); to < end; to += row, from += wRow) {
      // not what happens to be there: some processors are slow with subnormal numbers
      store<Float>(to, h < width ? load<Float>(from) : 0);
    }
  }
}

import { ROW, columnsOf, copyRows, isNarrow, tileAt, widthOf } from '../dense/tiles';
import { PANEL_BYTES, mustPack, panel } from '../threads/panel';
import { nextCall } from '../threads/parallel';
import { PACKED } from './csr';
import { isSecondHalf, parallelForHalves, splitColumn, tileOfHalf } from './halves';
import { args, endsOf, packedDescend, startsOf } from './sparse-rows';
import { cursorBytes, transpose } from './transpose';

/** Nonzeros that a column should have on average: each column costs a load and a store of its sums. */
const MIN_IN_COLUMN: i32 = 4;

/** How many rows the panel has room for: those of dout, and the nonzeros that half of the K columns may have in them. */
function rowsInPanel(K: i32): i32 {
  const columns = max(splitColumn(K), K - splitColumn(K));
  const pointers = <i32>cursorBytes(columns) + columns * 8;
  return (PANEL_BYTES - pointers) / (ROW + columns * <i32>PACKED);
}

/** Whether it pays to transpose so many nonzeros in R rows and K columns, for H columns of dout. */
export function transposingPays(nonzeros: i32, R: i32, K: i32, H: i32): bool {
  return !isNarrow(H) && <i64>nonzeros * min(R, rowsInPanel(K)) >= <i64>MIN_IN_COLUMN * K * R;
}

/** Whether the first half may be transposed beforehand, too (prefetch.ts): where all rows are transposed at once. */
export function firstHalfIsTransposed(nonzeros: i32, R: i32, K: i32, H: i32): bool {
  return transposingPays(nonzeros, R, K, H) && R <= rowsInPanel(K);
}

/**
 * out[K, H] = out - rate xᵀ dout, with the arguments of sparseOuter: each thread transposes its half of the columns into
 * its own panel (transpose.ts), so that the sums for a row of out stay in registers (sparse-rows.ts). It does so for as many
 * rows of x at a time as the panel has room for. The first half, the workers', may have been transposed by a prefetch.
 */
export function transposeAndDescend(worthwhile: bool): void {
  const a = args();
  const most = rowsInPanel(a.K);
  for (a.first = 0; a.first < a.R; a.first = a.end) {
    a.end = min(a.R, a.first + most);
    a.call = nextCall();
    parallelForHalves(transposedChunk, a.H, worthwhile);
  }
}

/** One half of all columns, for one tile. */
function transposedChunk(chunk: i32): void {
  const a = args();
  const tile = tileOfHalf(chunk, a.H);
  const isSecond = isSecondHalf(chunk, a.H);
  const half = splitColumn(a.K);
  const column = isSecond ? half : 0;
  const columns = isSecond ? a.K - half : half;
  const rows = a.end - a.first;

  const dout = panel + cursorBytes(columns);
  let columnStarts = dout + <usize>(rows * ROW);
  let columnEnds = columnStarts + (<usize>columns << 2);
  copyRows(dout, columnsOf(a.tiles, a.first, tile, a.H), rows, tile, a.H, true);
  if (a.columnStarts && !isSecond) {
    columnStarts = a.columnStarts;
    columnEnds = a.columnEnds;
  } else if (mustPack(a.call, <i32>isSecond)) {
    const nonzeros = columnEnds + (<usize>columns << 2);
    const group = <usize>a.first << 2;
    const starts = startsOf(isSecond) + group;
    const ends = endsOf(isSecond) + group;
    transpose(columnStarts, columnEnds, nonzeros, panel, starts, ends, rows, column, columns);
  }
  const out = tileAt(a.out, tile, a.K) + <usize>(column * ROW);
  packedDescend(out, columns, columnStarts, columnEnds - columnStarts, dout, widthOf(tile, a.H));
}

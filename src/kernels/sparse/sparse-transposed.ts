import { ROW, columnsOf, copyRows, isNarrow, tileAt, widthOf } from '../dense/tiles';
import { isNew, panel } from '../threads/panel';
import { nextCall } from '../threads/parallel';
import { ENTRY, UNPACKED_BYTES, halfOf, isSecondHalf, shareHalves, tileOfHalf } from './csr';
import { beginsOf, endsOf, given, packedDescend } from './sparse-rows';
import { turn, wordsFor } from './transpose';

/** Entries that a list by column should have on average: each list costs a way to its sums and back. */
const LEAST: i32 = 4;

/** How many rows there is room for in the panel: those of dout, and all entries that columns of x may have in them. */
function rowsInPanel(places: i32): i32 {
  const columns = max(halfOf(places), places - halfOf(places));
  const pointers = <i32>wordsFor(columns) + columns * 8;
  return (UNPACKED_BYTES - pointers) / (ROW + columns * <i32>ENTRY);
}

/** Whether it pays to turn so many entries of R rows, for H columns of dout. */
export function turningPays(entries: i32, R: i32, places: i32, H: i32): bool {
  return !isNarrow(H) && <i64>entries * min(R, rowsInPanel(places)) >= <i64>LEAST * places * R;
}

/** Whether the first half may be turned beforehand, too: where all rows are turned at once. */
export function firstHalfIsTurned(entries: i32, R: i32, places: i32, H: i32): bool {
  return turningPays(entries, R, places, H) && R <= rowsInPanel(places);
}

/**
 * out[places, H] = out - rate xᵀ dout, of what sparseOuter was given: each thread turns its half of the lists into lists by
 * column (transpose.ts), which no other thread ever sees, so that the sums for a row of out stay in registers (sparse-rows.ts).
 * That for as many rows of x at a time as the panel has room for. The helpers' half may have been turned before: it is when
 * the next batch was prepared, by a helper that had time for it.
 */
export function turnAndDescend(worthwhile: bool): void {
  const a = given();
  const most = rowsInPanel(a.places);
  for (a.first = 0; a.first < a.R; a.first = a.end) {
    a.end = min(a.R, a.first + most);
    a.call = nextCall();
    shareHalves(sparseTurnedUnit, a.H, worthwhile);
  }
}

/** One half of all columns, for one tile. */
function sparseTurnedUnit(unit: i32): void {
  const a = given();
  const tile = tileOfHalf(unit, a.H);
  const isSecond = isSecondHalf(unit, a.H);
  const half = halfOf(a.places);
  const column = isSecond ? half : 0;
  const columns = isSecond ? a.places - half : half;
  const rows = a.end - a.first;

  const dout = panel + wordsFor(columns);
  let lists = dout + <usize>(rows * ROW);
  let ends = lists + (<usize>columns << 2);
  copyRows(dout, columnsOf(a.tiles, a.first, tile, a.H), rows, tile, a.H, true);
  if (a.turnedLists && !isSecond) {
    lists = a.turnedLists;
    ends = a.turnedEnds;
  } else if (isNew(a.call, <i32>isSecond)) {
    const turned = ends + (<usize>columns << 2);
    const group = <usize>a.first << 2;
    turn(lists, ends, turned, panel, beginsOf(isSecond) + group, endsOf(isSecond) + group, rows, column, columns);
  }
  const out = tileAt(a.out, tile, a.places) + <usize>(column * ROW);
  packedDescend(out, columns, lists, ends - lists, dout, widthOf(tile, a.H));
}

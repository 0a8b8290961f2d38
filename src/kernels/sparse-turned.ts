import { isNew, panel } from './panel';
import { nextCall, share } from './parallel';
import { ENTRY, PARTS, UNPACKED_BYTES, halfOf, halfUnits, isSecondHalf, startOfPart, tileOfHalf } from './sparse';
import { beginsOf, endsOf, given, packedDescend } from './sparse-rows';
import { ROW, columnsOf, copyRows, isNarrow, tileAt, widthOf } from './tiles';
import { turn, wordsFor } from './turn';
import { SPARSE_TURNED } from './units';

/**
 * Bytes of the room that each half of the columns has for its lists. In it there are, one behind the other: a word that says
 * which call they were made for, with a cache line to itself; where each list begins; where it ends; the words that `turn`
 * needs; and the lists.
 */
const ROOM: i32 = 288 * 1024;
const HEAD: i32 = 64;

/** Bytes of both rooms. */
export const ROOMS_BYTES: i32 = 2 * ROOM;

let rooms: usize = 0;

export function setRooms(pointer: usize): void {
  rooms = pointer;
}

/** Entries that a list by column should have on average: each list costs a way to its sums and back. */
const LEAST: i32 = 4;

/** How many rows there is room for, if every column has an entry in each; the panel must hold those of dout. */
function rowsInRoom(places: i32): i32 {
  const columns = max(halfOf(places), places - halfOf(places));
  const inRoom = (ROOM - HEAD - columns * 8 - <i32>wordsFor(columns)) / (columns * <i32>ENTRY);
  return min(inRoom, UNPACKED_BYTES / ROW);
}

/** Whether it pays to turn so many entries of R rows, for H columns of dout. */
export function turningPays(entries: i32, R: i32, places: i32, H: i32): bool {
  return !isNarrow(H) && <i64>entries * min(R, rowsInRoom(places)) >= <i64>LEAST * places * R;
}

/**
 * out[places, H] = out - rate xᵀ dout, of what sparseOuter was given: each half of the lists is turned into lists by column
 * (turn.ts) by whichever thread needs them first, mostly the only one that does, so that the sums for a row of out stay in
 * registers (sparse-rows.ts). That for as many rows of x at a time as there is room for.
 */
export function turnAndDescend(worthwhile: bool): void {
  const a = given();
  const most = rowsInRoom(a.places);
  a.rooms = rooms;
  for (a.first = 0; a.first < a.R; a.first = a.end) {
    a.end = min(a.R, a.first + most);
    a.call = nextCall();
    share(SPARSE_TURNED, halfUnits(a.H) * PARTS, worthwhile);
  }
}

/** Some columns of one half, for one tile. */
export function sparseTurnedUnit(part: i32): void {
  const a = given();
  const unit = part / PARTS;
  const tile = tileOfHalf(unit, a.H);
  const isSecond = isSecondHalf(unit, a.H);
  const half = halfOf(a.places);
  const column = isSecond ? half : 0;
  const columns = isSecond ? a.places - half : half;
  const room = a.rooms + (isSecond ? ROOM : 0);
  turnOnce(room, isSecond, column, columns);

  if (isNew(a.call, tile)) {
    copyRows(panel, columnsOf(a.tiles, a.first, tile, a.H), a.end - a.first, tile, a.H, true);
  }
  const first = startOfPart(part % PARTS, PARTS, columns);
  const end = startOfPart((part % PARTS) + 1, PARTS, columns);
  const out = tileAt(a.out, tile, a.places) + <usize>((column + first) * ROW);
  const lists = room + HEAD + (<usize>first << 2);
  packedDescend(out, end - first, lists, <usize>columns << 2, panel, widthOf(tile, a.H));
}

/** Turns the lists of a half, unless another unit of the same call has done so; waits for one that is at it. */
function turnOnce(room: usize, isSecond: bool, column: i32, columns: i32): void {
  const a = given();
  const begun = 2 * a.call;
  const done = begun + 1;
  const state = atomic.load<i32>(room);
  if (state == done) return;
  if (state == begun || atomic.cmpxchg<i32>(room, state, begun) != state) {
    while (atomic.load<i32>(room) != done) {}
    return;
  }
  const lists = room + HEAD;
  const ends = lists + (<usize>columns << 2);
  const words = ends + (<usize>columns << 2);
  const group = <usize>a.first << 2;
  const turned = words + wordsFor(columns);
  const rows = a.end - a.first;
  turn(lists, ends, turned, words, beginsOf(isSecond) + group, endsOf(isSecond) + group, rows, column, columns);
  atomic.store<i32>(room, done);
}

import { panel } from '../threads/panel';
import { PREPARATION_ARGUMENTS, prepareSoon } from '../threads/parallel';
import { ENTRY, bringNear, halfOf } from './csr';
import { turn } from './transpose';

@unmanaged
class Preparation {
  lists: usize;
  middles: usize;
  ends: usize;
  entries: usize;
  columnLists: usize;
  columnEnds: usize;
  turned: usize;
  imageLists: usize;
  imageMiddles: usize;
  imageEnds: usize;
  rows: usize;
  B: i32;
  D: i32;
  halved: bool;
}

/**
 * Makes the next batch ready, on whichever thread finds the time: notes where the lists of its `rows` lie among those of
 * all images, and how many `entries` they have together; brings them near; and turns them into lists by column, unless
 * `columnLists` is 0. Halved, the second halves of the lists are left as they are, where they are: another thread will
 * see to them.
 */
export function prepare(
  lists: usize,
  middles: usize,
  ends: usize,
  entries: usize,
  columnLists: usize,
  columnEnds: usize,
  turned: usize,
  imageLists: usize,
  imageMiddles: usize,
  imageEnds: usize,
  rows: usize,
  B: i32,
  D: i32,
  halved: bool,
): void {
  const p = changetype<Preparation>(PREPARATION_ARGUMENTS);
  p.lists = lists;
  p.middles = middles;
  p.ends = ends;
  p.entries = entries;
  p.columnLists = columnLists;
  p.columnEnds = columnEnds;
  p.turned = turned;
  p.imageLists = imageLists;
  p.imageMiddles = imageMiddles;
  p.imageEnds = imageEnds;
  p.rows = rows;
  p.B = B;
  p.D = D;
  p.halved = halved;
  prepareSoon(prepareNow);
}

function prepareNow(): void {
  const p = changetype<Preparation>(PREPARATION_ARGUMENTS);
  note();
  const ends = p.halved ? p.middles : p.ends;
  const columns = p.halved ? halfOf(p.D) : p.D;
  bringNear(p.lists, ends, 0, p.B);
  if (p.columnLists) turn(p.columnLists, p.columnEnds, p.turned, panel, p.lists, ends, p.B, 0, columns);
}

/** Notes where the lists of the rows lie, and the number of their entries. */
function note(): void {
  const p = changetype<Preparation>(PREPARATION_ARGUMENTS);
  let bytes: u32 = 0;
  for (let b: usize = 0; b < <usize>p.B << 2; b += 4) {
    const image = <usize>load<u32>(p.rows + b) << 2;
    const first = load<u32>(p.imageLists + image);
    const end = load<u32>(p.imageEnds + image);
    store<u32>(p.lists + b, first);
    store<u32>(p.middles + b, load<u32>(p.imageMiddles + image));
    store<u32>(p.ends + b, end);
    bytes += end - first;
  }
  store<u32>(p.entries, bytes / <u32>ENTRY);
}

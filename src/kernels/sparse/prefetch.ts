/** The next batch, made ready by whichever thread finds the time. */
import { PREFETCH_ARGUMENTS, argumentsAt } from '../threads/layout';
import { PANEL_BYTES, panel } from '../threads/panel';
import { schedulePrefetch } from '../threads/parallel';
import { CURSOR, MAX_COLUMNS, PACKED } from './csr';
import { splitColumn } from './halves';
import { touchRows } from './touch';
import { transpose } from './transpose';

@unmanaged
class Arguments {
  starts: usize;
  middles: usize;
  ends: usize;
  nonzeros: usize;
  columnStarts: usize;
  columnEnds: usize;
  transposed: usize;
  imageStarts: usize;
  imageMiddles: usize;
  imageEnds: usize;
  rows: usize;
  B: i32;
  D: i32;
  halved: bool;
}

/**
 * Schedules the next batch, x[B, D]: its row starts, middles and ends are copied from those of the images that `rows` names,
 * and their number of nonzeros is written to `nonzeros`; its nonzeros are touched; and, unless `columnStarts` is 0, they are
 * transposed. Halved, only the first halves of its rows are touched and transposed: another thread takes the second ones.
 *
 * All of this memory belongs to the prefetch until `awaitPrefetch` returns.
 */
export function prefetch(
  starts: usize,
  middles: usize,
  ends: usize,
  nonzeros: usize,
  columnStarts: usize,
  columnEnds: usize,
  transposed: usize,
  imageStarts: usize,
  imageMiddles: usize,
  imageEnds: usize,
  rows: usize,
  B: i32,
  D: i32,
  halved: bool,
): void {
  const a = argumentsAt<Arguments>(PREFETCH_ARGUMENTS);
  a.starts = starts;
  a.middles = middles;
  a.ends = ends;
  a.nonzeros = nonzeros;
  a.columnStarts = columnStarts;
  a.columnEnds = columnEnds;
  a.transposed = transposed;
  a.imageStarts = imageStarts;
  a.imageMiddles = imageMiddles;
  a.imageEnds = imageEnds;
  a.rows = rows;
  a.B = B;
  a.D = D;
  a.halved = halved;
  schedulePrefetch(prefetchNow);
}

function prefetchNow(): void {
  if (MAX_COLUMNS * <i32>CURSOR + 15 > PANEL_BYTES) ERROR('the cursors of so many columns do not fit into a panel');
  const a = argumentsAt<Arguments>(PREFETCH_ARGUMENTS);
  gatherRows();
  const ends = a.halved ? a.middles : a.ends;
  const columns = a.halved ? splitColumn(a.D) : a.D;
  touchRows(a.starts, ends, 0, a.B);
  if (a.columnStarts) transpose(a.columnStarts, a.columnEnds, a.transposed, panel, a.starts, ends, a.B, 0, columns);
}

/** Copies where the rows' nonzeros lie, and counts them. */
function gatherRows(): void {
  const a = argumentsAt<Arguments>(PREFETCH_ARGUMENTS);
  let bytes: u32 = 0;
  for (let b: usize = 0; b < <usize>a.B << 2; b += 4) {
    const image = <usize>load<u32>(a.rows + b) << 2;
    const first = load<u32>(a.imageStarts + image);
    const end = load<u32>(a.imageEnds + image);
    store<u32>(a.starts + b, first);
    store<u32>(a.middles + b, load<u32>(a.imageMiddles + image));
    store<u32>(a.ends + b, end);
    bytes += end - first;
  }
  store<u32>(a.nonzeros, bytes / <u32>PACKED);
}

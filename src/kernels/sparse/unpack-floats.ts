import { ROW } from '../dense/tiles';
import { Float } from '../math/float';
import { BYTES } from '../math/vector';
import { SEGMENTS_BYTES, UNPACKED, startOfPart } from './unpack';

/**
 * Unpacks what is not 0 of the rows [first, end), K columns wide, of a matrix of floats: in the order and to the places of
 * unpack.ts. Number (r, k) is at x + r xRow + k xColumn, in bytes.
 */
export function unpackFloats(
  unpacked: usize,
  x: usize,
  xRow: usize,
  xColumn: usize,
  first: i32,
  end: i32,
  K: i32,
  bands: i32,
): void {
  let to = unpacked + SEGMENTS_BYTES;
  let column = 0;
  for (let band = 1; band <= bands; band++) {
    const bandEnd = startOfPart(band, bands, K);
    let row = x + <usize>first * xRow;
    for (let r = first; r < end; r++, row += xRow, unpacked += 4) {
      store<u32>(unpacked, <u32>to);
      let p = row + <usize>column * xColumn;
      for (let k = column; k < bandEnd; k++, p += xColumn) {
        const number = load<Float>(p);
        if (number == 0) continue;
        store<u32>(to, <u32>(k * ROW));
        store<Float>(to + BYTES, number);
        to += UNPACKED;
      }
    }
    column = bandEnd;
  }
  store<u32>(unpacked, <u32>to);
}

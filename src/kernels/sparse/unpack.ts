/**
 * Where tiles are many, each thread unpacks nonzeros once for all of its tiles, which saves a tenth of the instructions of
 * every round; and it sorts them into bands of columns, each of which has so few rows of a tile that they stay in the first
 * cache. A row's nonzeros in one band are a segment.
 */
import { Float } from '../math/float';
import { BYTES, computedOnce, splatAt } from '../math/vector';
import { PANEL_BYTES } from '../threads/panel';
import { PACKED, packNonzero, rowEnd, rowOf, rowStart, valueOffset } from './csr';

/** Bytes of an unpacked nonzero: the offset of its row in a tile; then, at BYTES, the float itself. */
export const UNPACKED: usize = 2 * BYTES;

/** How many segments are unpacked at a time. */
export const MAX_SEGMENTS: i32 = 8191;

/** Bytes of where each segment begins and the last one ends. */
export const SEGMENTS_BYTES: usize = 4 * (<usize>MAX_SEGMENTS + 1);

/** How many nonzeros are unpacked at a time: what is left of the panel. */
export const MAX_NONZEROS: usize = (<usize>PANEL_BYTES - SEGMENTS_BYTES) / UNPACKED;

// @ts-ignore: decorator
@inline
export function unpackedRow(tile: usize, nonzero: usize): usize {
  return tile + <usize>load<u32>(nonzero);
}

// @ts-ignore: decorator
@inline
export function unpackedValue(nonzero: usize): v128 {
  return splatAt(nonzero + BYTES);
}

/**
 * Unpacks the nonzeros of the rows [first, end), K columns wide, band by band: each row's segment of the first band, then
 * each row's of the second one, and so on. Writes where each segment begins and where the last one ends, then all nonzeros.
 */
export function unpack(
  unpacked: usize,
  starts: usize,
  ends: usize,
  table: usize,
  first: i32,
  end: i32,
  K: i32,
  bands: i32,
): void {
  // until its band comes, the word of a segment says where among the packed nonzeros it begins
  const nextBand = <usize>(end - first) << 2;
  for (let r = first; r < end; r++) store<u32>(unpacked + (<usize>(r - first) << 2), <u32>rowStart(starts, r));
  let to = unpacked + SEGMENTS_BYTES;
  for (let band = 1; band <= bands; band++) {
    const bandEnd = <u32>computedOnce(<usize>packNonzero(startOfPart(band, bands, K), 0));
    for (let r = first; r < end; r++, unpacked += 4) {
      const last = rowEnd(ends, r);
      let p = rowStart(unpacked, 0);
      store<u32>(unpacked, <u32>to);
      for (; p < last; p += PACKED, to += UNPACKED) {
        const nonzero = load<u32>(p);
        if (nonzero >= bandEnd) break;
        store<u32>(to, <u32>rowOf(0, nonzero));
        store<Float>(to + BYTES, load<Float>(table + valueOffset(nonzero)));
      }
      store<u32>(unpacked + nextBand, <u32>p);
    }
  }
  store<u32>(unpacked, <u32>to);
}

/** Where a part begins of n rows, or columns, that are cut into parts. */
// @ts-ignore: decorator
@inline
export function startOfPart(part: i32, parts: i32, n: i32): i32 {
  return (n * part) / parts;
}

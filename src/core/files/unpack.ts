/** What unpacks data that are packed by deflate: zlib in Node, a loop of this program in a page. Formats stand above it. */

/** Data that cannot be unpacked; the message says why, as zlib does: "incorrect data check". */
export class BrokenData extends Error {
  override readonly name = 'BrokenData';
}

/** Unpacks gzip data as they come; what was asked for and not read to its end is let go. */
export type StartGunzip = (packed: AsyncGenerator<Uint8Array, void, undefined>) => Gunzip;

/** Gzip data that are being unpacked. */
export interface Gunzip {
  /** All members, one after another, up to bytes that cannot be another. Iterating throws BrokenData. */
  readonly unpacked: AsyncIterable<Uint8Array>;
  /** How many bytes of the packed ones were unpacked, as far as is known. */
  readonly bytesRead: number;
}

/** Unpacks what is in memory. All of it throws BrokenData. */
export interface Inflate {
  /**
   * Data with zlib's header and checksum.
   *
   * @returns undefined where there are more than `most` bytes.
   */
  zlib(packed: Uint8Array, most: number): Uint8Array | undefined;
  /** The same of data without them. */
  raw(packed: Uint8Array, most: number): Uint8Array | undefined;
  /** What so many bytes of such data unpack to, which may end in the middle. */
  rawStart(packed: Uint8Array): Uint8Array;
}

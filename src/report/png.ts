/** Pictures in a page: PNG files without compression, which take no library. Source: W3C, Portable Network Graphics, third edition. */
import { base64, joined } from '../core/bytes.js';
import { crc32 } from '../core/crc32.js';

/** A picture, row by row: one number a pixel, or red, green and blue, each 0 to 255. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** A picture as the address of an `img`. */
export const pngAddress = (pixels: Pixels): string => `data:image/png;base64,${base64(png(pixels))}`;

export function png({ width, height, channels, data }: Pixels): Uint8Array<ArrayBuffer> {
  const row = width * channels;
  const lines = new Uint8Array(height * (row + 1)); // in front of each line, 0: it is written as it is
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
  const head = [...big(width), ...big(height), 8, channels === 1 ? 0 : 2, 0, 0, 0];
  return joined([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', Uint8Array.from(head)),
    chunk('IDAT', stored(lines)),
    chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const named = joined([Uint8Array.from(name, (letter) => letter.charCodeAt(0)), content]);
  return joined([Uint8Array.from(big(content.length)), named, Uint8Array.from(big(crc32(named)))]);
}

/** The largest block that is not compressed. */
const BLOCK = 0xffff;

/** Bytes as zlib has them, in blocks that are not compressed. Source: RFC 1950 and 1951. */
function stored(bytes: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let from = 0; from < bytes.length; from += BLOCK) {
    const block = bytes.subarray(from, from + BLOCK);
    const { length } = block;
    const isLast = from + length === bytes.length ? 1 : 0;
    blocks.push(Uint8Array.of(isLast, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255), block);
  }
  return joined([...blocks, Uint8Array.from(big(adler32(bytes)))]);
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

const big = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];

/** Archives of zip, whose files are not compressed. Source: PKWARE's APPNOTE. */
import { joined } from '../bytes.js';
import { crc32 } from '../crc32.js';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The bytes of a zip of these files, by their paths. They are stored as they are: numbers that a network has learned hardly become
 * smaller.
 */
export function encodeZip(contents: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const files: Bytes[] = [];
  const directory: Bytes[] = [];
  let offset = 0;
  for (const [name, content] of contents) {
    const path = new TextEncoder().encode(name);
    // version 2.0, UTF-8 names, stored, the first day that zip knows
    const entry = [half(20), half(0x800), half(0), half(0), half(0x21), word(crc32(content))];
    const sizes = [word(content.length), word(content.length), half(path.length), half(0)];
    const file = joined([word(LOCAL), ...entry, ...sizes, path, content]);
    const nowhere = [half(0), half(0), half(0), word(0)]; // no comment, the first disk, no attributes
    directory.push(joined([word(CENTRAL), half(20), ...entry, ...sizes, ...nowhere, word(offset), path]));
    files.push(file);
    offset += file.length;
  }
  const entries = joined(directory);
  const counts = [half(0), half(0), half(contents.size), half(contents.size)];
  return joined([...files, entries, word(END), ...counts, word(entries.length), word(offset), half(0)]);
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;

const half = (value: number): Bytes => Uint8Array.of(value & 255, value >> 8);
const word = (value: number): Bytes => joined([half(value & 0xffff), half(value >>> 16)]);

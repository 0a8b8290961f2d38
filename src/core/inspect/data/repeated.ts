/** How many samples stand in another set, too, number for number; those that are streamed are not looked at. */
import { exampleCount } from '../../examples.js';
import type { Examples } from '../../kinds.js';
import { sizeOf } from '../../tensor.js';

export function countRepeated(among: Examples, of: Examples): number {
  if (among.stream !== undefined || of.stream !== undefined) return 0;
  const known = new Map<number, number[]>();
  const rowsAmong = rowsOf(among);
  for (let row = 0; row < exampleCount(among); row++) {
    const hash = hashOf(rowsAmong(row));
    const rows = known.get(hash);
    if (rows === undefined) known.set(hash, [row]);
    else rows.push(row);
  }
  const rowsOfOther = rowsOf(of);
  let count = 0;
  for (let row = 0; row < exampleCount(of); row++) {
    const words = rowsOfOther(row);
    // samples of one hash are seldom different, and yet may be
    if (known.get(hashOf(words))?.some((other) => isSame(rowsAmong(other), words))) count++;
  }
  return count;
}

type Words = Uint8Array | Uint32Array;

/** The bits of a row: bytes, or words of 32 bits. */
function rowsOf({ features, shape }: Examples): (row: number) => Words {
  const words =
    features instanceof Uint8Array
      ? features
      : new Uint32Array(features.buffer, features.byteOffset, features.byteLength / Uint32Array.BYTES_PER_ELEMENT);
  const width = (sizeOf(shape) * words.length) / features.length;
  return (row) => words.subarray(row * width, (row + 1) * width);
}

const isSame = (one: Words, other: Words): boolean =>
  one.length === other.length && one.every((word, i) => word === other[i]);

/** FNV-1a, a word at a time. */
function hashOf(words: Words): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
  return hash;
}

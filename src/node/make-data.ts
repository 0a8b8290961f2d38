/** Files of drawn digits, as many as you like: to try what is too much for a memory. */
import { createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { drawDigit } from '../core/digits/handwriting.js';
import { PipelineError } from '../core/errors.js';
import { encodeIdx } from '../core/files/encode-idx.js';
import { headerBytes } from '../core/files/idx-header.js';
import { seededRandom } from '../core/random/random.js';
import { isThere } from './is-there.js';
import { throughPartialFile } from './partial-file.js';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** Digits that are drawn before anything else has its turn. */
const AT_ONCE = 100;

/** What is to be drawn. */
export interface DataToMake {
  readonly train: number;
  readonly test: number;
  readonly seed: number;
}

/**
 * Writes the four files of a set of digits, named as MNIST's are: IDX, raw. A file is there when it is whole.
 *
 * @param signal Stops the drawing.
 * @throws PipelineError when one of them is there already; the system's error; the signal's reason.
 */
export async function makeData(folder: string, { train, test, seed }: DataToMake, signal?: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  const sets = [
    { prefix: 'train', count: train },
    { prefix: 't10k', count: test },
  ];
  for (const { prefix } of sets) {
    for (const name of [imagesOf(prefix), labelsOf(prefix)]) {
      if (await isThere(join(folder, name))) throw new PipelineError(`${join(folder, name)} is there already`);
    }
  }
  for (const { prefix, count } of sets) {
    await write(folder, imagesOf(prefix), drawn(count, seededRandom(seed).stream(prefix), signal));
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
    await write(folder, labelsOf(prefix), [encodeIdx([count], labels)]);
  }
}

const imagesOf = (prefix: string): string => `${prefix}-images-idx3-ubyte`;
const labelsOf = (prefix: string): string => `${prefix}-labels-idx1-ubyte`;

/** An IDX file, piece by piece: its header, and then the digits, which go round, 0 to 9 and again. */
async function* drawn(
  count: number,
  random: Parameters<typeof drawDigit>[1],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const header = encodeIdx([1, SIDE, SIDE], new Uint8Array(PIXELS)).slice(0, headerBytes(3));
  new DataView(header.buffer).setUint32(4, count);
  yield header;
  for (let first = 0; first < count; first += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - first);
    const pixels = new Uint8Array(some * PIXELS);
    for (let i = 0; i < some; i++) drawDigit((first + i) % 10, random, pixels.subarray(i * PIXELS, (i + 1) * PIXELS));
    yield pixels;
    await setImmediate();
    signal?.throwIfAborted();
  }
}

const write = (folder: string, name: string, pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> =>
  throughPartialFile(folder, name, async (partial) => {
    await pipeline(Readable.from(pieces), createWriteStream(partial));
    await rename(partial, join(folder, name));
  });

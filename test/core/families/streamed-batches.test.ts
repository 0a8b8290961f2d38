/** Examples that are read while they are learned from: the same numbers, and no more of them in memory than a window. */
import {
  type Backend,
  type Batch,
  batch,
  createKernels,
  drawBatch,
  type Examples,
  holdOut,
  impute,
  seededRandom,
  shuffleBatch,
  standardize,
  takeExamples,
} from 'marblenet';
import { firstValueFrom, lastValueFrom, map, of, skip, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { RowFile } from '../../../src/core/row-stream.js';
import { turnScheduler } from '../../../src/core/scheduler.js';
import { restoreWhole } from '../../../src/core/state.js';
import { through } from '../../../src/core/through.js';
import { contextWith } from '../../stages/context.js';

const N = 2503;
const D = 6;

/** The row i holds i in its first two bytes, and zeros among the others. */
const bytes = Uint8Array.from({ length: N * D }, (_, at) => {
  const row = Math.floor(at / D);
  return [row % 256, row >> 8, 0, row % 3, 0, 7][at % D];
});
const floats = Float32Array.from(bytes);

interface Counting extends RowFile {
  reads: number;
  rows: number;
}

/** A file that counts what is read of it. */
function fileOf(numbers: Uint8Array | Float32Array): Counting {
  const file: Counting = {
    path: 'rows.idx',
    count: N,
    width: D,
    reads: 0,
    rows: 0,
    create: (length) => new (numbers.constructor as Uint8ArrayConstructor)(length),
    async read(first, count) {
      file.reads++;
      file.rows += count;
      await new Promise((resolve) => setImmediate(resolve));
      return numbers.slice(first * D, (first + count) * D);
    },
  };
  return file;
}

/** Labels are the numbers of the rows. */
const streamed = (file: RowFile): Examples => ({
  split: 'train',
  epoch: 1,
  shape: [D],
  features: file.create(0),
  stream: { file },
  scaling: { mean: 0, std: 1 },
  labels: Int32Array.from({ length: N }, (_, i) => i),
  classes: undefined,
  origin: { source: 'test' },
});

const spec = { kind: 'examples', shape: [D], classes: undefined } as const;

function batchesOf(stage: ReturnType<typeof batch>, backend: Backend, seed = 1) {
  const kernels = createKernels('float32', backend);
  const context = contextWith({ kernels, random: seededRandom(seed).stream('test'), scheduler: turnScheduler });
  return stage.build(spec, context);
}

/** The rows of each batch, when each holds the numbers that it should. */
const rowsIn = ({ x, labels }: Batch): number[] => {
  const rows = Array.from(labels ?? []);
  const expected = rows.flatMap((row) => Array.from(bytes.subarray(row * D, (row + 1) * D)));
  expect(Array.from(x.data)).toEqual(expected);
  return rows;
};

const read = (examples: Examples, stage: ReturnType<typeof batch>, backend: Backend = 'typescript') =>
  lastValueFrom(of(examples).pipe(batchesOf(stage, backend).operator, map(rowsIn), toArray()));

const all = Array.from({ length: N }, (_, i) => i);

describe.each<[string, Uint8Array | Float32Array, Backend]>([
  ['bytes', bytes, 'typescript'],
  ['bytes', bytes, 'wasm'],
  ['floats', floats, 'wasm'],
])('%s, backend %#', (_, numbers, backend) => {
  it('come in order, each once, in windows of whole batches', async () => {
    const file = fileOf(numbers);
    const batches = await read(streamed(file), batch({ size: 7 }), backend);
    expect(batches.flat()).toEqual(all);
    expect(batches.map((rows) => rows.length)).toEqual([...Array(Math.floor(N / 7)).fill(7), N % 7]);
    expect(file.rows).toBe(N);
  });

  it('come shuffled, each once, and little of the file is read twice', async () => {
    const file = fileOf(numbers);
    const batches = await read(streamed(file), shuffleBatch({ size: 7, buffer: 500 }), backend);
    expect(batches.flat()).not.toEqual(all);
    expect(batches.flat().sort((a, b) => a - b)).toEqual(all);
    // 500 neighbours at a time: no more than those are near each other
    expect(new Set(batches.slice(0, 71).flatMap((rows) => rows.map((row) => Math.floor(row / 500)))).size).toBe(1);
    expect(file.rows).toBeLessThan(1.5 * N);
  });

  it('come as they did for one seed, and otherwise for another', async () => {
    const rows = (seed: number) => {
      const { operator } = batchesOf(shuffleBatch({ size: 50, buffer: 1000 }), backend, seed);
      return lastValueFrom(of(streamed(fileOf(numbers))).pipe(operator, map(rowsIn), toArray()));
    };
    expect(await rows(3)).toEqual(await rows(3));
    expect(await rows(3)).not.toEqual(await rows(4));
  });

  it.each([0, 1, 13, 14, 15, 60])('go on in the middle of an epoch, behind %d batches', async (given) => {
    const stage = shuffleBatch({ size: 40, buffer: 600 });
    const whole = await read(streamed(fileOf(numbers)), stage, backend);
    const first = batchesOf(stage, backend);
    let state = first.state?.state() ?? {};
    if (given > 0) {
      const stopped = of(streamed(fileOf(numbers))).pipe(
        first.operator,
        map((batch) => {
          rowsIn(batch);
          state = first.state?.state() ?? {};
        }),
        take(given),
        toArray(),
      );
      await lastValueFrom(stopped);
    }
    const other = batchesOf(stage, backend, given === 0 ? 1 : 99);
    if (other.state !== undefined) restoreWhole(other.state, state);
    const rest = of(streamed(fileOf(numbers))).pipe(other.operator, map(rowsIn), toArray());
    expect(await lastValueFrom(rest)).toEqual(whole.slice(given));
  });
});

describe('examples that are streamed', () => {
  it('are read as far as they are asked for, and one window ahead', async () => {
    const file = fileOf(bytes);
    await firstValueFrom(of(streamed(file)).pipe(batchesOf(batch({ size: 10 }), 'typescript').operator));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(file.rows).toBeLessThanOrEqual(N);
    const small = fileOf(bytes);
    const stage = shuffleBatch({ size: 10, buffer: 100 });
    await firstValueFrom(of(streamed(small)).pipe(batchesOf(stage, 'typescript').operator, skip(12)));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(small.rows).toBeLessThanOrEqual(400);
  });

  it('may be some of a file', async () => {
    const few = through(takeExamples({ count: 30 }), streamed(fileOf(bytes)));
    expect((await read(few, batch({ size: 12 }))).flat()).toEqual(all.slice(0, 30));
    const held = holdOut({ validation: 500, stratify: false }).build(spec, contextWith());
    const [train, validation] = await lastValueFrom(of(streamed(fileOf(bytes))).pipe(held.operator, toArray()));
    const rows = await Promise.all(
      [train, validation].map(async (part) => (await read(part, batch({ size: 64 }))).flat()),
    );
    expect(rows.map((some) => some.length)).toEqual([N - 500, 500]);
    expect(rows.flat().sort((a, b) => a - b)).toEqual(all);
  });

  it('must be numbers', async () => {
    const wrong = floats.slice();
    wrong[1234 * D + 2] = Number.NaN;
    const stage = shuffleBatch({ size: 50, buffer: 300 });
    await expect(read(streamed(fileOf(wrong)), stage)).rejects.toThrow(
      'rows.idx: found NaN at sample 1234, expected a number',
    );
  });

  it('cannot be drawn from', async () => {
    await expect(read(streamed(fileOf(bytes)), drawBatch({ size: 10, steps: 2 }) as never)).rejects.toThrow(
      'it draws from all examples, which are streamed; take shuffleBatch, or stream: false',
    );
  });

  it('are measured in the order in which they come, by as much memory as a block takes', async () => {
    const file = fileOf(floats);
    const picked = Int32Array.of(5, 3, 3, 700, 699, 2);
    const some = { ...streamed(file), labels: undefined, stream: { file, rows: picked } };
    const features = Float32Array.from([...picked].flatMap((row) => [...floats.subarray(row * D, (row + 1) * D)]));
    for (const method of ['standard', 'minMax', 'robust'] as const) {
      const [of1, of2] = await Promise.all(
        [some, { ...some, stream: undefined, features }].map((one) =>
          firstValueFrom(of(one).pipe(standardize({ method }))),
        ),
      );
      expect(of1.scaling).toEqual(of2.scaling);
    }
  });

  it('are not read to their end where they are measured and nothing is waited for any more', async () => {
    const wide = fileOf(floats);
    const rows = Int32Array.from({ length: 1_000_000 }, (_, i) => (i * 17) % N);
    const measuring = of({ ...streamed(wide), stream: { file: wide, rows } })
      .pipe(standardize())
      .subscribe();
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    measuring.unsubscribe();
    const { reads } = wide;
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(wide.reads - reads).toBeLessThanOrEqual(1);
  });

  it('have what is missing filled in as they are read', async () => {
    const missing = floats.slice();
    for (const row of [0, 7, 2500]) missing[row * D + 4] = Number.NaN; // all are 0 there
    const [given] = await lastValueFrom(of(streamed(fileOf(missing))).pipe(impute({ method: 'mean' }), toArray()));
    expect(given.fill?.[4]).toBe(0);
    expect((await read(given, shuffleBatch({ size: 50, buffer: 300 }))).flat().sort((a, b) => a - b)).toEqual(all);
  });

  it('end with the error of the file', async () => {
    const file = { ...fileOf(bytes), read: () => Promise.reject(new Error('the disk is gone')) };
    await expect(read(streamed(file), batch({ size: 10 }))).rejects.toThrow('the disk is gone');
  });
});

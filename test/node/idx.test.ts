import { readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeIdx } from '../../src/core/files/encode-idx.js';
import { readIdx } from '../../src/node/idx.js';
import { temporaryFile } from './temporary-folder.js';

/** More than two slices of 256 KiB, and no multiple of anything. */
const LARGE = 600_001;

/** Every byte, over and over, out of step with the slices. */
const bytesOf = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => i % 251);

describe('encodeIdx', () => {
  it('writes two zeros, the type, the dimensions and big-endian numbers', () => {
    expect([...encodeIdx([2, 3], Uint8Array.of(1, 2, 3, 4, 5, 255))]).toEqual([
      ...[0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3],
      ...[1, 2, 3, 4, 5, 255],
    ]);
    expect([...encodeIdx([1], Int32Array.of(-2))]).toEqual([0, 0, 12, 1, 0, 0, 0, 1, 255, 255, 255, 254]);
    expect([...encodeIdx([1], Float32Array.of(1))]).toEqual([0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0x80, 0, 0]);
  });

  it('refuses a shape that is none or does not fit', () => {
    expect(() => encodeIdx([], new Uint8Array(1))).toThrow(/found the shape \[\], expected 1 to 4 lengths/);
    expect(() => encodeIdx([1, 1, 1, 1, 1], new Uint8Array(1))).toThrow(/expected 1 to 4 lengths/);
    expect(() => encodeIdx([0], new Uint8Array(0))).toThrow(/expected 1 to 4 lengths of at least 1/);
    expect(() => encodeIdx([1.5], new Uint8Array(1))).toThrow(RangeError);
    expect(() => encodeIdx([2, 2], new Uint8Array(3))).toThrow('found 3 numbers, expected 4 for the shape [2, 2]');
  });
});

describe('readIdx', () => {
  it('gives back what encodeIdx wrote, raw and gzip, in every type and shape', async () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 });
    const arrays = shapes.chain((shape) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const exactly = { minLength: length, maxLength: length };
      return fc.record({
        shape: fc.constant(shape),
        data: fc.oneof(
          fc.uint8Array(exactly),
          fc.int32Array(exactly),
          fc.float32Array(exactly),
          fc.float64Array(exactly),
        ),
        gzip: fc.boolean(),
      });
    });

    await fc.assert(
      fc.asyncProperty(arrays, async ({ shape, data, gzip }) => {
        const bytes = encodeIdx(shape, data);
        const path = await temporaryFile(gzip ? gzipSync(bytes) : bytes);
        expect(await readIdx(path)).toMatchObject({ path, shape, data });
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['uint8', bytesOf(LARGE)],
    ['int32', Int32Array.from({ length: LARGE }, (_, i) => (i - 300_000) * 7_001)],
    ['float32', Float32Array.from({ length: LARGE }, (_, i) => i / 3)],
    ['float64', Float64Array.from({ length: LARGE }, (_, i) => i / 3)],
  ])('keeps %s numbers whole across slices', async (_type, data) => {
    const bytes = encodeIdx([LARGE], data);
    for (const content of [bytes, gzipSync(bytes)]) {
      const read = await readIdx(await temporaryFile(content));
      expect(read.shape).toEqual([LARGE]);
      // Not toEqual: comparing half a million numbers one by one takes seconds.
      expect(Buffer.compare(Buffer.from(read.data.buffer), Buffer.from(data.buffer))).toBe(0);
    }
  });

  it.each([
    ['int8', 9, [0x80, 0xff, 0x7f], [-128, -1, 127], 1],
    ['int16', 11, [0x80, 0, 0xff, 0xfe, 0x01, 0x02], [-32768, -2, 258], 2],
  ] as const)('reads %s numbers as whole numbers of 32 bits', async (_type, code, bytes, numbers, numberBytes) => {
    const file = Uint8Array.of(0, 0, code, 1, 0, 0, 0, 3, ...bytes);
    for (const content of [file, gzipSync(file)]) {
      const { data, ...rest } = await readIdx(await temporaryFile(content));
      expect(data).toEqual(Int32Array.from(numbers));
      expect(rest.numberBytes).toBe(numberBytes);
    }
  });

  it('tells gzip by its bytes, not by the name', async () => {
    const bytes = encodeIdx([2], Uint8Array.of(7, 8));
    expect((await readIdx(await temporaryFile(bytes, 'raw.gz'))).data).toEqual(Uint8Array.of(7, 8));
    expect((await readIdx(await temporaryFile(gzipSync(bytes), 'packed.idx'))).data).toEqual(Uint8Array.of(7, 8));
  });

  it('reads a gzip file of several members', async () => {
    const bytes = encodeIdx([5], Uint8Array.of(1, 2, 3, 4, 5));
    const members = [bytes.subarray(0, 3), bytes.subarray(3, 9), bytes.subarray(9)].map((part) => gzipSync(part));
    expect((await readIdx(await temporaryFile(Buffer.concat(members)))).data).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
  });

  it('reads several files at once', async () => {
    const paths = await Promise.all([1, 2, 3].map((n) => temporaryFile(encodeIdx([LARGE], bytesOf(LARGE).fill(n)))));
    const arrays = await Promise.all(paths.map((path) => readIdx(path)));
    expect(arrays.map(({ data }) => data[LARGE - 1])).toEqual([1, 2, 3]);
  });

  it('lets the event loop turn between slices', async () => {
    const path = await temporaryFile(encodeIdx([LARGE], bytesOf(LARGE)));
    let turns = 0;
    let reading = true;
    const counting = (async () => {
      while (reading) {
        turns++;
        await setImmediate();
      }
    })();
    await readIdx(path);
    reading = false;
    await counting;
    expect(turns).toBeGreaterThan(LARGE / (256 * 1024));
  });

  it('stops at the next slice when the signal aborts', async () => {
    const path = await temporaryFile(encodeIdx([LARGE], bytesOf(LARGE)));
    const reason = new Error('stopped by the test');
    await expect(readIdx(path, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  // Only Linux lists the open files of a process as a folder.
  it.runIf(process.platform === 'linux')('closes the file however it ends', async () => {
    const good = encodeIdx([LARGE], bytesOf(LARGE));
    const contents = [good, gzipSync(good), good.subarray(0, 100), gzipSync(good).subarray(0, 300), gzipSync('no IDX')];
    const paths = await Promise.all(contents.map((content) => temporaryFile(content)));
    const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;

    const before = await openFiles();
    await Promise.allSettled(Array.from({ length: 10 }, () => paths.map((path) => readIdx(path))).flat());
    expect(await openFiles()).toBe(before);
  });
});

import { mkdir, open, readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import { encodeIdx } from '../../src/core/files/encode-idx.js';
import type { IdxArray } from '../../src/core/host.js';
import { checksum } from '../../src/node/checksum.js';
import { throughCache } from '../../src/node/decoded-cache.js';
import { createNodeHost, type NodeHostOptions } from '../../src/node/host.js';
import { readIdx } from '../../src/node/idx.js';
import { withoutGivenData } from './no-given-data.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

withoutGivenData();

const shape = [1300, 30, 30];

/** Large enough to be kept; `first` tells one from another. */
const pixels = (first: number): Uint8Array =>
  Uint8Array.from({ length: 1300 * 30 * 30 }, (_, i) => (i === 0 ? first : i % 251));

/** Whether these are the pixels, at once: `toEqual` looks at a million numbers one by one, for seconds. */
const arePixels = (data: unknown, first: number): boolean => Buffer.from(pixels(first)).equals(data as Uint8Array);

const countedDecode = (path: string) => vi.fn((): Promise<IdxArray> => readIdx(path));

it('decodes a large file once', async () => {
  const path = await temporaryFile(encodeIdx(shape, pixels(1)));
  const folder = join(await temporaryFolder(), 'not', 'there', 'yet');
  const decode = countedDecode(path);
  const first = await throughCache(path, folder, decode);
  const again = await throughCache(path, folder, decode);
  expect(decode).toHaveBeenCalledTimes(1);
  expect(again.path).toBe(path);
  expect(again.shape).toEqual(shape);
  for (const { data } of [first, again]) expect(arePixels(data, 1)).toBe(true);
  expect((await readdir(folder)).every((name) => name.endsWith('.idx'))).toBe(true);
});

it('decodes a file again that was replaced under the same name', async () => {
  const path = await temporaryFile(encodeIdx(shape, pixels(1)));
  const folder = await temporaryFolder();
  await throughCache(path, folder, () => readIdx(path));
  await writeFile(path, encodeIdx(shape, pixels(2)));
  expect((await throughCache(path, folder, () => readIdx(path))).data[0]).toBe(2);
});

it('takes nothing damaged from the cache, and mends it', async () => {
  const path = await temporaryFile(encodeIdx(shape, pixels(1)));
  const folder = await temporaryFolder();
  const decode = countedDecode(path);
  await throughCache(path, folder, decode);
  const [name] = await readdir(folder);
  const kept = await readFile(join(folder, name));
  for (const damaged of [kept.subarray(0, 1000), kept.map((byte, i) => (i === 100_000 ? byte + 1 : byte)), '']) {
    await writeFile(join(folder, name), damaged);
    expect(arePixels((await throughCache(path, folder, decode)).data, 1)).toBe(true);
  }
  expect(decode).toHaveBeenCalledTimes(4);
  expect(arePixels((await throughCache(path, folder, decode)).data, 1)).toBe(true);
  expect(decode).toHaveBeenCalledTimes(4);
});

it.each(['lengthened to 3 GiB', 'of nothing but 3 GiB of zeros'])(
  'does not read a file whole that is %s',
  async (what) => {
    const path = await temporaryFile(encodeIdx(shape, pixels(1)));
    const folder = await temporaryFolder();
    const decode = countedDecode(path);
    await throughCache(path, folder, decode);
    const [name] = await readdir(folder);
    if (what.startsWith('of nothing')) await truncate(join(folder, name), 0);
    await truncate(join(folder, name), 3 * 2 ** 30); // sparse: it takes no room
    const opened = await open(path);
    const read = vi.spyOn(Object.getPrototypeOf(opened), 'read');
    await opened.close();
    expect(arePixels((await throughCache(path, folder, decode)).data, 1)).toBe(true);
    const buffers = read.mock.calls.map(([buffer]) => (buffer as Buffer).byteLength);
    read.mockRestore();
    expect(buffers.length).toBeGreaterThan(0);
    expect(Math.max(...buffers)).toBeLessThan(2 ** 24);
    expect(decode).toHaveBeenCalledTimes(2);
    expect((await stat(join(folder, name))).size).toBe(encodeIdx(shape, pixels(1)).length);
  },
);

it('keeps the newest', async () => {
  const folder = await temporaryFolder();
  for (let i = 0; i < 10; i++) {
    const path = await temporaryFile(encodeIdx(shape, pixels(i)));
    await throughCache(path, folder, () => readIdx(path));
    for (const name of await readdir(folder)) {
      const { mtimeMs } = await import('node:fs').then(({ statSync }) => statSync(join(folder, name)));
      await utimes(join(folder, name), mtimeMs / 1000 - 10, mtimeMs / 1000 - 10); // all that are there grow older
    }
  }
  expect(await readdir(folder)).toHaveLength(8);
  const path = await temporaryFile(encodeIdx(shape, pixels(9)));
  const decode = countedDecode(path);
  await throughCache(path, folder, decode);
  expect(decode).not.toHaveBeenCalled();
});

it('keeps neither small files nor other numbers than bytes, and needs no folder', async () => {
  const folder = await temporaryFolder();
  const small = await temporaryFile(encodeIdx([3], Uint8Array.of(1, 2, 3)));
  const floats = await temporaryFile(encodeIdx([500_000], new Float32Array(500_000)));
  for (const path of [small, floats]) await throughCache(path, folder, () => readIdx(path));
  expect(await readdir(folder)).toEqual([]);
  const path = await temporaryFile(encodeIdx(shape, pixels(1)));
  const inTheWay = await temporaryFile('a file where the folder should be');
  expect(arePixels((await throughCache(path, inTheWay, () => readIdx(path))).data, 1)).toBe(true);
});

it('says what is wrong with a file as if there were no cache', async () => {
  const folder = await temporaryFolder();
  const host = createNodeHost({ cacheFolder: folder });
  await expect(host.readIdx(join(folder, 'nowhere.idx'))).rejects.toThrow('found no such file');
  await expect(host.readIdx(folder)).rejects.toThrow('found a folder');
  const cutShort = await temporaryFile(encodeIdx(shape, pixels(1)).subarray(0, 1_100_000));
  await expect(host.readIdx(cutShort)).rejects.toThrow('found the end of the file after 1100000 bytes');
});

describe('of a published file', () => {
  const name = 'digits-idx3-ubyte';
  const content = encodeIdx(shape, pixels(1));
  const forged = encodeIdx(shape, pixels(2));
  const set = { title: 'Digits', checksums: { [name]: checksum(content) }, mirrors: [], advice: 'or do without' };

  /** What someone who may write there puts into the cache: other numbers, under names that fit them. */
  async function forge(cacheFolder: string, source: Uint8Array, sum = checksum(forged)): Promise<void> {
    await mkdir(join(cacheFolder, 'decoded'), { recursive: true });
    await writeFile(join(cacheFolder, 'decoded', `${checksum(source)}-${sum}.idx`), forged);
  }

  async function read(options: NodeHostOptions): Promise<ArrayLike<number>> {
    const host = createNodeHost({ offline: true, ...options });
    const { paths } = await host.download(set);
    return (await host.readIdx(paths[name])).data;
  }

  it.each(['folder', 'cache'])('in the %s, takes nothing from the cache but what was published', async (where) => {
    const [cacheFolder, folder] = [await temporaryFolder(), await temporaryFolder()];
    const packed = gzipSync(content);
    await writeFile(join(where === 'folder' ? folder : cacheFolder, `${name}.gz`), packed);
    await forge(cacheFolder, packed);
    await forge(cacheFolder, packed, checksum(content));
    const options = { cacheFolder, ...(where === 'folder' && { dataFolder: folder }) };
    expect(arePixels(await read(options), 1)).toBe(true);
    expect(arePixels(await read(options), 1)).toBe(true);
  });

  it.each([
    ['large', forged],
    ['small', encodeIdx([3], Uint8Array.of(1, 2, 3))],
  ])('refuses another, %s one that a name in the cache calls published', async (_, other) => {
    const cacheFolder = await temporaryFolder();
    const packed = gzipSync(other);
    await writeFile(join(cacheFolder, `${name}.gz`), packed);
    await forge(cacheFolder, packed, checksum(content));
    await expect(read({ cacheFolder })).rejects.toThrow(`${join(cacheFolder, name)}.gz: is not what was published`);
  });

  it('reads another set under the same names, where the user names its folder, and keeps it out of the cache', async () => {
    const [cacheFolder, dataFolder] = [await temporaryFolder(), await temporaryFolder()];
    await writeFile(join(dataFolder, `${name}.gz`), gzipSync(forged));
    expect(arePixels(await read({ cacheFolder, dataFolder }), 2)).toBe(true);
    expect(await readdir(cacheFolder)).toEqual([]);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeIdx } from '../../src/core/files/encode-idx.js';
import type { Host } from '../../src/core/host.js';
import { createNodeHost } from '../../src/node/host.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const GOOD = encodeIdx([2], Uint8Array.of(4, 5));

describe('host.readIdx', () => {
  it('takes a relative path to start at the base folder', async () => {
    const baseFolder = await temporaryFolder();
    await writeFile(join(baseFolder, 'a.idx'), GOOD);
    const read = await createNodeHost({ baseFolder }).readIdx('a.idx');
    expect(read).toEqual({ path: join(baseFolder, 'a.idx'), shape: [2], data: Uint8Array.of(4, 5) });
  });

  it('takes an absolute path as it is', async () => {
    const path = await temporaryFile(GOOD);
    expect((await createNodeHost({ baseFolder: await temporaryFolder() }).readIdx(path)).path).toBe(path);
  });

  it('names the whole path in an error', async () => {
    const baseFolder = await temporaryFolder();
    const reading = createNodeHost({ baseFolder }).readIdx('../b.idx');
    await expect(reading).rejects.toThrow(`${join(baseFolder, '..', 'b.idx')}: found no such file`);
  });

  it('stops when the signal aborts', async () => {
    const reason = new Error('stopped by the test');
    const host = createNodeHost({ signal: AbortSignal.abort(reason) });
    await expect(host.readIdx(await temporaryFile(GOOD))).rejects.toBe(reason);
  });
});

describe('host.readIdxHeader', () => {
  const header = Buffer.from(encodeIdx([600, 28, 28], new Uint8Array(600 * 28 * 28)).subarray(0, 16));

  it('reads the shape, raw and gzip, whatever comes after it', async () => {
    const host = createNodeHost();
    for (const bytes of [header, gzipSync(header), Buffer.concat([header, Buffer.alloc(9)])]) {
      const path = await temporaryFile(bytes);
      expect(await host.readIdxHeader(path)).toEqual({ path, shape: [600, 28, 28], type: 'uint8', bytes: 470_416 });
    }
  });

  it('says where a file stops to be IDX', async () => {
    const host = createNodeHost();
    await expect(host.readIdxHeader(await temporaryFile(header.subarray(0, 10)))).rejects.toThrow(
      'byte 10: found the end of the file after 10 bytes, expected an IDX header',
    );
    await expect(host.readIdxHeader(await temporaryFile(''))).rejects.toThrow('byte 0: found an empty file');
    await expect(host.readIdxHeader(await temporaryFile('a,b,c\n'))).rejects.toThrow('this looks like CSV text');
    await expect(host.readIdxHeader('nowhere.idx')).rejects.toThrow('nowhere.idx: found no such file');
  });
});

describe('host.readFile', () => {
  const bytesOf = async (host: Host, path: string): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of host.readFile(path)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  it('gives the bytes as they lie there, however many', async () => {
    const host = createNodeHost();
    const packed = gzipSync(GOOD);
    expect(await bytesOf(host, await temporaryFile(packed))).toEqual(packed);
    expect(await bytesOf(host, await temporaryFile(''))).toEqual(Buffer.alloc(0));
    const large = Buffer.alloc(600_001, 'abc');
    expect((await bytesOf(host, await temporaryFile(large))).equals(large)).toBe(true);
  });

  it('takes a relative path to start at the base folder', async () => {
    const baseFolder = await temporaryFolder();
    await writeFile(join(baseFolder, 'a.csv'), '1,2\n');
    expect(await bytesOf(createNodeHost({ baseFolder }), 'a.csv')).toEqual(Buffer.from('1,2\n'));
  });

  it('says what it expected where there is no such file', async () => {
    const baseFolder = await temporaryFolder();
    const host = createNodeHost({ baseFolder });
    const first = (expected?: string) => host.readFile('a.csv', expected)[Symbol.asyncIterator]().next();
    await expect(first('a CSV file')).rejects.toThrow(
      `${join(baseFolder, 'a.csv')}: found no such file, expected a CSV file. Check the path.`,
    );
    await expect(first()).rejects.toThrow('expected a file');
  });
});

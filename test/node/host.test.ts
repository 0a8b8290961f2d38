import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodeHost } from '../../src/node/host.js';
import { encodeIdx } from '../../src/node/idx.js';
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

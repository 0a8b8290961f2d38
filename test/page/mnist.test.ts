/** MNIST in a page: among the files that it was given, from the browser's cache, beside the page, or from a mirror. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type DownloadProgress,
  type FilesHostOptions,
  filesHost,
  findMnist,
  MissingDataError,
} from '../../src/page/index.js';
import { type Behaviour, corrupt, good, half, refusedUrl, silent, startMirror, status } from '../node/mirror-server.js';
import { REMOTE_FILES, TINY_CHECKSUMS, TINY_MNIST } from '../node/tiny-mnist.js';

/** What the browser keeps; a put may be refused. */
class FakeCache {
  readonly kept = new Map<string, Uint8Array>();
  full = false;

  async match(address: string): Promise<Response | undefined> {
    const bytes = this.kept.get(address);
    return bytes && new Response(Uint8Array.from(bytes));
  }

  async put(address: string, answer: Response): Promise<void> {
    if (this.full) throw new Error('Quota exceeded');
    this.kept.set(address, new Uint8Array(await answer.arrayBuffer()));
  }

  async delete(address: string): Promise<boolean> {
    return this.kept.delete(address);
  }
}

let cache: FakeCache;
beforeEach(() => {
  cache = new FakeCache();
  vi.stubGlobal('caches', { open: async () => cache });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

const dropped = (nameOf: (file: string) => string): [string, Blob][] =>
  Object.entries(TINY_MNIST).map(([file, bytes]) => {
    const name = nameOf(file);
    return [name, new Blob([name.endsWith('.gz') ? gzipSync(bytes) : Uint8Array.from(bytes)])];
  });

async function find(addresses: readonly string[], files: [string, Blob][] = [], options: FilesHostOptions = {}) {
  const host = filesHost(files, { addresses, checksums: TINY_CHECKSUMS, ...options });
  const found = await findMnist(host);
  const { shape, data, isPublished } = await host.readIdx(found.train.labels);
  return { ...found.origin, labels: [...data], shape, isPublished };
}

const failure = async (finding: Promise<unknown>): Promise<string> => {
  const thrown = await finding.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(MissingDataError);
  return (thrown as Error).message;
};

const LABELS = { labels: [3, 5], shape: [2] };

describe('files that were dropped', () => {
  it.each<[string, (file: string) => string]>([
    ['raw', (file) => file],
    ['packed, in a folder', (file) => `some folder/${file}.gz`],
    ['as some archives spell them', (file) => `MNIST/raw/${file.replace('-idx', '.idx')}`],
    ['each in a folder of its name', (file) => `kaggle/${file}/${file}`],
  ])('are found: %s', async (_, nameOf) => {
    const mirror = await startMirror(good);
    const found = await find([mirror.url], dropped(nameOf));
    expect(found).toMatchObject({ ...LABELS, source: 'mnist', from: 'folder', isPublished: true });
    expect(mirror.requests).toEqual([]);
  });

  it('of another set under the same names are not taken where a folder says so', async () => {
    const files = dropped((file) => `fashion-mnist/${file}`);
    expect(await failure(find([], files))).toContain('the page has none of the 4 files');
  });

  it('of several sets are those in the folder of that name', async () => {
    const other = dropped((file) => `a/${file}`).map(([path]) => [path, new Blob(['other'])] as [string, Blob]);
    const found = await find([], [...other, ...dropped((file) => `mnist/${file}`)]);
    expect(found).toMatchObject({ path: 'mnist', remark: 'MNIST is that of mnist, not that of a' });
  });

  it('that are others than were published say so', async () => {
    const host = filesHost(dropped((file) => file));
    const { train } = await findMnist(host);
    expect(await host.readIdx(train.labels)).toMatchObject({ isPublished: false });
  });

  it('that are not all are said to be missing', async () => {
    expect(await failure(find([], dropped((file) => file).slice(1)))).toContain(
      'the page lacks train-images-idx3-ubyte;',
    );
  });
});

describe('a download', () => {
  it('comes from the first address that has it, is told of, and kept for the next time', async () => {
    const [without, mirror] = [await startMirror(status(404)), await startMirror(good)];
    const told: DownloadProgress[] = [];
    const addresses = [without.url, mirror.url];
    const found = await find(addresses, [], { onDownload: (progress) => told.push(progress) });
    expect(found).toMatchObject({ ...LABELS, from: 'download', path: mirror.url, isPublished: true });
    expect(mirror.requests).toEqual(REMOTE_FILES);
    expect(without.requests).toEqual(REMOTE_FILES.slice(0, 1));
    expect(told.at(-1)).toMatchObject({ file: REMOTE_FILES.at(-1), received: told.at(-1)?.total });
    expect(cache.kept.size).toBe(4);

    expect(await find(addresses)).toMatchObject({ ...LABELS, from: 'cache', isPublished: true });
    expect(mirror.requests).toEqual(REMOTE_FILES);
  });

  it('is done again for what was damaged in the cache, alone', async () => {
    const mirror = await startMirror(good);
    await find([mirror.url]);
    const [first] = cache.kept.keys();
    cache.kept.set(first, Uint8Array.of(1, 2, 3));
    expect(await find([mirror.url])).toMatchObject({
      from: 'download',
      remark: "train-images-idx3-ubyte.gz was damaged in the browser's cache: it was downloaded again",
    });
    expect(mirror.requests).toHaveLength(5);
  });

  it('is used, though it cannot be kept', async () => {
    const mirror = await startMirror(good);
    cache.full = true;
    expect(await find([mirror.url])).toMatchObject({ ...LABELS, remark: expect.stringContaining('Quota exceeded') });
    vi.stubGlobal('caches', undefined);
    expect(await find([mirror.url])).toMatchObject({
      ...LABELS,
      remark: expect.stringContaining('no cache for this page'),
    });
  });

  it.each<[string, Behaviour, string]>([
    ['is not there', status(404), 'HTTP 404'],
    ['is another file', corrupt, 'checksum '],
    ['ends in the middle', half, 'damaged gzip data'],
  ])('that %s leaves nothing behind, and says what was tried and what helps', async (_, behaviour, reason) => {
    const [mirror, refused] = [await startMirror(behaviour), await refusedUrl()];
    const message = await failure(find([mirror.url, refused]));
    expect(message).toMatch(/^MNIST: the page has none of the 4 files; no mirror gave train-images-idx3-ubyte.gz: /);
    expect(message).toContain(`${mirror.url} (${reason}`);
    expect(message).toContain(`${refused} (not reached: no network, a server that does not let other pages ask (CORS)`);
    expect(message).toContain('Drop the 4 files (train-images-idx3-ubyte, ');
    expect(message).toContain('fallback: digits');
    expect(cache.kept.size).toBe(0);
  });

  it('that is aborted leaves nothing behind', async () => {
    const [stop, reason] = [new AbortController(), new Error('stopped by the test')];
    const mirror = await startMirror((...given) => {
      stop.abort(reason);
      silent(...given);
    });
    await expect(find([mirror.url], [], { signal: stop.signal })).rejects.toBe(reason);
    expect(cache.kept.size).toBe(0);
  });

  it('is looked for beside the page first, then where it is published', async () => {
    vi.stubGlobal('location', { href: 'https://page.test/app/index.html' });
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (url: string) => {
      asked.push(url);
      return new Response(null, { status: 404 });
    });
    await failure(findMnist(filesHost()));
    expect(asked[0]).toBe('https://page.test/app/mnist/train-images-idx3-ubyte.gz');
    expect(asked[1]).toMatch(/^https:\/\/ossci-datasets/);
    await failure(findMnist(filesHost([], { addresses: [] })));
    expect(asked).toHaveLength(3);
  });
});

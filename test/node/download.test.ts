import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DownloadProgress } from '../../src/core/downloads/download.js';
import { DataError, MissingDataError } from '../../src/core/errors.js';
import { findMnist, type MnistFiles } from '../../src/core/families/mnist-files.js';
import { createNodeHost, type NodeHostOptions } from '../../src/node/host.js';
import {
  type Behaviour,
  corrupt,
  cutOff,
  good,
  half,
  loginPage,
  refusedUrl,
  silent,
  stall,
  startMirror,
  status,
  trickle,
} from './mirror-server.js';
import { withoutGivenData } from './no-given-data.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';
import { REMOTE_FILES, TINY_CHECKSUMS } from './tiny-mnist.js';

withoutGivenData();

let cacheFolder: string;

beforeEach(async () => {
  vi.stubEnv('MARBLENET_MIRRORS', '');
  cacheFolder = join(await temporaryFolder(), 'made', 'when needed');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const find = (mirrors: readonly string[], options: NodeHostOptions = {}): Promise<MnistFiles> =>
  findMnist(
    createNodeHost({
      checksums: TINY_CHECKSUMS,
      cacheFolder,
      mirrors,
      // A good mirror on a busy machine may take its time.
      connectTimeout: 20_000,
      stallTimeout: 20_000,
      retryDelay: 1,
      ...options,
    }),
  );

async function errorOf(finding: Promise<unknown>): Promise<Error> {
  const thrown: unknown = await finding.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(DataError);
  return thrown as DataError;
}

/** Every file in the cache, whole or not; none when the folder was not made. */
const cached = async (): Promise<string[]> => (await readdir(cacheFolder).catch(() => [])).sort();

/** For mirrors that keep silent. */
const IMPATIENT = { connectTimeout: 1_000, stallTimeout: 1_000 };

const bad: readonly (readonly [name: string, behaviour: Behaviour, reason: string])[] = [
  ['answers 403', status(403), 'HTTP 403'],
  ['answers 404', status(404), 'HTTP 404'],
  ['answers 500', status(500), 'HTTP 500'],
  ['answers nothing', status(204), 'an empty answer'],
  ['never answers', silent, 'no answer within 1 s'],
  ['stalls', stall, 'stalled: '],
  ['sends a byte now and then', trickle, 'stalled: '],
  ['ends in the middle', half, 'damaged gzip data'],
  ['has another file', corrupt, 'checksum '],
  ['has a page in the way', loginPage, '(this looks like an HTML page)'],
];

describe('a good mirror', () => {
  it('gives the four files, which then are as they should be', async () => {
    const mirror = await startMirror(good);
    const files = await find([mirror.url]);
    expect(files.origin).toEqual({ source: 'mnist', from: 'download', path: cacheFolder });
    expect(files.test.labels).toBe(join(cacheFolder, 't10k-labels-idx1-ubyte.gz'));
    expect(mirror.requests).toEqual(REMOTE_FILES);
    expect(await cached()).toEqual([...REMOTE_FILES].sort());
    const { shape, data } = await createNodeHost().readIdx(files.train.labels);
    expect([shape, data]).toEqual([[2], Uint8Array.of(3, 5)]);
  });

  it('is not asked again: the second time the cache has them', async () => {
    const mirror = await startMirror(good);
    await find([mirror.url]);
    const again = await find([mirror.url]);
    expect(again.origin).toEqual({ source: 'mnist', from: 'cache', path: cacheFolder });
    expect(mirror.requests).toHaveLength(4);
  });

  it('may be named without a slash at the end, and by MARBLENET_MIRRORS', async () => {
    const mirror = await startMirror(good);
    vi.stubEnv('MARBLENET_MIRRORS', ` ${await refusedUrl()}, ${mirror.url.slice(0, -1)} ,`);
    const host = createNodeHost({ cacheFolder, checksums: TINY_CHECKSUMS });
    expect((await findMnist(host)).origin.from).toBe('download');
  });

  it('may let the network layer unpack the files', async () => {
    const mirror = await startMirror((response, body) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.length }).end(body),
    );
    const reports: DownloadProgress[] = [];
    const files = await find([mirror.url], { onDownload: (progress) => reports.push(progress) });
    expect((await createNodeHost().readIdx(files.test.labels)).data).toEqual(Uint8Array.of(7, 9));
    expect(reports.every(({ total }) => total === undefined)).toBe(true);
  });

  it('serves two at once, and both have whole files', async () => {
    const mirror = await startMirror(good);
    const both = await Promise.all([find([mirror.url]), find([mirror.url])]);
    expect(both.map(({ origin }) => origin.path)).toEqual([cacheFolder, cacheFolder]);
    expect(await cached()).toEqual([...REMOTE_FILES].sort());
  });

  it('tells how far each file is', async () => {
    const mirror = await startMirror(good);
    const reports: DownloadProgress[] = [];
    await find([mirror.url], { onDownload: (progress) => reports.push(progress) });
    const atEnd = reports.filter(({ received, total }) => received === total);
    expect(atEnd.map(({ file }) => file)).toEqual(REMOTE_FILES);
    expect(reports.every((report) => report.mirror === mirror.url && report.received > 0)).toBe(true);
  });

  it('does not hide an error of the one who is told', async () => {
    const mirror = await startMirror(good);
    const mistake = new Error('a mistake in onDownload');
    const onDownload = (): never => {
      throw mistake;
    };
    await expect(find([mirror.url], { onDownload })).rejects.toBe(mistake);
    expect(await cached()).toEqual([]);
  });
});

describe('a bad mirror', () => {
  it.each(bad)('that %s is followed by the next', async (_name, behaviour) => {
    const [first, second] = [await startMirror(behaviour), await startMirror(good)];
    expect((await find([first.url, second.url], IMPATIENT)).origin.from).toBe('download');
    expect(await cached()).toEqual([...REMOTE_FILES].sort());
    // One disappointment is enough: the mirror that works is asked first from then on.
    expect(first.requests).toEqual(REMOTE_FILES.slice(0, 1));
    expect(second.requests).toEqual(REMOTE_FILES);
  });

  it.each(bad)('that %s and is alone means that the data is missing', async (_name, behaviour, reason) => {
    const mirror = await startMirror(behaviour);
    const thrown = await errorOf(find([mirror.url], IMPATIENT));
    expect(thrown).toBeInstanceOf(MissingDataError);
    expect(thrown.message).toContain(`no mirror gave ${REMOTE_FILES[0]}: ${mirror.url} (`);
    expect(thrown.message).toContain(reason);
    expect(thrown.message).toContain('give --data FOLDER, or write mnist: { fallback: digits }.');
    expect(await cached()).toEqual([]);
    // The other three files are not tried.
    expect(mirror.requests).toHaveLength(1);
  });

  it('is followed by the next in the middle of the four files too', async () => {
    const tired = await startMirror((response, body, file, request) =>
      (file.startsWith('train') ? good : status(500))(response, body, file, request),
    );
    const other = await startMirror(good);
    await find([tired.url, other.url]);
    expect(tired.requests).toEqual(REMOTE_FILES.slice(0, 3));
    expect(other.requests).toEqual(REMOTE_FILES.slice(2));
  });

  it('that sends more than 64 MiB is refused', async () => {
    const block = Buffer.alloc(2 ** 20);
    const endless = await startMirror((response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write(block)) {}
      };
      response.on('drain', pour);
      pour();
    });
    expect((await errorOf(find([endless.url]))).message).toContain('(more than 64 MiB)');
    expect(await cached()).toEqual([]);
  });
});

describe('no mirror at all', () => {
  it('names each with its reason', async () => {
    const [one, other] = [await refusedUrl(), await startMirror(status(403))];
    const thrown = await errorOf(find([one, other.url]));
    expect(thrown).toBeInstanceOf(MissingDataError);
    expect(thrown.message).toContain(`${one} (connection refused), ${other.url} (HTTP 403). Put the 4 files`);
  });

  it('abbreviates both checksums', async () => {
    const mirror = await startMirror(corrupt);
    const expected = TINY_CHECKSUMS['train-images-idx3-ubyte'].slice(0, 8);
    expect((await errorOf(find([mirror.url]))).message).toMatch(
      new RegExp(`\\(checksum [0-9a-f]{8}\\.\\.\\., expected ${expected}\\.\\.\\.\\)`),
    );
  });

  it('says so when a URL is none, and when there is none', async () => {
    expect(await errorOf(find(['not a URL']))).toBeInstanceOf(MissingDataError);
    expect((await errorOf(find([]))).message).toContain('none is named');
  });

  it('does not mind the cache folder', async () => {
    cacheFolder = join(await temporaryFile('a file'), 'mnist');
    expect(await errorOf(find([await refusedUrl()]))).toBeInstanceOf(MissingDataError);
  });

  it.runIf(process.platform === 'linux')(
    'is done without in /proc, where a folder is missing whose parent is there',
    async () => {
      cacheFolder = '/proc/x/mnist';
      const mirror = await startMirror(good);
      const { origin } = await find([mirror.url]);
      expect(origin).toMatchObject({ from: 'download', path: mirror.url });
      expect(origin.remark).toContain('the cache /proc/x/mnist cannot be written to (no folder can be made in /proc)');
    },
  );
});

describe('a cache folder that cannot be written to', () => {
  it('is done without, which is said', async () => {
    cacheFolder = join(await temporaryFile('a file'), 'mnist');
    const mirror = await startMirror(good);
    const host = createNodeHost({ checksums: TINY_CHECKSUMS, cacheFolder, mirrors: [mirror.url] });
    const { train, test, origin } = await findMnist(host);
    expect(origin).toEqual({
      source: 'mnist',
      from: 'download',
      path: mirror.url,
      remark:
        `the cache ${cacheFolder} cannot be written to (a part of the path is a file, not a folder): ` +
        'MNIST is not kept for the next run; MARBLENET_CACHE names another folder',
    });
    expect((await host.readIdx(train.labels)).data).toEqual(Uint8Array.of(3, 5));
    expect((await host.readIdxHeader(test.images)).shape).toEqual([2, 28, 28]);
    expect((await host.readFile(test.labels)[Symbol.asyncIterator]().next()).done).toBe(false);
  });

  it('leaves a pipeline to its fallback where no mirror answers either', async () => {
    cacheFolder = join(await temporaryFile('a file'), 'mnist');
    expect(await errorOf(find([await refusedUrl()]))).toBeInstanceOf(MissingDataError);
  });
});

describe('a busy mirror', () => {
  /** Answers so often that it is busy, and then gives the file. */
  const busyFor = (times: number, busy: Behaviour): Behaviour => {
    let left = times;
    return (...args) => (left-- > 0 ? busy : good)(...args);
  };
  const asks =
    (code: number, retryAfter: string): Behaviour =>
    (response) =>
      response.writeHead(code, { 'retry-after': retryAfter }).end('busy');

  it.each([
    ['429', status(429)],
    ['502', status(502)],
    ['503', status(503)],
    ['503, for no time', asks(503, '0')],
    ['503, until a moment ago', asks(503, new Date(0).toUTCString())],
    ['a cut connection', cutOff],
  ])('that answers %s is asked again', async (_name, busy) => {
    const mirror = await startMirror(busyFor(2, busy));
    expect((await find([mirror.url])).origin.from).toBe('download');
    expect(mirror.requests).toEqual([REMOTE_FILES[0], REMOTE_FILES[0], ...REMOTE_FILES]);
  });

  it('is asked again after the others, and three times at most', async () => {
    const mirrors = [await startMirror(status(503)), await startMirror(status(404)), await startMirror(status(429))];
    const [first, second, third] = mirrors.map(({ url }) => url);
    expect((await errorOf(find([first, second, third]))).message).toContain(
      `${first} (HTTP 503, asked 3 times), ${second} (HTTP 404), ${third} (HTTP 429, asked 3 times)`,
    );
    expect(mirrors.map(({ requests }) => requests.length)).toEqual([3, 1, 3]);
  });

  it('that asks for more time than anyone has is not waited for', async () => {
    const [first, second] = [await startMirror(asks(503, '3600')), await startMirror(status(404))];
    expect((await errorOf(find([first.url, second.url]))).message).toContain('(HTTP 503)');
    expect(first.requests).toHaveLength(1);
  });

  it('is not waited for when the run is stopped', async () => {
    const reason = new Error('stopped by the test');
    const controller = new AbortController();
    const mirror = await startMirror((response) => {
      response.writeHead(503).end('busy', () => setImmediate(() => controller.abort(reason)));
    });
    const finding = find([mirror.url], { signal: controller.signal, retryDelay: 9_000 });
    await expect(finding).rejects.toBe(reason);
  });
});

describe('what a killed download left', () => {
  /** Of a process that has ended. */
  const ended = spawnSync(process.execPath, ['--version']).pid;
  const before = new Date(Date.now() - 1000 * process.uptime() - 60_000);

  it('is removed by the next, but not what a living process writes', async () => {
    await mkdir(cacheFolder, { recursive: true });
    const part = async (pid: number, time = new Date()): Promise<string> => {
      const name = `.train-images-idx3-ubyte.gz.${pid}-0123456789ab.part`;
      await writeFile(join(cacheFolder, name), 'half');
      await utimes(join(cacheFolder, name), time, time);
      return name;
    };
    await part(ended);
    const living = await part(process.ppid);
    const mirror = await startMirror(good);
    await find([mirror.url]);
    expect(await cached()).toEqual([living, ...REMOTE_FILES].sort());
    // in a container, the next process has the number of the one that was killed
    await part(process.pid, before);
    await rm(join(cacheFolder, REMOTE_FILES[0]));
    await find([mirror.url]);
    expect(await cached()).toEqual([living, ...REMOTE_FILES].sort());
  });
});

describe('the signal', () => {
  const reason = new Error('stopped by the test');

  it('stops before anything is asked for', async () => {
    const mirror = await startMirror(good);
    await expect(find([mirror.url], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(mirror.requests).toEqual([]);
  });

  it('stops while nobody answers, and asks no other mirror', async () => {
    const controller = new AbortController();
    const first = await startMirror(() => controller.abort(reason));
    const second = await startMirror(good);
    const finding = find([first.url, second.url], { signal: controller.signal });
    await expect(finding).rejects.toBe(reason);
    expect(second.requests).toEqual([]);
  });

  it('stops in the middle of a file, and leaves nothing of it', async () => {
    const controller = new AbortController();
    const mirror = await startMirror((response, body) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 10), () => controller.abort(reason));
    });
    await expect(find([mirror.url], { signal: controller.signal })).rejects.toBe(reason);
    expect(await cached()).toEqual([]);
  });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataError, MissingDataError } from '../../src/core/errors.js';
import { findMnist, type MnistFiles } from '../../src/core/families/mnist-files.js';
import { createNodeHost, type NodeHostOptions } from '../../src/node/host.js';
import { good, startMirror } from './mirror-server.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';
import { REMOTE_FILES, TINY_CHECKSUMS, writeTinyMnist } from './tiny-mnist.js';

beforeEach(() => {
  vi.stubEnv('MARBLENET_DATA', '');
  vi.stubEnv('MARBLENET_CACHE', '');
  vi.stubEnv('MARBLENET_MIRRORS', '');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const find = (options: NodeHostOptions): Promise<MnistFiles> =>
  findMnist(createNodeHost({ checksums: TINY_CHECKSUMS, ...options }));

const paths = ({ train, test }: MnistFiles): string[] => [train.images, train.labels, test.images, test.labels];

async function errorOf(options: NodeHostOptions): Promise<Error> {
  const thrown: unknown = await find(options).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(DataError);
  return thrown as DataError;
}

const raw = (file: string): string => file;
const gz = (file: string): string => `${file}.gz`;
const dotted = (file: string): string => file.replace('-idx', '.idx');
const withoutTest = (file: string): string | undefined => (file.startsWith('train') ? file : undefined);

describe('the folder that the user names', () => {
  it.each([
    ['raw', raw],
    ['gzip', gz],
    ['dotted', dotted],
    ['dotted gzip', (file: string) => gz(dotted(file))],
  ])('may hold the files %s', async (_name, nameOf) => {
    const folder = await temporaryFolder();
    await writeTinyMnist(folder, nameOf);
    const files = await find({ dataFolder: folder, offline: true });
    expect(paths(files)).toEqual(REMOTE_FILES.map((file) => join(folder, nameOf(file.replace('.gz', '')))));
    expect(files.origin).toEqual({ source: 'mnist', from: 'folder', path: folder });
  });

  it('may be named by MARBLENET_DATA, unless an option does', async () => {
    const [one, other] = [await temporaryFolder(), await temporaryFolder()];
    await writeTinyMnist(one, raw);
    await writeTinyMnist(other, raw);
    vi.stubEnv('MARBLENET_DATA', one);
    expect((await find({ offline: true })).origin.path).toBe(one);
    expect((await find({ dataFolder: other, offline: true })).origin.path).toBe(other);
  });

  it('gives absolute paths, which readIdx takes whatever the base folder is', async () => {
    const folder = await temporaryFolder();
    await writeTinyMnist(folder, raw);
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(join(folder, '..'));
    const host = createNodeHost({ baseFolder: 'elsewhere', dataFolder: folder.slice(join(folder, '..').length + 1) });
    const { train, origin } = await findMnist(host).finally(() => cwd.mockRestore());
    expect(origin.path).toBe(folder);
    expect((await host.readIdx(train.labels)).data).toEqual(Uint8Array.of(3, 5));
  });

  it('takes the raw file where there are both', async () => {
    const folder = await temporaryFolder();
    await writeTinyMnist(folder, gz);
    await writeTinyMnist(folder, raw);
    expect((await find({ dataFolder: folder })).train.images).toBe(join(folder, 'train-images-idx3-ubyte'));
  });

  it('takes the dotted file where a folder has the name of the other', async () => {
    const folder = await temporaryFolder();
    await writeTinyMnist(folder, dotted);
    await mkdir(join(folder, 'train-images-idx3-ubyte'));
    expect((await find({ dataFolder: folder })).train.images).toBe(join(folder, 'train-images.idx3-ubyte'));
  });

  it('must exist, and be a folder', async () => {
    const folder = join(await temporaryFolder(), 'typo');
    const missing = await errorOf({ dataFolder: folder });
    expect(missing).not.toBeInstanceOf(MissingDataError);
    expect(missing.message).toBe(
      `${folder}: found no folder that can be opened (it does not exist), ` +
        'expected the folder with the MNIST files. Check --data or MARBLENET_DATA.',
    );
    const file = await temporaryFile('x');
    expect((await errorOf({ dataFolder: file })).message).toContain(`${file}: found a file, expected the folder`);
  });

  it('gives way to the cache when it lacks a file, and nothing is mixed', async () => {
    const [dataFolder, cacheFolder] = [await temporaryFolder(), await temporaryFolder()];
    await writeTinyMnist(dataFolder, withoutTest);
    await writeTinyMnist(cacheFolder, gz);
    const files = await find({ dataFolder, cacheFolder });
    expect(files.origin).toEqual({ source: 'mnist', from: 'cache', path: cacheFolder });
    expect(paths(files).every((path) => path.startsWith(cacheFolder))).toBe(true);
  });

  it('gives way to a download of all four', async () => {
    const [dataFolder, cacheFolder] = [await temporaryFolder(), await temporaryFolder()];
    await writeTinyMnist(dataFolder, withoutTest);
    const mirror = await startMirror(good);
    const files = await find({ dataFolder, cacheFolder, mirrors: [mirror.url] });
    expect(files.origin).toEqual({ source: 'mnist', from: 'download', path: cacheFolder });
    expect(mirror.requests).toEqual(REMOTE_FILES);
  });
});

describe('the cache', () => {
  it('may be named by MARBLENET_CACHE', async () => {
    const folder = await temporaryFolder();
    await writeTinyMnist(folder, gz);
    vi.stubEnv('MARBLENET_CACHE', folder);
    expect((await find({})).origin).toEqual({ source: 'mnist', from: 'cache', path: folder });
  });

  it("is the user's cache folder by default", async () => {
    // Whoever runs this may have MNIST there already: then it is found, else the message says where it was looked for.
    const told = await find({ offline: true }).then(
      ({ origin }) => `the cache ${origin.path} has all`,
      (error: Error) => error.message,
    );
    expect(told).toMatch(/the cache \S.*[\\/]marblenet[\\/]\S*mnist (has|lacks)/i);
  });

  it('gets only what it lacks', async () => {
    const cacheFolder = await temporaryFolder();
    await writeTinyMnist(cacheFolder, withoutTest);
    const mirror = await startMirror(good);
    expect((await find({ cacheFolder, mirrors: [mirror.url] })).origin.from).toBe('download');
    expect(mirror.requests).toEqual(REMOTE_FILES.slice(2));
  });

  it('does not take a half-done download of another process for a file', async () => {
    const cacheFolder = await temporaryFolder();
    await writeFile(join(cacheFolder, '.train-images-idx3-ubyte.gz.1-abc.part'), 'half');
    expect((await errorOf({ cacheFolder, offline: true })).message).toContain('has none of the 4 files');
  });
});

describe('offline', () => {
  it('asks nobody, and says what is missing where', async () => {
    const [dataFolder, cacheFolder] = [await temporaryFolder(), await temporaryFolder()];
    await writeTinyMnist(dataFolder, withoutTest);
    const mirror = await startMirror(good);
    const thrown = await errorOf({ dataFolder, cacheFolder, offline: true, mirrors: [mirror.url] });
    expect(thrown).toBeInstanceOf(MissingDataError);
    expect(thrown.message).toBe(
      `MNIST: the folder ${dataFolder} lacks t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte; ` +
        `the cache ${cacheFolder} has none of the 4 files; the network is not to be used (offline). ` +
        'Put the 4 files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, ' +
        't10k-labels-idx1-ubyte; raw or .gz) in a folder and give --data FOLDER, ' +
        'or write mnist: { fallback: digits }.',
    );
    expect(mirror.requests).toEqual([]);
  });
});

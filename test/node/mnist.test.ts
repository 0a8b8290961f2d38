import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataError, MissingDataError } from '../../src/core/errors.js';
import { findMnist, type MnistFiles } from '../../src/core/families/mnist-files.js';
import { createNodeHost, type NodeHostOptions } from '../../src/node/host.js';
import { good, startMirror } from './mirror-server.js';
import { withoutGivenData } from './no-given-data.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';
import { REMOTE_FILES, TINY_CHECKSUMS, TINY_MNIST, writeTinyMnist } from './tiny-mnist.js';

withoutGivenData();

beforeEach(() => {
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

  it('is all there is, when it lacks files: neither the cache nor a mirror takes its place', async () => {
    const [dataFolder, cacheFolder] = [await temporaryFolder(), await temporaryFolder()];
    await writeTinyMnist(dataFolder, withoutTest);
    await writeTinyMnist(cacheFolder, gz);
    const mirror = await startMirror(good);
    const half = await errorOf({ dataFolder, cacheFolder, mirrors: [mirror.url] });
    expect(half).not.toBeInstanceOf(MissingDataError); // so no fallback takes its place either
    expect(half.message).toBe(
      `${dataFolder}: lacks t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte of MNIST. Check --data or MARBLENET_DATA.`,
    );
    const empty = await temporaryFolder();
    const none = await errorOf({ dataFolder: empty, cacheFolder, mirrors: [mirror.url] });
    expect(none.message).toBe(`${empty}: has none of the 4 files of MNIST. Check --data or MARBLENET_DATA.`);
    expect(mirror.requests).toEqual([]);
  });
});

describe('a folder as others leave it', () => {
  const inOwnFolders = (file: string): string => join(file, file);

  it.each([
    ['torchvision', ['MNIST', 'raw'], raw],
    ['torchvision, packed', ['MNIST', 'raw'], gz],
    ['Kaggle, dotted', ['archive'], dotted],
    ['Kaggle, each in a folder of its name', [], inOwnFolders],
    ['Kaggle, each in a folder, in a folder', ['mnist-dataset'], inOwnFolders],
  ])('%s', async (_name, below, nameOf) => {
    const root = await temporaryFolder();
    const folder = join(root, ...below);
    for (const file of Object.keys(TINY_MNIST)) await mkdir(join(folder, dirname(nameOf(file))), { recursive: true });
    await writeTinyMnist(folder, nameOf);
    const files = await find({ dataFolder: root });
    expect(files.origin).toEqual({ source: 'mnist', from: 'folder', path: folder });
    expect(paths(files)).toEqual(Object.keys(TINY_MNIST).map((file) => join(folder, nameOf(file))));
  });

  it('with other sets beside it, whose files have the same names', async () => {
    const root = await temporaryFolder();
    for (const set of ['FashionMNIST', 'KMNIST', 'MNIST']) await writeTinyMnist(join(root, set, 'raw'), gz);
    expect((await find({ dataFolder: root })).origin.path).toBe(join(root, 'MNIST', 'raw'));
  });

  it('with another set alone is not MNIST, unless it is named itself', async () => {
    const root = await temporaryFolder();
    const raw = join(root, 'FashionMNIST', 'raw');
    await writeTinyMnist(raw, gz);
    expect((await errorOf({ dataFolder: root })).message).toContain('has none of the 4 files of MNIST');
    expect((await find({ dataFolder: raw })).origin.path).toBe(raw);
  });

  it('twice over must be said which', async () => {
    const root = await temporaryFolder();
    for (const copy of ['a', 'b']) await writeTinyMnist(join(root, copy), gz);
    expect((await errorOf({ dataFolder: root })).message).toBe(
      `${root}: found the MNIST files in ${join(root, 'a')} and ${join(root, 'b')}, expected them once. ` +
        'Name one of these folders.',
    );
  });

  it('half of it says which half, and where', async () => {
    const root = await temporaryFolder();
    await writeTinyMnist(join(root, 'MNIST', 'raw'), withoutTest);
    expect((await errorOf({ dataFolder: root })).message).toBe(
      `${join(root, 'MNIST', 'raw')}: lacks t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte of MNIST. ` +
        'Check --data or MARBLENET_DATA.',
    );
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

  it.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut', (bytes: Buffer) => bytes.subarray(0, -5)],
    ['altered', (bytes: Buffer) => bytes.map((byte, i) => (i === 40 ? byte ^ 1 : byte))],
    ['another', () => gzipSync(TINY_MNIST['t10k-images-idx3-ubyte'])],
    ['much larger when it is unpacked', () => gzipSync(Buffer.alloc(65 * 2 ** 20), { level: 1 })],
    ['a sparse one of 8 TB, which no one reads to its end,', (bytes: Buffer) => bytes, 2 ** 43],
  ])('with a file that is %s gets it again, and says so once', async (_name, damage, size = 0) => {
    const cacheFolder = await temporaryFolder();
    await writeTinyMnist(cacheFolder, gz);
    const path = join(cacheFolder, 'train-images-idx3-ubyte.gz');
    await writeFile(path, damage(await readFile(path)));
    if (size > 0) await truncate(path, size);

    const offline = await errorOf({ cacheFolder, offline: true });
    expect(offline).not.toBeInstanceOf(MissingDataError);
    expect(offline.message).toBe(
      `${path}: found a damaged file in the cache, and could not download it again ` +
        '(the network is not to be used (offline)). Remove it, and run again with a network.',
    );

    const mirror = await startMirror(good);
    const mended = await find({ cacheFolder, mirrors: [mirror.url] });
    expect(mirror.requests).toEqual(['train-images-idx3-ubyte.gz']);
    expect(mended.origin.remark).toBe(`${path} was damaged: it was downloaded again`);
    expect((await find({ cacheFolder, offline: true })).origin).toEqual({
      source: 'mnist',
      from: 'cache',
      path: cacheFolder,
    });
  });

  it('keeps sets apart whose files have the same names', async () => {
    const cacheFolder = await temporaryFolder();
    const mirror = await startMirror(good);
    const host = createNodeHost({ cacheFolder, mirrors: [mirror.url] });
    const set = { title: 'Digits', mirrors: [], advice: 'or do without' };
    const name = 'train-labels-idx1-ubyte';
    await host.download({ ...set, checksums: { [name]: TINY_CHECKSUMS[name] } });
    const apart = { ...set, checksums: { [name]: TINY_CHECKSUMS[name] }, cacheFolder: 'other-digits' };
    const { folder, paths } = await host.download(apart);
    expect(folder).toBe(join(cacheFolder, 'other-digits'));
    expect(paths[name]).toBe(join(folder, `${name}.gz`));
    expect(mirror.requests).toHaveLength(2);
  });

  it('does not take a half-done download of another process for a file', async () => {
    const cacheFolder = await temporaryFolder();
    await writeFile(join(cacheFolder, '.train-images-idx3-ubyte.gz.1-abc.part'), 'half');
    expect((await errorOf({ cacheFolder, offline: true })).message).toContain('has none of the 4 files');
  });
});

describe('offline', () => {
  it('asks nobody, and says what is missing where', async () => {
    const cacheFolder = await temporaryFolder();
    await writeTinyMnist(cacheFolder, withoutTest);
    const mirror = await startMirror(good);
    const thrown = await errorOf({ cacheFolder, offline: true, mirrors: [mirror.url] });
    expect(thrown).toBeInstanceOf(MissingDataError);
    expect(thrown.message).toBe(
      `MNIST: the cache ${cacheFolder} lacks t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte; ` +
        'the network is not to be used (offline). ' +
        'Put the 4 files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, ' +
        't10k-labels-idx1-ubyte; raw or .gz) in a folder and give --data FOLDER, ' +
        'or write mnist: { fallback: digits }.',
    );
    expect(mirror.requests).toEqual([]);
  });
});

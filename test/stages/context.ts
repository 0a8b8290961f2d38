/** What a stage is built with in these tests: float64, a seed, and files that exist only here. */
import {
  type AnyStage,
  type Context,
  createKernels,
  DataError,
  type FoundFiles,
  type Host,
  type IdxArray,
  MissingDataError,
  type Shape,
  seededRandom,
} from 'marblenet';
import { expect } from 'vitest';
import { turnScheduler } from '../../src/core/scheduler.js';
import type { OpenTable } from '../../src/core/table.js';

export const contextWith = (changes: Partial<Context> = {}): Context => ({
  kernels: createKernels('float64', 'typescript'),
  random: seededRandom(1).stream('test'),
  scheduler: turnScheduler,
  host: undefined,
  epochs: 1,
  network: undefined,
  at: 'test',
  parameters: [],
  running: [],
  ...changes,
});

/** A decoded file, before it has a path. */
export interface FakeFile {
  readonly shape: Shape;
  readonly data: IdxArray['data'];
}

export const images = (count: number, shape: Shape = [1, 2]): FakeFile => {
  const width = shape.reduce((size, length) => size * length, 1);
  return { shape: [count, ...shape], data: Uint8Array.from({ length: count * width }, (_, i) => i) };
};

export const labels = (...values: number[]): FakeFile => ({ shape: [values.length], data: Uint8Array.from(values) });

/** Where a host found files, or what it throws instead. */
export type Found = FoundFiles | Error;

interface Pair {
  readonly images: string;
  readonly labels: string;
}

/** The four files of MNIST, found in a folder under these names. */
export const mnistIn = (folder: string, { train, test }: Readonly<Record<'train' | 'test', Pair>>): FoundFiles => ({
  from: 'folder',
  folder,
  paths: {
    'train-images-idx3-ubyte': train.images,
    'train-labels-idx1-ubyte': train.labels,
    't10k-images-idx3-ubyte': test.images,
    't10k-labels-idx1-ubyte': test.labels,
  },
});

/** A source that has learned from its files what it has to know. */
export const opened = async (stage: AnyStage, host: Host | undefined): Promise<AnyStage> =>
  (host && (await stage.open?.(host, ['train', 'test']))) ?? stage;

/** Two rows, whatever the path: a number, and a class. */
const table = (path: string): OpenTable => ({
  path,
  dialect: { delimiter: ',', decimal: '.', header: true },
  names: ['id', 'width', 'species'],
  async *rows() {
    yield {
      rows: [
        ['1', '7', 'rose'],
        ['2', '8', 'iris'],
      ],
      lines: [2, 3],
    };
  },
  placeOf: async (line) => `${path}:${line}:1`,
});

/** A picture of each of two classes, whatever the folder. */
const pictureClasses = (path: string) =>
  ['cat', 'dog'].map((name) => ({ name, pictures: [`${path}/${name}/1.png`], hasFolders: false }));

/** A host whose files are arrays; `published` is where those of MNIST lie. */
export function fakeHost(
  files: Readonly<Record<string, FakeFile | Error>>,
  published: Found = new MissingDataError('MNIST', 'nowhere to be had'),
): Host {
  const fileAt = (path: string): FakeFile => {
    const file = files[path] ?? new DataError(path, 'no such file');
    if (file instanceof Error) throw file;
    return file;
  };
  return {
    readFile: (path) => expect.fail(`read the bytes of ${path}`),
    readIdx: async (path) => ({ path, ...fileAt(path) }),
    readIdxHeader: async (path) => ({ path, shape: fileAt(path).shape }),
    openTable: async (path) => table(path),
    openJsonLines: async (path) => table(path),
    openParquet: async (path) => table(path),
    readNpy: async (path) => ({ ...fileAt(path), isWhole: true }),
    async readNpz() {
      const arrays = { x_train: images(1), y_train: labels(1), x_test: images(1), y_test: labels(0) };
      return new Map(Object.entries(arrays).map(([name, array]) => [name, { ...array, isWhole: true }]));
    },
    findPictures: async (path) => ({ path, classes: pictureClasses(path), others: new Map() }),
    async *readPictures({ paths }, { size, channels }) {
      for (const [i] of paths.entries()) yield new Uint8Array(size[0] * size[1] * channels).fill(i);
    },
    async download() {
      if (published instanceof Error) throw published;
      return published;
    },
  };
}

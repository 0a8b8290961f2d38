/** What a stage is built with in these tests: float64, a seed, and files that exist only here. */
import {
  type Context,
  createKernels,
  DataError,
  type Host,
  type IdxArray,
  MissingDataError,
  type MnistFiles,
  type Shape,
  seededRandom,
} from 'marblenet';
import { turnScheduler } from '../../src/core/scheduler.js';

export const contextWith = (changes: Partial<Context> = {}): Context => ({
  kernels: createKernels('float64', 'typescript'),
  random: seededRandom(1).stream('test'),
  scheduler: turnScheduler,
  host: undefined,
  epochs: 1,
  network: undefined,
  parameters: [],
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

/** A host whose files are arrays; `mnist` is where the four files lie, or what is thrown instead. */
export const fakeHost = (
  files: Readonly<Record<string, FakeFile | Error>>,
  mnist: MnistFiles | Error = new MissingDataError('MNIST', 'nowhere to be had'),
): Host => ({
  async readIdx(path) {
    const file = files[path] ?? new DataError(path, 'no such file');
    if (file instanceof Error) throw file;
    return { path, ...file };
  },
  async mnist() {
    if (mnist instanceof Error) throw mnist;
    return mnist;
  },
});

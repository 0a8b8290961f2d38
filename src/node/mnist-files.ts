/** The four files that MNIST is, and how a folder may hold them. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

export const MNIST_FILES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const;

export type MnistFile = (typeof MNIST_FILES)[number];

/** Where each file lies. */
export type MnistPaths = Readonly<Record<MnistFile, string>>;

/** SHA-256 of the unpacked bytes, as hexadecimal digits. */
export const MNIST_CHECKSUMS: Readonly<Record<MnistFile, string>> = {
  'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
};

/** Copies of MNIST, tried in this order. The original address, yann.lecun.com, no longer hands it out. */
export const MNIST_MIRRORS: readonly string[] = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
];

/** Which of the files a folder has; none, when there is no such folder. */
export async function lookIn(folder: string): Promise<Partial<MnistPaths>> {
  const found: Partial<Record<MnistFile, string>> = {};
  for (const file of MNIST_FILES) {
    const path = await firstFile(spellings(file).map((name) => join(folder, name)));
    if (path !== undefined) {
      found[file] = path;
    }
  }
  return found;
}

export const missingFrom = (paths: Partial<MnistPaths>): readonly MnistFile[] =>
  MNIST_FILES.filter((file) => paths[file] === undefined);

export const isComplete = (paths: Partial<MnistPaths>): paths is MnistPaths => missingFrom(paths).length === 0;

/** As the mirrors name it and as some archives do; raw before gzip, which takes longer to read. */
function spellings(file: MnistFile): readonly string[] {
  const dotted = file.replace('-idx', '.idx');
  return [file, dotted, `${file}.gz`, `${dotted}.gz`];
}

/** The first path with a file: some archives hold a folder that has a file's name. */
async function firstFile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    const entry = await stat(path).catch(() => undefined);
    if (entry?.isFile()) {
      return path;
    }
  }
  return undefined;
}

/** The four files that MNIST is, and where it is published. */
import type { Files, Origin, PublishedFiles } from '../host.js';
import type { LabelledFiles } from './labelled-images.js';

export type MnistFile =
  | 'train-images-idx3-ubyte'
  | 'train-labels-idx1-ubyte'
  | 't10k-images-idx3-ubyte'
  | 't10k-labels-idx1-ubyte';

/** The original address, yann.lecun.com, no longer hands them out. */
const MNIST: PublishedFiles<MnistFile> = {
  title: 'MNIST',
  checksums: {
    'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  advice: 'or write mnist: { fallback: digits }',
};

/** The files by split, found or downloaded. */
export interface MnistFiles {
  readonly train: LabelledFiles;
  readonly test: LabelledFiles;
  readonly origin: Origin;
}

/** @throws MissingDataError or DataError, as `download` does. */
export async function findMnist(host: Pick<Files, 'download'>): Promise<MnistFiles> {
  const { from, folder, paths, remark } = await host.download(MNIST);
  return {
    train: { images: paths['train-images-idx3-ubyte'], labels: paths['train-labels-idx1-ubyte'] },
    test: { images: paths['t10k-images-idx3-ubyte'], labels: paths['t10k-labels-idx1-ubyte'] },
    origin: { source: 'mnist', from, path: folder, ...(remark && { remark }) },
  };
}

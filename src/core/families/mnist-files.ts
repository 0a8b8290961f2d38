/** Four files of pictures and labels, as MNIST is, and where such sets are published. */
import type { Files, Origin, PublishedFiles } from '../host.js';
import type { Spec } from '../kinds.js';
import type { LabelledFiles } from './labelled-images.js';

export type MnistFile =
  | 'train-images-idx3-ubyte'
  | 'train-labels-idx1-ubyte'
  | 't10k-images-idx3-ubyte'
  | 't10k-labels-idx1-ubyte';

/** The original address of MNIST, yann.lecun.com, no longer hands them out. */
export const MNIST: PublishedFiles<MnistFile> = {
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

/** Debian's package `dataset-fashion-mnist` has the same files. */
export const FASHION_MNIST: PublishedFiles<MnistFile> = {
  title: 'Fashion-MNIST',
  checksums: {
    'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  },
  mirrors: ['https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/'],
  folders: ['/usr/share/datasets/fashion-mnist'],
  cacheFolder: 'fashion-mnist',
  advice: 'or install the package dataset-fashion-mnist of Debian',
};

export const SHAPE = [28, 28];

/** What is known of such a set before it is found. */
export const specFrom = (source: string): Spec<'examples'> => ({
  kind: 'examples',
  shape: SHAPE,
  classes: undefined,
  labels: { classes: 10, from: source },
  counts: { train: 60_000, test: 10_000 },
  features: 'bytes',
});

/** The files by split, found or downloaded. */
export interface MnistFiles {
  readonly train: LabelledFiles;
  readonly test: LabelledFiles;
  readonly origin: Origin;
}

/** @throws MissingDataError or DataError, as `download` does. */
export async function findFiles(
  host: Pick<Files, 'download'>,
  published: PublishedFiles<MnistFile>,
  source: string,
): Promise<MnistFiles> {
  const { from, folder, paths, remark } = await host.download(published);
  return {
    train: { images: paths['train-images-idx3-ubyte'], labels: paths['train-labels-idx1-ubyte'] },
    test: { images: paths['t10k-images-idx3-ubyte'], labels: paths['t10k-labels-idx1-ubyte'] },
    origin: { source, from, path: folder, ...(remark && { remark }) },
  };
}

/** @throws MissingDataError or DataError, as `download` does. */
export const findMnist = (host: Pick<Files, 'download'>): Promise<MnistFiles> => findFiles(host, MNIST, 'mnist');

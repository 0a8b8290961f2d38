/**
 * What a stage may ask of the machine that it runs on. Stages never open a file themselves: Node's answer to this
 * interface is `src/node/host.ts`, a browser could give another, and a test gives arrays.
 */
import type { Shape } from './tensor.js';

/** One decoded IDX file: the numbers, and how many along each axis, the first axis counting the samples. */
export interface IdxArray {
  /** Where it came from, for messages. */
  readonly path: string;
  readonly shape: Shape;
  readonly data: Uint8Array | Int32Array | Float32Array;
}

/** Where the examples of a run came from: told at the start, at the end and in every event that names the data. */
export interface Origin {
  /** The stage that made them: "mnist", "idx", "digits". */
  readonly source: string;
  /** How `mnist` came by its files. */
  readonly from?: 'folder' | 'cache' | 'download';
  /** The folder or file that was read. */
  readonly path?: string;
  /** The source that the file asked for and that could not be had, and why. */
  readonly fallbackFor?: string;
  readonly reason?: string;
}

/** The four files of MNIST, found or downloaded. */
export interface MnistFiles {
  readonly train: { readonly images: string; readonly labels: string };
  readonly test: { readonly images: string; readonly labels: string };
  readonly origin: Origin;
}

export interface Host {
  /**
   * Reads an IDX file, raw or gzip; a relative path is seen from the pipeline file's folder.
   *
   * @throws DataError with the path and the byte offset when the file is missing, empty, cut short, too long or not IDX.
   */
  readIdx(path: string): Promise<IdxArray>;

  /**
   * Finds the four MNIST files: local folder, else cache, else download. All four, before any is read, so that one run
   * never mixes two data sets.
   *
   * @throws MissingDataError when they are nowhere to be had; DataError when a folder that was named does not exist, or
   * the cache cannot be written.
   */
  mnist(): Promise<MnistFiles>;
}

/** Node's answer to what stages ask of the machine: files, and MNIST from wherever it can be had. */
import { isAbsolute, join, resolve } from 'node:path';
import envPaths from 'env-paths';
import type { Host } from '../core/host.js';
import { throughCache } from './decoded-cache.js';
import type { DownloadProgress } from './download.js';
import type { Patience } from './fetch-bytes.js';
import { readIdx } from './idx.js';
import { findMnist } from './mnist.js';
import { MNIST_CHECKSUMS, MNIST_MIRRORS, type MnistFile } from './mnist-files.js';

export interface NodeHostOptions extends Partial<Patience> {
  /** What relative paths of `readIdx` are relative to: the pipeline file's folder. The working directory by default. */
  readonly baseFolder?: string;
  /** Where to look for MNIST first. The environment variable MARBLENET_DATA by default. */
  readonly dataFolder?: string;
  /**
   * Where downloads, and what large files decode to, are kept. MARBLENET_CACHE by default, else the user's cache folder
   * of the operating system.
   */
  readonly cacheFolder?: string;
  /** Never uses the network. */
  readonly offline?: boolean;
  /** Base URLs of MNIST copies, tried in order. MARBLENET_MIRRORS (comma separated) by default, else two public ones. */
  readonly mirrors?: readonly string[];
  /** SHA-256 of each unpacked MNIST file; for tests, which serve smaller ones. */
  readonly checksums?: Readonly<Record<MnistFile, string>>;
  /** Ends reading and downloading: what is under way rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told how far a download is, at most every 100 ms and at the end of each file. */
  readonly onDownload?: (progress: DownloadProgress) => void;
}

/** Nothing is looked at before it is asked for: making a host reads no file and opens no connection. */
export function createNodeHost(options: NodeHostOptions = {}): Host {
  const { baseFolder = '', signal = new AbortController().signal } = options;
  const dataFolder = options.dataFolder ?? environment('MARBLENET_DATA');

  const cacheFolder = resolve(options.cacheFolder ?? environment('MARBLENET_CACHE') ?? defaultCacheFolder());

  return {
    readIdx(path) {
      const absolute = isAbsolute(path) ? path : join(baseFolder, path);
      return throughCache(absolute, join(cacheFolder, 'decoded'), () => readIdx(absolute, signal));
    },

    mnist: () =>
      findMnist({
        // Absolute, since `readIdx` takes a relative path to be the pipeline file's.
        dataFolder: dataFolder === undefined ? undefined : resolve(dataFolder),
        cacheFolder,
        mirrors: options.mirrors ?? mirrorsFromEnvironment() ?? MNIST_MIRRORS,
        offline: options.offline ?? false,
        checksums: options.checksums ?? MNIST_CHECKSUMS,
        connectTimeout: options.connectTimeout ?? 4_000,
        stallTimeout: options.stallTimeout ?? 10_000,
        signal,
        onDownload: options.onDownload ?? (() => {}),
      }),
  };
}

const defaultCacheFolder = (): string => join(envPaths('marblenet', { suffix: '' }).cache, 'mnist');

const mirrorsFromEnvironment = (): readonly string[] | undefined =>
  environment('MARBLENET_MIRRORS')
    ?.split(',')
    .map((mirror) => mirror.trim())
    .filter((mirror) => mirror !== '');

/** An empty variable is one that is not set. */
const environment = (name: string): string | undefined => process.env[name] || undefined;

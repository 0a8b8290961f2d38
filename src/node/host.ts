/** Node's answer to what stages ask of the machine: files, and files that are published from wherever they can be had. */
import { stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { DownloadProgress } from '../core/downloads/download.js';
import type { Patience } from '../core/downloads/fetch-bytes.js';
import { requireModel, wrongKind } from '../core/files/file-signature.js';
import { decodeNpy, isNpy } from '../core/files/npy.js';
import { decodeNpz, isZip } from '../core/files/npz.js';
import type { Host } from '../core/host.js';
import { allBytes } from './all-bytes.js';
import { defaultCacheFolder, environment } from './cache-folder.js';
import { checksumOf } from './checksum.js';
import { heldAgainst, type Published, throughCache } from './decoded-cache.js';
import { chunksOf, fileBytes } from './file-bytes.js';
import { readIdx, readIdxHeader } from './idx.js';
import { keptRows } from './kept-rows.js';
import { memoryOfMachine } from './memory.js';
import { network } from './network-fetch.js';
import { openJsonLines } from './open-json-lines.js';
import { openParquet } from './open-parquet.js';
import { openIdxRows, openNpyRows } from './open-rows.js';
import { openTable } from './open-table.js';
import { pictureFolder } from './pictures/picture-folder.js';
import { findPublished } from './published-files.js';
import { PICTURES } from './run-environment.js';
import { modelPathOf } from './run-of-model.js';
import { inflate, unpackedBytes } from './unpacked-bytes.js';

/** Where files are, where downloads are kept, and how long to wait for them. */
export interface NodeHostOptions extends Partial<Patience> {
  /** What relative paths are relative to: the pipeline file's folder. The working directory by default. */
  readonly baseFolder?: string;
  /** Where to look for published files first. The environment variable MARBLENET_DATA by default. */
  readonly dataFolder?: string;
  /**
   * Where downloads, and what large files decode to, are kept. MARBLENET_CACHE by default, else the user's cache folder
   * of the operating system; where there is neither, nothing is kept.
   */
  readonly cacheFolder?: string;
  /** Never uses the network. */
  readonly offline?: boolean;
  /** Base URLs to download from, tried in order. MARBLENET_MIRRORS (comma separated) by default, else public ones. */
  readonly mirrors?: readonly string[];
  /** SHA-256 of unpacked files, by name, instead of the published ones; for tests, which serve smaller files. */
  readonly checksums?: Readonly<Record<string, string>>;
  /** Ends reading and downloading: what is under way rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Called with the path of each file of data that is read; of pictures once for all of a folder, `pets/train/*`, with the
   * SHA-256 of them all.
   */
  readonly onRead?: (path: string, sha256?: string) => void;
  /** Called with how far a download is, at most every 100 ms and at the end of each file. */
  readonly onDownload?: (progress: DownloadProgress) => void;
}

/** Nothing is looked at before it is asked for: making a host reads no file and opens no connection. */
export function createNodeHost(options: NodeHostOptions = {}): Host {
  const { baseFolder = '', signal = new AbortController().signal, onRead = () => {} } = options;
  const dataFolder = options.dataFolder ?? environment('MARBLENET_DATA');
  const mirrors = options.mirrors ?? mirrorsFromEnvironment();
  /** Downloads that could not be kept, by their addresses. */
  const held = new Map<string, Uint8Array>();
  /** What published files are to be, by the paths where they were found. */
  const published = new Map<string, Published>();
  const seen = (path: string): string => (isAbsolute(path) || held.has(path) ? path : join(baseFolder, path));
  const bytesOf = (path: string, expected: string): AsyncIterable<Uint8Array> => {
    const bytes = held.get(path);
    if (bytes === undefined) onRead(seen(path));
    return bytes === undefined ? fileBytes(seen(path), expected) : chunksOf(bytes);
  };
  const cacheFolders = async () => {
    const folder = options.cacheFolder === undefined ? await defaultCacheFolder() : resolve(options.cacheFolder);
    return { cacheFolder: folder, decodedFolder: folder && join(folder, 'decoded') };
  };

  return {
    readFile: (path, expected = 'a file') => bytesOf(path, expected),

    async *readModel(path) {
      const file = await modelPathOf(seen(path));
      onRead(file);
      let isStart = true;
      for await (const chunk of fileBytes(file, 'a model')) {
        if (isStart) requireModel(file, chunk);
        isStart = false;
        yield chunk;
      }
    },

    async readIdx(path) {
      if (!held.has(path)) onRead(seen(path));
      const decode = () => readIdx(seen(path), signal, bytesOf(path, IDX));
      const { decodedFolder } = await cacheFolders();
      if (held.has(path) || decodedFolder === undefined) return heldAgainst(published.get(path), await decode());
      return throughCache(seen(path), decodedFolder, decode, published.get(path));
    },

    openTable: (path, given) => openTable(seen(path), () => bytesOf(path, 'a table of text'), given),

    openJsonLines: (path) => openJsonLines(seen(path), () => bytesOf(path, 'a table of JSON Lines')),

    async openRows(path) {
      onRead(seen(path));
      return openIdxRows(seen(path), (await cacheFolders()).decodedFolder, signal);
    },

    async readNpy(path) {
      const bytes = await allBytes(seen(path), bytesOf(path, 'a .npy file'));
      if (isNpy(bytes)) return decodeNpy(seen(path), bytes);
      throw wrongKind(seen(path), bytes, 'a .npy file');
    },

    async openNpyRows(path, above) {
      const size = await stat(seen(path)).then(
        (entry) => entry.size,
        () => 0, // opening it says what is wrong
      );
      if (size <= above) return undefined;
      onRead(seen(path));
      return openNpyRows(seen(path), seen(path));
    },

    async keepRows(path, how, widths, make) {
      onRead(seen(path));
      const { cacheFolder } = await cacheFolders();
      const making: typeof make = (write) =>
        make((rows) => {
          signal.throwIfAborted();
          return write(rows);
        });
      return keptRows(seen(path), cacheFolder && join(cacheFolder, 'rows'), how, widths, making, signal);
    },

    async readNpz(path) {
      const bytes = await allBytes(seen(path), bytesOf(path, 'a .npz archive'));
      if (!isZip(bytes)) throw wrongKind(seen(path), bytes, 'a .npz archive');
      return new Map(decodeNpz(seen(path), bytes, inflate).map(({ name, ...array }) => [name, array]));
    },

    async openParquet(path) {
      return openParquet(seen(path), await allBytes(seen(path), bytesOf(path, 'a Parquet file')));
    },

    findPictures: (path) => pictureFolder(seen(path), path, signal),

    async *readPictures({ of, paths }, form, left) {
      const { readPictures } = await import('./pictures/read-pictures.js');
      const files = paths.map((path) => ({ path: seen(path), name: relative(seen(of), seen(path)) }));
      yield* readPictures(files, form, left, (sha256) => onRead(join(seen(of), PICTURES), sha256));
    },

    memory: memoryOfMachine(),

    readIdxHeader: (path) => readIdxHeader(seen(path), bytesOf(path, IDX)),

    async download(files) {
      const checksums = { ...files.checksums, ...options.checksums };
      const found = await findPublished(
        { ...files, mirrors: mirrors ?? files.mirrors, checksums },
        {
          // Absolute, since a relative path is taken to be the pipeline file's.
          dataFolder: dataFolder === undefined ? undefined : resolve(dataFolder),
          ...(await cacheFolders()),
          offline: options.offline ?? false,
          hold: (address, bytes) => held.set(address, bytes),
          connectTimeout: options.connectTimeout ?? 4_000,
          stallTimeout: options.stallTimeout ?? 10_000,
          retryDelay: options.retryDelay ?? 500,
          signal,
          onDownload: options.onDownload ?? (() => {}),
          network,
          unpacked: (bytes) => unpackedBytes('the download', chunksOf(bytes)),
          checksumOf,
        },
      );
      for (const name of Object.keys(found.paths) as (keyof typeof found.paths)[]) {
        published.set(found.paths[name], { checksum: checksums[name], required: found.from !== 'folder' });
      }
      return found;
    },
  };
}

const IDX = 'an IDX file';

const mirrorsFromEnvironment = (): readonly string[] | undefined =>
  environment('MARBLENET_MIRRORS')
    ?.split(',')
    .map((mirror) => mirror.trim())
    .filter((mirror) => mirror !== '');

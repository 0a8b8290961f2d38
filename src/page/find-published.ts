/**
 * Published files, such as MNIST, in a page: among the files that it holds, in the browser's cache, or by a download into that.
 * What comes from the cache or the network is what was published, byte for byte.
 */

import { joined } from '../core/bytes.js';
import { addressOf, type DownloadProgress, matches } from '../core/downloads/download.js';
import { MirrorFailure, type Network } from '../core/downloads/fetch-bytes.js';
import { downloadAll } from '../core/downloads/mirrors.js';
import { MissingDataError, messageOf } from '../core/errors.js';
import { encodeIdx } from '../core/files/encode-idx.js';
import { isComplete, lacks, missingFrom, type Paths, spellings } from '../core/files/file-names.js';
import { gunzip } from '../core/files/inflate.js';
import { unpackedBytes } from '../core/files/unpacked-bytes.js';
import type { FoundFiles, IdxArray, PublishedFiles } from '../core/host.js';
import { sha256 } from '../core/model/sha256.js';
import { folderOf, type HeldFiles, nameOf } from './held-files.js';

/** Where files of the network come from, and who hears how far they are. */
export interface Search {
  /** Base URLs, tried in order. */
  readonly addresses: readonly string[];
  readonly signal: AbortSignal;
  readonly onDownload: (progress: DownloadProgress) => void;
}

/** The cache of the browser in which downloads are kept. */
const CACHE = 'marblenet';

/** Milliseconds: a mirror that does not answer is followed by the next. */
const PATIENCE = { connectTimeout: 8_000, stallTimeout: 15_000, retryDelay: 500 };

const network: Network = {
  open: async () => ({ fetch, by: '' }),
  // browsers say no more, so that a page cannot learn of servers that it may not ask
  reasonOf: (thrown) =>
    thrown instanceof TypeError
      ? "not reached: no network, a server that does not let other pages ask (CORS), or the page's Content-Security-Policy"
      : messageOf(thrown),
  isCutOff: () => false,
};

/**
 * @param held what the page has, and where downloads are held for as long as it is open
 * @throws MissingDataError when the files are nowhere to be had; the signal's reason.
 */
export async function findPublished<Name extends string>(
  published: PublishedFiles<Name>,
  held: HeldFiles,
  search: Search,
): Promise<FoundFiles<Name>> {
  search.signal.throwIfAborted();
  const names = Object.keys(published.checksums) as Name[];
  const own = foldersWith(held, published);
  const [complete, ...others] = own.filter(({ paths }) => isComplete(paths, names));
  if (complete !== undefined && isComplete(complete.paths, names)) {
    const folder = complete.folder || '.';
    const also = others.map((other) => other.folder || '.').join(', ');
    const remark = `${published.title} is that of ${folder}, not that of ${also}`;
    return { from: 'folder', folder, paths: complete.paths, ...(also !== '' && { remark }) };
  }
  const options = {
    ...search,
    ...PATIENCE,
    network,
    unpacked: (bytes: Uint8Array) => unpackedBytes('the download', once(bytes), gunzip),
    checksumOf,
  };
  const cache = await openCache();
  const keyOf = (name: Name): string => addressOf(published.mirrors[0], `${name}.gz`);
  const paths: Partial<Record<Name, string>> = {};
  const remarks: string[] = [];
  for (const name of names) {
    const kept = await cache?.match(keyOf(name)).then(
      (answer) => answer?.arrayBuffer(),
      () => undefined,
    );
    search.signal.throwIfAborted();
    if (kept === undefined) continue;
    const bytes = new Uint8Array(kept);
    if (await matches(bytes, published.checksums[name], options)) paths[name] = held.hold(keyOf(name), bytes);
    else {
      await cache?.delete(keyOf(name)).catch(() => false);
      remarks.push(`${name}.gz was damaged in the browser's cache: it was downloaded again`);
    }
  }
  if (isComplete(paths, names)) return { from: 'cache', folder: "the browser's cache", paths };

  let folder = '';
  try {
    const mirrors = { ...published, mirrors: search.addresses };
    for await (const { name, mirror, bytes } of downloadAll(missingFrom(paths, names), mirrors, options)) {
      paths[name] = held.hold(keyOf(name), bytes);
      folder = mirror;
      const reason = await keep(cache, keyOf(name), bytes);
      if (reason !== undefined && !remarks.includes(reason)) remarks.push(reason);
    }
  } catch (thrown) {
    throw thrown instanceof MirrorFailure ? nowhere(published, own[0]?.paths ?? {}, thrown) : thrown;
  }
  return {
    from: 'download',
    folder,
    paths: paths as Record<Name, string>,
    ...(remarks.length > 0 && { remark: remarks.join('; ') }),
  };
}

interface Folder<Name extends string> {
  readonly folder: string;
  readonly paths: Partial<Paths<Name>>;
}

/** Folders with such files, those with all of them and of the name of the set first. A file may be in one of its own name. */
function foldersWith<Name extends string>(held: HeldFiles, published: PublishedFiles<Name>): Folder<Name>[] {
  const names = Object.keys(published.checksums) as Name[];
  const found = new Map<string, Partial<Record<Name, string>>>();
  for (const name of names) {
    for (const spelling of spellings(name)) {
      for (const path of held.paths.filter((one) => nameOf(one) === spelling)) {
        const parent = folderOf(path);
        const folder = spellings(name).includes(nameOf(parent)) ? folderOf(parent) : parent;
        const paths: Partial<Record<Name, string>> = found.get(folder) ?? {};
        paths[name] ??= path;
        found.set(folder, paths);
      }
    }
  }
  const rank = ({ folder, paths }: Folder<Name>): number =>
    10 * missingFrom(paths, names).length +
    (folder.split('/').some((part) => plain(part) === plain(published.title)) ? 0 : 1);
  return [...found]
    .map(([folder, paths]) => ({ folder, paths }))
    .filter(({ folder }) => folder.split('/').every((part) => mayHold(part, published.title)))
    .sort((a, b) => rank(a) - rank(b));
}

/** Not those of FashionMNIST, EMNIST and others, which publish other pictures under the names of MNIST's files. */
const mayHold = (name: string, title: string): boolean =>
  plain(name) === plain(title) || !plain(name).endsWith(plain(title));

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

async function* once(bytes: Uint8Array) {
  yield bytes;
}

async function checksumOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return sha256(joined(all));
}

/** Undefined where a page has none: on plain http, and in a frame that may keep nothing. */
async function openCache(): Promise<Cache | undefined> {
  try {
    return await caches.open(CACHE);
  } catch {
    return undefined;
  }
}

/** Keeps a file for the next visit; returns why not, if so. */
async function keep(
  cache: Cache | undefined,
  key: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string | undefined> {
  if (cache === undefined)
    return 'the browser has no cache for this page: what was downloaded is not kept for the next visit';
  try {
    await cache.put(key, new Response(bytes));
    return undefined;
  } catch (error) {
    return `what was downloaded is not kept for the next visit: ${messageOf(error)}`;
  }
}

function nowhere<Name extends string>(
  { title, checksums, advice }: PublishedFiles<Name>,
  own: Partial<Paths<Name>>,
  cause: MirrorFailure,
): MissingDataError {
  const names = Object.keys(checksums) as Name[];
  const drop = `Drop the ${names.length} files (${names.join(', ')}; raw or .gz) on the page, or put them beside it`;
  return new MissingDataError(title, `the page ${lacks(own, names)}; ${cause.message}`, {
    advice: `${drop}, ${advice}.`,
    cause,
  });
}

/** SHA-256 of an IDX file with such numbers, unpacked. */
export const checksumOfIdx = ({ shape, data }: IdxArray): Promise<string> => sha256(encodeIdx(shape, data));

/** Data of one's own in a page: files that it holds, read as Node reads those on disk. What decodes them is loaded when needed. */
import type { DownloadProgress } from '../core/downloads/download.js';
import { DataError, PipelineError } from '../core/errors.js';
import { requireModel, wrongKind } from '../core/files/file-signature.js';
import { PICTURES_EXPECTED, picturesIn } from '../core/files/picture-folder.js';
import type { Host, PublishedFiles } from '../core/host.js';
import { type OptionTypes, optionTypes, requireKnownOptions } from '../core/run/known-options.js';
import { nextTurn } from '../core/scheduler.js';
import { HeldFiles, joinPath, plainPath } from './held-files.js';

/** How files of a page are read, and where published ones are downloaded from. */
export interface FilesHostOptions {
  /** Ends reading: what is under way rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Base URLs of published files (MNIST), tried in order. By default a folder beside the page, or beside the script of a worker,
   * `mnist/` or `fashion-mnist/`, and then public ones. None: nothing is downloaded.
   */
  readonly addresses?: readonly string[];
  /** Called with how far a download is, at most every 100 ms and at the end of each file. */
  readonly onDownload?: (progress: DownloadProgress) => void;
  /** SHA-256 of unpacked files, by name, instead of the published ones; for tests, which serve smaller files. */
  readonly checksums?: Readonly<Record<string, string>>;
}

const knownOptions = {
  signal: optionTypes.signal,
  addresses: optionTypes.texts,
  onDownload: optionTypes.call,
  checksums: optionTypes.object,
} satisfies OptionTypes<FilesHostOptions>;

/** Beside the page first: a server of one's own is near, and a strict Content-Security-Policy lets a page ask no other. */
function addressesOf({ cacheFolder = 'mnist', mirrors }: PublishedFiles): readonly string[] {
  try {
    return [new URL(`${cacheFolder}/`, location.href).href, ...mirrors];
  } catch {
    return mirrors; // of a worker without an address of its own
  }
}

/** The most bytes of a file that is read whole, and of a picture, as in Node. */
const MOST_BYTES = 2 ** 30;
const MOST_PICTURE_BYTES = 2 ** 28;

/**
 * A host over files that a page holds, which comes by MNIST, too. A pipeline finds them under the paths that it says, as `table.csv` or
 * `digits/train` for a folder of pictures; `./table.csv` and `/table.csv` are the same.
 *
 * @param files paths, each with its Blob or File: a Map, or pairs such as `[file.webkitRelativePath, file]`
 * @throws PipelineError for something else, or an option that there is not.
 */
export function filesHost(
  files: Iterable<readonly [path: string, file: Blob]> = [],
  options: FilesHostOptions = {},
): Host {
  requireKnownOptions(options, knownOptions, 'filesHost');
  const { signal = new AbortController().signal } = options;
  const held = new HeldFiles(files);
  /** What published files are to be, by the paths where they were found. */
  const published = new Map<string, { readonly checksum: string; readonly isChecked: boolean }>();

  async function* readFile(given: string, expected = 'a file') {
    for await (const chunk of held.bytesOf(plainPath(given), expected)) {
      signal.throwIfAborted();
      yield chunk;
    }
  }

  async function* unpacked(given: string, expected: string) {
    const [{ unpackedBytes }, { gunzip }] = await Promise.all([
      import('../core/files/unpacked-bytes.js'),
      import('../core/files/inflate.js'),
    ]);
    yield* unpackedBytes(plainPath(given), readFile(given, expected), gunzip);
  }

  const allBytes = (given: string, expected: string): Promise<Uint8Array> => {
    signal.throwIfAborted();
    return held.allBytesOf(plainPath(given), expected, MOST_BYTES);
  };

  return {
    readFile,

    async *readModel(given) {
      let isStart = true;
      for await (const chunk of readFile(given, 'a model')) {
        if (isStart) requireModel(plainPath(given), chunk);
        isStart = false;
        yield chunk;
      }
    },

    async readIdx(given) {
      const { decodeIdx } = await import('../core/files/idx.js');
      const path = plainPath(given);
      const decoded = await decodeIdx(path, unpacked(given, 'an IDX file'), { signal });
      const expected = published.get(path);
      if (expected === undefined) return decoded;
      const { checksumOfIdx } = await import('./find-published.js');
      return { ...decoded, isPublished: expected.isChecked || (await checksumOfIdx(decoded)) === expected.checksum };
    },

    async readIdxHeader(given) {
      const { decodeIdxHeader } = await import('../core/files/idx.js');
      return decodeIdxHeader(plainPath(given), unpacked(given, 'an IDX file'));
    },

    async openTable(given, dialect) {
      const [{ openTable }, { CsvError, parse }] = await Promise.all([
        import('../core/files/open-table.js'),
        import('csv-parse/browser/esm'), // csv-parse with what it needs of Node in it
      ]);
      return openTable(plainPath(given), () => unpacked(given, 'a table of text'), { CsvError, parse }, dialect);
    },

    async openJsonLines(given) {
      const { openJsonLines } = await import('../core/files/open-json-lines.js');
      return openJsonLines(plainPath(given), () => unpacked(given, 'a table of JSON Lines'));
    },

    async openParquet(given) {
      held.get(plainPath(given), 'a Parquet file');
      const advice =
        'save it as CSV, or read it by hyparquet in your own code, and give its rows to the source records';
      throw new PipelineError(`parquet: a page reads no Parquet files; ${advice}`);
    },

    async readNpy(given) {
      const bytes = await allBytes(given, 'a .npy file');
      const { decodeNpy, isNpy } = await import('../core/files/npy.js');
      if (!isNpy(bytes)) throw wrongKind(plainPath(given), bytes, 'a .npy file');
      return decodeNpy(plainPath(given), bytes);
    },

    async readNpz(given) {
      const bytes = await allBytes(given, 'a .npz archive');
      const [{ decodeNpz, isZip }, { inflate }] = await Promise.all([
        import('../core/files/npz.js'),
        import('../core/files/inflate.js'),
      ]);
      if (!isZip(bytes)) throw wrongKind(plainPath(given), bytes, 'a .npz archive');
      return new Map(decodeNpz(plainPath(given), bytes, inflate).map(({ name, ...array }) => [name, array]));
    },

    async findPictures(given) {
      const path = plainPath(given);
      if (held.isFolder(path)) {
        const entriesOf = async (folder: string) => held.entriesOf(folder);
        const folders = { entriesOf, formatOf: (file: string) => held.formatOf(file), join: joinPath };
        const found = await picturesIn(path, path, folders, signal);
        return { ...found, path: path || '.' };
      }
      if (!held.paths.includes(path)) throw held.missing(path, 'folder or file', PICTURES_EXPECTED);
      const format = await held.formatOf(path);
      if (!/image|archive/.test(format)) return undefined;
      throw new DataError(path, `found a file, ${format}, expected ${PICTURES_EXPECTED}`);
    },

    async *readPictures({ paths }, form, left) {
      const [{ decodeSample }, { inflate }] = await Promise.all([
        import('../core/files/decode-picture.js'),
        import('../core/files/inflate.js'),
      ]);
      const sampleOf = async (path: string): Promise<Uint8Array | DataError> => {
        const bytes = await held.allBytesOf(path, 'a PNG or JPEG picture', MOST_PICTURE_BYTES);
        const decoded = await decodeSample(bytes, form, inflate);
        return 'sample' in decoded ? decoded.sample : new DataError(path, decoded.problem);
      };
      for (const path of paths.map(plainPath)) {
        await nextTurn();
        left.throwIfAborted();
        signal.throwIfAborted();
        yield await sampleOf(path).catch((error) => {
          if (error instanceof DataError) return error;
          throw error;
        });
      }
    },

    async download(files) {
      const { findPublished } = await import('./find-published.js');
      const checksums = { ...files.checksums, ...options.checksums };
      const { addresses = addressesOf(files), onDownload = () => {} } = options;
      const found = await findPublished({ ...files, checksums }, held, { addresses, signal, onDownload });
      for (const name of Object.keys(found.paths) as (keyof typeof found.paths)[]) {
        published.set(found.paths[name], { checksum: checksums[name], isChecked: found.from !== 'folder' });
      }
      return found;
    },
  };
}

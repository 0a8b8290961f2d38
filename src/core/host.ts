/**
 * What a stage may ask of the machine that it runs on. Stages never open a file themselves: Node's answer to this
 * interface is `src/node/host.ts`, a page could give another (`fetch`, a folder that was dropped on it), and a test gives
 * arrays.
 */
import type { DataError } from './errors.js';
import type { PictureForm } from './picture-form.js';
import type { RowFile } from './row-stream.js';
import type { KnownDialect, OpenTable } from './table.js';
import type { Shape } from './tensor.js';

/** The bytes of files: what every machine has in a way of its own. Formats stand above it. */
export interface Files {
  /**
   * The content of a file from its start on, chunk by chunk, as it lies there: not unpacked. Nothing is read ahead of
   * the consumer, and leaving the loop early closes the file.
   *
   * @param path as the pipeline file writes it: a relative one is seen from that file's folder.
   * @param expected what the file should be, for the messages: "a CSV file".
   * @throws DataError with the path when the file is missing or cannot be read.
   */
  readFile(path: string, expected?: string): AsyncIterable<Uint8Array>;

  /**
   * Comes by files that belong together and are published: from the folder that the user names; where none is named, from
   * a cache, whose files are checked, or by a download, which is. All are there before any is read.
   *
   * @throws MissingDataError when they are nowhere to be had; DataError when a folder that was named cannot be read or has
   * not all of them, or a damaged file of the cache cannot be downloaded again.
   */
  download<Name extends string>(files: PublishedFiles<Name>): Promise<FoundFiles<Name>>;
}

/** The same files, decoded. */
export interface Host extends Files {
  /**
   * Reads an IDX file, raw or gzip.
   *
   * @throws DataError with the path and the byte offset when the file is missing, empty, cut short, too long or not IDX.
   */
  readIdx(path: string): Promise<IdxArray>;

  /**
   * Reads its header alone, and nothing of what comes after it.
   *
   * @throws DataError when the file is missing, or does not begin as IDX.
   */
  readIdxHeader(path: string): Promise<IdxStart>;

  /**
   * The bytes of a model that a path names which may be that of a run's folder, too. A host without such folders leaves it
   * out, and its files are read.
   *
   * @throws DataError with the path when the file is missing or cannot be read.
   */
  readModel?(path: string): AsyncIterable<Uint8Array>;

  /**
   * Opens a table of delimited text, raw or gzip, in any of the usual encodings. A host for no tables leaves it out.
   *
   * @param given how it is written, where that is known; the rest is seen from its first lines.
   * @throws DataError with the path when the file is missing, empty or not text.
   */
  openTable?(path: string, given?: KnownDialect): Promise<OpenTable>;

  /** Opens an IDX file whose rows are read where they are asked for. A host that keeps all in memory leaves it out. */
  openRows?(path: string): Promise<RowFile>;

  /** Reads an array that NumPy saved (.npy). */
  readNpy?(path: string): Promise<NumberArray>;

  /**
   * Opens one whose rows are read where they are asked for; undefined of a file of no more than `above` bytes.
   *
   * @throws DataError where its numbers are of another type, or its axes in another order, than can be read so.
   */
  openNpyRows?(path: string, above: number): Promise<ArrayRows | undefined>;

  /**
   * Tables of numbers that are made of a file once, and are kept as long as it stays the same. Their rows are read where they
   * are asked for. A host that keeps nothing leaves it out. It is called without its object.
   *
   * @param how what is made of the file: others are made where this text is another
   * @param widths of each table, how long its rows are
   * @throws DataError where nothing can be kept; what `make` throws.
   */
  keepRows?<Note>(path: string, how: string, widths: readonly number[], make: MakeRows<Note>): Promise<KeptRows<Note>>;

  /** Reads the arrays of an archive that NumPy saved (.npz), by name. */
  readNpz?(path: string): Promise<ReadonlyMap<string, NumberArray>>;

  /** Opens a table of one JSON object a line, raw or gzip. */
  openJsonLines?(path: string): Promise<OpenTable>;

  /** Opens a Parquet file. @throws PipelineError where what reads it is not installed. */
  openParquet?(path: string): Promise<OpenTable>;

  /**
   * Looks into a folder that has one more for each class of pictures, and opens none of these. A host without folders leaves
   * it out.
   *
   * @returns undefined where the path is that of a file.
   * @throws DataError with the path when nothing is there, or it cannot be read.
   */
  findPictures?(path: string): Promise<PictureFolder | undefined>;

  /**
   * Makes samples of pictures, PNG or JPEG, in their order: of each its numbers, or what is wrong with it. It is ahead of the
   * consumer by a few pictures at most, and ends when the loop is left. A host without pictures leaves it out.
   *
   * @param signal ends it, also while a picture is decoded.
   */
  readPictures?(files: PictureFiles, form: PictureForm, signal: AbortSignal): AsyncIterable<Uint8Array | DataError>;

  /** How many bytes the machine has; undefined where it does not say. */
  readonly memory?: number | undefined;
}

/** A folder of pictures, a folder a class. */
export interface PictureFolder {
  /** For messages. */
  readonly path: string;
  /** In the order of their names, as are the pictures of each. */
  readonly classes: readonly {
    /** That of the folder. */
    readonly name: string;
    /** Paths of pictures, as `readPictures` takes them. */
    readonly pictures: readonly string[];
    /** Whether there are folders in it, which are not looked into. */
    readonly hasFolders: boolean;
  }[];
  /** What else is there, and how often: "BMP image", "hidden file". */
  readonly others: ReadonlyMap<string, number>;
}

/** Pictures, and what names them. */
export interface PictureFiles {
  /** The path of a folder, or of a table. */
  readonly of: string;
  readonly paths: readonly string[];
}

/** One decoded IDX file: the numbers, and how many along each axis, the first axis counting the samples. */
export interface IdxArray {
  /** Where it came from, for messages. */
  readonly path: string;
  readonly shape: Shape;
  readonly data: Uint8Array | Int32Array | Float32Array | Float64Array;
  /** How many bytes of the file a number takes, where those of `data` take more. */
  readonly numberBytes?: number;
  /** Of a file that is published: whether its bytes are what was published; undefined where that is not known. */
  readonly isPublished?: boolean;
}

/** An array that NumPy saved, in row-major order. */
export interface NumberArray {
  readonly shape: Shape;
  readonly data: Uint8Array | Int32Array | Float32Array | Float64Array;
  /** Whether its type is one of whole numbers. */
  readonly isWhole: boolean;
}

/**
 * Makes tables of a file.
 *
 * @param write writes some more rows of each table, as many of one as of the other
 * @returns what else is to be known of them: values as JSON has them
 */
export type MakeRows<Note> = (write: (rows: readonly Float64Array[]) => Promise<void>) => Promise<Note>;

/** What was made of a file. */
export interface KeptRows<Note> {
  readonly tables: readonly RowFile[];
  readonly note: Note;
}

/** The rows of an array in a file. */
export interface ArrayRows extends RowFile {
  /** Of a row. */
  readonly shape: Shape;
}

/** What the first bytes of an IDX file say. */
export interface IdxStart extends Pick<IdxArray, 'path' | 'shape'> {
  /** What its numbers are; a host need not say so. */
  readonly type?: 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64';
  /** How long the file is, unpacked; a host need not say so. */
  readonly bytes?: number;
}

/** Files that are published on the network, each packed by gzip under its name and `.gz`. */
export interface PublishedFiles<Name extends string = string> {
  /** What they are called in messages: "MNIST". */
  readonly title: string;
  /** By name: SHA-256 of the unpacked bytes, as hexadecimal digits. */
  readonly checksums: Readonly<Record<Name, string>>;
  /** Base URLs of copies, tried in this order. */
  readonly mirrors: readonly string[];
  /** Where packages of an operating system put them: looked at before the cache. */
  readonly folders?: readonly string[];
  /** A folder in the cache that is theirs alone, where another set has files of the same names. */
  readonly cacheFolder?: string;
  /** What else helps where they cannot be had, for messages: "or write ...". */
  readonly advice: string;
}

/** Published files that were found, or downloaded. */
export interface FoundFiles<Name extends string = string> {
  readonly from: NonNullable<Origin['from']>;
  /** Which folder holds them; the mirror that gave them, where they could not be kept. */
  readonly folder: string;
  /** What was amiss, and what was done about it; undefined where nothing was. */
  readonly remark?: string;
  /** By name: a path that `readFile` and `readIdx` take. */
  readonly paths: Readonly<Record<Name, string>>;
}

/** Where the examples of a run came from: reported at the start, at the end and in every event that names the data. */
export interface Origin {
  /** The stage that made them: "mnist", "idx", "digits". */
  readonly source: string;
  /** How a source came by files that are published. */
  readonly from?: 'folder' | 'cache' | 'download';
  /** The folder or file that was read. */
  readonly path?: string;
  /** What was amiss with the cache, and what was done about it. */
  readonly remark?: string;
  /** The source that the file asked for and that could not be had, and why. */
  readonly fallbackFor?: string;
  readonly reason?: string;
}

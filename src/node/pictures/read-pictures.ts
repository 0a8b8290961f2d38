/** The samples of many pictures, in their order, decoded on several threads a little ahead of the consumer. */
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { DataError, messageOf } from '../../core/errors.js';
import type { DecodedSample } from '../../core/files/decode-picture.js';
import { pixelCount } from '../../core/files/pixel-count.js';
import type { PictureForm } from '../../core/picture-form.js';
import { allBytes } from '../all-bytes.js';
import { fileBytes } from '../file-bytes.js';
import { PictureThreads } from './picture-threads.js';

const MOST_THREADS = 8;
/** Fewer pictures than this for each thread are decoded before it has started. */
const PICTURES_A_THREAD = 16;
/** How many pictures are under way for each thread. */
const AHEAD = 4;
/** Of pictures that are under way at once; one that is larger is decoded alone. */
const MOST_PIXELS = 2 ** 24;
/** Of one file: a PNG of the most pixels, hardly packed. */
const MOST_BYTES = 2 ** 28;

/** A picture that is to be read. */
export interface PicturePath {
  readonly path: string;
  /** What it is called among the others, wherever all of them are. */
  readonly name: string;
}

/**
 * Reads pictures: of each its numbers, or what is wrong with it.
 *
 * @param onEnd called with the SHA-256 of all names and files, once they were read
 * @throws the signal's reason; DataError for a picture at which a thread ended, as for want of memory.
 */
export async function* readPictures(
  files: readonly PicturePath[],
  form: PictureForm,
  signal: AbortSignal,
  onEnd: (sha256: string) => void,
): AsyncGenerator<Uint8Array | DataError, void, undefined> {
  const count = Math.min(MOST_THREADS, availableParallelism(), Math.ceil(files.length / PICTURES_A_THREAD));
  const threads = await PictureThreads.start(count, signal);
  const hash = createHash('sha256');
  const underWay: { readonly pixels: number; readonly sample: Promise<Uint8Array | DataError> }[] = [];
  let pixelsUnderWay = 0;
  const next = async (): Promise<Uint8Array | DataError> => {
    const [{ pixels, sample }] = underWay.splice(0, 1);
    const read = await sample;
    pixelsUnderWay -= pixels;
    return read;
  };
  try {
    for (const { path, name } of files) {
      signal.throwIfAborted();
      const bytes = await bytesOf(path);
      hash.update(`${name}\0`);
      if (!(bytes instanceof DataError)) hash.update(createHash('sha256').update(bytes).digest());
      const pixels = bytes instanceof DataError ? 0 : pixelCount(bytes);
      while (underWay.length >= AHEAD * count || (underWay.length > 0 && pixelsUnderWay + pixels > MOST_PIXELS)) {
        yield await next();
      }
      const sample =
        bytes instanceof DataError
          ? Promise.resolve(bytes)
          : threads.decode({ bytes, form }).then(
              (decoded) => sampleOr(path, decoded),
              (error) => {
                if (signal.aborted) throw error;
                throw new DataError(path, `it cannot be decoded: ${messageOf(error)}`, { cause: error });
              },
            );
      sample.catch(() => {}); // whoever waits for it receives it, unless the loop is left before
      underWay.push({ pixels, sample });
      pixelsUnderWay += pixels;
    }
    while (underWay.length > 0) yield await next();
    onEnd(hash.digest('hex'));
  } finally {
    threads.end();
  }
}

const sampleOr = (path: string, decoded: DecodedSample): Uint8Array | DataError =>
  'sample' in decoded ? decoded.sample : new DataError(path, decoded.problem);

async function bytesOf(path: string): Promise<Buffer<ArrayBuffer> | DataError> {
  try {
    return await allBytes(path, fileBytes(path, 'a PNG or JPEG picture'), MOST_BYTES);
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
}

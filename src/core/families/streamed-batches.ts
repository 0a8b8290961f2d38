/** Batches of examples that are not in memory: a window of them is, and the next one is on its way. */
import { concatMap, defer, finalize, from, type Observable, range } from 'rxjs';
import { DataError } from '../errors.js';
import { exampleCount } from '../examples.js';
import { notANumber } from '../examples-check.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Batch, Examples } from '../kinds.js';
import { type RowStream, readRowsInto } from '../row-stream.js';
import { firstNotFinite } from '../tensor.js';

/** Rows that are shuffled together, if a batcher does not say how many. */
export const WINDOW = 10_000;

/** Where the window of so many rows ends that a plan goes through, in whole batches, and at its end. */
const endOf = (window: number, rows: number, size: number, count: number): number =>
  Math.min(count, Math.floor(((window + 1) * rows) / size) * size);

/** The rows of a window, in the order of the plan, and where they begin in it. */
export interface Window {
  readonly features: Examples['features'];
  readonly begin: number;
  readonly end: number;
}

/**
 * The windows of a plan, from the batch that comes next on, each with what `read` makes of it.
 *
 * @param rows how many a window has, more or less: it ends with a batch
 * @param given how many batches were given already
 */
export function windowsOf(
  examples: Examples & { readonly stream: RowStream },
  { rows: plan, size, given }: { readonly rows: Int32Array; readonly size: number; readonly given: number },
  rows: number,
  kernels: Kernels,
  read: (window: Window) => Observable<Batch>,
): Observable<Batch> {
  return defer(() => {
    const { stream } = examples;
    const atLeast = Math.max(rows, size);
    const count = Math.ceil(plan.length / atLeast) + 1;
    const bounds = Array.from({ length: count }, (_, k) => [
      k === 0 ? 0 : endOf(k - 1, atLeast, size, plan.length),
      k === count - 1 ? plan.length : endOf(k, atLeast, size, plan.length),
    ]).filter(([begin, end]) => end > begin);
    const first = bounds.findIndex(([, end]) => end > given * size);
    const capacity = Math.max(...bounds.map(([begin, end]) => end - begin)) * stream.file.width;
    // one is learned from while the other is filled
    const buffers = [stream.file.create(capacity), stream.file.create(capacity)];
    let isOver = false;

    const fill = async (k: number): Promise<Window> => {
      const [begin, end] = bounds[k];
      const features = buffers[k % 2];
      await readRowsInto(features, stream, plan.subarray(begin, end), () => isOver);
      requireNumbers(features, (end - begin) * stream.file.width, stream, plan.subarray(begin, end));
      kernels.changed(features);
      return { features, begin, end };
    };
    let next = fill(first);
    return range(first, bounds.length - first).pipe(
      concatMap((k) =>
        from(next).pipe(
          concatMap((window) => {
            if (k + 1 < bounds.length) {
              next = fill(k + 1);
              next.catch(() => {}); // it is looked at when its turn comes, if that comes
            }
            return read(window);
          }),
        ),
      ),
      finalize(() => {
        isOver = true;
      }),
    );
  });
}

/** @throws DataError with the row of the file, where a number is not finite. */
function requireNumbers(features: Examples['features'], length: number, stream: RowStream, places: Int32Array): void {
  const wrong = firstNotFinite(features.subarray(0, length));
  if (wrong === -1) return;
  const { path, width } = stream.file;
  const place = places[Math.floor(wrong / width)];
  throw new DataError(path, notANumber(features[wrong], (stream.rows?.[place] ?? place) * width, width));
}

/** Whether they are read while they are learned from. */
export const isStreamed = (examples: Examples): examples is Examples & { readonly stream: RowStream } =>
  examples.stream !== undefined && exampleCount(examples) > 0;

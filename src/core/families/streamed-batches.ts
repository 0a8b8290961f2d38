/** Batches of examples that are not in memory: a window of them is, and the next one is on its way. */
import { concatMap, defer, finalize, from, type Observable, range } from 'rxjs';
import { exampleCount } from '../examples.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Batch, Examples } from '../kinds.js';
import { type RowStream, readRowsInto, requireNumbers } from '../row-stream.js';

/** Rows that are shuffled together, if a batcher does not say how many. */
export const WINDOW = 10_000;

/** The rows of a plan from `begin` up to, but without, `end`. */
export interface Window {
  /** As the file has them. */
  readonly features: Examples['features'];
  /** Where each row of the plan lies in `features`. */
  readonly places: Int32Array;
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
    const bounds = boundsOf(plan.length, Math.max(rows, size), size);
    const first = bounds.findIndex(({ end }) => end > given * size);
    const capacity = Math.max(...bounds.map(({ begin, end }) => end - begin)) * stream.file.width;
    // one is learned from while the other is filled
    const buffers = [stream.file.create(capacity), stream.file.create(capacity)];
    let isOver = false;

    const fill = async (k: number): Promise<Window> => {
      const { begin, end } = bounds[k];
      const features = buffers[k % 2];
      const wanted = plan.subarray(begin, end);
      const places = await readRowsInto(features, stream, wanted, () => isOver);
      requireNumbers(features, stream, wanted, places);
      kernels.changed(features);
      return { features, places, begin, end };
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

/** Where windows of about so many rows begin and end: each with a batch, the last one with the plan. */
function boundsOf(count: number, rows: number, size: number): { readonly begin: number; readonly end: number }[] {
  const bounds: { begin: number; end: number }[] = [];
  for (let begin = 0, end = 0; begin < count; begin = end) {
    end = Math.min(count, Math.floor(((bounds.length + 1) * rows) / size) * size);
    bounds.push({ begin, end });
  }
  return bounds;
}

/** Whether they are read while they are learned from. */
export const isStreamed = (examples: Examples): examples is Examples & { readonly stream: RowStream } =>
  examples.stream !== undefined && exampleCount(examples) > 0;

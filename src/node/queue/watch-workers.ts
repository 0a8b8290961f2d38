import type { Queue } from 'bullmq';

/** Milliseconds between two looks whether there is a worker: where there was none, and where there were some. */
const LOOK = { empty: 1000, staffed: 15_000 };
/** Milliseconds until it is told that there is none: one may be about to start. */
const MOMENT = 3000;
/** Until it is told again; after that twice as many, and so on, up to an hour. */
const AGAIN = { least: 60_000, most: 3_600_000 };

/**
 * Tells when trials wait, and no worker is at the queue, and now and then while it stays so.
 *
 * @param isNeeded whether trials wait
 * @returns what ends it
 */
export function watchWorkers(queue: Queue, isNeeded: () => boolean, tell: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  /** When it is told, if there is no worker until then. */
  let next = Number.POSITIVE_INFINITY;
  let again = AGAIN.least;

  const look = async (): Promise<void> => {
    // where the server does not say who is there, it is not known that there is none
    const isEmpty = isNeeded() && (await queue.getWorkersCount().catch(() => 1)) === 0;
    if (isOver) return;
    if (!isEmpty) {
      [next, again] = [Number.POSITIVE_INFINITY, AGAIN.least];
    } else if (next === Number.POSITIVE_INFINITY) {
      next = performance.now() + MOMENT;
    } else if (performance.now() >= next) {
      tell();
      next = performance.now() + again;
      again = Math.min(again * 2, AGAIN.most);
    }
    timer = setTimeout(look, isEmpty || !isNeeded() ? LOOK.empty : LOOK.staffed).unref();
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

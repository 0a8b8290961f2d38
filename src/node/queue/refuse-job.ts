/** A trial that a worker cannot take: it waits for other workers, and fails where none of them can take it either. */
import { hostname } from 'node:os';
import type { Job } from 'bullmq';
import { QUEUE, type QueueServer } from './redis.js';
import type { JobNews, TrialJob } from './trial-job.js';

/** How long refused trials are left in the queue. */
export interface Patience {
  /** After how many refusals a trial fails, where each worker that is there has refused it. */
  readonly refusals: number;
  /** Milliseconds until a trial is offered again; after three refusals twice as many, and so on. */
  readonly delay: number;
}

/** About 3 minutes: enough to read the reason, and to start another worker. */
const defaultPatience: Patience = { refusals: 30, delay: 1000 };

/** How many refusals have the same delay: one more for each of these. */
const ALIKE = 3;
/** How many times `delay` a trial waits at the most. */
const MOST_DELAYS = 60;

/** How the reason of a trial begins that failed because of its workers: it may be trained later. */
export const NO_WORKER = 'no worker could take it: ';

/** Tells its sweep why a trial is not taken. */
export async function tellRefusal(job: Job<TrialJob>, reason: string): Promise<void> {
  const news: JobNews = { event: 'refused', reason, host: hostname() };
  await job.updateProgress(news);
}

/**
 * Records a refusal, and delays the job, so that this worker takes others, and other workers take this one. That costs no attempt.
 * BullMQ's own count of how often a job was started is not enough: it has those in it that were given back, or taken over.
 *
 * @param worker its id
 * @throws DelayedError for BullMQ; UnrecoverableError where the trial fails.
 */
export async function refuseJob(
  server: QueueServer,
  { job, token, worker }: { readonly job: Job<TrialJob>; readonly token: string | undefined; readonly worker: string },
  reason: string,
  { refusals, delay }: Patience = defaultPatience,
): Promise<never> {
  const { DelayedError, UnrecoverableError } = server.bullmq;
  await tellRefusal(job, reason);
  const before = job.data.refused ?? { times: 0, workers: [] };
  const times = before.times + 1;
  const workers = [...new Set([...before.workers, worker])];
  // one that is busy has not refused, and may be fit
  if (times >= refusals && workers.length >= (await countWorkers(server))) {
    throw new UnrecoverableError(`${NO_WORKER}${reason}`);
  }
  await job.updateData({ ...job.data, refused: { times, workers } });
  const delays = Math.min(Math.ceil(times / ALIKE), MOST_DELAYS);
  await job.moveToDelayed(Date.now() + delays * delay, token);
  throw new DelayedError();
}

/** How many workers are at the queue; 1 where the server does not say. */
async function countWorkers({ bullmq, connection }: QueueServer): Promise<number> {
  const queue = new bullmq.Queue(QUEUE, { connection });
  queue.on('error', () => {}); // the connection tells of them
  try {
    return await queue.getWorkersCount();
  } catch {
    return 1;
  } finally {
    await queue.close();
  }
}

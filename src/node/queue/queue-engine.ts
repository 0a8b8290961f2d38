/** Has trials trained by workers on other machines, which take them from a queue of BullMQ. */
import { join } from 'node:path';
import { messageOf, RunError } from '../../core/errors.js';
import { files, isRunFolder } from '../run-folder.js';
import type { Engine, TrialNews, TrialOutcome, TrialTask } from '../sweep/engine.js';
import { version } from '../version.js';
import { replaceFileSync } from '../whole-file.js';
import { eachOnce } from './each-once.js';
import { openQueueServer, QUEUE } from './redis.js';
import { NO_WORKER } from './refuse-job.js';
import type { Store } from './store.js';
import { type JobNews, jobIdOf, type TrialJob, trialResult } from './trial-job.js';
import { sentPipeline } from './trial-paths.js';
import { watchWorkers } from './watch-workers.js';

export interface QueueEngineOptions {
  /** `redis://host:6379` */
  readonly url: string;
  readonly store: Store;
  /** What the sweep is called in a store that does not have its folder. */
  readonly sweep: string;
  /** How many trials are in the queue at a time; undefined for as many as there are workers. */
  readonly capacity: number | undefined;
  /** What the data folder of a worker stands for. */
  readonly dataFolder: string;
  /** The data files of the base, with the paths of those that the store has. */
  readonly data: TrialJob['data'];
  /** Is told of problems that are waited to be over: of the connection, and of workers. */
  readonly onProblem: (problem: string) => void;
}

/** How often a trial is tried whose process has crashed, or that could not write. */
const ATTEMPTS = 3;

/** Milliseconds between two looks whether what waits is still in the queue. */
const LOOK_EVERY = 5000;
/** At how many of them: those behind come to the front when these have ended. */
const LOOKED_AT = 20;

/** Seconds that Redis keeps the result of a job that no sweep has taken: the run itself is in the store. */
const KEPT = { age: 7 * 24 * 3600 };

/** What came of a trial, and which copy of its run the store has of that. */
interface Ended {
  readonly outcome: TrialOutcome;
  readonly copy?: string | undefined;
}

/** A trial that is queued, or trained. */
interface Waiting {
  readonly job: TrialJob;
  readonly isUrgent: boolean;
  readonly onNews: (news: TrialNews) => void;
  epochs: number;
  readonly end: (ended: Ended) => void;
  readonly fail: (error: unknown) => void;
}

/** @throws PipelineError or RunError where the queue cannot be used. */
export async function queueEngine(options: QueueEngineOptions): Promise<Engine> {
  const { store, sweep, dataFolder, data, onProblem } = options;
  const server = await openQueueServer(options.url, onProblem);
  const { bullmq, connection } = server;
  const queue = new bullmq.Queue<TrialJob>(QUEUE, { connection });
  const events = new bullmq.QueueEvents(QUEUE, { connection });
  queue.on('error', () => {}); // the connection tells of them
  events.on('error', () => {});
  await events.waitUntilReady();
  const waiting = new Map<string, Waiting>();
  const tellRefusal = eachOnce((reason, host: string) =>
    onProblem(`the worker on ${host} leaves trials to others: ${reason}`),
  );
  const unwatch = watchWorkers(
    queue,
    () => waiting.size > 0,
    () =>
      onProblem(`no worker is at ${server.shown}; start one, with the same addresses: pipeline worker URL --store URL`),
  );

  const add = async (id: string, { job, isUrgent }: Waiting): Promise<void> => {
    await queue.add('trial', job, {
      jobId: id, // one that is queued already is not queued again
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: 2000 },
      removeOnComplete: KEPT,
      removeOnFail: KEPT,
      ...(!isUrgent && { priority: 1 }), // those without one come first
    });
    await look(id);
  };
  /** Takes the result of a job where there is one, and says whether it is one that waits and is gone. */
  const look = async (id: string): Promise<boolean> => {
    const one = waiting.get(id);
    if (one === undefined) return false;
    const job = await queue.getJob(id);
    if (job === undefined) return waiting.has(id);
    if (job.finishedOn === undefined || !waiting.delete(id)) return false;
    const { returnvalue, failedReason, attemptsMade, finishedOn, processedOn = finishedOn } = job;
    const { data: result } = trialResult.safeParse(returnvalue);
    const { copy, ...outcome } = result ?? {};
    const reason = failedReason ?? 'the worker has returned no result';
    const passing = attemptsMade >= ATTEMPTS || ['job stalled', NO_WORKER].some((begin) => reason.startsWith(begin));
    const seconds = (finishedOn - processedOn) / 1000;
    const failed = { status: 'failed' as const, reason, passing, epochs: one.epochs, seconds };
    one.end({ outcome: result === undefined ? failed : (outcome as TrialOutcome), copy });
    await job.remove();
    return false;
  };
  const lookAt = (id: string): void => void look(id).catch((error) => waiting.get(id)?.fail(error));

  events.on('progress', ({ jobId, data: news }) => {
    const one = waiting.get(jobId);
    if (one === undefined) return;
    const told = news as JobNews;
    if (told.event === 'refused') return tellRefusal(told.reason, told.host);
    if (told.event === 'epoch') {
      if (told.epoch <= one.epochs) return; // of a worker that went on where another was killed
      one.epochs = told.epoch;
    }
    one.onNews(told);
  });
  events.on('completed', ({ jobId }) => lookAt(jobId));
  events.on('failed', ({ jobId }) => lookAt(jobId));
  // a server that comes back may have lost what it did not keep, and what it told meanwhile was not heard
  connection.on('ready', () => {
    for (const [id, one] of waiting) add(id, one).catch(one.fail);
  });

  // what an event has not told: keys that are gone, by FLUSHALL or in a server that took over, and ends that nobody heard of
  const watch = setInterval(() => {
    const first = [...waiting.keys()].slice(0, LOOKED_AT);
    const lookAtAll = async (): Promise<void> => {
      for (const id of first) {
        if (!(await look(id))) continue;
        for (const [lost, one] of waiting) await add(lost, one);
        return;
      }
    };
    lookAtAll().catch((error) => waiting.get(first[0])?.fail(error));
  }, LOOK_EVERY);
  watch.unref();

  return {
    capacity: options.capacity ?? Math.max(1, await queue.getWorkersCount()),
    async run(task, onNews, signal) {
      const key = await store.enter(task.folder, sweep);
      const job = await jobOf(task, { key, dataFolder, data });
      const id = jobIdOf(job);
      const isUrgent = task.until === undefined || (await isRunFolder(task.folder));
      const before = await queue.getJob(id);
      if (await before?.isFailed()) await before?.remove(); // in an earlier session: it is tried again
      if (signal.aborted) return { status: 'interrupted', epochs: 0, seconds: 0 };
      let stop = (): void => {};
      let ended: Ended;
      try {
        ended = await new Promise<Ended>((resolve, reject) => {
          const one: Waiting = { job, isUrgent, onNews, epochs: 0, end: resolve, fail: reject };
          stop = () => {
            waiting.delete(id);
            resolve({ outcome: { status: 'interrupted', epochs: one.epochs, seconds: 0 } });
          };
          signal.addEventListener('abort', stop, { once: true });
          waiting.set(id, one);
          add(id, one).catch(reject);
        });
      } catch (error) {
        throw new RunError(`${server.shown}: the queue cannot be used: ${messageOf(error)}`, { cause: error });
      } finally {
        waiting.delete(id);
        signal.removeEventListener('abort', stop);
        // nothing is left of one that no worker has begun; one that is under way is left to its worker
        if (signal.aborted) await queue.remove(id).catch(() => {});
      }
      const { outcome, copy } = ended;
      if (outcome.status === 'interrupted') return outcome;
      await store.bring(key, task.folder, copy);
      // its paths are those of this machine, too, whichever has trained it
      if (await isRunFolder(task.folder)) replaceFileSync(join(task.folder, files.pipeline), task.pipeline);
      return outcome;
    },
    close() {
      clearInterval(watch);
      unwatch();
      void Promise.allSettled([queue.close(), events.close()]).then(server.close);
    },
  };
}

async function jobOf(
  { pipeline, until, metric, oneThread, offline, plugins }: TrialTask,
  { key, dataFolder, data }: Pick<TrialJob, 'key'> & Pick<QueueEngineOptions, 'dataFolder' | 'data'>,
): Promise<TrialJob> {
  return {
    version: version(),
    key,
    pipeline: (await sentPipeline(pipeline, dataFolder, plugins)).sent,
    data,
    ...(until !== undefined && { until }),
    ...(metric !== undefined && { metric }),
    oneThread,
    offline,
  };
}

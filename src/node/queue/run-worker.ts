/** A worker: takes trials from a queue, and trains each in a process of its own, so that this one can say that it lives. */
import { randomBytes } from 'node:crypto';
import type { Job } from 'bullmq';
import { DataError, messageOf, PipelineError, RunError } from '../../core/errors.js';
import type { TrialNews, TrialOutcome } from '../sweep/engine.js';
import { localEngine } from '../sweep/local-engine.js';
import { eachOnce } from './each-once.js';
import { type Allowed, type OtherVersionError, otherVersion, prepareTrial } from './prepare-trial.js';
import { openQueueServer, QUEUE } from './redis.js';
import { type Patience, refuseJob, tellRefusal } from './refuse-job.js';
import type { Store, StoredRun } from './store.js';
import { type TrialJob, type TrialResult, trialJob } from './trial-job.js';
import { UnfitWorkerError } from './unfit-worker.js';

export interface WorkerOptions extends Allowed {
  /** `redis://host:6379` */
  readonly url: string;
  readonly store: Store;
  /** How many trials at a time. */
  readonly jobs: number;
  /** Seconds without a word after which another worker takes over a trial. */
  readonly stalledAfter: number;
  /** With trials that no worker can take; default: some minutes. */
  readonly patience?: Patience;
  /** Stops the worker: trials that are under way keep a checkpoint, and go back into the queue. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: WorkerEvent) => void;
}

export type WorkerEvent =
  | { readonly event: 'ready'; readonly server: string }
  | { readonly event: 'problem'; readonly problem: string }
  /** It cannot take a trial, which is left to other workers; each reason is told once. */
  | { readonly event: 'refused'; readonly folder: string; readonly reason: string }
  /** A trial begins, or goes on. */
  | { readonly event: 'trial'; readonly status: 'running'; readonly folder: string }
  /** It is left; `interrupted` where it has gone back into the queue. */
  | ({ readonly event: 'trial'; readonly folder: string } & TrialOutcome);

/** How often a trial may be taken over from workers that were gone. */
const MOST_STALLED = 5;

/** Milliseconds between two messages of how far an epoch is. */
const INTERVAL = 1000;

/**
 * Works until it is stopped. A trial that it cannot take, since it lacks the data, does not allow it, or cannot use the store, is left
 * to other workers.
 *
 * @throws OtherVersionError where a trial is of another version of marblenet; PipelineError or RunError where the queue cannot be used.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { store, jobs, stalledAfter, signal, onEvent, patience } = options;
  const tellProblem = eachOnce((problem) => onEvent({ event: 'problem', problem }));
  const server = await openQueueServer(options.url, tellProblem);
  const { Worker, WaitingError, UnrecoverableError } = server.bullmq;
  const engine = localEngine(jobs);
  /** Those that are under way, by their jobs. */
  const running = new Map<string, AbortController>();
  /** What it is called in trials that it has refused. */
  const id = randomBytes(4).toString('hex');
  let unusable: OtherVersionError | undefined;

  const worker = new Worker<TrialJob, TrialResult>(
    QUEUE,
    async (job, token) => {
      const other = otherVersion(job.data);
      if (other !== undefined) {
        unusable ??= other;
        close();
        await tellRefusal(job, other.message);
        return await giveBack(job, token);
      }
      const { data: given, error: wrong } = trialJob.safeParse(job.data);
      if (given === undefined)
        throw new UnrecoverableError(`this is no trial: ${wrong.issues.map(problemOf).join('; ')}`);
      const stop = new AbortController();
      const abort = (): void => stop.abort();
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      running.set(String(job.id), stop);
      const { key: folder } = given;
      try {
        const { outcome, copy } = await store.inRun(folder, async (run) => {
          const task = await prepareTrial(given, run.folder, store.objects, options);
          onEvent({ event: 'trial', status: 'running', folder });
          const outcome = await engine.run(task, teller(job, saver(run)), stop.signal);
          return { outcome, copy: await run.save() };
        });
        onEvent({ event: 'trial', folder, ...outcome });
        if (outcome.status === 'interrupted') return await giveBack(job, token);
        if (outcome.status !== 'failed') return { ...outcome, copy };
        throw outcome.passing ? new Error(outcome.reason) : new UnrecoverableError(outcome.reason);
      } catch (error) {
        // what is wrong with a trial is its outcome, or a PipelineError: this is wrong with the worker
        if (error instanceof UnfitWorkerError || error instanceof DataError || error instanceof RunError) {
          report(error.message, folder);
          return await refuseJob(server, { job, token, worker: id }, error.message, patience);
        }
        if (error instanceof PipelineError) throw new UnrecoverableError(error.message); // no attempt would end otherwise
        throw error;
      } finally {
        running.delete(String(job.id));
        signal.removeEventListener('abort', abort);
      }
    },
    {
      connection: server.connection,
      concurrency: jobs,
      lockDuration: stalledAfter * 1000,
      stalledInterval: stalledAfter * 1000,
      maxStalledCount: MOST_STALLED,
      autorun: false,
    },
  );
  const giveBack = async (job: Job, token: string | undefined): Promise<never> => {
    await job.moveToWait(token);
    throw new WaitingError();
  };
  const report = eachOnce((reason, folder: string) => onEvent({ event: 'refused', folder, reason }));
  /** Sends a checkpoint; where that fails, a later one, or the end, may get through. */
  const saver = (run: StoredRun) => (): void => {
    run.save().catch((error) => tellProblem(messageOf(error)));
  };
  let closing: Promise<void> | undefined;
  /** Takes no more trials, and waits for those that are under way. */
  const close = (): void => {
    closing ??= worker.close();
  };

  worker.on('error', () => {}); // the connection tells of them
  // another worker may have it by now
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) running.get(id)?.abort();
  });
  signal.addEventListener('abort', close, { once: true });
  try {
    await worker.waitUntilReady();
    onEvent({ event: 'ready', server: server.shown });
    if (signal.aborted) close();
    else await worker.run();
    await closing;
  } finally {
    signal.removeEventListener('abort', close);
    engine.close();
    server.close();
  }
  if (unusable !== undefined) throw unusable;
}

/** `pipeline: Invalid input` */
const problemOf = ({ path, message }: { readonly path: readonly PropertyKey[]; readonly message: string }): string =>
  [path.join('.'), message].filter((text) => text !== '').join(': ');

/** Sends what a trial tells on to its sweep, and its checkpoints to the store. */
function teller(job: Job, save: () => void): (news: TrialNews) => void {
  let last = 0;
  return (news) => {
    if (news.event === 'checkpoint') return save();
    if (news.event === 'progress' && performance.now() - last < INTERVAL) return;
    last = performance.now();
    job.updateProgress(news).catch(() => {}); // of a job that another worker has by now
  };
}

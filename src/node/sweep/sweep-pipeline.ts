/** A sweep of a pipeline file from beginning to end, or from where it was left. */
import { randomBytes } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { PipelineError } from '../../core/errors.js';
import type { Examples } from '../../core/kinds.js';
import { type OptionTypes, oneOf, optionTypes, requireKnownOptions } from '../../core/run/known-options.js';
import { strategies } from '../../core/sweep/settings.js';
import { environment } from '../cache-folder.js';
import type { DataOptions } from '../environment.js';
import { requirePath } from '../given-path.js';
import { openQueue, type QueueChoice } from '../queue/open-queue.js';
import { openStore } from '../queue/open-store.js';
import type { CheckedFiles } from '../run-environment.js';
import { pluginsOf } from '../run-file.js';
import { asFolderName } from '../run-folder.js';
import { lockRun } from '../run-lock.js';
import { warnOfStandIn } from '../stand-in-warning.js';
import { threads } from '../threads.js';
import { readBase, threadsEach } from './base.js';
import type { Engine } from './engine.js';
import { localEngine } from './local-engine.js';
import { runSweep } from './run-sweep.js';
import type { SweepEvent, SweepResult } from './sweep-events.js';
import {
  createSweepFolder,
  isSweepFolder,
  readSweep,
  readTrials,
  type SweepRecord,
  writeSweep,
} from './sweep-folder.js';
import { planSweep, type SweepChoices, type SweepPlan } from './sweep-plan.js';
import { type OpenSource, openSource, reopenSource, type SourceOptions } from './sweep-source.js';

/** What a sweep and one that goes on have in common. */
export interface SweepRunOptions extends Pick<DataOptions, 'dataFolder' | 'offline' | 'onDownload'> {
  /** Whether the file may name plug-ins, which are code that runs as soon as they are loaded. Default true. */
  readonly plugins?: boolean;
  /** How many trials at a time, each in a process of its own, on one thread. Default: as many as there are cores. */
  readonly jobs?: number;
  /** What trains the trials. Default: processes of this machine. */
  readonly engine?: Engine;
  /** Where workers of other machines take the trials from, and the store in which they and the sweep are kept. */
  readonly queue?: QueueChoice;
  /** Called with every event. */
  readonly onEvent?: (event: SweepEvent) => void;
  /** Called with the examples of the base, which are read before the first trial starts. */
  readonly onData?: (examples: readonly Examples[]) => void;
  /** Stops the sweep; trials that are under way keep a checkpoint. The promise resolves, with the status `interrupted`. */
  readonly signal?: AbortSignal;
}

export interface SweepFileOptions extends SweepRunOptions, SourceOptions, SweepChoices {
  /** The folder in which runs are kept: `runs` for `runs/relu/sweep-1`. */
  readonly out: string;
}

/**
 * Tries what the file says: all trials that are known beforehand are checked before the first one starts, and nothing is written
 * before that.
 *
 * @throws PipelineError for a file that cannot be swept, or a trial that cannot be run; DataError when its data cannot be read;
 * RunError when the sweep cannot be kept.
 */
export async function sweepFile(path: string, options: SweepFileOptions): Promise<SweepResult> {
  const { out, strategy, trials, metric, offline = false } = options;
  const source = await openSource(path, options);
  const choices = {
    ...(strategy !== undefined && { strategy }),
    ...(trials !== undefined && { trials }),
    ...(metric !== undefined && { metric }),
  };
  const { plan, data } = await planned(source, choices, options);
  const dataFolder = options.dataFolder ?? environment('MARBLENET_DATA');
  const { name = 'pipeline' } = plan.base.definition;
  const record: SweepRecord = {
    name,
    began: new Date().toISOString(),
    source: source.source,
    choices,
    ...saidOf(plan),
    ...(dataFolder !== undefined && { dataFolder: resolve(dataFolder) }),
    offline,
    data: [...data],
    ...(options.queue && { queued: nameInStore(name) }),
  };
  options.signal?.throwIfAborted();
  return trainAll(() => createSweepFolder(out, plan.base.resolved, record), plan, record, options, data);
}

/**
 * Goes on with a sweep: trials that came to their end stay as they are, those that were interrupted go on from their checkpoints,
 * and others follow.
 *
 * @param folder `runs/relu/sweep-1`
 * @param options with more `trials` than before, more of them follow
 * @throws as `sweepFile`; DataError when this is no sweep; PipelineError when it is under way.
 */
export async function resumeSweep(
  folder: string,
  options: SweepRunOptions & Pick<SweepChoices, 'trials'>,
): Promise<SweepResult> {
  const before = await readSweep(folder);
  const isUnderWay = readTrials(folder).some(({ status }) => status === 'running' || status === 'interrupted');
  if (before.queued && options.queue === undefined && isUnderWay) {
    throw new PipelineError(
      `${folder}: workers train the trials of this sweep, perhaps at this moment; go on with it by ` +
        `"pipeline sweep ${folder} --queue redis://HOST:6379 --store URL"`,
    );
  }
  const dataFolder = options.dataFolder ?? before.dataFolder;
  const given = {
    ...options,
    offline: options.offline ?? before.offline,
    ...(dataFolder !== undefined && { dataFolder }),
  };
  const choices = {
    ...before.choices,
    ...(options.trials !== undefined && { trials: options.trials }),
  } as SweepChoices;
  const { plan, data } = await planned(await reopenSource(before.source, options.plugins), choices, given, before.data);
  const { dataFolder: _, ...rest } = before;
  const record: SweepRecord = {
    ...rest,
    ...(options.queue && { queued: before.queued ?? nameInStore(before.name) }),
    choices: choices as SweepRecord['choices'],
    ...saidOf(plan),
    ...(dataFolder !== undefined && { dataFolder: resolve(dataFolder) }),
  };
  return trainAll(() => folder, plan, record, given, data);
}

const saidOf = ({ settings, metric, trials }: SweepPlan) => ({
  strategy: settings.strategy,
  metric: settings.metric,
  higherIsBetter: metric.higherIsBetter,
  trials,
});

/**
 * A plan, and the data files of its base: read once, so that they are decoded, and seen to be right, before many processes do so.
 *
 * @param before what these files were when the sweep began
 */
async function planned(
  source: OpenSource,
  choices: SweepChoices,
  options: SweepRunOptions,
  before: CheckedFiles = [],
): Promise<{ readonly plan: SweepPlan; readonly data: CheckedFiles }> {
  const plan = await planSweep(source, choices, options);
  return { plan, data: await readBase(plan.base, options, before) };
}

/**
 * What trains the trials, before anything is written: a queue may be out of reach.
 *
 * @param read the data files of the base, which workers get where they lack them
 */
async function engineOf(
  plan: SweepPlan,
  record: SweepRecord,
  options: SweepRunOptions,
  read: CheckedFiles,
): Promise<Engine> {
  const { engine, queue, jobs, plugins = true, signal = new AbortController().signal, onEvent } = options;
  if (engine !== undefined) return engine;
  if (queue === undefined)
    return localEngine(jobs ?? Math.max(1, Math.floor(threads.available / threadsEach(plan.base))));
  // all trials that are known beforehand are queued; of those that depend on others, one for each worker
  const capacity = jobs ?? plan.known?.length;
  const { queued: name = '' } = record;
  const onProblem = (problem: string): void => onEvent?.({ event: 'problem', problem });
  const sent = { base: plan.base, name, capacity, dataFolder: sentFrom(record), read, plugins };
  return openQueue(queue, { ...sent, signal, onProblem });
}

async function trainAll(
  place: () => string,
  plan: SweepPlan,
  record: SweepRecord,
  options: SweepRunOptions,
  read: CheckedFiles,
): Promise<SweepResult> {
  const { onEvent = () => {}, signal = new AbortController().signal, plugins = true } = options;
  const { epochs = 1 } = plan.base.definition;
  const engine = await engineOf(plan, record, options, read);
  const triesData = plan.space.paths.some(({ path }) => path.startsWith('data.'));
  const before = { ...(!triesData && { data: read }), ...(await pluginsOf(plan.base)) };
  let unlock = (): void => {};
  try {
    const folder = place();
    unlock = lockRun(folder);
    writeSweep(folder, record);
    const { strategy, metric, higherIsBetter, trials, dataFolder, offline } = record;
    const jobs = engine.capacity;
    const { asked } = plan;
    onEvent({
      event: 'sweep',
      status: 'running',
      folder,
      strategy,
      metric,
      higherIsBetter,
      trials,
      asked,
      jobs,
      epochs,
    });
    const task = { oneThread: threadsEach(plan.base) === 1, dataFolder, offline, plugins, before };
    const result = await runSweep({ plan, folder, engine, onEvent, signal, task });
    const isShorter = result.status !== 'interrupted' && result.trials.length < trials; // there were no more to try
    if (isShorter) writeSweep(folder, { ...record, trials: result.trials.length });
    return result;
  } finally {
    unlock();
    engine.close();
  }
}

/** The folder of no other sweep is taken for this one, on any machine. */
const nameInStore = (name: string): string => `${asFolderName(name)}/sweep-${randomBytes(8).toString('hex')}`;

/** The folder from which workers see the files of the sweep. */
const sentFrom = ({ dataFolder, source }: SweepRecord): string => dataFolder ?? dirname(source.path);

/** How a file is swept, or a sweep goes on. */
export interface SweepOptions extends Omit<SweepFileOptions, 'out' | 'engine' | 'queue' | 'onData'> {
  /** The folder in which runs are kept, and the sweep as `NAME/sweep-1`. Default `runs`. */
  readonly out?: string;
  /** Has workers of other machines train the trials, as `pipeline worker` does. */
  readonly queue?: SweepQueueOptions;
}

/** Where workers of other machines take the trials of a sweep from. */
export interface SweepQueueOptions extends Pick<QueueChoice, 'sendData'> {
  /** Of Redis, or Valkey: `redis://host:6379` */
  readonly url: string;
  /** What all machines share: `file:///mnt/sweeps`, in which the sweep is kept, then, or `s3://BUCKET/PREFIX`. */
  readonly store: string | URL;
}

const queueOptionNames: OptionTypes<SweepQueueOptions> = {
  url: optionTypes.text,
  store: optionTypes.place,
  sendData: optionTypes.flag,
};

const optionNames: OptionTypes<SweepOptions> = {
  strategy: oneOf(...strategies),
  trials: { expected: 'a whole number from 1 on', is: isCount },
  metric: { expected: 'a metric of the validation, as validation.loss', is: isMetric },
  over: optionTypes.texts,
  jobs: { expected: 'a whole number from 1 on', is: isCount },
  out: optionTypes.path,
  queue: optionTypes.object,
  set: optionTypes.texts,
  swap: optionTypes.texts,
  variables: optionTypes.object,
  text: { expected: 'a text', is: (value) => typeof value === 'string' },
  plugins: optionTypes.flag,
  dataFolder: optionTypes.path,
  offline: optionTypes.flag,
  onDownload: optionTypes.call,
  onEvent: optionTypes.call,
  signal: optionTypes.signal,
};

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function isMetric(value: unknown): boolean {
  return typeof value === 'string' && /^validation\..+$/.test(value);
}

/**
 * Trains a pipeline file many times, each time with other values, as `pipeline sweep` does, and says which were the best ones by
 * its validation. Trials run in processes of their own, or, with `queue`, on other machines.
 *
 * @param pipeline the file; or the folder of a sweep, `runs/relu/sweep-1`, which goes on, with more `trials` where more are asked for
 * @throws PipelineError for a file that cannot be swept, or a trial that cannot be run; DataError when its data cannot be read;
 * RunError when the sweep cannot be kept, or the queue or the store not be used. A trial that fails is part of the result.
 */
export async function sweepPipeline(pipeline: string | URL, options: SweepOptions = {}): Promise<SweepResult> {
  requireKnownOptions(options, optionNames, 'sweepPipeline');
  const path = requirePath(pipeline, 'sweepPipeline: the pipeline file');
  const { queue: given, ...others } = options;
  const queue = given && (await openGivenQueue(given));
  const folder = queue?.store.folder;
  if (folder !== undefined && others.out !== undefined) {
    throw new PipelineError(
      'sweepPipeline: out and queue.store: the sweep is kept in the folder of the store; leave out out',
    );
  }
  const onData = ([{ origin }]: readonly Examples[]): void => warnOfStandIn(origin);
  const heard = { ...others, ...(queue && { queue }), onData };
  return (await isSweepFolder(path)) ? resumeSweep(path, heard) : sweepFile(path, { out: folder ?? 'runs', ...heard });
}

async function openGivenQueue(given: SweepQueueOptions): Promise<QueueChoice> {
  requireKnownOptions(given, queueOptionNames, 'sweepPipeline: queue');
  const { url, store, ...others } = given;
  return { ...others, url, store: await openStore(String(store)) };
}

/** A run of a pipeline file, which may be kept in a folder, and gone on with from there. */
import { dirname, join, resolve } from 'node:path';
import { concat, defer, ignoreElements } from 'rxjs';
import { PipelineError } from '../core/errors.js';
import type { Environment, Pipeline } from '../core/pipeline/pipeline.js';
import { resolvePipelineFile } from '../core/pipeline-file/pipeline-file.js';
import { withStartWarning } from '../core/run/start-warning.js';
import { withTensorboardRemark } from '../core/run/tensorboard-remark.js';
import { type RunResult, type TrainOptions, train } from '../core/run/train.js';
import { environment } from './cache-folder.js';
import { type DataOptions, openLoaded } from './environment.js';
import { holdsParts } from './holds-parts.js';
import { isThere } from './is-there.js';
import { KeptRun } from './kept-run.js';
import { type LeftRun, openLeftRun } from './left-run.js';
import { endOf } from './list-runs.js';
import { type LoadedPipeline, type LoadOptions, loadPipeline, parsePipeline } from './load-pipeline.js';
import { loadModel, type SavableModel, savable } from './model-file.js';
import { readRegularFile } from './regular-file.js';
import {
  type CheckedFiles,
  checksumsOf,
  type RunEnvironment,
  readEnvironment,
  requireSameFiles,
} from './run-environment.js';
import { files } from './run-folder.js';
import { lockRun } from './run-lock.js';
import { requireSameSettings } from './same-settings.js';
import { shownPath } from './shown-path.js';
import { TensorboardFile } from './tensorboard-file.js';
import { unreadFolder } from './unread-folder.js';

/** What a run ends with; its network can be saved. */
export interface SavableRunResult extends RunResult {
  readonly network: SavableModel;
  /** Where the run is kept; undefined where it is not. */
  readonly folder?: string;
}

export interface FileRunOptions extends TrainOptions, LoadOptions, DataOptions {
  /** The folder in which runs are kept, each in one of its own: `runs` for `runs/relu/1`. Left out, nothing is kept. */
  readonly out?: string;
  /** The folder to keep this run in itself, in the place of `out`. */
  readonly folder?: string;
  /** Measure the time of every stage: a `profile` event comes before the end. */
  readonly profile?: boolean;
  /** What its files were when others that are like it began: it learns from the same, or not at all. */
  readonly before?: Partial<Pick<RunEnvironment, 'data' | 'plugins'>> | undefined;
  /** What was typed, for the record. */
  readonly command?: readonly string[];
  /** Called when a checkpoint is in the folder of the run, and the model beside it. */
  readonly onCheckpoint?: () => void;
}

/** @throws PipelineError, DataError or RunError, each with what to do; the signal's reason when it was aborted. */
export async function runFile(
  path: string,
  options: FileRunOptions,
  changes: Partial<Environment> = {},
): Promise<SavableRunResult> {
  options.signal?.throwIfAborted();
  const loaded = await loadPipeline(path, options);
  const { pipeline, ...opened } = await open(loaded, options, changes);
  const { out, folder, command, before, offline = false, everyStep = false, scalars = true } = options;
  const plugins = await pluginsOf(loaded);
  requireSameFiles(plugins.plugins ?? [], before?.plugins ?? [], 'plug-ins');
  const requireSameData = async () => requireSameFiles(await opened.checksums(), before?.data ?? [], 'data files');
  const unread = unreadFolder(loaded, options.dataFolder);
  const onEvent = withStartWarning(unread, withStartWarning(baseAlone(loaded), options.onEvent));
  const place = folder === undefined ? out !== undefined && { out } : { made: folder };
  if (place === false) {
    return finished(await train(pipeline, { ...options, onEvent: withTensorboardRemark(pipeline, onEvent) }));
  }
  const dataFolder = options.dataFolder ?? environment('MARBLENET_DATA');
  const kept = new KeptRun({
    ...opened,
    pipeline,
    path,
    place,
    environment: {
      offline,
      everyStep,
      ...(!scalars && { scalars }),
      data: [],
      ...plugins,
      ...(dataFolder !== undefined && { dataFolder: resolve(dataFolder) }),
    },
    sessions: [],
    command,
    onCheckpoint: options.onCheckpoint,
  });
  return trainKept(afterReading(pipeline, requireSameData), kept, { ...options, onEvent });
}

/**
 * Goes on with a run that was interrupted, killed, or is to have more epochs: from its newest whole checkpoint, to the
 * events and weights of the run that was never stopped. Where nothing is left to do, nothing is written, and there is but
 * the last event; a model that was removed is made again.
 *
 * @param folder `runs/relu/3`
 * @throws DataError when this is no folder of a run, or its data or plug-ins were changed; PipelineError when it is under
 * way, or cannot go on as is asked.
 */
export async function resumeFile(
  folder: string,
  options: Omit<FileRunOptions, 'out' | 'from'>,
  changes: Partial<Environment> = {},
): Promise<SavableRunResult> {
  options.signal?.throwIfAborted();
  await readEnvironment(folder); // what is no run gets no lock
  if (options.set !== undefined && options.set.length > 0) await requireNoPart(folder, options.set[0]);
  const unlock = lockRun(folder);
  try {
    return await goOn(await openLeftRun(folder), options, changes);
  } finally {
    unlock();
  }
}

/** @throws PipelineError for a run that a sweep, or a committee, says its figures of: they would not be those of its model any more. */
async function requireNoPart(folder: string, set: string): Promise<void> {
  const whole = dirname(resolve(folder));
  if (!(await holdsParts(whole))) return;
  throw new PipelineError(
    `--set ${set}: ${shownPath(whole)} says what came of this run; train its file as one of its own: ` +
      `pipeline run ${shownPath(join(folder, files.pipeline))} --set ${set}`,
  );
}

async function goOn(
  { folder, pipelineFile, checkpoint, events, environment: before, warning }: LeftRun,
  options: Omit<FileRunOptions, 'out' | 'from'>,
  changes: Partial<Environment>,
): Promise<SavableRunResult> {
  const { offline, everyStep, scalars = true, dataFolder } = before;
  const given = { offline, everyStep, scalars, ...(dataFolder !== undefined && { dataFolder }), ...options };
  const loaded = await loadPipeline(pipelineFile, given);
  const { plugins = [] } = await pluginsOf(loaded);
  requireSameFiles(plugins, before.plugins ?? [], 'plug-ins');
  if (given.set !== undefined && given.set.length > 0) {
    const parsed = await parsePipeline(pipelineFile, { ...given, set: [] });
    requireSameSettings(resolvePipelineFile(parsed, loaded.catalogue.registry).definition, loaded.definition);
  }
  const end = loaded.resolved === (await textOf(pipelineFile)) ? await endOf(folder) : undefined;
  if (end !== undefined && (await isThere(join(folder, files.model)))) {
    const network = await loadModel(folder, { registry: loaded.catalogue.registry });
    given.onEvent?.(structuredClone(end));
    const { event: _, ...result } = end;
    return { ...result, network, folder };
  }
  // whatever it began with is in the checkpoint
  const definition = { ...loaded.definition, ...(checkpoint && { initialWeights: undefined }) };
  const { pipeline, ...opened } = await open({ ...loaded, definition }, given, changes);
  const { sessions, ...kept } = before;
  const run = new KeptRun({
    ...opened,
    pipeline,
    path: pipelineFile,
    place: { folder, events },
    environment: kept,
    sessions,
    command: options.command,
    onCheckpoint: options.onCheckpoint,
  });
  const onEvent = withStartWarning(warning, withStartWarning(unreadFolder(loaded, options.dataFolder), given.onEvent));
  const requireSameData = async () => requireSameFiles(await opened.checksums(), before.data, 'data files');
  return trainKept(afterReading(pipeline, requireSameData), run, {
    ...given,
    onEvent,
    runId: before.runId,
    from: checkpoint,
  });
}

/** What is said of a file with a sweep, of which a run trains one network. */
const baseAlone = ({ sweep }: LoadedPipeline): string | undefined =>
  sweep &&
  `${sweep.at([], 'key')}: this run trains the base alone, with the values that the file has; "pipeline sweep" tries those of sweep:`;

const textOf = async (path: string): Promise<string> => String(await readRegularFile(path));

/** A loaded file as a pipeline that can train, and what its run folder says of where it came from. */
async function open(
  loaded: LoadedPipeline,
  { profile, ...options }: DataOptions & Pick<FileRunOptions, 'profile'>,
  changes: Partial<Environment>,
) {
  const read = new Map<string, string | undefined>();
  const dataOptions = { ...options, onRead: (file: string, sha256?: string) => void read.set(file, sha256) };
  const pipeline = await openLoaded(loaded, dataOptions, { ...changes, ...(profile && { profile }) });
  let checksums: Promise<CheckedFiles> | undefined;
  return {
    pipeline,
    resolved: loaded.resolved,
    checksums: () => (checksums ??= checksumsOf(read)),
  };
}

/** The checksums of a file's plug-ins. */
export async function pluginsOf({ catalogue }: LoadedPipeline): Promise<Pick<RunEnvironment, 'plugins'>> {
  const plugins = await checksumsOf(new Map(Array.from(catalogue.pluginFiles.values(), (path) => [path, undefined])));
  return plugins.length === 0 ? {} : { plugins };
}

/** A pipeline that looks at something when its data were read, and before it learns from them. */
const afterReading = (pipeline: Pipeline, look: () => Promise<void>): Pipeline => ({
  ...pipeline,
  data: (splits) => concat(pipeline.data(splits), defer(look).pipe(ignoreElements())),
});

const finished = (result: RunResult): SavableRunResult => ({ ...result, network: savable(result.network) });

async function trainKept(pipeline: Pipeline, kept: KeptRun, options: TrainOptions): Promise<SavableRunResult> {
  const { signal, onEvent = () => {}, betweenSteps = () => {} } = options;
  const tensorboard = pipeline.tensorboard ? new TensorboardFile() : undefined;
  // Once it trains, a run is stopped between two steps, with a checkpoint; before, there is nothing to keep.
  const loading = new AbortController();
  const stop = (): void => {
    if (kept.folder === undefined) loading.abort(signal?.reason);
    else kept.stopReason = signal?.reason;
  };
  signal?.throwIfAborted(); // while the pipeline was opened
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const result = await train(pipeline, {
      ...options,
      scalars: options.scalars ?? true,
      signal: loading.signal,
      onEvent(event) {
        kept.event(event);
        tensorboard?.event(event, String(kept.folder));
        if (event.event === 'end') return; // when it is kept
        onEvent(
          event.event === 'start' && kept.folder !== undefined ? { ...event, folder: shownPath(kept.folder) } : event,
        );
      },
      betweenSteps(run) {
        kept.betweenSteps(run);
        betweenSteps(run);
      },
    });
    const { network, ...end } = result;
    await kept.complete({ event: 'end', ...end }, await network.encode());
    onEvent({ event: 'end', ...structuredClone(end) });
    return { ...finished(result), ...(kept.folder !== undefined && { folder: kept.folder }) };
  } catch (error) {
    await kept.fail(error);
    throw error;
  } finally {
    tensorboard?.close();
    kept.leave();
    signal?.removeEventListener('abort', stop);
  }
}

/** A trial of a sweep, on this thread. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clock } from '../../core/clock.js';
import { DataError, MarblenetError, messageOf } from '../../core/errors.js';
import type { Metrics, PipelineEvent } from '../../core/run/events.js';
import { type FileRunOptions, resumeFile, runFile, type SavableRunResult } from '../run-file.js';
import { files, isRunFolder } from '../run-folder.js';
import type { TrialNews, TrialOutcome, TrialTask } from './engine.js';

/** The reason of a trial that has come to the epoch that was asked for. */
const REACHED = new Error('the trial has come to its rung');

/** Trains a trial, or goes on with it, up to its end, or to the epoch that is asked for. */
export async function runTrial(
  task: TrialTask,
  onNews: (news: TrialNews) => void,
  signal: AbortSignal,
): Promise<TrialOutcome> {
  const { folder, until, metric } = task;
  const began = clock.now();
  const reached = { epochs: 0, value: undefined as number | undefined };
  const outcome = <T>(what: T) => ({ ...what, epochs: reached.epochs, seconds: (clock.now() - began) / 1000 });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(signal.reason);
  if (signal.aborted) return outcome({ status: 'interrupted' as const });
  signal.addEventListener('abort', interrupt, { once: true });
  let epochs = Number.POSITIVE_INFINITY;
  const onEvent = (event: PipelineEvent): void => {
    if (event.event === 'start') {
      epochs = event.epochs;
      onNews({ event: 'start', epochs, parameters: event.parameters });
    } else if (event.event === 'epoch') {
      const { epoch, train, validation } = event;
      Object.assign(reached, { epochs: epoch, value: metricIn(event, metric) });
      onNews({ event: 'epoch', epoch, train, ...(validation && { validation }) });
      if (until !== undefined && epoch >= until && epoch < epochs) stop.abort(REACHED);
    } else if (event.event === 'progress') {
      const { epoch, step, steps, loss } = event;
      onNews({ event: 'progress', epoch, step, steps, loss });
    }
  };
  try {
    if (until !== undefined) {
      const before = epochOf(folder, until);
      if (before !== undefined) {
        reached.epochs = until;
        return outcome({ status: 'stopped' as const, value: metricIn(before, metric) });
      }
    }
    const kept = (): void => onNews({ event: 'checkpoint' });
    const run = await started(task, { signal: stop.signal, onEvent, onCheckpoint: kept });
    const { epochs: trained, train, validation, test, weights, ...end } = run;
    reached.epochs = trained;
    const metrics = { train, ...(validation && { validation }), ...(test && { test }) };
    return outcome({ status: 'completed' as const, value: metricIn({ ...end, validation }, metric), metrics, weights });
  } catch (error) {
    if (error === REACHED) return outcome({ status: 'stopped' as const, value: reached.value });
    if (signal.aborted) return outcome({ status: 'interrupted' as const });
    // data may be there again, and as they were, when the trial is tried anew
    const passing = error instanceof DataError || (error instanceof MarblenetError && error.passing);
    return outcome({ status: 'failed' as const, reason: messageOf(error), passing });
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

async function started(
  { folder, pipeline, oneThread, dataFolder, offline, plugins, before }: TrialTask,
  heard: Pick<FileRunOptions, 'signal' | 'onEvent' | 'onCheckpoint'>,
): Promise<SavableRunResult> {
  const options = { ...heard, offline, plugins, ...(dataFolder !== undefined && { dataFolder }) };
  const environment = oneThread ? { threads: undefined } : {};
  if (await isRunFolder(folder)) return resumeFile(folder, options, environment);
  return runFile(join(folder, files.pipeline), { ...options, text: pipeline, folder, before }, environment);
}

/** `validation.loss` of an event that has it. */
function metricIn(
  event: { readonly validation?: Metrics | undefined },
  metric: string | undefined,
): number | undefined {
  const [, name] = /^validation\.(.+)$/.exec(metric ?? '') ?? [];
  return name === undefined ? undefined : event.validation?.[name];
}

/** What a run that is kept there has said after an epoch; undefined where it has not come as far, or not been stopped there. */
function epochOf(folder: string, epoch: number): { readonly validation?: Metrics } | undefined {
  let text = '';
  try {
    text = readFileSync(join(folder, files.events), 'utf8');
  } catch {
    return undefined; // no run yet
  }
  const lines = text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as { readonly event: string; readonly epoch?: number; readonly validation?: Metrics }];
    } catch {
      return [];
    }
  });
  return lines.find((line) => line.event === 'epoch' && line.epoch === epoch);
}

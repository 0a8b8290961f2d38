/** The trials of a sweep, several at a time, until none is left to run. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PipelineError } from '../../core/errors.js';
import { lastPromotion, promotion } from '../../core/sweep/halving.js';
import { bestOf, compareTrials } from '../../core/sweep/history.js';
import { labelsOf } from '../../core/sweep/labels.js';
import { files } from '../run-folder.js';
import { holderOf } from '../run-lock.js';
import { shownPath } from '../shown-path.js';
import type { Engine, TrialOutcome, TrialTask } from './engine.js';
import type { SweepEvent, SweepResult, TrialResult } from './sweep-events.js';
import { appendTrial, cutTornLine, readTrials, trialFolder } from './sweep-folder.js';
import type { SweepPlan } from './sweep-plan.js';
import { recordWith, type TrialLine, type TrialRecord } from './trial-record.js';

export interface SweepRun {
  readonly plan: SweepPlan;
  readonly folder: string;
  readonly engine: Engine;
  readonly onEvent: (event: SweepEvent) => void;
  readonly signal: AbortSignal;
  /** What all trials have in common. */
  readonly task: Pick<TrialTask, 'oneThread' | 'dataFolder' | 'offline' | 'plugins' | 'before'>;
}

/** A trial that is to run now. */
interface Order {
  readonly trial: number;
  readonly pipeline: string;
  readonly until: number | undefined;
}

/**
 * Runs what is left of a sweep: trials that were interrupted, those that may go on from their rungs, and new ones; at last the best
 * one, where its model was removed.
 *
 * @throws what the engine, and writing into the folder, throw.
 */
export async function runSweep(run: SweepRun): Promise<SweepResult> {
  const { folder, engine, signal, onEvent } = run;
  cutTornLine(folder);
  const trials = readTrials(folder);
  requireSameTrials(run, trials);
  await untilLeft(folder, trials);
  const sweep = new RunningSweep(run, trials);
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const stopAll = new AbortController();
  const stop = (): void => stopAll.abort(signal.reason);
  /** What is no trial's own fault ends the sweep. */
  const fail = (error: unknown): void => {
    failure ??= { error };
    stopAll.abort(error);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for (;;) {
      while (running.size < engine.capacity && !stopAll.signal.aborted) {
        const order = sweep.next();
        if (order === undefined) break;
        const work = sweep
          .train(order, stopAll.signal, fail)
          .catch(fail)
          .finally(() => running.delete(work));
        running.add(work);
      }
      if (running.size === 0) break;
      await Promise.race(running);
    }
  } catch (error) {
    fail(error);
    await Promise.all(running);
  } finally {
    signal.removeEventListener('abort', stop);
    engine.close();
  }
  if (failure !== undefined) throw failure.error;
  const result = await sweep.result(signal.aborted);
  onEvent({ event: 'sweep', ...result });
  return result;
}

/** @throws PipelineError where trials are known beforehand, and those that were begun are others. */
function requireSameTrials({ plan: { known }, folder }: SweepRun, trials: readonly TrialRecord[]): void {
  const other = known && trials.find(({ id }, i) => known[i]?.id !== id);
  if (other === undefined) return;
  throw new PipelineError(
    `${folder}: trial ${other.trial} would be another one now than when the sweep began, by another version of marblenet, or of ` +
      'its plug-ins, or with fewer trials; begin another sweep',
  );
}

/** Milliseconds that the processes of a sweep that was killed have to hear of it, and to keep a checkpoint. */
const PATIENCE = 10_000;

async function untilLeft(folder: string, trials: readonly TrialRecord[]): Promise<void> {
  const began = performance.now();
  const isHeld = ({ status, trial }: TrialRecord): boolean =>
    status === 'running' && holderOf(trialFolder(folder, trial)) !== undefined;
  while (trials.some(isHeld) && performance.now() - began < PATIENCE) await setTimeout(50);
}

class RunningSweep {
  /** Trials that this session has begun, or gone on with. */
  readonly #seen = new Set<number>();

  constructor(
    private readonly run: SweepRun,
    private readonly trials: TrialRecord[],
  ) {}

  /** What is to run next; undefined where nothing is, or it depends on what is under way. */
  next(): Order | undefined {
    const { plan } = this.run;
    const { halving } = plan;
    const left = this.trials.find((one) => !this.#seen.has(one.trial) && isLeft(one));
    if (left !== undefined) return this.goOn(left, this.rungAfter(left));
    const promoted = halving && promotion(this.trials, halving);
    if (promoted !== undefined) return this.goOn(this.trials[promoted.trial], promoted.until);
    const composed = plan.propose(this.trials);
    if (composed !== undefined) {
      const { id, seed, point, values, pipeline } = composed;
      const trial = this.trials.length + 1;
      this.write({ trial, status: 'running', id, seed, point, values });
      return { trial, pipeline, until: halving?.rungs[0] };
    }
    if (this.trials.some(({ status }) => status === 'running')) return undefined;
    const last = halving && lastPromotion(this.trials, halving);
    if (last !== undefined) return this.goOn(this.trials[last.trial], last.until);
    const gone = this.bestThatIsGone();
    return gone && this.goOn(gone, undefined);
  }

  /** @param fail what hears of an error that is thrown by what hears of events */
  async train({ trial, pipeline, until }: Order, signal: AbortSignal, fail: (error: unknown) => void): Promise<void> {
    const { plan, engine, onEvent, folder, task } = this.run;
    const { id, seed, point, values, epochs } = this.trials[trial - 1];
    const place = trialFolder(folder, trial);
    const shown = shownPath(place);
    const stopsAt = until === plan.halving?.rungs.at(-1) ? undefined : until;
    const early = stopsAt === undefined ? {} : { until: stopsAt };
    const labels = labelsOf(plan.space, point);
    onEvent({ event: 'trial', status: 'running', trial, id, seed, values, labels, folder: shown, epochs, ...early });
    const metric = plan.settings.metric;
    const outcome = await engine.run(
      { ...task, ...early, trial, folder: place, pipeline, metric },
      (news) => {
        try {
          if (news.event !== 'start' && news.event !== 'checkpoint') onEvent({ ...news, trial });
        } catch (error) {
          fail(error);
        }
      },
      signal,
    );
    this.write(lineOf(trial, outcome));
    const { status, epochs: reached, seconds, metrics, weights, reason, value } = this.trials[trial - 1];
    if (status === 'running') return;
    const left = { trial, folder: shown, epochs: reached, seconds, metrics, weights, reason };
    onEvent({ event: 'trial', status, ...left, ...(value !== undefined && { value }) });
  }

  async result(isInterrupted: boolean): Promise<SweepResult> {
    const { plan, folder } = this.run;
    const { metric } = plan;
    const sorted = this.trials.toSorted((a, b) => compareTrials(metric, a, b));
    const best = bestOf(this.trials, metric);
    const isLeftOver = isInterrupted || this.trials.some(({ status }) => status === 'interrupted');
    const status = isLeftOver ? 'interrupted' : best === undefined ? 'failed' : 'completed';
    return {
      status,
      folder: shownPath(folder),
      metric: plan.settings.metric,
      higherIsBetter: metric.higherIsBetter,
      trials: sorted.map((one) => resultOf(this.run, one)),
      ...(best && { best: { ...resultOf(this.run, best), metrics: best.metrics ?? {} } }),
    };
  }

  /** The best trial, where its model was removed: the sweep stands for that one, where a model is asked for. */
  private bestThatIsGone(): TrialRecord | undefined {
    const { plan, folder } = this.run;
    const best = bestOf(this.trials, plan.metric);
    if (best === undefined || this.#seen.has(best.trial)) return undefined;
    return existsSync(join(trialFolder(folder, best.trial), files.model)) ? undefined : best;
  }

  private goOn({ trial, point }: TrialRecord, until: number | undefined): Order {
    this.#seen.add(trial);
    this.trials[trial - 1] = { ...this.trials[trial - 1], status: 'running' };
    return { trial, pipeline: this.run.plan.compose(point).pipeline, until };
  }

  /** Where a trial that was interrupted on its way was to stop. */
  private rungAfter({ rungs: behind }: TrialRecord): number | undefined {
    const last = Math.max(0, ...Object.keys(behind).map(Number));
    return this.run.plan.halving?.rungs.find((rung) => rung > last);
  }

  private write(line: TrialLine): void {
    const record = recordWith(this.trials[line.trial - 1], line);
    if (record === undefined) return;
    this.#seen.add(line.trial);
    appendTrial(this.run.folder, line);
    this.trials[line.trial - 1] = record;
  }
}

/** Whether a trial is to go on where its sweep does: it was under way, or what went wrong may be over. */
const isLeft = ({ status, passing }: TrialRecord): boolean =>
  status === 'running' || status === 'interrupted' || (status === 'failed' && passing === true);

function lineOf(trial: number, { seconds, ...outcome }: TrialOutcome): TrialLine {
  const rounded = Math.round(seconds * 1000) / 1000;
  return { trial, ...outcome, seconds: rounded } as TrialLine;
}

function resultOf({ folder, plan }: SweepRun, record: TrialRecord): TrialResult {
  const { trial, point, id, seed, values, status, epochs, seconds, reason, weights, value } = record;
  return {
    trial,
    folder: shownPath(trialFolder(folder, trial)),
    id,
    seed,
    values,
    labels: labelsOf(plan.space, point),
    status,
    epochs,
    seconds,
    ...(value !== undefined && { value }),
    ...(reason !== undefined && { reason }),
    ...(weights !== undefined && { weights }),
  };
}

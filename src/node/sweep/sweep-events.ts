/** What a sweep tells: one line of `pipeline sweep --json` each. */
import type { Metrics } from '../../core/run/events.js';
import type { StrategyName } from '../../core/sweep/settings.js';
import type { TrialRecord } from './trial-record.js';

/** The sweep is about to begin, or to go on. */
export interface SweepStartEvent {
  readonly event: 'sweep';
  readonly status: 'running';
  /** `runs/relu/sweep-1` */
  readonly folder: string;
  readonly strategy: StrategyName;
  readonly metric: string;
  readonly higherIsBetter: boolean;
  /** How many there are to be, at the most. */
  readonly trials: number;
  /** How many were asked for; of a grid, how many points it has. There are fewer where some would be the same. */
  readonly asked: number;
  /** How many at a time. */
  readonly jobs: number;
  /** Of each trial, where none stops it early. */
  readonly epochs: number;
}

/** A trial begins, or goes on. */
export interface TrialStartEvent extends Pick<TrialRecord, 'trial' | 'id' | 'seed' | 'values'> {
  readonly event: 'trial';
  readonly status: 'running';
  /** `runs/relu/sweep-1/7` */
  readonly folder: string;
  /** Which epochs it has behind it. */
  readonly epochs: number;
  /** What it tries, by short names. */
  readonly labels: Readonly<Record<string, string>>;
  /** Up to which epoch it goes on, where it is stopped before its last one. */
  readonly until?: number;
}

/** A trial is left. */
export interface TrialEndEvent
  extends Pick<TrialRecord, 'trial' | 'epochs' | 'seconds' | 'metrics' | 'weights' | 'reason'> {
  readonly event: 'trial';
  readonly status: 'stopped' | 'completed' | 'failed' | 'interrupted';
  readonly folder: string;
  /** The metric, where it was measured. */
  readonly value?: number;
}

/** An epoch of a trial is over. */
export interface TrialEpochEvent {
  readonly event: 'epoch';
  readonly trial: number;
  readonly epoch: number;
  readonly train: Metrics;
  readonly validation?: Metrics;
}

/** While an epoch goes on. */
export interface TrialProgressEvent {
  readonly event: 'progress';
  readonly trial: number;
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

/** Of a sweep with a queue: its server is gone, no worker is there, or one cannot take trials. It is waited for; told once, or seldom. */
export interface SweepProblemEvent {
  readonly event: 'problem';
  readonly problem: string;
}

/** The sweep is over, or was stopped. */
export interface SweepEndEvent extends SweepResult {
  readonly event: 'sweep';
}

/** What a sweep tells, in the order: its start, then what becomes of its trials, and its end. */
export type SweepEvent =
  | SweepStartEvent
  | TrialStartEvent
  | TrialEndEvent
  | TrialEpochEvent
  | TrialProgressEvent
  | SweepProblemEvent
  | SweepEndEvent;

/** What became of a trial. */
export interface TrialResult
  extends Pick<
    TrialRecord,
    'trial' | 'id' | 'seed' | 'values' | 'status' | 'epochs' | 'seconds' | 'reason' | 'weights'
  > {
  readonly folder: string;
  /** What it tries, by short names: the same for all trials, with '' for what is not there. */
  readonly labels: Readonly<Record<string, string>>;
  /** The metric of its model; of one that was stopped early, that of its last rung. */
  readonly value?: number;
}

/** What a sweep comes to. */
export interface SweepResult {
  readonly status: 'completed' | 'interrupted' | 'failed';
  readonly folder: string;
  readonly metric: string;
  readonly higherIsBetter: boolean;
  /** The best one first; those that were stopped early behind all that came to their end, and those without a value last. */
  readonly trials: readonly TrialResult[];
  /** The best of those that came to their end, with what it has reached in the test, too; undefined where there is none. */
  readonly best?: TrialResult & { readonly metrics: Readonly<Record<string, Metrics>> };
}

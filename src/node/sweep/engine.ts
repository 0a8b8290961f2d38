/** What trains the trials of a sweep: processes of this machine, or others. */

import type { EpochEvent, Metrics, ProgressEvent, StartEvent } from '../../core/run/events.js';
import type { FileRunOptions } from '../run-file.js';

/** A trial, or a member of a committee, that is to be trained, or to go on. All of it can be sent. */
export interface TrialTask {
  readonly trial: number;
  /** Where its run is kept; where one is there already, it goes on. */
  readonly folder: string;
  /** The pipeline file, which runs from any folder. */
  readonly pipeline: string;
  /** After which epoch it stops, with a checkpoint to go on from; undefined where it goes on to its end. */
  readonly until?: number | undefined;
  /** Which metric of the validation is wanted: `validation.loss`; none of a member of a committee. */
  readonly metric?: string | undefined;
  /** Whether its pipeline computes on one thread, whatever it says. */
  readonly oneThread: boolean;
  readonly dataFolder?: string | undefined;
  readonly offline: boolean;
  /** What its files were when all trials began, where that is known: one of others fails. */
  readonly before?: FileRunOptions['before'];
  /** Whether its pipeline may name plug-ins. */
  readonly plugins: boolean;
}

/** What a trial tells while it is trained. */
export type TrialNews =
  | Pick<StartEvent, 'event' | 'epochs' | 'parameters'>
  | Pick<EpochEvent, 'event' | 'epoch' | 'train' | 'validation'>
  | Pick<ProgressEvent, 'event' | 'epoch' | 'step' | 'steps' | 'loss'>
  /** One more is in its folder. */
  | { readonly event: 'checkpoint' };

/** What came of it. */
export type TrialOutcome = {
  /** How many whole epochs were trained. */
  readonly epochs: number;
  /** How long that took. */
  readonly seconds: number;
} & (
  | {
      readonly status: 'completed';
      readonly value: number | undefined;
      readonly metrics: Readonly<Record<string, Metrics>>;
      readonly weights: string;
    }
  /** After the epoch that was asked for. */
  | { readonly status: 'stopped'; readonly value: number | undefined }
  | { readonly status: 'interrupted' }
  /** `passing`: the same may work later. */
  | { readonly status: 'failed'; readonly reason: string; readonly passing: boolean }
);

/** Trains trials, several at a time. */
export interface Engine {
  /** How many at a time. */
  readonly capacity: number;
  /**
   * Trains a trial. What goes wrong with it is an outcome.
   *
   * @param signal stops it, with a checkpoint to go on from
   * @throws RunError when the engine itself cannot work.
   */
  run(task: TrialTask, onNews: (news: TrialNews) => void, signal: AbortSignal): Promise<TrialOutcome>;
  /** Gives back what it holds; nothing is under way by then. */
  close(): void;
}

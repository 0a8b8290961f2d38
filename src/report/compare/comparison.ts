/** Variants of a pipeline side by side: what differs in their files, and in what came of them. */
import type { EndEvent, EpochEvent } from '../../core/run/events.js';
import type { PairedTest } from '../../core/statistics/paired-t-test.js';

export interface Comparison {
  /** The first one is what the others are held against. */
  readonly variants: readonly Variant[];
  readonly differences: readonly Difference[];
  readonly measures: readonly Measure[];
  /** Whether all learned from, and were judged by, the same data; where they were not, no difference is tested. */
  readonly isSameData: boolean;
}

export interface Variant {
  /** A file, or the folder of a run: as short as tells it from the others. */
  readonly label: string;
  readonly runs: readonly ComparedRun[];
  /** Runs of it that failed. */
  readonly failures: readonly Failure[];
  /** Whether the runs are the members of a committee. */
  readonly isCommittee?: boolean;
}

/** A run that is complete. */
export interface ComparedRun {
  readonly folder: string;
  readonly seed: number;
  /** Its page, where there is one. */
  readonly report?: string | undefined;
  readonly epochs: readonly EpochEvent[];
  readonly end: EndEvent;
}

export interface Failure {
  readonly seed: number;
  readonly reason: string;
}

/** A value that is not the same in all files. */
export interface Difference {
  /** `network.1` */
  readonly path: string;
  /** A variant each, as it stands in its file; undefined where there is none. */
  readonly values: readonly (string | undefined)[];
}

/** A figure, over the seeds of each variant. */
export interface Measure {
  /** `test accuracy`, `test accuracy of the average` of a committee, `time in seconds`, `parameters` */
  readonly name: string;
  readonly values: readonly Spread[];
}

export interface Spread {
  /** In the order of the runs. */
  readonly all: readonly number[];
  /** NaN where no run has it. */
  readonly mean: number;
  /** Of a sample; NaN of one run. */
  readonly deviation: number;
  /** Against the first variant, seed by seed; undefined for that one, and where less than two seeds are the same in both. */
  readonly test?: PairedTest | undefined;
}

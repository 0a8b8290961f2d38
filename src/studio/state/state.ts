/** All that the page shows, in one value. */
import type { DataReport, RecordedStep } from 'marblenet/page';
import { type Asking, nothingAsked } from '../draw/asking.js';
import {
  type Description,
  type Download,
  type GivenFile,
  type Judgement,
  noDescription,
  type Report,
  type StageView,
} from '../worker/protocol.js';
import type { Curve } from './curve.js';

/** What is open beside the flow. */
export type Panel = 'guide' | 'training' | 'stage' | 'draw' | 'data' | 'file' | 'save';

/** `full`: as fast as it goes; `slow`: a step at a time, from stage to stage. */
export type Speed = 'full' | 'slow';

type Status = 'opening' | 'waiting' | 'playing' | 'paused' | 'ended' | 'failed';

/** How training goes on; a run that has ended gets more epochs for it. */
export type GoingOn =
  /** To the end. */
  | 'played'
  | 'epochAsked'
  /** By one training step, shown at its end. */
  | 'stepped'
  /** By one stage of a step. */
  | 'stagePassed';

/** A run, now or before: its curves stay, to be compared with. */
export interface RunRecord {
  readonly number: number;
  /** How it differs from the one before: "relu", "sigmoid", "seed 7". */
  readonly label: string;
  /** Where its data come from. */
  readonly source: string;
  readonly stages: readonly StageView[];
  readonly loss: Curve;
  readonly epochs: readonly { readonly step: number; readonly epoch: number; readonly accuracy: number | undefined }[];
  readonly isHidden: boolean;
  /** When it has ended: their SHA-256, how long it took, and how good the network is on the last examples that it was tested on. */
  readonly weights: string | undefined;
  readonly seconds: number | undefined;
  readonly accuracy: number | undefined;
}

/** A batch on its way, and at which of its stops it is. */
export interface Trip {
  readonly step: RecordedStep;
  /** Index of the stop. */
  readonly at: number;
}

export interface State {
  readonly file: GivenFile;
  /** Files before this one, and those that were undone. */
  readonly past: readonly GivenFile[];
  readonly future: readonly GivenFile[];
  /** Whether the text is being typed: the worker has not read it yet. */
  readonly isTyping: boolean;
  /** Of the file as it is; while it is wrong, its stages are those of the last that was right. */
  readonly description: Description;
  /** Why the last change was not made. */
  readonly notice: string | undefined;
  readonly status: Status;
  /** How a run that has ended is to go on, while it is opened with more epochs. */
  readonly goingOn: GoingOn | undefined;
  readonly speed: Speed;
  readonly panel: Panel;
  /** A line of the file that is to be shown. */
  readonly line: { readonly line: number; readonly column: number } | undefined;
  /** The place of the stage that is looked at. */
  readonly selected: string | undefined;
  /** The number of the run that is open; older ones tell nothing any more. */
  readonly run: number;
  /** Those of the data that are open, the last of which is the open one. */
  readonly runs: readonly RunRecord[];
  /** Runs of other data. */
  readonly aside: readonly RunRecord[];
  readonly data: DataReport | undefined;
  readonly fallback: string | undefined;
  /** How far a download is. */
  readonly download: Download | undefined;
  readonly step: number;
  readonly epoch: number;
  readonly samplesPerSecond: number;
  readonly trip: Trip | undefined;
  /** What the step on its way leads to: shown when it is at its end. */
  readonly waiting: readonly Report[];
  readonly judgement: Judgement | undefined;
  /** What is drawn or chosen, and what the network says of it. */
  readonly asking: Asking;
  /** Whether it is gone through stage by stage, by hand. */
  readonly isByStage: boolean;
  /** Samples of a training batch. */
  readonly batchSize: number;
}

/** Before one is opened. */
export const NO_FILE: GivenFile = { name: '', text: '' };

export const initialState: State = {
  file: NO_FILE,
  past: [],
  future: [],
  isTyping: false,
  description: noDescription,
  notice: undefined,
  status: 'opening',
  goingOn: undefined,
  speed: 'full',
  panel: 'training',
  line: undefined,
  selected: undefined,
  run: 0,
  runs: [],
  aside: [],
  data: undefined,
  fallback: undefined,
  download: undefined,
  step: 0,
  epoch: 0,
  samplesPerSecond: 0,
  trip: undefined,
  waiting: [],
  judgement: undefined,
  asking: nothingAsked,
  isByStage: false,
  batchSize: 0,
};

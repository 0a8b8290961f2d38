/** What a run tells: one line of `pipeline run --json` each. */
import type { Origin } from '../host.js';
import { type Metric, type Scaling, type Split, splits } from '../kinds.js';
import type { PictureForm } from '../picture-form.js';
import type { StageProfile } from '../pipeline/profile.js';
import type { TableColumns } from '../table.js';

/** Where the examples came from, and how many there are. */
export interface DataReport extends Origin {
  readonly train: number;
  readonly validation?: number;
  readonly test?: number;
  /** How features became inputs: x = (feature - mean) / std. */
  readonly scaling: Scaling;
  /** What stands for features that are missing, by column. */
  readonly fill?: readonly number[];
  /** How real-valued targets became what the network learns, where they were scaled. */
  readonly targetScaling?: Scaling;
  /** What each class is called, by its label, where the data says so. */
  readonly classNames?: readonly string[];
  /** How a row of a table became features, where it did. */
  readonly columns?: TableColumns;
  /** How a picture became features, where it did. */
  readonly pictures?: PictureForm;
}

/** Metrics by name: `{ loss: 0.13, accuracy: 0.96 }`. */
export type Metrics = Readonly<Record<string, number>>;

/** What all events of a run have. */
interface RunEvent {
  /** The same for all of them, and for those of a run that goes on with it. */
  readonly runId: string;
}

/** The run is about to begin: what it is, and on what data. */
export interface StartEvent extends RunEvent {
  readonly event: 'start';
  readonly name: string;
  readonly seed: number;
  readonly epochs: number;
  readonly dtype: string;
  /** How many numbers are learned. */
  readonly parameters: number;
  readonly data: DataReport;
  /** Why another back end computes, or fewer threads do, than was asked for. */
  readonly fallback?: string;
  /** How many networks a committee of this pipeline has, where it says so: the run trains one of them. */
  readonly members?: number;
  /** What a teacher would say of the pipeline, each with its place, as `lint` does. */
  readonly warnings?: readonly string[];
  /** Where the run is kept; in Node alone, and where it is kept at all. */
  readonly folder?: string;
  /** Where a run goes on that was left: in which epoch, after how many steps; or when training was over before that epoch. */
  readonly resumedFrom?: { readonly epoch: number; readonly step: number; readonly isOver?: true };
}

/** After every training step, when asked for. */
export interface StepEvent extends RunEvent {
  readonly event: 'step';
  readonly epoch: number;
  readonly step: number;
  /** Of this step's batch, before its update. */
  readonly loss: number;
}

/** What a layer, or another stage that learns, is like after a step: lengths √Σx² over all its parameters, to six digits. */
export interface LayerScalars {
  /** `network.0` */
  readonly at: string;
  readonly name: string;
  /** ‖W‖, after the update. */
  readonly weights: number;
  /** ‖dW‖, as the way back gave it, before clipping and weight decay; undefined where nothing goes back. */
  readonly gradient?: number;
  /** ‖ΔW‖, how far the step has moved the weights. */
  readonly update: number;
}

/** About 200 times a run, evenly by steps, the last step of an epoch among them: how training goes, layer by layer. */
export interface ScalarsEvent extends RunEvent {
  readonly event: 'scalars';
  readonly epoch: number;
  readonly step: number;
  /** Of this step's batch, before its update. */
  readonly loss: number;
  /** That of this step, as its schedule and its warm-up made it; undefined where the optimizer does not tell it. */
  readonly learningRate?: number;
  /** Those that have parameters, in the order of the pipeline file. */
  readonly layers: readonly LayerScalars[];
}

/** Now and then while training, for a progress bar. */
export interface ProgressEvent extends RunEvent {
  readonly event: 'progress';
  readonly epoch: number;
  readonly step: number;
  /** Of the whole run. */
  readonly steps: number;
  readonly loss: number;
  readonly samplesPerSecond: number;
}

/** An epoch is over, and measured. */
export interface EpochEvent extends RunEvent {
  readonly event: 'epoch';
  readonly epoch: number;
  readonly step: number;
  readonly train: Metrics;
  readonly validation?: Metrics;
  /** Only where there is no validation: then, the test waits for the end of the run. */
  readonly test?: Metrics;
  /** Of this epoch, validation or test included. */
  readonly seconds: number;
  /** Of this epoch's training. */
  readonly samplesPerSecond: number;
}

/** The epoch whose model a run ends with, where it chooses one. */
export interface Best {
  readonly epoch: number;
  /** `validation.loss` */
  readonly monitor: string;
  readonly value: number;
}

/** Where the time went, before the end, when asked for: of the process alone that came to it, where a run was gone on with. */
export interface ProfileEvent extends RunEvent {
  readonly event: 'profile';
  /** From reading the data to the last test, events and checkpoints included. */
  readonly seconds: number;
  /** In the order of a pipeline file. */
  readonly stages: readonly StageProfile[];
}

/** The run is over. */
export interface EndEvent extends RunEvent {
  readonly event: 'end';
  readonly status: 'completed';
  /** How many there were. */
  readonly epochs: number;
  readonly steps: number;
  /** Where a pipeline says `best` or `earlyStopping`: the epoch that all other figures, and the weights, are of. */
  readonly best?: Best;
  /** Whether early stopping ended it before its last epoch. */
  readonly stoppedEarly?: true;
  /** Of the last epoch, or of the best where one was chosen, as are `validation` and `test`. */
  readonly train: Metrics;
  readonly validation?: Metrics;
  readonly test?: Metrics;
  /** Accuracy a class, where `accuracy` was asked for: in the test, or in the validation where there is no test. */
  readonly accuracyByClass?: readonly number[];
  /** Rows are true classes, where `confusionMatrix` was asked for; of the same split. */
  readonly confusionMatrix?: readonly (readonly number[])[];
  readonly data: DataReport;
  /** That the run has learned nothing, and what to try. */
  readonly warnings?: readonly string[];
  /** From reading the data to the last test. */
  readonly seconds: number;
  /** SHA-256 of every parameter's bytes, in order: the same seed gives the same. */
  readonly weights: string;
}

/** What a run tells, in the order: start, then steps, scalars, progress and epochs, then a profile, then end. */
export type PipelineEvent =
  | StartEvent
  | StepEvent
  | ScalarsEvent
  | ProgressEvent
  | EpochEvent
  | ProfileEvent
  | EndEvent;

/** The metrics as reports show them: `{ train: { loss }, test: { loss, accuracy } }`. A matrix is reported at the end. */
export function bySplit(metrics: readonly Metric[]): Pick<EndEvent, Split> & Readonly<Record<string, Metrics>> {
  const named = (wanted: Split): Metrics =>
    Object.fromEntries(
      metrics.filter(({ split, matrix }) => split === wanted && !matrix).map(({ name, value }) => [name, value]),
    );
  const measured = splits.filter((wanted) => metrics.some(({ split }) => split === wanted));
  return { train: named('train'), ...Object.fromEntries(measured.map((split) => [split, named(split)])) };
}

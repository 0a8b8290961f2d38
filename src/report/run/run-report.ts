/** What the report of a run is made of: what its folder holds, and what its model does with the examples that judge it. */
import type { Histogram } from '../../core/inspect/histogram.js';
import type { Evaluation } from '../../core/model/evaluation.js';
import type { EndEvent, EpochEvent, ProfileEvent, ScalarsEvent, StartEvent } from '../../core/run/events.js';
import type { Cell } from '../parts.js';
import type { Tile } from '../sheet.js';

export interface RunReport {
  /** `runs/relu/3` */
  readonly folder: string;
  /** `completed`, `interrupted`, `failed` ... */
  readonly status: string;
  /** Why it failed, if so. */
  readonly error?: string | undefined;
  /** ISO 8601. */
  readonly began: string;
  readonly start: StartEvent;
  readonly epochs: readonly EpochEvent[];
  readonly scalars: readonly ScalarsEvent[];
  /** Where it was asked for. */
  readonly profile: ProfileEvent | undefined;
  /** Of a run that is complete. */
  readonly end: EndEvent | undefined;
  /** The pipeline as a picture, SVG. */
  readonly picture: string;
  readonly stages: readonly StageLine[];
  /** The pipeline as it ran. */
  readonly yaml: string;
  readonly weights: readonly WeightHistogram[];
  /** What the first layer looks for in a picture; undefined where it gets none. */
  readonly filters?: Filters | undefined;
  readonly judged: Judged | undefined;
  /** Why there is none. */
  readonly notJudged?: string | undefined;
  /** Name and value. */
  readonly environment: readonly (readonly [string, Cell])[];
}

/** A stage of the pipeline in words. */
export interface StageLine {
  /** `network.0` */
  readonly place: string;
  readonly name: string;
  readonly output: string;
  readonly parameters: number;
}

/** How the numbers of a parameter were spread at the start, and are at the end. */
export interface WeightHistogram {
  /** `network.0.W` */
  readonly name: string;
  readonly shape: string;
  /** Undefined where the run began with weights of a file. */
  readonly start: Histogram | undefined;
  readonly end: Histogram;
}

export interface Filters {
  /** `network.0.W`, and how they are read. */
  readonly title: string;
  /** How many there are, of which `tiles` are the first. */
  readonly count: number;
  readonly tiles: readonly Tile[];
}

/** What the model does with the examples of a split. */
export interface Judged {
  /** `test: 10,000 examples` */
  readonly what: string;
  readonly classNames: readonly string[];
  /** Undefined where the network says real numbers. */
  readonly evaluation: Evaluation | undefined;
  /** Figures that are no evaluation of classes: of real numbers, of yes and no. */
  readonly figures: readonly (readonly [string, number])[];
  /** For each target that is a real number; none where there are classes. */
  readonly predictions: readonly Predictions[];
  readonly hasProbabilities: boolean;
  readonly mistakes: readonly PicturedMistake[];
  readonly activations: readonly ActivationLine[];
}

/** What is true of examples, and what the network says of them. */
export interface Predictions {
  readonly target: string;
  /** In the target's own units; of many examples, evenly chosen ones. */
  readonly points: readonly { readonly truth: number; readonly said: number }[];
  /** Of how many examples they are. */
  readonly count: number;
}

export interface PicturedMistake {
  /** `9 taken for 4, 99.9 %` */
  readonly caption: string;
  /** Its file, or its number, and of a table its cells. */
  readonly name: string;
  /** Undefined where an example is no picture. */
  readonly picture: Tile | undefined;
}

/** What an activation gave over all of those examples. */
export interface ActivationLine {
  /** `network.1` */
  readonly place: string;
  readonly name: string;
  /** How many numbers it gives of an example; of images, how many channels. */
  readonly units: number;
  /** How many of them were the same number for every example: they say nothing. */
  readonly dead: number;
  /** The share of all its numbers that are 0. */
  readonly zeros: number;
}

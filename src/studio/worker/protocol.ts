/** What the page asks of the worker that trains, and what that tells it: plain values. The worker's side is worker/main.ts. */
import type { DataReport, JsonSchema, Metrics, RecordedStep, Shape, Split, TensorView } from 'marblenet/page';

/** A pipeline file, and where it was opened from. */
export interface GivenFile {
  /** For messages: `relu.yaml`. */
  readonly name: string;
  readonly text: string;
}

/** A file that gives the run more epochs, which goes on under its number; or why it does not. */
export type Extended = { readonly file: GivenFile; readonly description: Description } | { readonly refused: string };

/** A file of the page, by the path that pipelines have for it. */
export type PathAndBlob = readonly [path: string, file: Blob];

/** A file for a model of the command line. */
export interface OpenedModel {
  readonly file: GivenFile;
  /** What was assumed where it was made for the model, which does not say what its data are. */
  readonly assumed?: 'digits' | 'table';
}

/** What is wrong with a file, and where: lines and columns count from 1; of the whole file, they are undefined. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** A list of a pipeline file. */
export type SectionName = 'data' | 'network' | 'train' | 'validation' | 'test';

/** A stage of the pipeline that is open. */
export interface StageView {
  /** `network.0`; inside another stage, `network.1.0`. */
  readonly place: string;
  readonly section: SectionName;
  readonly name: string;
  readonly family: string;
  /** How deep it stands inside others. */
  readonly depth: number;
  /** What it gives, one sample of a batch: `[28, 28]`; undefined where that is no tensor. */
  readonly shape: Shape | undefined;
  readonly kind: string;
  /** With the defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly parameters: readonly { readonly name: string; readonly shape: Shape; readonly count: number }[];
  /** Where it stands in the file. */
  readonly line: number | undefined;
}

/** A pipeline that is open, or why it is not. */
export interface Description {
  readonly name: string;
  readonly epochs: number;
  readonly parameters: number;
  readonly stages: readonly StageView[];
  readonly problems: readonly Problem[];
  /** Files that it reads, and the page does not have. */
  readonly missing: readonly string[];
  /** Whether it can run. */
  readonly isFit: boolean;
  /** Whether its network begins with weights that were learned before. */
  readonly isBegun?: boolean;
}

/** Of no pipeline, or of one that cannot be read. */
export const noDescription: Description = {
  name: '',
  epochs: 0,
  parameters: 0,
  stages: [],
  problems: [],
  missing: [],
  isFit: false,
};

/** How far a download is, in bytes. */
export interface Download {
  readonly name: string;
  readonly loaded: number;
  /** Undefined where the server does not say. */
  readonly total: number | undefined;
}

/** What the worker tells by itself. */
export type Report =
  | { readonly tell: 'downloading'; readonly run: number; readonly download: Download }
  /** The data are read: the run waits at its first step. */
  | {
      readonly tell: 'ready';
      readonly run: number;
      readonly data: DataReport;
      readonly fallback: string | undefined;
      readonly size: number;
      /** What was not known before the files were opened: shapes, and how much there is to learn. */
      readonly known: Pick<Description, 'name' | 'epochs' | 'parameters' | 'stages'> | undefined;
    }
  /** Steps since the last such report. */
  | {
      readonly tell: 'steps';
      readonly run: number;
      readonly first: number;
      readonly losses: Float32Array;
      readonly samplesPerSecond: number;
    }
  | {
      readonly tell: 'epoch';
      readonly run: number;
      readonly epoch: number;
      readonly step: number;
      readonly accuracy: number | undefined;
    }
  | { readonly tell: 'recorded'; readonly run: number; readonly step: RecordedStep }
  | { readonly tell: 'judged'; readonly run: number; readonly judgement: Judgement }
  | { readonly tell: 'paused'; readonly run: number; readonly step: number }
  | {
      readonly tell: 'ended';
      readonly run: number;
      readonly weights: string;
      readonly seconds: number;
      readonly accuracy: number | undefined;
    }
  | { readonly tell: 'failed'; readonly run: number; readonly problem: Problem };

/** Metrics by split: `{ test: { accuracy: 0.97 } }`. */
export type SplitMetrics = Readonly<Partial<Record<'train' | 'validation' | 'test', Metrics>>>;

/** What the network says of examples that it does not learn from, at this moment. */
export interface Judgement {
  readonly step: number;
  /** Which examples these are. */
  readonly split: Split;
  readonly examples: number;
  readonly accuracy: number;
  /** Rows are true classes, columns what was said. */
  readonly matrix: readonly (readonly number[])[];
  readonly classNames: readonly string[];
  readonly mistakes: readonly MistakeView[];
}

/** An example that is taken for another class. */
interface MistakeView {
  /** Which one of its split. */
  readonly sample: number;
  readonly said: string;
  readonly truth: string;
  /** How sure the network is of what it says, from 0 to 1. */
  readonly confidence: number;
  readonly features: ArrayLike<number>;
}

/** What the network says of a picture or a sample, and why. */
export interface Said {
  /** [C] */
  readonly probabilities: readonly number[] | undefined;
  readonly outputs: readonly number[];
  readonly classNames: readonly string[] | undefined;
  /** What the numbers are called that are said, where there are no classes. */
  readonly targetNames: readonly string[];
  /** Which class the contributions are of. */
  readonly label: number;
  /** The sample as it is before the network reads it, and its shape. */
  readonly sample: ArrayLike<number>;
  readonly shape: Shape;
  readonly stages: readonly { readonly place: string; readonly name: string; readonly output: TensorView }[];
  /** gradient x input */
  readonly contributions: Float32Array;
}

/** What a stage has learned so far. */
export interface ParameterView {
  readonly name: string;
  readonly value: TensorView;
}

/** What the network says over a square of the plane, for samples of two numbers. */
export interface Surface {
  /** Both axes go from `from` to `to`. */
  readonly from: number;
  readonly to: number;
  readonly size: number;
  /** [size x size] the class of each point, row by row from the top, and how sure the network is. */
  readonly classes: Uint8Array;
  readonly confidences: Float32Array;
  readonly points: { readonly x: Float32Array; readonly y: Float32Array; readonly labels: Uint8Array };
}

/** A stage that a file may name. */
export interface StageInfo {
  readonly name: string;
  readonly family: string;
  readonly summary: string;
  readonly formerly: string | undefined;
  /** Where it may stand. */
  readonly sections: readonly SectionName[];
  /** By name, each with its JSON Schema. */
  readonly options: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  /** Options that are lists of stages, in their order. */
  readonly lists: readonly string[];
  /** As a list item, with what it must be told: `dense: { units: 50 }`. */
  readonly minimal: string;
}

/** A change to the text of a file. Values are YAML, as a person types them. */
export type Change =
  /** Another stage in its place. */
  | { readonly change: 'swap'; readonly place: string; readonly to: string }
  | { readonly change: 'set'; readonly place: string; readonly option: string; readonly value: string }
  | { readonly change: 'unset'; readonly place: string; readonly option: string }
  /** A stage behind the one at the place. */
  | { readonly change: 'insert'; readonly place: string; readonly stage: string }
  | { readonly change: 'remove'; readonly place: string }
  | { readonly change: 'move'; readonly place: string; readonly by: -1 | 1 }
  /** A key of the whole file; with undefined, the file is to say nothing of it. */
  | { readonly change: 'setting'; readonly key: Setting; readonly value: string | undefined };

/** Keys of the whole file that have a form. */
export type Setting = 'epochs' | 'seed';

/** The text after a change, or why it is not made. */
export type Edited = { readonly text: string } | { readonly refused: string };

/** A stage as the text has it: its options as they are written, in one line each. */
export interface WrittenStage {
  readonly name: string;
  /** Of the file, from 1. */
  readonly lines: readonly [first: number, last: number];
  readonly options: Readonly<Record<string, string>>;
}

/** A function and its derivative. */
export interface Plot {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly slope: Float32Array;
}

/** What can be learned from among the files that a person gave. */
export type FoundData =
  | { readonly kind: 'table'; readonly path: string; readonly columns: readonly string[] }
  /** A folder a class. */
  | { readonly kind: 'pictures'; readonly path: string };

/** Some examples, as they are before the network reads them. */
export interface ExamplesView {
  readonly shape: Shape;
  readonly examples: readonly { readonly features: ArrayLike<number>; readonly label: string | undefined }[];
}

/**
 * What travels between stages. Blocks of many samples, never one sample an emission: a stage does its work over whole
 * columns, and RxJS is asked once a batch.
 *
 *     SourceSplit ──source──▶ Examples ──batcher──▶ Batch ──network──▶ Batch ──loss──▶ Step ──metric──▶ Metric
 */
import { RunError } from './errors.js';
import type { Origin } from './host.js';
import type { PictureForm } from './picture-form.js';
import type { RowStream } from './row-stream.js';
import type { TableColumns } from './table.js';
import { largestColumn, type Shape, type Tensor } from './tensor.js';

/**
 * What a set of examples is for: to learn from, to choose by (which epoch, which learning rate), or to judge what was
 * chosen.
 */
export type Split = 'train' | 'validation' | 'test';

/** In the order in which a run uses them. */
export const splits: readonly Split[] = ['train', 'validation', 'test'];

/** What a source is asked for; `holdOut` takes `validation`, and `test` where there is no other, from `train`. */
export type SourceSplit = Exclude<Split, 'validation'>;

/**
 * A whole data set, column by column, as compact as it was read. `normalize` and `oneHot` do not rewrite 47 million
 * pixels: they say how to read them, and a batcher makes numbers of the rows that it needs. So MNIST takes 47 MB rather
 * than 188 (float32) or 376 (float64), and one pass over the memory rather than three.
 */
export interface Examples {
  readonly split: Split;
  /** Counts from 1; the runner stamps it, so that a batcher knows which epoch it is making. */
  readonly epoch: number;
  /** The shape of one sample: [28, 28]. */
  readonly shape: Shape;
  /** [n, ...shape], as decoded: bytes 0 to 255 for images. Empty where they are streamed. */
  readonly features: Uint8Array | Int32Array | Float32Array | Float64Array;
  /** Where features are read from while they are learned from: they are too many for the memory. */
  readonly stream?: RowStream | undefined;
  readonly scaling: Scaling;
  /** What stood in place of features that were missing, by column; left out where none may be. */
  readonly fill?: readonly number[] | undefined;
  /** [n], whole numbers from 0: the class of each sample. Absent when predicting, and where only targets are known. */
  readonly labels?: Uint8Array | Int32Array | undefined;
  /** The file that the labels were read from, and how many bytes one takes there, for messages. */
  readonly labelsPath?: string;
  readonly labelBytes?: number | undefined;
  /** [n, m] Real numbers that the network is to say of each sample: regression. */
  readonly targets?: Tensor | undefined;
  /** How a network is given them: t = (target - mean) / std; as they are if left out. */
  readonly targetScaling?: Scaling | undefined;
  /** [n] How much each sample counts in the loss: 0 or more; all the same if left out. */
  readonly weights?: Float64Array | undefined;
  /** How wide a one-hot target is; undefined until `oneHot` has said so. */
  readonly classes: number | undefined;
  /** What each class is called, by its label. */
  readonly classNames?: readonly string[] | undefined;
  /** How rows of a table became these features, where they did. */
  readonly columns?: TableColumns | undefined;
  /** How many cells of each column had nothing in them, among the rows of the table that was read. */
  readonly missingCells?: { readonly rows: number; readonly byColumn: Readonly<Record<string, number>> } | undefined;
  /** How pictures became these features, where they did. */
  readonly pictures?: PictureForm | undefined;
  /** [n] The file of each sample, where each has one of its own. */
  readonly paths?: readonly string[] | undefined;
  readonly origin: Origin;
}

/**
 * How features become inputs: x = (feature - mean) / std. Each is one number, or one a column: as many as the last axis of
 * a sample is long, such as the features of a row or the channels of a picture.
 */
export interface Scaling {
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
}

/**
 * B samples on their way through the network. The tensors are valid until the next emission: a stage that wants to keep
 * one copies it.
 */
export interface Batch {
  readonly split: Split;
  readonly epoch: number;
  /** Counts from 1 over the whole run, never back to 1 at an epoch. */
  readonly step: number;
  /** How many steps this epoch has. */
  readonly steps: number;
  /** [B, ...shape] The current activation: samples in their own shape at first, the network's output at last. */
  readonly x: Tensor;
  /** What `x` should be in the end: one-hot targets [B, C], or real-valued ones [B, m]. */
  readonly t: Tensor | undefined;
  /** [B] The class of each sample; absent where it is not known, and where `t` is real-valued. */
  readonly labels: Int32Array | undefined;
  /** [B] How much each sample counts in the loss; undefined where all count the same. */
  readonly weights?: Float64Array | undefined;
  /** How real-valued targets became `t`, where they were scaled: target = t std + mean. */
  readonly targetScaling?: Scaling | undefined;
  /** [B] Which samples of the data set these are; undefined behind the first layer, and where no batcher made the batch. */
  readonly rows?: Int32Array | undefined;
  /** The batch after this one, for stages that work ahead; undefined where `rows` are, and where there is none. */
  readonly ahead?: Ahead | undefined;
  /** What each network stage left behind on the way forward, for the way back. */
  readonly tape: readonly TapeEntry[];
  /** How long the tensors are this batch's; undefined where nothing is known of that. */
  readonly lease?: Lease | undefined;
}

/** The samples of the next batch, as far as they are known before it comes. */
export interface Upcoming {
  /** Stays as it is until the batch after that one is asked for. */
  readonly x: Tensor;
  /** The very object that the batch will have. */
  readonly rows: Int32Array;
}

/** The next batch, for whoever asks before it comes. */
export interface Ahead {
  /** What the batch had when this was said: a stage that gave it another x without a word makes it void. */
  readonly of: Tensor;
  /** Makes it, once. */
  next(): Upcoming;
}

/** Tensors are lent: until the next batch is read into the same memory. One object a batch, which all who pass it on keep. */
export interface Lease {
  over: boolean;
}

/**
 * For every stage that gets a batch: an operator that waits (`delay`, a promise) would hand on another batch's numbers.
 *
 * @param at the stage, for the message
 * @throws RunError when the next batch has been read in the meantime.
 */
export function requireCurrent({ lease }: Batch, at: string): void {
  if (lease?.over) throw new RunError(`${at}: ${GONE}`, { placed: true });
}

const GONE =
  'this batch is no longer there: the next one has been read into its memory; an operator before this stage, or in ' +
  'it, keeps batches back (delay, observeOn, bufferCount, a promise), but stages must get each one before the next is made';

/**
 * From the gradient of a stage's output to the gradient of its input; on the way it writes the gradients of the stage's
 * own parameters. The input gradient of the first stage is not read: there, `needed` is false and it may be left out.
 */
export type Pullback = (dout: Tensor, needed: boolean) => Tensor | undefined;

/** What a network stage leaves behind for the way back. */
export interface TapeEntry {
  readonly pullback: Pullback;
  readonly parameters: readonly Parameter[];
  /** What the stage was given, and which one it is: `relu.yaml:14:5: relu`. For whoever looks for the cause of a NaN. */
  readonly input?: Tensor;
  readonly at?: string;
  /** On the first batch: how many times as large its gradient was as all numbers around it. */
  readonly steepness?: number | undefined;
}

/** Numbers that are learned. */
export interface Parameter {
  readonly name: string;
  readonly value: Tensor;
  /** The same shape; filled by the pullback. */
  readonly gradient: Tensor;
  /** Whether optimizers leave it as it is. */
  readonly frozen?: boolean;
  /** Whether weight decay does: what scales and shifts normalized numbers is not to become 0. */
  readonly undecayed?: boolean;
}

/** Numbers that a layer keeps up to date in training, and goes by in tests, such as a running mean: no optimizer moves them. */
export interface Running {
  readonly name: string;
  readonly value: Tensor;
}

/** A batch with its loss. `x` is the network's output. */
export interface Step extends Batch {
  /** The mean over the batch, before any update. */
  readonly loss: number;
  /** [B, C] The gradient of the loss by `x`. */
  readonly dx: Tensor;
  /** What the loss takes `x` for; undefined where any numbers will do. */
  readonly outputs?: Outputs | undefined;
}

/**
 * What the numbers of a network are: logits, of which softmax makes probabilities; logits of yes or no, each for itself, of
 * which sigmoid does; or probabilities.
 */
export type Outputs = 'logits' | 'binaryLogits' | 'probabilities';

/** One number about one epoch. */
export interface Metric {
  readonly split: Split;
  readonly epoch: number;
  readonly step: number;
  readonly name: string;
  readonly value: number;
  /** The same number a class, where that means something. */
  readonly byClass?: readonly number[];
  /** Rows are true classes, columns what was predicted. */
  readonly matrix?: readonly (readonly number[])[];
}

/** The kinds by name, as stages declare them in `from` and `to`. */
export interface Kinds {
  split: SourceSplit;
  examples: Examples;
  batch: Batch;
  step: Step;
  metric: Metric;
}

/** The name of what flows: a stage goes from one kind to another. */
export type Kind = keyof Kinds;

/** What is known of each kind before anything flows: enough to check a whole pipeline without reading a byte. */
export interface Specs {
  split: { readonly kind: 'split' };
  examples: {
    readonly kind: 'examples';
    readonly shape: Shape;
    readonly classes: number | undefined;
    /** m, how many real-valued targets a sample has. */
    readonly targets?: number | undefined;
    /** There are at most so many examples of each split, where that is known before any is read. */
    readonly counts?: Counts;
    /** Which split's they are, where it is one's: in a section behind `data:`, and in a plain `pipe(...)`. */
    readonly split?: Split;
    /** Whether some of train come more than once. */
    readonly repeated?: true;
    /** Which splits are held out of train. */
    readonly heldOut?: readonly Split[];
    /** How the features were read: as bytes from 0 to 255, or as floats; undefined where it is not known. */
    readonly features?: 'bytes' | 'floats' | undefined;
    /** How they become inputs, where a stage has said so. */
    readonly scaling?: Scaling;
    /** Whether some features may be missing, which are NaN: `impute` must follow. */
    readonly missing?: true;
    /** What is known of the labels, where something is. */
    readonly labels?: LabelSpec;
    /** How a row of a table becomes a sample, where samples are rows. */
    readonly columns?: TableColumns;
  };
  batch: {
    readonly kind: 'batch';
    /** The most rows that a batch can have. */
    readonly size: number;
    /** The shape of one row of `x`. */
    readonly shape: Shape;
    /** C, the width of one-hot targets. */
    readonly classes: number | undefined;
    /** m, the width of real-valued targets. There are targets of one sort, or none. */
    readonly targets?: number | undefined;
  };
  step: {
    readonly kind: 'step';
    readonly size: number;
    readonly shape: Shape;
    readonly classes: number | undefined;
    readonly targets?: number | undefined;
    /** Whether `backward` has been here, so that parameters hold this batch's gradients. */
    readonly gradients: boolean;
    /** What the loss takes the network's numbers for. */
    readonly outputs?: Outputs | undefined;
  };
  metric: { readonly kind: 'metric'; readonly name: string };
}

/** How many examples each split has. */
export type Counts = Readonly<Partial<Record<Split, number>>>;

/** What is known of labels beforehand. */
export interface LabelSpec {
  /** They run from 0 to `classes - 1`. */
  readonly classes: number;
  /** Who says so, for messages: a source, a file of labels; undefined where the examples at hand were looked at. */
  readonly from?: string;
}

/** What is known of one kind before anything flows. */
export type Spec<K extends Kind = Kind> = Specs[K];

/** The spec of something that is already here: how a stage in a plain `pipe(...)` learns its shapes. */
export function specOf(value: Kinds[Kind]): Spec {
  if (typeof value === 'string') return { kind: 'split' };
  if ('features' in value) {
    const { shape, classes, targets, labels, classNames } = value;
    const largest = labels?.[largestColumn(labels, 0, labels.length)] ?? -1;
    const known = classNames?.length ?? largest + 1;
    return {
      kind: 'examples',
      shape,
      classes,
      split: value.split,
      targets: targets?.shape[1],
      ...(known > 0 && { labels: { classes: known } }),
    };
  }
  if ('value' in value) return { kind: 'metric', name: value.name };
  const [size, ...shape] = value.x.shape;
  const width = value.t?.shape[1];
  const targets = value.labels === undefined ? { classes: undefined, targets: width } : { classes: width };
  const batch = { size, shape, ...targets };
  return 'dx' in value
    ? { kind: 'step', ...batch, gradients: true, outputs: value.outputs }
    : { kind: 'batch', ...batch };
}

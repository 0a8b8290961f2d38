/** The stage contract: what a stage declares, what it is built with, and what it is once its shapes are known. */
import type { MonoTypeOperatorFunction, Observable, OperatorFunction, SchedulerLike } from 'rxjs';
import type * as z from 'zod';
import type { Host } from './host.js';
import type { Formula, Kernels } from './kernels/kernels.js';
import type { Batch, Kind, Kinds, Outputs, Parameter, Running, SourceSplit, Spec, Split } from './kinds.js';
import type { OnnxGraph } from './onnx-rule.js';
import type { PytorchRule } from './pytorch-rule.js';
import type { Random } from './random/random.js';
import type { Stateful } from './state.js';
import type { WeightAverage } from './weight-average.js';

/** The families of stages, in the order in which data meets them. */
export const families = [
  'sources',
  'data',
  'batches',
  'augmentation',
  'layers',
  'activations',
  'forward',
  'losses',
  'gradients',
  'optimizers',
  'metrics',
] as const;

/** The family of a stage: its folder, the heading under which it is listed, and where in a pipeline file it may stand. */
export type Family = (typeof families)[number];

/** The `network:` section, built: the layers one after another. */
export interface Network {
  readonly input: Spec<'batch'>;
  readonly output: Spec<'batch'>;
  readonly operator: MonoTypeOperatorFunction<Batch>;
}

/** What a stage may use while it is built. */
export interface Context {
  readonly kernels: Kernels;
  /** Draws of this stage's own, decided by the seed and by its place in the pipeline. */
  readonly random: Random;
  /** Where a stage that makes batches takes its turns of the event loop. */
  readonly scheduler: SchedulerLike;
  /** Files and downloads; undefined in a plain `pipe(...)`. */
  readonly host: Host | undefined;
  /** How often training goes through the data; undefined in a plain `pipe(...)`, where it is not known. */
  readonly epochs: number | undefined;
  /** The `network:` section, for `forward`; undefined in a plain `pipe(...)`. */
  readonly network: Network | undefined;
  /** The stage and where it stands, for messages: `relu.yaml:14:5: relu`; its name alone in a plain `pipe(...)`. */
  readonly at: string;
  /** What the stages built before this one learn, named by their place: `network.0.W`. None in a plain `pipe(...)`. */
  readonly parameters: readonly Parameter[];
  /** What they keep running, named likewise: `network.1.mean`. */
  readonly running: readonly Running[];
  /**
   * Builds stages of a block, list by list in the order of its options: they have places of their own, `network.1.0`, counted
   * on from list to list. Left out in a plain `pipe(...)`.
   */
  readonly nest?: (stages: readonly AnyStage[], input: Spec<'batch'>) => Nested;
}

/** The stages that a block holds, built one on another. */
export interface Nested {
  readonly output: Spec<'batch'>;
  readonly operator: MonoTypeOperatorFunction<Batch>;
}

/** What a part of a stage that holds others is: what stands before them, a list of them, what stands between two lists, or
 * what stands behind them and emits the stage's output. */
export type PartOfBlock = 'opening' | 'stages' | 'between' | 'closing';

/** A stage that holds others, in its parts: what flows goes through one after another. */
export type Block = readonly { readonly part: PartOfBlock; readonly operator: MonoTypeOperatorFunction<Batch> }[];

/** A stage that knows its shapes. */
export interface Built<From extends Kind, To extends Kind> {
  readonly output: Spec<To>;
  readonly operator: OperatorFunction<Kinds[From], Kinds[To]>;
  /** What an optimizer may change. */
  readonly parameters?: readonly Parameter[];
  /** What it keeps running: a part of its state that is averaged where weights are. */
  readonly running?: readonly Running[];
  /** What else it must remember, beside these, its parameters and where its random stream stands: see `stateOf`. */
  readonly state?: Stateful;
  /** Of an optimizer: the learning rate of its last step, as schedule and warm-up made it; undefined before the first. */
  readonly learningRate?: () => number | undefined;
  /** Of a stage that averages what is learned: the averages, which are to be tested and saved. */
  readonly average?: WeightAverage;
  /** Of a block: the parts that `operator` is made of, so that each is seen alone where a pipeline is looked into. */
  readonly block?: Block;
  /** What it will refuse only when data come, since it is not known yet: "how many examples there are". */
  readonly unchecked?: string;
}

/** Builds a stage for what it is given: checks the shapes, allocates, draws the first weights. */
export type Build<From extends Kind, To extends Kind> = (input: Spec<From>, context: Context) => Built<From, To>;

/** What a stage is called and takes, whatever it is made with. */
export interface StageDescription<Options extends z.ZodObject = z.ZodObject> {
  /** As in code, so in YAML: `softmaxCrossEntropy`. */
  readonly name: string;
  /** What it was called before: pipeline files may still call it so, and `lint` mentions it. */
  readonly formerly?: string;
  /** One line, with the formula if it fits. */
  readonly summary: string;
  /** Strict, and every field described: documentation and the editor's schema come from here. */
  readonly options: Options;
  /** The stage as a list item of a pipeline file, with every option shown. */
  readonly example: string;
}

/** What the author of a stage writes. */
export interface StageDefinition<
  From extends Kind = Kind,
  To extends Kind = Kind,
  Options extends z.ZodObject = z.ZodObject,
> extends StageDescription<Options> {
  readonly family: Family;
  readonly from: From;
  readonly to: To;
  /** What an activation does to each number alone, given its options: `explain` draws it. */
  formula?(options: Stage['options']): Formula;
  /** Of a network stage: numbers from 0 to 1, or any real ones. An activation with a formula need not say so. */
  readonly gives?: 'probabilities' | 'logits';
  /** Of a loss: what the network should give. */
  readonly expects?: Outputs;
  /** Of a loss: the metric that reports the same number of real-valued targets, as a pipeline file writes it. */
  readonly asMetric?: string;
  /** Of a loss: what it is for a network that takes each of so many classes for as probable as the others. */
  guessing?(classes: number): number;
  /** Of a batcher that reads the examples in the order of the data set. */
  readonly inOrder?: boolean;
  /** Of an optimizer that moves each weight by about the learning rate a step, whatever the size of its gradient. */
  readonly movesByLearningRate?: boolean;
  /** Of an optimizer that moves each weight by the learning rate times its gradient, and by no earlier one. */
  readonly movesByGradient?: boolean;
  /** Of a layer, given its options: whether its first weights are all 0. */
  beginsAtZero?(options: Stage['options']): boolean;
  /** Of a network stage: whether, in training, what it gives of a sample depends on the others of its batch. */
  readonly comparesSamples?: boolean;
  /** Of a network stage: appends what it does to `x` to a graph of ONNX, and returns the name of what comes out. */
  onnx?(graph: OnnxGraph, x: string, options: z.output<Options>): string;
  /** Of a network stage: what it is in PyTorch. Without, its tensors are carried as they are, under their own names. */
  readonly pytorch?: PytorchRule;
  /** Of a loss that tells another number than it differentiates: the options with which it tells that one. */
  differentiated?(options: Stage['options']): Stage['options'];
  /** Of a metric, given its options: what it is called in reports, where that is known before anything is built. */
  metricName?(options: z.output<Options>): string;
  /** Of a metric: whether more of it is better, as of an accuracy; of a loss, less is. */
  readonly higherIsBetter?: boolean;
  /** Of an optimizer, given its options: what it does that leads to the end of training, and would be another in a longer one. */
  leadsToEnd?(options: Stage['options']): string | undefined;
  /** Of a stage that takes examples of other splits out of train, given its options: which splits. */
  holdsOut?(options: Stage['options']): readonly Exclude<Split, 'train'>[];
  /** Of a source of published files: they may be in the folder that `--data` names. */
  readonly readsDataFolder?: boolean;
  /**
   * Of a source whose files say more than its options do: opens them before anything is built, and returns a `build` that
   * knows what they say. The stage's own `build` throws a NotKnownError where that is needed.
   *
   * @param splits which ones will be asked for
   * @throws DataError when a file is missing, broken, or not what the options say.
   */
  open?(options: z.output<Options>, host: Host, splits: readonly SourceSplit[]): Promise<Build<From, To>>;
  /**
   * Checks the shapes, allocates, draws the first weights, and returns the operator.
   *
   * @throws PipelineError when the input does not suit the stage.
   */
  build(options: z.output<Options>, input: Spec<From>, context: Context): Built<From, To>;
}

/** A stage with its options: a list item of a pipeline, and an operator for a plain `pipe(...)`. */
export interface Stage<From extends Kind = Kind, To extends Kind = Kind> {
  (source: Observable<Kinds[From]>): Observable<Kinds[To]>;
  readonly definition: StageDefinition<From, To>;
  /** With the defaults filled in. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of a source that learns from its files: the same stage, once it has. */
  open?(host: Host, splits: readonly SourceSplit[]): Promise<Stage<From, To>>;
  readonly build: Build<From, To>;
}

/** Any stage at all, as the registry and the runner see it: the kinds are checked when a pipeline is built. */
// biome-ignore lint/suspicious/noExplicitAny: the registry's edge, where each stage's own kinds are forgotten
export type AnyStage = Stage<any, any>;

/** Options may be left out where none is required. */
export type Given<Options extends z.ZodObject> =
  Record<never, never> extends z.input<Options> ? [options?: z.input<Options>] : [options: z.input<Options>];

/** What a stage file exports: `relu`, `dense`. */
export interface StageFactory<
  From extends Kind = Kind,
  To extends Kind = Kind,
  Options extends z.ZodObject = z.ZodObject,
> {
  (...given: Given<Options>): Stage<From, To>;
  readonly definition: StageDefinition<From, To, Options>;
}

/** Any stage factory at all. */
// biome-ignore lint/suspicious/noExplicitAny: the registry's edge, as above
export type AnyStageFactory = StageFactory<any, any, any>;

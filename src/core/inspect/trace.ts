/**
 * Trace: one example's way through a pipeline, from its bytes to the weights that it changed. The pipeline's own stages
 * do all of it; the trace only looks at what they emit, and at what the pullbacks give on the way back.
 */
import { firstValueFrom, lastValueFrom, map, of, pipe, take, tap } from 'rxjs';
import { PipelineError } from '../errors.js';
import { exampleCount, sliceExamples } from '../examples.js';
import type { Origin } from '../host.js';
import type { Batch, Kind, Kinds, Parameter, SourceSplit, Step } from '../kinds.js';
import { comparesRows, type Instrument, placeOf, type StageOperator } from '../pipeline/assembly.js';
import { type Environment, openPipeline, type Pipeline, type PipelineDefinition } from '../pipeline/pipeline.js';
import { copyOf, indexIn, type Shape, sizeOf, type Tensor } from '../tensor.js';
import { channelsOf, filtersOf } from './images.js';
import { type Snapshot, snapshotOf, type TensorSnapshot, tensorSnapshot, type ValueCount } from './snapshot.js';
import { onStackOfItsOwn } from './stack-of-its-own.js';
import { watchPullback } from './watch-pullback.js';

/** Which example to follow, and how much to keep of it. */
export interface TraceOptions {
  /** Which example of the training data, from 0 on. Default 0. */
  readonly sample?: number;
  /** How many numbers of each tensor to keep; `all` keeps as many of a data set as one example has. Default 3. */
  readonly values?: ValueCount;
  /** How many channels of each image that the network is given, or gives from stage to stage, and filters, to keep whole. Default 0. */
  readonly channels?: number;
}

/** How many examples are traced together, where stages compare them. */
export const TOGETHER = 8;

interface AtStage {
  /** `network.0` */
  readonly stage: string;
  readonly name: string;
}

/** The example itself, before anything is computed. */
export interface SampleEvent {
  readonly event: 'sample';
  readonly sample: number;
  /** Its class, where it has one. */
  readonly label?: number;
  /** What is to be said of it, in regression. */
  readonly targets?: readonly number[];
  readonly origin: Origin;
  readonly shape: Shape;
  /** As they were read: bytes 0 to 255 for images. */
  readonly features: readonly number[];
  /**
   * Where a stage compares the samples of a batch, and one alone would be nothing to it: how many examples are traced, this one
   * first and then those behind it, and for the sake of which stage.
   */
  readonly together?: { readonly stage: string; readonly name: string; readonly examples: number };
}

/** What a stage gave on the way to the loss. */
export interface ForwardEvent extends AtStage, Snapshot {
  readonly event: 'forward';
  /** The first channels of an image that a network stage or an augmentation gave, each row by row; as many as were asked for. */
  readonly channels?: readonly (readonly number[])[];
}

/** What a stage gave on the way back: dx, the gradient of its input, and those of its parameters, `dW`. */
export interface BackwardEvent extends AtStage {
  readonly event: 'backward';
  readonly tensors: Readonly<Record<string, TensorSnapshot>>;
}

/** What an optimizer did to one parameter. */
export interface UpdateEvent extends AtStage {
  readonly event: 'update';
  /** `network.0.W` */
  readonly parameter: string;
  /** √Σ(after - before)² */
  readonly norm: number;
  /** Where the largest change is, before and after. */
  readonly largest: { readonly index: readonly number[]; readonly before: number; readonly after: number };
  readonly tensors: Readonly<Record<'before' | 'after' | 'change', TensorSnapshot>>;
  /** Of a convolution, after the update: the first channel of the first filters, each row by row; as many as were asked for. */
  readonly filters?: readonly (readonly number[])[];
}

/** What happens to one example, in order: sample, forward, backward, update. */
export type TraceEvent = SampleEvent | ForwardEvent | BackwardEvent | UpdateEvent;

/**
 * Trains on one example, from the pipeline's first weights, and tells what happens. Best with a batcher in the order of the data: a
 * larger batch that draws with replacement holds the example many times. Behind a stage that compares samples, as `batchNorm` does
 * those without pixels, a few examples are traced in one batch, this one first.
 *
 * @throws PipelineError when there is no such example; what building and running a pipeline throw.
 */
export async function traceSample(
  definition: PipelineDefinition,
  environment: Environment = {},
  { sample = 0, values = 3, channels = 0 }: TraceOptions = {},
): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  /** Of a whole data set, no more numbers than one example has. */
  const countOf = (value: Kinds[Kind]): ValueCount =>
    values === 'all' && typeof value === 'object' && 'features' in value ? sizeOf(value.shape) : values;

  const instrument: Instrument = (operator, row, part) => {
    const at = { stage: placeOf(row), name: row.name };
    const forward = (...names: string[]) =>
      tap((value: Kinds[Kind]) => {
        const { tensors: all, ...snapshot } = snapshotOf(value, countOf(value));
        const wanted = Object.entries(all).filter(([name]) => names.includes(name));
        const isOfNetwork = row.section === 'network' || row.definition.family === 'augmentation';
        const images = isOfNetwork && channelsOf((value as Batch).x, channels);
        const tensors = Object.fromEntries(wanted);
        events.push({ event: 'forward', ...at, ...snapshot, tensors, ...(images && { channels: images }) });
      });
    const backward = (gradients: readonly (readonly [string, Tensor])[]) => {
      const tensors = gradients.map(([name, tensor]) => [name, tensorSnapshot(tensor, values)]);
      events.push({ event: 'backward', ...at, tensors: Object.fromEntries(tensors) });
    };
    const watched = map((batch: Batch) =>
      watchPullback(batch, (dx) => {
        const learned = batch.tape[batch.tape.length - 1].parameters;
        const gradients = learned.map(({ name, gradient }) => [`d${name}`, gradient] as const);
        backward(dx === undefined ? gradients : [...gradients, ['dx', dx]]);
      }),
    ) as StageOperator;

    if (row.section === 'data') return pipe(operator, forward('x', 't'));
    // a block is seen where it gives its output, and where it gives the gradient of its input
    if (part === 'opening') return pipe(operator, watched);
    if (part === 'between') return operator;
    if (part === 'closing') return pipe(operator, forward('x'));
    if (row.section === 'network') return pipe(operator, forward('x'), watched);
    if (row.output.kind === 'batch')
      return row.definition.family === 'forward' ? operator : pipe(operator, forward('x', 't'));
    if (row.output.kind !== 'step') return operator;
    if (row.output.gradients) return updating(operator, at);
    return pipe(
      operator,
      forward(),
      tap((step) => backward([['dx', (step as Step).dx]])),
    );
  };

  /** Parameters before and after an operator; one that changes none has nothing to tell. */
  const updating = (operator: StageOperator, at: AtStage): StageOperator => {
    let before: readonly Tensor[] = [];
    return pipe(
      tap(() => (before = pipeline.parameters.map(({ value }) => copyOf(value)))),
      operator,
      tap(() => {
        for (const [i, parameter] of pipeline.parameters.entries()) {
          const update = updateOf(parameter, before[i], values);
          const filters = filtersOf(parameter.value, channels);
          if (update.norm !== 0) events.push({ event: 'update', ...at, ...update, ...(filters && { filters }) });
        }
      }),
    );
  };

  const pipeline: Pipeline = await openPipeline(definition, { ...environment, instrument });
  const examples = await firstValueFrom(of<SourceSplit>('train').pipe(pipeline.data));
  const count = exampleCount(examples);
  if (sample >= count) throw new PipelineError(`there is no example ${sample} in train, it has 0 to ${count - 1}`);
  const comparing = pipeline.rows.find(comparesRows);
  const traced = comparing === undefined ? 1 : Math.min(TOGETHER, count - sample);
  const one = sliceExamples(examples, sample, sample + 1);
  const { origin, shape, features, labels, targets } = one;
  const truth = { ...(labels && { label: labels[0] }), ...(targets && { targets: Array.from(targets.data) }) };
  const together = comparing && { stage: placeOf(comparing), name: comparing.name, examples: traced };
  const picture = { origin, shape, features: Array.from(features) };
  events.push({ event: 'sample', sample, ...truth, ...picture, ...(together && { together }) });
  const given = sliceExamples(examples, sample, sample + traced);
  await lastValueFrom(onStackOfItsOwn(given).pipe(pipeline.train.steps, take(1)));
  return events;
}

/** What became of a parameter. */
function updateOf(
  { name, value: after }: Parameter,
  before: Tensor,
  values: ValueCount,
): Omit<UpdateEvent, 'event' | keyof AtStage> {
  const change = copyOf(after);
  let squares = 0;
  let largest = 0;
  for (const [i, old] of before.data.entries()) {
    change.data[i] -= old;
    squares += change.data[i] ** 2;
    if (Math.abs(change.data[i]) > Math.abs(change.data[largest])) largest = i;
  }
  return {
    parameter: name,
    norm: Math.sqrt(squares),
    largest: { index: indexIn(after.shape, largest), before: before.data[largest], after: after.data[largest] },
    tensors: {
      before: tensorSnapshot(before, values),
      after: tensorSnapshot(after, values),
      change: tensorSnapshot(change, values),
    },
  };
}

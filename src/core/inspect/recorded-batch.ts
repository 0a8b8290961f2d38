/** The first batch of a pipeline on its way to the loss and back, kept so that stages can be asked again. */
import { firstValueFrom, ignoreElements, lastValueFrom, map, of, pipe, take, tap } from 'rxjs';
import { PipelineError } from '../errors.js';
import type { Origin } from '../host.js';
import type { Backend } from '../kernels/kernels.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Batch, Parameter, SourceSplit, Step } from '../kinds.js';
import type { Instrument, StageOperator, StageRow } from '../pipeline/assembly.js';
import { type Environment, openPipeline, type PipelineDefinition } from '../pipeline/pipeline.js';
import type { Replay } from '../random/replay.js';
import type { StateDict } from '../state.js';
import { copyOf, firstDifference, type Tensor } from '../tensor.js';
import { changedInput } from '../unchanged-input.js';
import { moveOffFirstValues, moveOffTies } from './off-values.js';
import { onStackOfItsOwn } from './stack-of-its-own.js';
import { watchPullback } from './watch-pullback.js';

/** A stage that the loss depends on: a network stage, or a loss. */
export interface Link {
  readonly row: StageRow;
  /** Whether it is a part of a block behind or between its stages, whose input is what they gave. */
  readonly isBehindStages: boolean;
  readonly operator: StageOperator;
  /** What it was given: a batch, or a step that an earlier loss made. */
  readonly input: Batch | Step;
  /** A copy of the input's x. */
  readonly x: Tensor;
  /** What its stage remembered then. A layer that moves something with each batch is a function of what it begins with. */
  readonly before: StateDict | undefined;
}

/** What `backward` says of one batch, in copies: of parameters, and of what a stage was given, where that is a batch. */
export type Gradients = Map<Link | Parameter, Tensor>;

/** One batch's way to its loss, and what `backward` said of it. */
export interface Recording {
  readonly links: readonly Link[];
  readonly origin: Origin;
  readonly samples: number;
  readonly backend: Backend;
  readonly loss: number;
  readonly gradients: Gradients;
}

/**
 * Runs the first batch up to and including `backward`: nothing is learned from it. Parameters are a little off their first
 * values, and so are the samples.
 *
 * @throws PipelineError when there is no `backward`, and for a layer that fills its output after it has returned; what
 * building and running a pipeline throw.
 */
export async function record(
  definition: PipelineDefinition,
  environment: Environment,
  replay: Replay,
): Promise<Recording> {
  const links: Link[] = [];
  const gradients: Gradients = new Map();
  let loss: number | undefined;

  /** An operator that remembers what it was given. */
  const linked = (operator: StageOperator, row: StageRow, isBehindStages = false): StageOperator =>
    pipe(
      tap((given) => {
        const input = given as Batch;
        replay.start();
        if (links.length === 0) moveOffTies(input.x);
        links.push({ row, isBehindStages, operator, input, x: copyOf(input.x), before: row.state?.state() });
      }),
      operator,
    );
  const watched = map((batch) => {
    const link = links[links.length - 1];
    // a run does not look at what the batcher gave, which may be sparse
    if (firstDifference(link.input.x.data, link.x.data) !== -1) {
      throw new PipelineError(`${link.row.at}: ${changedInput('forward')}`, { placed: true });
    }
    return keepGradient(batch as Batch, link, gradients);
  }) as StageOperator;
  const played = tap((step) => {
    loss = (step as Step).loss;
    keepOthers(step as Step, links, gradients);
  }) as StageOperator;

  /** What a block gives its first stage, in memory of its own: a nudge of it must not reach what goes around the block. */
  const apart = (): StageOperator => {
    let copies: ReturnType<typeof rowBuffer> | undefined;
    return map((given) => {
      const batch = given as Batch;
      const [B, ...shape] = batch.x.shape;
      copies ??= rowBuffer(pipeline.kernels, B, shape);
      const x = copies(B);
      x.data.set(batch.x.data);
      return { ...batch, x };
    });
  };

  const instrument: Instrument = (operator, row, part) => {
    if (part === 'opening') return pipe(linked(pipe(operator, apart()), row), watched);
    if (row.section === 'network') return pipe(linked(operator, row, part !== undefined), watched);
    if (row.section === 'data' || row.output.kind !== 'step') return operator;
    if (!row.output.gradients) return linked(operator, row);
    // `backward` is the first to have gradients, and nothing goes on from it to the optimizer.
    return pipe(operator, take(1), played, ignoreElements());
  };

  const pipeline = await openPipeline(
    { ...definition, dtype: 'float64' },
    { ...environment, instrument, chance: (source) => replay.over(source) },
  );
  for (const { value } of pipeline.parameters) moveOffFirstValues(value);
  const examples = await firstValueFrom(of<SourceSplit>('train').pipe(pipeline.data));
  await lastValueFrom(onStackOfItsOwn(examples).pipe(pipeline.train.steps), { defaultValue: undefined });
  if (loss === undefined) {
    const place = environment.locate?.('train') ?? 'train';
    throw new PipelineError(`${place}: there is no gradient to check; put backward behind the loss`);
  }
  requireSettled(links);
  const samples = links[0].input.x.shape[0];
  return { links, origin: examples.origin, samples, backend: pipeline.kernels.backend, loss, gradients };
}

/** The same batch, behind a network stage, whose way back keeps the gradient of the stage's input. */
export const keepGradient = (batch: Batch, link: Link, gradients: Gradients): Batch =>
  watchPullback(batch, (dx) => {
    if (dx === undefined) throw new TypeError(`${link.row.name} gave no gradient for its input`);
    gradients.set(link, copyOf(dx));
  });

/** After the way back: the gradients of parameters, and that of the loss by what it was given. */
export function keepOthers({ dx }: Step, links: readonly Link[], gradients: Gradients): void {
  for (const link of links) {
    for (const parameter of link.row.parameters) gradients.set(parameter, copyOf(parameter.gradient));
    if (isLoss(link)) gradients.set(link, copyOf(dx));
  }
}

/** The stage that makes a step of a batch, unlike one that only changes the step. */
export const isLoss = ({ row, input }: Link): boolean => row.section === 'train' && !('dx' in input);

/**
 * By now, what a layer has put off until it had returned (`await`, `queueMicrotask`) is done too.
 *
 * @throws PipelineError that names the layer.
 */
function requireSettled(links: readonly Link[]): void {
  for (const [i, { input, x }] of links.entries()) {
    if (i === 0 || firstDifference(input.x.data, x.data) === -1) continue;
    const { at } = links[i - 1].row;
    throw new PipelineError(`${at}: its output changed after forward had returned; stages work synchronously`);
  }
}

/**
 * Records a batch's way through a pipeline that runs: forward from stage to stage, and its gradients back. Nothing is computed
 * twice, and while nothing is recorded, training goes at its own speed.
 */
import { map, pipe, tap } from 'rxjs';
import type { Batch, Kind, Kinds, Split, Step } from '../kinds.js';
import { type Instrument, isOutermost, placeOf, type StageOperator, type StageRow } from '../pipeline/assembly.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { type TensorView, viewOf } from './tensor-view.js';
import { watchPullback } from './watch-pullback.js';

/** What a stage gave when the batch came by. */
export interface Stop {
  /** `network.0` */
  readonly place: string;
  readonly way: 'forward' | 'backward';
  /** By name: `x`; on the way back `dx`, the gradient of the stage's input, and those of its parameters, `dW`. */
  readonly tensors: Readonly<Record<string, TensorView>>;
}

/** The way of one batch, from the stage that makes it to the last that gets its step. */
export interface RecordedStep {
  readonly split: Split;
  readonly epoch: number;
  readonly step: number;
  /** The mean over the batch, before the update. */
  readonly loss: number;
  /** The class of each sample of the batch; undefined where there are none. */
  readonly labels: readonly number[] | undefined;
  /** In the order in which it came there. */
  readonly stops: readonly Stop[];
}

/** Which batch to record, and how much of it. */
export interface RecordOptions {
  /** Default: the next one, whatever it is for. */
  readonly split?: Split | undefined;
  /** Of how many samples the numbers are kept. Default 1. */
  readonly samples?: number;
}

/** The most numbers that are kept of a tensor. */
const MOST = 65_536;

/**
 * Records steps when it is asked to.
 *
 *     const recorder = new StepRecorder();
 *     const pipeline = await openPipeline(definition, { instrument: recorder.instrument });
 *     recorder.record((step) => console.log(step.stops));
 *     run(pipeline).subscribe();
 */
export class StepRecorder {
  #wanted: (Required<Omit<RecordOptions, 'split'>> & RecordOptions & { tell(step: RecordedStep): void }) | undefined;
  /** The batch that is recorded, and its stops so far. */
  #batch: Batch | undefined;
  #stops: Stop[] = [];
  /** What is read when the step is over, and at which stop it stands: see `#addLate`. */
  #late: (readonly [stop: number, name: string, tensor: Tensor, count: number])[] = [];
  /** Of each section, the position of the last stage that works on steps. */
  readonly #lastSteps = new Map<string, number>();

  /** Records the next batch, and tells of it when its last stage is done with it. */
  record(tell: (step: RecordedStep) => void, { split, samples = 1 }: RecordOptions = {}): void {
    this.#batch = undefined;
    this.#wanted = { tell, split, samples };
  }

  /** Looks at each stage: give it to `openPipeline`. */
  readonly instrument: Instrument = (operator, row, part) => {
    if (row.section === 'data') return operator;
    if (row.section !== 'network') return this.#ofPass(operator, row);
    // a block is seen where it gives its output, and where it gives the gradient of its input
    if (part === 'opening') return pipe(operator, this.#backward(row));
    if (part === 'between') return operator;
    if (part === 'closing') return pipe(operator, this.#forward(row));
    return pipe(operator, this.#forward(row), this.#backward(row));
  };

  #ofPass(operator: StageOperator, row: StageRow): StageOperator {
    const { section, position, output } = row;
    if (output.kind === 'metric') return operator;
    if (output.kind === 'batch') {
      const isFirst = position === 0;
      return pipe(
        operator,
        tap((value) => {
          if (isFirst) this.#begin(value as Batch);
        }),
        this.#forward(row),
      );
    }
    if (isOutermost(row)) this.#lastSteps.set(section, Math.max(position, this.#lastSteps.get(section) ?? 0));
    return pipe(
      operator,
      tap((value) => {
        if (this.#batch === undefined) return;
        const step = value as Step;
        const isLoss = row.definition.family === 'losses';
        this.#add(row, isLoss ? 'backward' : 'forward', isLoss ? { dx: step.dx } : {});
        if (this.#lastSteps.get(section) === position) this.#finish(step);
      }),
    );
  }

  #begin(batch: Batch): void {
    if (this.#wanted === undefined || (this.#wanted.split ?? batch.split) !== batch.split) return;
    this.#batch = batch;
    this.#stops = [];
    this.#late = [];
  }

  #forward(row: StageRow): StageOperator {
    return tap((value: Kinds[Kind]) => {
      if (this.#batch !== undefined) this.#add(row, 'forward', { x: (value as Batch).x });
    }) as StageOperator;
  }

  #backward(row: StageRow): StageOperator {
    return map((value: Kinds[Kind]) => {
      if (this.#batch === undefined) return value;
      const batch = value as Batch;
      const { parameters } = batch.tape[batch.tape.length - 1];
      return watchPullback(batch, (dx) => {
        for (const { name, gradient } of parameters) this.#late.push([this.#stops.length, `d${name}`, gradient, MOST]);
        this.#add(row, 'backward', dx === undefined ? {} : { dx });
      });
    });
  }

  #add(row: StageRow, way: Stop['way'], tensors: Readonly<Record<string, Tensor>>): void {
    const isGiven = row.section !== 'network' && way === 'forward';
    const views: Record<string, TensorView> = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      const count = Math.min(MOST, (this.#wanted?.samples ?? 1) * sizeOf(tensor.shape.slice(1)));
      if (isGiven) this.#late.push([this.#stops.length, name, tensor, count]);
      else views[name] = viewOf(tensor, count);
    }
    this.#stops.push({ place: placeOf(row), way, tensors: views });
  }

  /**
   * What kernels make only where it is read, they compute with in another way once it has been: sparse batches, and gradients that
   * no optimizer needs. So these are read when all others have done with them, the gradients first.
   */
  #addLate(): void {
    for (const [stop, name, tensor, count] of this.#late.toReversed()) {
      const { tensors, ...rest } = this.#stops[stop];
      this.#stops[stop] = { ...rest, tensors: { [name]: viewOf(tensor, count), ...tensors } };
    }
  }

  #finish({ split, epoch, step, loss, labels }: Step): void {
    const { tell } = this.#wanted ?? {};
    this.#addLate();
    const stops = this.#stops;
    this.#wanted = undefined;
    this.#batch = undefined;
    tell?.({ split, epoch, step, loss, labels: labels && Array.from(labels), stops });
  }
}

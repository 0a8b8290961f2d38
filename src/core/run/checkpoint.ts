/** Where a run can be left, and gone on with: between two training steps. */
import { PipelineError, RunError } from '../errors.js';
import { rebased } from '../file-path.js';
import type { Metric } from '../kinds.js';
import { type PlacedStage, recordOf } from '../pipeline/assembly.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { StateDict } from '../state.js';
import type { Seen } from './monitor.js';

/** All that a run needs to go on, in another process too: numbers, and plain values as JSON has them. */
export interface Checkpoint extends Pick<Pipeline, 'seed' | 'random'> {
  readonly runId: string;
  /** The epoch under way, or about to begin; counts from 1. One more than there are where training is over. */
  readonly epoch: number;
  /** How many steps were taken, over the whole run. */
  readonly step: number;
  /** How many examples it learns from. */
  readonly examples: number;
  /** What the pipeline is made of, in the order of a pipeline file. */
  readonly stages: readonly StageRecord[];
  readonly state: StateDict;
  /** How many epochs the run was to have. */
  readonly epochs: number;
  /** Those of the last whole epoch. */
  readonly metrics: readonly Metric[];
  /** Which epoch was the best so far, where the pipeline chooses one. */
  readonly seen?: Seen | undefined;
}

/** What a run keeps beside its pipeline. */
export interface Kept {
  readonly metrics: readonly Metric[];
  readonly monitor: { readonly seen: Seen } | undefined;
}

/** A stage as JSON can hold it. */
export interface StageRecord extends Pick<PlacedStage, 'name' | 'options'> {
  /** `network.0` */
  readonly place: string;
}

/** A run between two steps, as `betweenSteps` sees it. */
export interface RunningRun extends Pick<Checkpoint, 'runId' | 'epoch' | 'step'> {
  /** Whether training is over, and only the last test may be to come. */
  readonly isOver: boolean;
  /**
   * Copies what the run needs to go on from here.
   *
   * @throws RunError once `betweenSteps` has returned: in the middle of a step there is nothing to go on from.
   */
  checkpoint(): Checkpoint;
}

const recordsOf = ({ rows }: Pipeline): StageRecord[] => rows.map(recordOf);

/**
 * Another seed would draw other data and other plans of batches, and another stage would go on in another way: the run
 * would be neither of the two.
 *
 * @throws PipelineError when a checkpoint is of a run with another seed, another kind of chance or other stages, or of more
 * epochs.
 */
export function requireSameRun(checkpoint: Checkpoint, pipeline: Pipeline): void {
  if (typeof checkpoint !== 'object' || !Array.isArray(checkpoint?.stages)) {
    throw new PipelineError(
      'what the run should go on from is no checkpoint, as betweenSteps gives one; one in a file is read first',
    );
  }
  const { epoch, step, stages } = checkpoint;
  const { seed, random, epochs } = pipeline;
  if (checkpoint.seed !== seed || checkpoint.random !== random) {
    throw new PipelineError(
      `the checkpoint is of a run with seed ${checkpoint.seed}, random ${checkpoint.random}, and this pipeline has ` +
        `seed ${seed}, random ${random}; it would go on with other data and batches: give it those of the checkpoint`,
    );
  }
  const here = recordsOf(pipeline);
  for (let i = 0; i < Math.max(here.length, stages.length); i++) {
    const options = pipeline.rows[i]?.definition.options;
    const [was, is] = [describeRecord(stages[i], options), describeRecord(here[i], options)];
    if (was !== is) throw new PipelineError(`the checkpoint is of another pipeline: it has ${was}, and this one ${is}`);
  }
  requireSameEnd(checkpoint, pipeline);
  if (epoch >= 1 && epoch <= epochs + 1 && Number.isInteger(epoch) && Number.isInteger(step)) return;
  throw new PipelineError(
    `the run goes on in epoch ${epoch}, after ${step} steps, but this pipeline has ${epochs} epoch${epochs === 1 ? '' : 's'}`,
  );
}

/**
 * A schedule that falls to the end of 20 epochs has taken other steps than one that falls to the end of 40.
 *
 * @throws PipelineError when a stage leads to the end of training, and that is another one now.
 */
function requireSameEnd(checkpoint: Checkpoint, { epochs, rows }: Pipeline): void {
  if (checkpoint.epochs === undefined || checkpoint.epochs === epochs) return;
  for (const { definition, options, at } of rows) {
    const what = definition.leadsToEnd?.(options);
    if (what === undefined) continue;
    throw new PipelineError(
      `${at}: ${what} leads to the end of ${checkpoint.epochs} epochs; with ${epochs} it would have taken other steps ` +
        'from the first on: train anew, or give the schedule its steps',
      { placed: true },
    );
  }
}

/** @throws PipelineError when a checkpoint is of a run over more or fewer examples. */
export function requireSameExamples(checkpoint: Checkpoint, examples: number): void {
  if (checkpoint.examples === examples) return;
  throw new PipelineError(
    `the checkpoint is of a run that learns from ${checkpoint.examples} examples, but now there are ${examples}`,
  );
}

/**
 * `shuffleBatch {"size":100} at train.0`. Files are left out: the same ones are named in another way from another folder, and
 * where data were moved.
 */
function describeRecord(
  record: StageRecord | undefined,
  declared: PlacedStage['definition']['options'] | undefined,
): string {
  if (record === undefined) return 'no more stages';
  const { place, name } = record;
  const options = declared === undefined ? record.options : (rebased(declared, record.options, () => '...') as object);
  return Object.keys(options).length === 0 ? `${name} at ${place}` : `${name} ${JSON.stringify(options)} at ${place}`;
}

/** One for the whole run, so that a step costs nothing where no checkpoint is taken. */
export class Pause implements RunningRun {
  epoch = 0;
  step = 0;
  isOver = false;
  #isNow = false;

  constructor(
    readonly runId: string,
    private readonly pipeline: Pipeline,
    private readonly examples: number,
    private readonly kept: Kept,
    private readonly betweenSteps: (run: RunningRun) => void,
  ) {}

  at(epoch: number, step: number, isOver = false): void {
    this.epoch = epoch;
    this.step = step;
    this.isOver = isOver;
    this.#isNow = true;
    try {
      this.betweenSteps(this);
    } finally {
      this.#isNow = false;
    }
  }

  checkpoint(): Checkpoint {
    if (!this.#isNow)
      throw new RunError('a checkpoint can be taken between two steps only, while betweenSteps is called');
    const { runId, epoch, step, examples, pipeline } = this;
    const { seed, random, epochs } = pipeline;
    const { metrics, monitor } = this.kept;
    const [stages, state] = [recordsOf(pipeline), pipeline.state()];
    const seen = monitor && { seen: monitor.seen };
    return { runId, seed, random, epochs, epoch, step, examples, stages, state, metrics, ...seen };
  }
}

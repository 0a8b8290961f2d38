/** Where a run can be left, and gone on with: between two training steps. */
import { PipelineError, RunError } from '../errors.js';
import { type PlacedStage, placeOf } from '../pipeline/assembly.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { StateDict } from '../state.js';

/** All that a run needs to go on, in another process too: numbers, and plain values as JSON has them. */
export interface Checkpoint extends Pick<Pipeline, 'seed' | 'random'> {
  readonly runId: string;
  /** The epoch under way, or about to begin; counts from 1. */
  readonly epoch: number;
  /** How many steps were taken, over the whole run. */
  readonly step: number;
  /** How many examples it learns from. */
  readonly examples: number;
  /** What the pipeline is made of, in the order of a pipeline file. */
  readonly stages: readonly StageRecord[];
  readonly state: StateDict;
}

/** A stage as JSON can hold it. */
export interface StageRecord extends Pick<PlacedStage, 'name' | 'options'> {
  /** `network.0` */
  readonly place: string;
}

/** A run between two steps, as `betweenSteps` sees it. */
export interface RunningRun extends Pick<Checkpoint, 'runId' | 'epoch' | 'step'> {
  /**
   * Copies what the run needs to go on from here.
   *
   * @throws RunError once `betweenSteps` has returned: in the middle of a step there is nothing to go on from.
   */
  checkpoint(): Checkpoint;
}

const recordsOf = ({ rows }: Pipeline): StageRecord[] =>
  rows.map((row) => ({ place: placeOf(row), name: row.name, options: row.options }));

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
    const [was, is] = [describeRecord(stages[i]), describeRecord(here[i])];
    if (was !== is) throw new PipelineError(`the checkpoint is of another pipeline: it has ${was}, and this one ${is}`);
  }
  if (epoch >= 1 && epoch <= epochs && Number.isInteger(epoch) && Number.isInteger(step)) return;
  throw new PipelineError(
    `the run goes on in epoch ${epoch}, after ${step} steps, but this pipeline has ${epochs} epochs`,
  );
}

/** @throws PipelineError when a checkpoint is of a run over more or fewer examples. */
export function requireSameExamples(checkpoint: Checkpoint, examples: number): void {
  if (checkpoint.examples === examples) return;
  throw new PipelineError(
    `the checkpoint is of a run that learns from ${checkpoint.examples} examples, but now there are ${examples}`,
  );
}

/** `shuffleBatch {"size":100} at train.0` */
function describeRecord(record: StageRecord | undefined): string {
  if (record === undefined) return 'no more stages';
  const { place, name, options } = record;
  return Object.keys(options).length === 0 ? `${name} at ${place}` : `${name} ${JSON.stringify(options)} at ${place}`;
}

/** One for the whole run, so that a step costs nothing where no checkpoint is taken. */
export class Pause implements RunningRun {
  epoch = 0;
  step = 0;
  #isNow = false;

  constructor(
    readonly runId: string,
    private readonly pipeline: Pipeline,
    private readonly examples: number,
    private readonly betweenSteps: (run: RunningRun) => void,
  ) {}

  at(epoch: number, step: number): void {
    this.epoch = epoch;
    this.step = step;
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
    const { seed, random } = pipeline;
    return { runId, seed, random, epoch, step, examples, stages: recordsOf(pipeline), state: pipeline.state() };
  }
}

/** Where a run can be left, and gone on with: between two training steps. */
import { PipelineError, RunError } from '../errors.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { StateDict } from '../state.js';

/** All that a run needs to go on, in another process too: numbers, and plain values as JSON has them. */
export interface Checkpoint extends Pick<Pipeline, 'seed' | 'random'> {
  readonly runId: string;
  /** The epoch under way, or about to begin; counts from 1. */
  readonly epoch: number;
  /** How many steps were taken, over the whole run. */
  readonly step: number;
  readonly state: StateDict;
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

/**
 * Other chance would draw other data and other plans of batches: the run that goes on would be neither of the two.
 *
 * @throws PipelineError when a checkpoint is of a run with another seed, or another kind of chance, or of more epochs.
 */
export function requireSameRun(checkpoint: Checkpoint, { seed, random, epochs }: Pipeline): void {
  const { epoch, step } = checkpoint;
  if (checkpoint.seed !== seed || checkpoint.random !== random) {
    throw new PipelineError(
      `the checkpoint is of a run with seed ${checkpoint.seed}, random ${checkpoint.random}, and this pipeline has ` +
        `seed ${seed}, random ${random}; it would go on with other data and batches: give it those of the checkpoint`,
    );
  }
  if (epoch >= 1 && epoch <= epochs && Number.isInteger(epoch) && Number.isInteger(step)) return;
  throw new PipelineError(
    `the run goes on in epoch ${epoch}, after ${step} steps, but this pipeline has ${epochs} epochs`,
  );
}

/** One for the whole run, so that a step costs nothing where no checkpoint is taken. */
export class Pause implements RunningRun {
  epoch = 0;
  step = 0;
  #isNow = false;

  constructor(
    readonly runId: string,
    private readonly pipeline: Pipeline,
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
    const { runId, epoch, step, pipeline } = this;
    const { seed, random } = pipeline;
    return { runId, seed, random, epoch, step, state: pipeline.state() };
  }
}

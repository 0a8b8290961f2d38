/** A run that can be paused, and go on step by step. */
import type { SchedulerLike } from 'rxjs';
import { turnsWhenReady } from '../scheduler.js';
import type { RunningRun } from './checkpoint.js';

/**
 * Pauses a run, and lets it go on by as many steps as are wanted. What is computed is the same as without.
 *
 *     const control = new RunControl();
 *     const pipeline = await openPipeline(definition, { scheduler: control.scheduler });
 *     run(pipeline, { betweenSteps: control.betweenSteps }).subscribe((event) => {
 *       if (event.event === 'start') control.pause(); // the data are there
 *     });
 *     control.step(); // one training step
 *     control.play(); // all that is left
 *
 * Tests and validations pause, too, between two batches. The test at the end of an epoch belongs to what comes after its last
 * step.
 */
export class RunControl {
  /** How many more steps may be taken. */
  #left = Number.POSITIVE_INFINITY;
  #lastStep: number | undefined;
  #opened: Promise<void> | undefined;
  #open: () => void = () => {};
  readonly #turns = turnsWhenReady(() => this.#wait());

  /** Takes the turns of a pipeline: give it to `openPipeline`. */
  readonly scheduler: SchedulerLike = {
    ...this.#turns,
    // a stream that looks at the time after each batch finds that it has had its turn
    now: () => (this.isPlaying ? this.#turns.now() : Number.POSITIVE_INFINITY),
  };

  /** Counts steps: give it to `run`. */
  readonly betweenSteps = ({ step }: Pick<RunningRun, 'step'>): void => {
    this.#left -= step - (this.#lastStep ?? step);
    this.#lastStep = step;
  };

  /** Whether the run may go on. */
  get isPlaying(): boolean {
    return this.#left > 0;
  }

  /** Goes on until it is paused, or the run ends. */
  play(): void {
    this.step(Number.POSITIVE_INFINITY);
  }

  /** Goes on by so many steps, and pauses. */
  step(count = 1): void {
    this.#left = count;
    if (this.isPlaying) this.#open();
  }

  /** Stops after the step under way. */
  pause(): void {
    this.#left = 0;
  }

  #wait(): Promise<void> | undefined {
    if (this.isPlaying) return undefined;
    this.#opened ??= new Promise((resolve) => {
      this.#open = () => {
        this.#opened = undefined;
        resolve();
      };
    });
    return this.#opened;
  }
}

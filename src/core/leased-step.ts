/** A step for code that may keep it: what is read of it too late is an error, and not the numbers of another batch. */
import { requireCurrent, type Step } from './kinds.js';

export class LeasedStep implements Step {
  /** @param at the stage that gets it, for the message */
  constructor(
    private readonly of: Step,
    private readonly at: string,
  ) {}

  // its own for ever

  get split() {
    return this.of.split;
  }

  get epoch() {
    return this.of.epoch;
  }

  get step() {
    return this.of.step;
  }

  get steps() {
    return this.of.steps;
  }

  get loss() {
    return this.of.loss;
  }

  get outputs() {
    return this.of.outputs;
  }

  get targetScaling() {
    return this.of.targetScaling;
  }

  get lease() {
    return this.of.lease;
  }

  // in memory that the next batch is read into

  get x() {
    return this.current.x;
  }

  get dx() {
    return this.current.dx;
  }

  get t() {
    return this.current.t;
  }

  get labels() {
    return this.current.labels;
  }

  get weights() {
    return this.current.weights;
  }

  get tape() {
    return this.current.tape;
  }

  private get current(): Step {
    requireCurrent(this.of, this.at);
    return this.of;
  }
}

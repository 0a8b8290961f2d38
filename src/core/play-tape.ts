import { MarblenetError, RunError } from './errors.js';
import type { Step, TapeEntry } from './kinds.js';
import { faultProblem } from './stage-fault.js';
import type { Tensor } from './tensor.js';

/**
 * Goes back from the loss to the first layer: every parameter then has the gradient of this step.
 *
 * @throws RunError that names the stage whose pullback throws, or gives no gradient where one is needed.
 */
export function playTape({ tape, dx }: Step): void {
  tape.reduceRight<Tensor | undefined>(goBack, dx);
}

/** The gradient that reaches the layer before; it is not needed before the first layer. */
function goBack(dout: Tensor | undefined, { pullback, at }: TapeEntry, position: number): Tensor | undefined {
  if (dout === undefined) throw new RunError(`layer ${position + 1} gave no gradient for its input`);
  try {
    return pullback(dout, position > 0);
  } catch (error) {
    if (error instanceof MarblenetError) throw error;
    const problem = `${at ?? `layer ${position + 1}`}: ${faultProblem(error, 'pullback')}`;
    throw new RunError(problem, { cause: error, placed: at !== undefined });
  }
}

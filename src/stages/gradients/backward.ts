import { map } from 'rxjs';
import { MarblenetError, RunError } from '../../core/errors.js';
import { requireFiniteGradients } from '../../core/gradient-culprit.js';
import { requireCurrent, type Step, type TapeEntry } from '../../core/kinds.js';
import { noOptions } from '../../core/stage.js';
import { faultProblem } from '../../core/stage-fault.js';
import type { Tensor } from '../../core/tensor.js';
import { trustedStage } from '../../core/trusted-stage.js';

/**
 * Backward pass: the chain rule. Starts from dx, the gradient of the loss by the network's output, and plays the tape in
 * reverse: each layer turns the gradient of its output into the gradient of its input, and writes those of its own
 * parameters on the way. The notebook's `gradient`.
 *
 *     tape:  dense1 ──▶ relu ──▶ dense2 ──▶ loss
 *     dx:    dense1 ◀── relu ◀── dense2 ◀── loss
 *
 *     steps: --a--b--|
 *            backward()
 *     steps: --a--b--|      and every parameter's gradient is this step's
 */
export const backward = trustedStage({
  name: 'backward',
  summary: 'Plays the tape in reverse: the gradient of every parameter',
  family: 'gradients',
  from: 'step',
  to: 'step',
  options: noOptions,
  example: 'backward',
  build: (_, input, { at }) => ({
    output: { ...input, gradients: true },
    operator: map((step: Step) => {
      requireCurrent(step, at);
      step.tape.reduceRight<Tensor | undefined>(goBack, step.dx);
      requireFiniteGradients(step, at);
      return step;
    }),
  }),
});

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

import { map } from 'rxjs';
import { requireFiniteGradients } from '../../core/gradient-culprit.js';
import { requireCurrent, type Step } from '../../core/kinds.js';
import { playTape } from '../../core/play-tape.js';
import { noOptions } from '../../core/stage.js';
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
      playTape(step);
      requireFiniteGradients(step, at);
      return step;
    }),
  }),
});

import type { Batch, Pullback } from '../kinds.js';
import type { Tensor } from '../tensor.js';

/**
 * The same batch, whose last stage reports the gradient of its input right after its pullback has computed it. The first
 * stage computes one too, which training does not need.
 *
 * @param report is called with undefined where the pullback gave no gradient
 */
export function watchPullback(batch: Batch, report: (dx: Tensor | undefined) => void): Batch {
  const entry = batch.tape[batch.tape.length - 1];
  const pullback: Pullback = (dout) => {
    const dx = entry.pullback(dout, true);
    report(dx);
    return dx;
  };
  return { ...batch, tape: [...batch.tape.slice(0, -1), { ...entry, pullback }] };
}

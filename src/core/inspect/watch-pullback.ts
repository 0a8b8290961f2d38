import type { Batch, Pullback } from '../kinds.js';
import type { Tensor } from '../tensor.js';

/**
 * The same batch, whose last stage tells what it gives on the way back: the gradient of its input, right after it was
 * computed. It is computed for the first stage too, where nobody else needs it.
 *
 * @param told undefined where the stage gave none
 */
export function watchPullback(batch: Batch, told: (dx: Tensor | undefined) => void): Batch {
  const entry = batch.tape[batch.tape.length - 1];
  const pullback: Pullback = (dout) => {
    const dx = entry.pullback(dout, true);
    told(dx);
    return dx;
  };
  return { ...batch, tape: [...batch.tape.slice(0, -1), { ...entry, pullback }] };
}

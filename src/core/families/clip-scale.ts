/** Clipping by the global norm: how much shorter all gradients together must become. */
import { RunError } from '../errors.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Step } from '../kinds.js';
import { firstNotFinite, type Tensor } from '../tensor.js';

/**
 * What to multiply every gradient by, so that all of them together, as one long vector, measure at most `clipNorm`.
 * Source: PyTorch's `clip_grad_norm_`, with its 1e-6; Pascanu, Mikolov and Bengio (2013).
 *
 * @param at the optimizer, for messages
 * @throws RunError for a gradient that is not finite, or whose clipped size the pipeline's float type does not have.
 */
export function clipScale(tape: Step['tape'], clipNorm: number, kernels: Kernels, at: string): number {
  let squares = 0;
  for (const { parameters } of tape) {
    for (const { gradient, frozen } of parameters) if (!frozen) squares += kernels.sumOfSquares(gradient);
  }
  const scale = Number.isFinite(squares)
    ? Math.min(1, clipNorm / (Math.sqrt(squares) + 1e-6))
    : scaleOfLarge(tape, clipNorm, at);
  if (scale >= smallest[kernels.dtype]) return scale;
  const problem = `the gradients are so large that ${kernels.dtype} has no factor that makes them clipNorm: ${clipNorm} long`;
  throw new RunError(`${at}: ${problem}; look at how the data and the loss are scaled`, { placed: true });
}

/** The smallest numbers with all their digits. */
const smallest = { float32: 2 ** -126, float64: 2 ** -1022 } as const;

/** The same for gradients whose squares overflow: they are measured in units of the largest one. */
function scaleOfLarge(tape: Step['tape'], clipNorm: number, at: string): number {
  const gradients: Tensor[] = [];
  for (const entry of tape) {
    for (const { name, gradient, frozen } of entry.parameters) {
      if (frozen) continue;
      const index = firstNotFinite(gradient.data);
      if (index !== -1) {
        const problem = `the gradient of ${name} holds ${gradient.data[index]}, so it cannot be clipped`;
        throw new RunError(`${entry.at ?? at}: ${problem}`, { placed: true });
      }
      gradients.push(gradient);
    }
  }
  let largest = 0;
  for (const { data } of gradients) for (const value of data) largest = Math.max(largest, Math.abs(value));
  let squares = 0;
  for (const { data } of gradients) for (const value of data) squares += (value / largest) ** 2;
  return Math.min(1, clipNorm / largest / Math.sqrt(squares));
}

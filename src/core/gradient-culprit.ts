/**
 * Where a gradient that is not finite came from, before any weight is made of it. In each step only what is short is looked
 * at, the gradients of biases: whatever is wrong further on, the column sums of `dout` have in them.
 */
import { RunError } from './errors.js';
import type { Step, TapeEntry } from './kinds.js';
import { type Culprit, describeFirst, divergence, hasGrown } from './not-finite.js';
import { firstNotFinite, type Tensor } from './tensor.js';

/** Who gave a gradient dx: a loss says so of its own. */
export const judges = new WeakMap<Tensor, string>();

/**
 * After the way back.
 *
 * @param at the stage that goes it, for messages
 * @throws RunError that names the first stage on the way whose gradient is not finite.
 */
export function requireFiniteGradients(step: Step, at: string): void {
  for (const entry of step.tape) {
    for (const { name, gradient } of entry.parameters) {
      if (gradient.shape.length > 1 || firstNotFinite(gradient.data) === -1) continue;
      const unknown = { at: entry.at, problem: `the gradient of its parameter ${name} is not finite` };
      const { at: place = at, problem } = goBackAgain(step) ?? unknown;
      throw new RunError(`${place}: ${step.split}, epoch ${step.epoch}, step ${step.step}: ${problem}`, {
        placed: true,
      });
    }
  }
}

/** Looks at everything that is given on the way back, which is gone once more. */
function goBackAgain({ dx, split, step, tape }: Step): Culprit | undefined {
  const outside = describeFirst(dx);
  if (outside !== undefined) {
    return { at: judges.get(dx), problem: `the gradient dx of the loss holds ${outside}, though the loss is finite` };
  }
  let dout = dx;
  for (const [i, entry] of [...tape.entries()].reverse()) {
    const given = entry.pullback(dout, i > 0);
    const problem = problemOf(entry, given);
    if (problem !== undefined) {
      return hasGrown(split, step, tape)
        ? divergence(tape, entry.at ?? `layer ${i + 1}`, problem)
        : { at: entry.at, problem: `${problem}, though what it was given is finite` };
    }
    if (given === undefined) return undefined;
    dout = given;
  }
  return undefined;
}

function problemOf({ parameters }: TapeEntry, dx: Tensor | undefined): string | undefined {
  const found = dx && describeFirst(dx);
  if (found !== undefined) return `its pullback gave a gradient of ${found}`;
  for (const { name, gradient } of parameters) {
    const index = firstNotFinite(gradient.data);
    if (index !== -1) return `its pullback made ${gradient.data[index]} of the gradient of its parameter ${name}`;
  }
  return undefined;
}

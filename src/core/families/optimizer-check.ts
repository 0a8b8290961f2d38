/** Whether an optimizer still moves the weights: looked at once an epoch, so that a step costs nothing more. */
import { RunError } from '../errors.js';
import type { Step } from '../kinds.js';
import { isTensor, type StateValue } from '../state.js';
import { type DType, firstNotFinite } from '../tensor.js';

/** @throws RunError where a moment has overflowed: the weight that it belongs to would never move again. */
export function requireFiniteMemory(
  memory: Readonly<Record<string, StateValue>>,
  { epoch, step }: Step,
  dtype: DType,
  at: string,
): void {
  for (const [name, value] of Object.entries(memory)) {
    const index = isTensor(value) ? firstNotFinite(value.data) : -1;
    if (!isTensor(value) || index === -1) continue;
    throw new RunError(
      `${at}: what it remembers of the gradients, ${name}, holds ${value.data[index]} after epoch ${epoch}, step ${step}: ` +
        `a gradient was too large for ${dtype}; clip the gradients (clipNorm: 1), or look at how the data and the loss are scaled`,
      { placed: true },
    );
  }
}

/**
 * After the first epoch.
 *
 * @param before what `fingerprintOf` gave before the first step
 * @throws RunError when every weight is what it was, though there are gradients.
 */
export function requireMoved(before: number, { tape, epoch }: Step, rate: number, at: string): void {
  if (fingerprintOf(tape) !== before) return;
  const hasGradient = learnedOf(tape).some(({ gradient }) => gradient.data.some((value) => value !== 0));
  if (!hasGradient) return; // there is nothing to learn
  const cause =
    rate < SMALL
      ? `a learning rate of ${rate} is too small for these numbers; give a larger learningRate`
      : `look at what this optimizer does with its options; the learning rate is ${rate} now`;
  throw new RunError(`${at}: no weight has moved in epoch ${epoch}, though there are gradients: ${cause}`, {
    placed: true,
  });
}

/** float32 has seven digits: a smaller share of a weight of about 1 is lost. */
const SMALL = 1e-7;

const learnedOf = (tape: Step['tape']) => tape.flatMap(({ parameters }) => parameters.filter(({ frozen }) => !frozen));

/**
 * A number that is another one, but for one chance in four billion, where any bit of any weight is: FNV-1a over words. A
 * bias that went from 0 to 1e-300 has not moved.
 */
export function fingerprintOf(tape: Step['tape']): number {
  let hash = 0x811c9dc5;
  for (const { value } of learnedOf(tape)) {
    const { data } = value;
    const words = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / Uint32Array.BYTES_PER_ELEMENT);
    const each = words.length / data.length;
    for (let i = 0; i < words.length; i++) {
      if (Math.abs(data[Math.floor(i / each)]) > NOTHING) hash = Math.imul(hash ^ words[i], 0x01000193);
    }
  }
  return hash;
}

/** No weight of this size shows in what a network says. */
const NOTHING = 1e-30;

/** Whether an optimizer moves the weights, and as its learning rate says. What takes longer is looked at once an epoch. */
import { RunError } from '../errors.js';
import type { Update } from '../kernels/kernels.js';
import type { Parameter, Step } from '../kinds.js';
import { HUGE, largestOf } from '../not-finite.js';
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
 * After each step: the biases, and in the first step all that it moves.
 *
 * @param before the largest weight before the first step; undefined after it
 * @throws RunError where weights are not finite, or huge, and their gradients and the rate do not explain it.
 */
export function requireExplained(
  batch: Step,
  update: Pick<Update, 'rate' | 'scale'>,
  before: number | undefined,
  at: string,
): void {
  const limit = before === undefined ? Number.MAX_VALUE : Math.max(HUGE, 10 * before);
  for (const { parameters } of batch.tape) {
    for (const parameter of parameters) {
      if (parameter.frozen || (before === undefined && parameter.value.shape.length > 1)) continue;
      const { data } = parameter.value;
      for (let i = 0; i < data.length; i++) {
        if (!(Math.abs(data[i]) <= limit)) requireReason(data[i], parameter, batch, update, at);
      }
    }
  }
}

function requireReason(
  weight: number,
  { name, gradient }: Parameter,
  { epoch, step }: Step,
  { rate, scale }: Pick<Update, 'rate' | 'scale'>,
  at: string,
): void {
  const steepest = largestOf(gradient);
  if (!(rate * Math.max(1, scale * steepest) < HUGE / 10)) return;
  const given = `its gradients are ${steepest.toPrecision(2)} at most and the learning rate is ${rate}`;
  throw new RunError(`${at}: epoch ${epoch}, step ${step}: it made ${weight} of a weight of ${name}, though ${given}`, {
    placed: true,
  });
}

/** The largest weight. */
export const largestWeight = (tape: Step['tape']): number =>
  Math.max(0, ...learnedOf(tape).map(({ value }) => largestOf(value)));

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

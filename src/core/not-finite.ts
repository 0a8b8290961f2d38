/**
 * Where a number that is NaN or infinite came from. A batch has on its tape what each layer was given, so the cause is found
 * without computing anything anew: the first thing on the way to the loss that is not finite.
 */
import type { Batch, TapeEntry } from './kinds.js';
import { firstNotFinite, type Tensor, widthOf } from './tensor.js';

/** What was the first that is not finite. */
export interface Culprit {
  /** The stage that it is to be blamed on; undefined where it came from outside of the network. */
  readonly at: string | undefined;
  /** What is wrong, as a sentence. */
  readonly problem: string;
}

/** Numbers above this are not learned: weights that large are on their way to infinity. */
export const HUGE = 1e6;

/** Which stage made the samples that a network is given, and of which others. */
export const makers = new WeakMap<Tensor, { readonly at: string; readonly from: Tensor }>();

/** The first on a batch's way through the network that is not finite; undefined where all of its outputs are. */
export function culpritOf({ x, split, step, tape }: Pick<Batch, 'x' | 'split' | 'step' | 'tape'>): Culprit | undefined {
  const inputs = tape.flatMap(({ input }) => input ?? []);
  const [given = x] = inputs;
  const outside = describeFirst(given);
  if (outside !== undefined) return culpritBefore(given, outside);
  for (const [i, entry] of tape.entries()) {
    const at = entry.at ?? `layer ${i + 1}`;
    const broken = entry.parameters.find(({ value }) => firstNotFinite(value.data) !== -1);
    if (broken !== undefined) {
      const found = broken.value.data[firstNotFinite(broken.value.data)];
      const problem = `its parameter ${broken.name} holds ${found}`;
      return hasLearned(split, step)
        ? divergence(tape, at, problem)
        : { at, problem: `${problem}: these are its first weights, nothing has been learned yet` };
    }
    const found = describeFirst(tape[i + 1]?.input ?? x);
    if (found === undefined) continue;
    const problem = `its output is the first that is not finite, ${found}`;
    return hasGrown(split, step, tape)
      ? divergence(tape, at, problem)
      : { at, problem: `${problem}: what it was given is finite` };
  }
  return undefined;
}

/** What the network is given is not finite: the stage that made it of finite numbers, else the data. */
function culpritBefore(given: Tensor, found: string): Culprit {
  const maker = makers.get(given);
  if (maker === undefined) {
    const problem = `the network is given ${found}: look at the data, and at what normalize makes of them`;
    return { at: undefined, problem };
  }
  const before = describeFirst(maker.from);
  if (before !== undefined) return culpritBefore(maker.from, before);
  return { at: maker.at, problem: `it gave ${found}, and what it was given is finite` };
}

const DIVERGED = 'training has diverged; try a smaller learningRate';

/** Why training has diverged: a stage whose gradients explain it, else the learningRate. */
export function divergence(tape: readonly TapeEntry[], at: string, problem: string): Culprit {
  const steep = tape.find(({ steepness = 0 }) => steepness > STEEP);
  return steep?.at === undefined
    ? { at, problem: `${problem}: ${DIVERGED}` }
    : { at: steep.at, problem: `its pullback gave ${tooSteep(steep.steepness)}` };
}

/** No derivative that is right is so much larger than the numbers that it is made of. */
const STEEP = 1e10;

/** How many times as large a gradient is as all numbers around it, and 1. */
export const steepnessOf = (gradient: Tensor, ...around: readonly Tensor[]): number =>
  largestOf(gradient) / Math.max(1, ...around.map(largestOf));

/** What to say of a gradient, where it is too large for what it was made of. */
export const steepProblem = (steepness: number): string | undefined =>
  steepness > STEEP ? tooSteep(steepness) : undefined;

const tooSteep = (steepness = 0): string =>
  `a gradient about ${steepness.toPrecision(2)} times as large as all numbers around it, on the first batch; so training ` +
  'has diverged, whatever the learningRate is';

/** The largest size of a number; NaN where one is none. */
export const largestOf = ({ data }: Tensor): number => {
  let largest = 0;
  for (const value of data) largest = Math.max(largest, Math.abs(value));
  return largest;
};

/** Before the first update, no learningRate can be to blame. */
export const hasLearned = (split: Batch['split'], step: number): boolean => split !== 'train' || step > 1;

/** Whether training has diverged, for what is not finite though all parameters are: they have grown beyond all measure. */
export const hasGrown = (split: Batch['split'], step: number, tape: readonly TapeEntry[]): boolean =>
  hasLearned(split, step) &&
  tape.some(({ parameters }) => parameters.some(({ value: { data } }) => data.some((value) => Math.abs(value) > HUGE)));

/** The first number of a batch's tensor that is not finite: `NaN at sample 3 of the batch`; undefined where all are. */
export function describeFirst(tensor: Tensor): string | undefined {
  const index = firstNotFinite(tensor.data);
  if (index === -1) return undefined;
  return `${tensor.data[index]} at sample ${Math.floor(index / widthOf(tensor))} of the batch`;
}

/** What became of a loss, and when: `the test loss became NaN at epoch 2, step 7`. */
export const lossBecame = (loss: number, { split, epoch, step }: Pick<Batch, 'split' | 'epoch' | 'step'>): string =>
  `the ${split === 'train' ? '' : `${split} `}loss became ${loss} at epoch ${epoch}, step ${step}`;

/** The loss of finite outputs of such a network is not finite: why, where that can be said. */
export const lossProblem = ({ x, split, step, tape }: Batch): string =>
  hasGrown(split, step, tape)
    ? DIVERGED
    : `the network's outputs are finite, ${rangeOf(x)}; so it is the loss that gives it`;

/** `from -1.5 to 2` */
function rangeOf({ data }: Tensor): string {
  let [min, max] = [data[0], data[0]];
  for (const value of data) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return `from ${Number(min.toPrecision(3))} to ${Number(max.toPrecision(3))}`;
}

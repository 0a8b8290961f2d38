/**
 * Schedules: the learning rate of a step, as a factor of the one that was asked for. Steps are batches and count from 0
 * here. The formulas are those of PyTorch's `lr_scheduler`, stepped once a batch.
 */
import * as z from 'zod';
import { PipelineError } from '../errors.js';

const steps = z.int().min(1).optional().describe('Steps from begin to end; left out, all of the run after the warm-up');

const stepOptions = z.strictObject({
  every: z.int().min(1).describe('Steps from one drop to the next'),
  factor: z.number().positive().max(1).default(0.1).describe('What each drop leaves of the learning rate'),
});

const cosineOptions = z.strictObject({
  endFactor: z.number().min(0).max(1).default(0).describe('What is left of the learning rate at the end'),
  steps,
});

const oneCycleOptions = z.strictObject({
  rise: z.number().positive().lt(1).default(0.3).describe('The share of the steps in which it rises'),
  startFactor: z.number().positive().max(1).default(0.04).describe('The share of the learning rate to begin with'),
  endFactor: z.number().min(0).max(1).default(0.000004).describe('The share of the learning rate to end with'),
  steps,
});

/** Which schedule, as an option: `cosine`, or `{ cosine: { endFactor: 0.1 } }`. */
export const schedule = z.union(
  [
    z.enum(['constant', 'cosine', 'oneCycle']),
    z
      .strictObject({
        step: stepOptions.optional().describe('Drops every so many steps'),
        cosine: cosineOptions.optional().describe('Falls along half a cosine'),
        oneCycle: oneCycleOptions.optional().describe('Rises, then falls, each along half a cosine'),
      })
      .refine((named) => Object.keys(named).length === 1, {
        error: 'one of step, cosine or oneCycle with its options',
      }),
  ],
  { error: 'constant, cosine, oneCycle, { step: { every: 600 } }, or another of these with options' },
);

export interface ScheduleOptions {
  readonly schedule: z.output<typeof schedule>;
  /** Steps in which the rate grows to its full size, before the schedule begins. */
  readonly warmUp: number;
}

/**
 * The factor of every step.
 *
 * @param epochs undefined where it is not known when training will end; then a schedule that leads to an end must be told
 * @returns a function of the step and of how many steps an epoch has
 * @throws PipelineError when it is not said where the end is, or when there are two warm-ups.
 */
export function factorsOf(
  { schedule, warmUp }: ScheduleOptions,
  epochs: number | undefined,
): (step: number, stepsAnEpoch: number) => number {
  const { name, end, factor } = curveOf(schedule);
  if (end === undefined && epochs === undefined) {
    throw new PipelineError(
      `the schedule ${name} must know how many steps there are; in a plain pipe, say so: { ${name}: { steps: 6000 } }`,
    );
  }
  if (name === 'oneCycle' && warmUp > 0) {
    throw new PipelineError('the schedule oneCycle has a warm-up of its own, rise; leave out warmUp');
  }
  return (step, stepsAnEpoch) => {
    if (step < warmUp) return warmUpFactor(step, warmUp);
    const left = Math.max(1, (epochs ?? 0) * stepsAnEpoch - warmUp);
    return factor(step - warmUp, end ?? left);
  };
}

/** The name of a schedule whose end is that of the run, so that a longer run would have had other steps all along. */
export function scheduleToEnd({ schedule }: Pick<ScheduleOptions, 'schedule'>): string | undefined {
  const { name, end } = curveOf(schedule);
  return end === undefined ? name : undefined;
}

/** (step + 1) / warmUp: the first step goes a little way, the last one all of it. PyTorch's LinearLR. */
export const warmUpFactor = (step: number, warmUp: number): number => (step + 1) / warmUp;

/** Falls to `factor` of itself every so many steps. PyTorch's StepLR. */
export const stepFactor = (step: number, { every, factor }: z.output<typeof stepOptions>): number =>
  factor ** Math.floor(step / every);

/** From 1 to `endFactor` along half a cosine, and there it stays. PyTorch's CosineAnnealingLR. */
export const cosineFactor = (step: number, steps: number, { endFactor }: { readonly endFactor: number }): number =>
  alongCosine(1, endFactor, Math.min(1, step / steps));

/** From `startFactor` up to 1 and down to `endFactor`, where it stays. PyTorch's OneCycleLR; Smith and Topin (2017). */
export function oneCycleFactor(
  step: number,
  steps: number,
  { rise, startFactor, endFactor }: Omit<z.output<typeof oneCycleOptions>, 'steps'>,
): number {
  const peak = rise * steps - 1;
  const last = steps - 1;
  if (step <= peak) return alongCosine(startFactor, 1, peak === 0 ? 1 : step / peak);
  return alongCosine(1, endFactor, Math.min(1, (step - peak) / (last - peak)));
}

/** Half a cosine: slow to leave, slow to arrive. */
const alongCosine = (from: number, to: number, share: number): number =>
  to + ((from - to) * (1 + Math.cos(Math.PI * share))) / 2;

interface Curve {
  readonly name: string;
  /** How many steps it takes, or is given; undefined where that is for the run to say. */
  readonly end: number | undefined;
  readonly factor: (step: number, steps: number) => number;
}

function curveOf(schedule: ScheduleOptions['schedule']): Curve {
  if (schedule === 'constant') return { name: 'constant', end: Number.POSITIVE_INFINITY, factor: () => 1 };
  if (schedule === 'cosine') return curveOf({ cosine: cosineOptions.parse({}) });
  if (schedule === 'oneCycle') return curveOf({ oneCycle: oneCycleOptions.parse({}) });
  // One of the three is there, by the schema.
  const { step, cosine, oneCycle = oneCycleOptions.parse({}) } = schedule;
  if (step) return { name: 'step', end: Number.POSITIVE_INFINITY, factor: (at) => stepFactor(at, step) };
  if (cosine) return { name: 'cosine', end: cosine.steps, factor: (at, all) => cosineFactor(at, all, cosine) };
  return { name: 'oneCycle', end: oneCycle.steps, factor: (at, all) => oneCycleFactor(at, all, oneCycle) };
}

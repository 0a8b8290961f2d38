/** The section `sweep:` of a pipeline file. */
import * as z from 'zod';
import { readSpace } from './space.js';

export const strategies = ['grid', 'random', 'halving', 'tpe'] as const;

export type StrategyName = (typeof strategies)[number];

/** How many trials there are where nothing is said of it. */
export const TRIALS = 20;

/** More than one waits for. */
export const MOST_TRIALS = 10_000;

/** Keys of a file that must be the same for all that is drawn, and why. */
type Fixed = Readonly<Record<string, string>>;

/** The stage of `data:` that takes away examples to judge by. */
const HOLD_OUT = 'holdOut';

/** What every trial must have in common with the others. */
const FIXED: Fixed = {
  [HOLD_OUT]: 'another path: all trials are judged by the same examples',
  seed: 'another path: each trial has a seed of its own, which comes from what it tries',
  dataSeed: 'another path: all trials see the same examples',
  name: 'another path: all trials are of one sweep',
  extends: 'another path: it is the whole file, with what it extends, that is changed',
  plugins: 'another path: the stages are the same for all trials',
  members: 'another path: a trial is one network',
  vary: 'another path: a trial is one network',
  sweep: 'another path: a sweep has no other one inside',
  validation: 'another path: all trials are judged alike',
  test: 'another path: all trials are judged alike',
};

/** What every member of a committee must have in common with the others. */
const FIXED_OF_MEMBERS: Fixed = {
  seed: 'another path: each member has a seed of its own, those after the seed of the file',
  dataSeed: 'another path: all members learn from the same examples',
  data: 'another path: all members learn from the same examples',
  dtype: 'another path: what members say is averaged, in numbers of one type',
  name: 'another path: all members are of one committee',
  extends: FIXED.extends,
  plugins: 'another path: the stages are the same for all members',
  members: 'another path: a member is one network',
  vary: 'another path: a member is one network',
  sweep: 'another path: a member is one network',
  test: 'another path: all members are judged alike',
};

const pair = (items: 'number' | 'integer') => ({ type: 'array', items: { type: items }, minItems: 2, maxItems: 2 });

const rangeForm = (word: string, items: 'number' | 'integer', description: string) => ({
  type: 'object',
  properties: { [word]: { ...pair(items), description }, points: { type: 'integer', minimum: 2 } },
  required: [word],
  additionalProperties: false,
});

/** What a path may be tried with; `readSpace` checks it, with a place for what is wrong inside. */
const tried = z.unknown().meta({
  anyOf: [
    { type: 'array', minItems: 1, description: 'Choices: values, which may hold ranges inside' },
    {
      type: 'object',
      properties: { choice: { type: 'array', minItems: 1, description: 'Choices, as a list' } },
      required: ['choice'],
      additionalProperties: false,
    },
    rangeForm('uniform', 'number', 'A number between two'),
    rangeForm('log', 'number', 'A number between two, each tenfold as likely as the next'),
    rangeForm('integers', 'integer', 'A whole number between two'),
    rangeForm('logIntegers', 'integer', 'A whole number between two, each tenfold as likely as the next'),
  ],
});

/** Paths of values, as `--set` takes them, and what is tried there. */
const triedBut = (fixed: Fixed) =>
  z.record(z.string().min(1), tried).superRefine((over, context) => {
    for (const path of Object.keys(over)) {
      const isFixed = (key: string, i: number) => (i === 0 || key === HOLD_OUT) && Object.hasOwn(fixed, key);
      const place = path.split('.').find(isFixed);
      if (place !== undefined) context.addIssue({ code: 'custom', path: [path], message: fixed[place] });
      const around = Object.keys(over).find((other) => path.startsWith(`${other}.`));
      if (around !== undefined) {
        context.addIssue({ code: 'custom', path: [path], message: `a path outside of ${around}, which is tried, too` });
      }
    }
    readSpace(over, ({ place, expected }) => {
      context.addIssue({ code: 'custom', path: [...place], message: expected });
    });
  });

/** The section `vary:`, of a committee. */
export const varySettings = triedBut(FIXED_OF_MEMBERS);

export const sweepSettings = z.strictObject({
  strategy: z
    .enum(strategies)
    .default('random')
    .describe(
      'How trials are chosen: grid, all there are; random; tpe, near the best so far; halving, random and bad ones stopped early',
    ),
  trials: z
    .int()
    .min(1)
    .max(MOST_TRIALS)
    .optional()
    .describe(`How many trials; left out, ${TRIALS}, and of a grid all`),
  metric: z
    .string()
    .regex(/^validation\..+$/, {
      error: 'a metric of the validation, as validation.accuracy: the test must not choose',
    })
    .default('validation.loss')
    .describe('What says which trial is the best: a metric of the validation'),
  eta: z.int().min(2).max(100).default(3).describe('Of halving: one trial in so many goes on at each rung'),
  minEpochs: z.int().min(1).max(1_000_000).default(1).describe('Of halving: after how many epochs the first rung is'),
  over: triedBut(FIXED)
    .optional()
    .describe('What is tried: by the path of a value, as --set takes it, choices or a range'),
});

/** What a file says of its sweep, with every default. */
export type SweepSettings = z.output<typeof sweepSettings>;

/** Optimizers: how the parameters move, once their gradients are there. */
import { tap } from 'rxjs';
import * as z from 'zod';
import { requireFunction } from '../built-value.js';
import type { StageDescription, StageFactory } from '../contract.js';
import { PipelineError } from '../errors.js';
import type { Kernels, Update } from '../kernels/kernels.js';
import { type Parameter, requireCurrent, type Step } from '../kinds.js';
import { stateOf } from '../state.js';
import type { Tensor } from '../tensor.js';
import { trustedStage } from '../trusted-stage.js';
import { clipScale } from './clip-scale.js';
import {
  fingerprintOf,
  largestWeight,
  requireExplained,
  requireFiniteMemory,
  requireMoved,
} from './optimizer-check.js';
import { requireDone } from './require-done.js';
import { factorsOf, type ScheduleOptions, schedule, scheduleToEnd } from './schedule.js';

/** The option that every optimizer has, with or without a default. */
export const learningRate = z.number().positive().describe('How far to go against the gradient');

/** What every optimizer takes beside the options of its own. */
const common = {
  weightDecay: z.number().min(0).default(0).describe('λ: dW becomes dW + λ W, which pulls every parameter to 0'),
  clipNorm: z
    .number()
    .positive()
    .optional()
    .describe('The most that all gradients together may measure; more is scaled down'),
  schedule: schedule.default('constant').describe('How the learning rate changes from step to step'),
  warmUp: z.int().min(0).default(0).describe('Steps in which the learning rate grows to its full size'),
};

/** The options of an optimizer as its author writes them. */
export type OwnOptimizerOptions = z.ZodObject<{ learningRate: z.ZodType<number> }>;
/** The same, and those that every optimizer has. */
export type OptimizerOptions<Own extends OwnOptimizerOptions> = z.ZodObject<
  Own['shape'] & Omit<typeof common, keyof Own['shape']>,
  z.core.$strict
>;

/** What the author of an optimizer writes. */
export interface OptimizerDefinition<Own extends OwnOptimizerOptions> extends StageDescription<Own> {
  /** `learningRate`, and what this optimizer alone has; the options of every optimizer are added. */
  readonly options: Own;
  /** Whether each weight moves by about the learning rate a step, whatever the size of its gradient. */
  readonly movesByLearningRate?: boolean;
  /** Whether each weight moves by the learning rate times its gradient, and by no earlier one. */
  readonly movesByGradient?: boolean;
  /**
   * Called once a parameter, before the first step: returns what moves it at each step. What must be remembered of it
   * from step to step is a tensor of its shape, at first 0, which `remember` gives and has saved and restored under that
   * name. The gradient is only read.
   */
  readonly rule: (
    parameter: Parameter,
    options: z.output<Own>,
    kernels: Kernels,
    remember: (name: string) => Tensor,
  ) => (update: Update) => void;
}

/** Makes an optimizer stage: steps pass unchanged, and the parameters of the layers on their tape have moved. */
export const optimizer = <Own extends OwnOptimizerOptions>(
  definition: OptimizerDefinition<Own>,
): StageFactory<'step', 'step', OptimizerOptions<Own>> =>
  trustedStage({
    ...definition,
    // Its own come first, and stand for the common one of the same name.
    options: z.strictObject({
      ...definition.options.shape,
      ...common,
      ...definition.options.shape,
    }) as OptimizerOptions<Own>,
    family: 'optimizers',
    from: 'step',
    to: 'step',
    leadsToEnd: (options) => {
      const name = scheduleToEnd(options as unknown as ScheduleOptions);
      return name && `the schedule ${name}`;
    },
    build(given, input, { kernels, epochs, parameters, at }) {
      if (!input.gradients) throw new PipelineError(`${definition.name} needs gradients; put backward before it`);
      const options = given as z.output<Own> & z.output<z.ZodObject<typeof common>>;
      const factorAt = factorsOf(options, epochs);
      const memory: { count: number; [name: string]: Tensor | number } = { count: 0 };
      /** Of all weights before the first step, until the first epoch is over. */
      let first: number | undefined;
      let rate: number | undefined;
      const moves = new Map<Tensor, (update: Update) => void>();
      const moveFor = (parameter: Parameter, name: string) => {
        const remember = (what: string): Tensor => {
          const tensor = kernels.allocate(parameter.value.shape);
          memory[`${name}.${what}`] = tensor;
          return tensor;
        };
        const rule = definition.rule(parameter, options, kernels, remember);
        const move = requireFunction(rule, definition.name, 'rule', 'a function of an update');
        moves.set(parameter.value, move);
        return move;
      };
      for (const parameter of parameters) {
        if (parameter.frozen) continue;
        if (!moves.has(parameter.value)) moveFor(parameter, parameter.name);
      }
      return {
        output: input,
        state: stateOf(memory),
        learningRate: () => rate,
        operator: tap((batch: Step) => {
          requireCurrent(batch, at);
          const { tape, step, steps } = batch;
          rate = options.learningRate * factorAt(memory.count, steps);
          const largest = memory.count === 0 ? largestWeight(tape) : undefined;
          if (memory.count === 0) first = fingerprintOf(tape);
          memory.count++;
          const { count } = memory;
          const scale = options.clipNorm === undefined ? 1 : clipScale(tape, options.clipNorm, kernels, at);
          const update = { count, rate, scale, decay: options.weightDecay };
          const undecayed = { ...update, decay: 0 };
          for (const entry of tape) {
            for (const parameter of entry.parameters) {
              if (parameter.frozen) continue;
              // In a plain pipe, parameters are known from the tape alone.
              const move = moves.get(parameter.value) ?? moveFor(parameter, `${tape.indexOf(entry)}.${parameter.name}`);
              requireDone(move(parameter.undecayed ? undecayed : update), at, 'rule');
            }
          }
          requireExplained(batch, update, largest, at);
          if (step % steps !== 0) return; // the rest is looked at once an epoch
          requireFiniteMemory(memory, batch, kernels.dtype, at);
          if (first !== undefined) requireMoved(first, batch, rate, at);
          first = undefined;
        }),
      };
    },
  });

/** Reducers: many steps in, one metric out when the epoch ends. */
import { defer, filter, map, type OperatorFunction, reduce } from 'rxjs';
import type { z } from 'zod';
import type { StageFactory } from '../contract.js';
import type { Metric, Spec, Step } from '../kinds.js';
import { stage } from '../stage.js';

/** Gathers numbers from steps; made anew for each epoch. */
export interface Reduction {
  add(step: Step): void;
  /** Asked once, after at least one step. */
  result(): Pick<Metric, 'value' | 'byClass' | 'matrix'>;
}

export interface ReducerDefinition<Options extends z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly example: string;
  /** What the metric is called in reports; the stage's name if left out. */
  metricName?(options: z.output<Options>): string;
  start(options: z.output<Options>, input: Spec<'step'>): Reduction;
}

/** Makes a reducer stage. An epoch without a step gives no metric. */
export const reducer = <Options extends z.ZodObject>(
  definition: ReducerDefinition<Options>,
): StageFactory<'step', 'metric', Options> =>
  stage({
    name: definition.name,
    summary: definition.summary,
    options: definition.options,
    example: definition.example,
    family: 'metrics',
    from: 'step',
    to: 'metric',
    build(options, input) {
      const name = definition.metricName?.(options) ?? definition.name;
      return { output: { kind: 'metric', name }, operator: reduceSteps(name, () => definition.start(options, input)) };
    },
  });

// The seed of a reduce is shared by all its subscribers: `defer` makes one for each.
const reduceSteps =
  (name: string, start: () => Reduction): OperatorFunction<Step, Metric> =>
  (steps) =>
    defer(() => {
      const reduction = start();
      return steps.pipe(
        reduce<Step, Step | undefined>((_, step) => {
          reduction.add(step);
          return step;
        }, undefined),
        filter((last) => last !== undefined),
        map(({ split, epoch, step }) => ({ split, epoch, step, name, ...reduction.result() })),
      );
    });

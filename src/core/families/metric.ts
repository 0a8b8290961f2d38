/** Metrics: many steps in, one number out when the epoch ends. */
import { concat, defer, EMPTY, finalize, ignoreElements, type OperatorFunction, of, tap } from 'rxjs';
import type { z } from 'zod';
import { requireMetric } from '../checked-build.js';
import type { StageDescription, StageFactory } from '../contract.js';
import { PipelineError } from '../errors.js';
import { type Metric, requireCurrent, type Spec, type Split, type Step } from '../kinds.js';
import { LeasedStep } from '../leased-step.js';
import { EpochState, joinStates, type Stateful, stateOf } from '../state.js';
import { trustedStage } from '../trusted-stage.js';
import { requireClasses } from './require-classes.js';
import { requireDone } from './require-done.js';

/** Gathers numbers from steps; made anew for each epoch. */
export interface Reduction {
  /** Called with every step of the epoch. */
  add(step: Step): void;
  /**
   * Asked once, after at least one step. The value must be a finite number. Of a class that did not occur, `byClass` has NaN.
   */
  result(): Pick<Metric, 'value' | 'byClass' | 'matrix'>;
  /** What it has gathered so far: see `stateOf`. Without, a run cannot be saved in the middle of an epoch. */
  readonly state?: Stateful;
}

/** What the author of a metric writes. */
export interface MetricDefinition<Options extends z.ZodObject> extends StageDescription<Options> {
  /** Left out where it does not matter what the targets are. */
  readonly needs?: 'classes';
  /** For what counts classes x classes: the most of them that it takes. */
  readonly mostClasses?: number;
  /** Whether more of it is better. */
  readonly higherIsBetter?: boolean;
  /** What the metric is called in reports; the stage's name if left out. */
  metricName?(options: z.output<Options>): string;
  /** Called at the start of each epoch. */
  start(options: z.output<Options>, input: Spec<'step'>): Reduction;
}

/** Makes a stage of the family `metrics`. An epoch without a step gives no number. */
export const metric = <Options extends z.ZodObject>(
  definition: MetricDefinition<Options>,
): StageFactory<'step', 'metric', Options> =>
  trustedStage({
    ...definition,
    family: 'metrics',
    from: 'step',
    to: 'metric',
    build(options, input, { at }) {
      if (definition.needs === 'classes') requireClasses(definition.name, input, 'mean: { of: loss }');
      requireAtMost(definition, input.classes);
      const name = definition.metricName?.(options) ?? definition.name;
      const epochs = new EpochState(() => begun(definition.name, definition.start(options, input)));
      return { output: { kind: 'metric', name }, operator: reduceSteps(name, epochs, at), state: epochs };
    },
  });

function requireAtMost(
  { name, mostClasses = Number.POSITIVE_INFINITY }: { readonly name: string; readonly mostClasses?: number },
  classes = 0,
): void {
  if (classes <= mostClasses) return;
  throw new PipelineError(
    `${name} counts each class against each other, for ${mostClasses} classes at most, and there are ${classes}; ` +
      'accuracy takes any number of them',
  );
}

/** A reduction, and which step it has seen last. */
interface Reducing extends Stateful {
  readonly reduction: Reduction;
  /** Its step is 0 until there was one. */
  readonly last: { split: Split; epoch: number; step: number };
}

function begun(stageName: string, reduction: Reduction): Reducing {
  const last: Reducing['last'] = { split: 'train', epoch: 0, step: 0 };
  const gathered = reduction.state ?? stateOf({});
  const { state, restore } = joinStates([
    ['last', stateOf(last)],
    ['reduction', gathered],
  ]);
  return {
    reduction,
    last,
    restore,
    state() {
      if (reduction.state !== undefined || last.step === 0) return state();
      throw new PipelineError(
        `${stageName} does not say what it has gathered, so it cannot be saved in the middle of an epoch; ` +
          'give its reduction a state',
      );
    },
  };
}

const reduceSteps =
  (name: string, epochs: EpochState<Reducing>, at: string): OperatorFunction<Step, Metric> =>
  (steps) =>
    defer(() => {
      const epoch = epochs.begin();
      const { reduction, last } = epoch;
      const gathering = steps.pipe(
        tap((step) => {
          requireCurrent(step, at);
          requireDone(reduction.add(new LeasedStep(step, at)), at, 'add');
          last.split = step.split;
          last.epoch = step.epoch;
          last.step = step.step;
        }),
        ignoreElements(),
      );
      const result = defer(() => {
        epochs.end(epoch);
        if (last.step === 0) return EMPTY;
        const { value, byClass, matrix } = reduction.result(); // whatever else there is: its name and place are not its own
        const metric: Metric = { ...last, name, value, ...(byClass && { byClass }), ...(matrix && { matrix }) };
        requireMetric(metric, at);
        return of(metric);
      });
      return concat(gathering, result).pipe(finalize(() => epochs.end(epoch)));
    });

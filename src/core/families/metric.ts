/** Metrics: many steps in, one number out when the epoch ends. */
import { concat, defer, EMPTY, finalize, ignoreElements, type OperatorFunction, of, tap } from 'rxjs';
import type { z } from 'zod';
import { requireMetric } from '../checked-build.js';
import type { StageDescription, StageFactory } from '../contract.js';
import { PipelineError, RunError } from '../errors.js';
import { type Metric, requireCurrent, type Spec, type Split, type Step } from '../kinds.js';
import { LeasedStep } from '../leased-step.js';
import { EpochState, joinStates, type Stateful, stateOf } from '../state.js';
import { describeGiven } from '../tensor.js';
import { trustedStage } from '../trusted-stage.js';
import { requireDone } from './require-done.js';
import { requireClasses, requireDecisions, requireProbabilities, requireTargets } from './requirements.js';

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
  /**
   * What there must be to count: `classes`; `decisions`, which are classes or questions of yes or no; `probabilities` of
   * either; real-valued `targets`. Left out where it does not matter.
   */
  readonly needs?: Requirement | ((options: z.output<Options>) => Requirement | undefined);
  /** The most classes that it takes, where it keeps much of each. */
  readonly mostClasses?: number;
  /** Whether more of it is better. */
  readonly higherIsBetter?: boolean;
  /** What the metric is called in reports; the stage's name if left out. */
  metricName?(options: z.output<Options>): string;
  /** Called at the start of each epoch. */
  start(options: z.output<Options>, input: Spec<'step'>): Reduction;
}

const requirements = {
  classes: (name: string, input: Spec<'step'>) => requireClasses(name, input, FOR_TARGETS),
  decisions: (name: string, input: Spec<'step'>) => requireDecisions(name, input, FOR_TARGETS),
  probabilities: requireProbabilities,
  targets: requireTargets,
};

type Requirement = keyof typeof requirements;

const FOR_TARGETS = 'rootMeanSquaredError';

/** Makes a stage of the family `metrics`. An epoch without a step gives no number. */
export const metric = <Options extends z.ZodObject>(
  definition: MetricDefinition<Options>,
): StageFactory<'step', 'metric', Options> =>
  trustedStage({
    ...definition,
    family: 'metrics',
    from: 'step',
    to: 'metric',
    metricName: (options) => nameOf(definition, options),
    build(options, input, { at }) {
      const needs = typeof definition.needs === 'function' ? definition.needs(options) : definition.needs;
      if (needs !== undefined) requirements[needs](definition.name, input);
      requireAtMost(definition, input.classes);
      const name = nameOf(definition, options);
      const epochs = new EpochState(() => begun(definition.name, definition.start(options, input)));
      return { output: { kind: 'metric', name }, operator: reduceSteps(name, epochs, at), state: epochs };
    },
  });

const nameOf = <Options extends z.ZodObject>(
  definition: MetricDefinition<Options>,
  options: z.output<Options>,
): string => definition.metricName?.(options) ?? definition.name;

function requireAtMost(
  { name, mostClasses = Number.POSITIVE_INFINITY }: { readonly name: string; readonly mostClasses?: number },
  classes = 0,
): void {
  if (classes <= mostClasses) return;
  throw new PipelineError(
    `${name} takes ${mostClasses} classes at most, since it keeps much of each, and there are ${classes}; ` +
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
  if (typeof reduction?.add !== 'function' || typeof reduction.result !== 'function') {
    const found = describeGiven(reduction);
    throw new PipelineError(
      `${stageName}: its start should return a reduction, as { add, result }, but returned ${found}`,
    );
  }
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

/** Asked later, says which numbers of a step are not what they were. */
function writtenIn({ x, t, labels, dx }: Step): () => string | undefined {
  const parts = { 'step.x': x.data, 'step.t': t?.data, 'step.labels': labels, 'step.dx': dx.data };
  const before = Object.entries(parts).map(([name, numbers]) => [name, numbers, numbers?.slice()] as const);
  return () => before.find(([, now, then]) => now?.some((value, i) => !Object.is(value, then?.[i])))?.[0];
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
          const written = last.step === 0 ? writtenIn(step) : undefined;
          requireDone(reduction.add(new LeasedStep(step, at)), at, 'add');
          const what = written?.();
          if (what !== undefined) {
            throw new RunError(`${at}: its add wrote to ${what}, which other metrics read; copy it first`, {
              placed: true,
            });
          }
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

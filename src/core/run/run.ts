/** Runs a built pipeline: one Observable of events, from the first byte of data to the last weight. */
import {
  catchError,
  concat,
  concatAll,
  concatMap,
  connect,
  defer,
  EMPTY,
  filter,
  finalize,
  from,
  identity,
  ignoreElements,
  type MonoTypeOperatorFunction,
  map,
  merge,
  Observable,
  type OperatorFunction,
  of,
  pipe,
  range,
  subscribeOn,
  tap,
  throwError,
  throwIfEmpty,
  toArray,
} from 'rxjs';
import { adviceOn } from '../advice/advice.js';
import { clock } from '../clock.js';
import { RunError } from '../errors.js';
import { exampleCount, remarksOn } from '../examples.js';
import type { Kernels } from '../kernels/kernels.js';
import { type Examples, type Metric, type Split, type Step, splits } from '../kinds.js';
import { countOf, type Pass, type Pipeline } from '../pipeline/pipeline.js';
import { takeUntilUnsubscribed } from '../take-until-unsubscribed.js';
import { firstNotFinite } from '../tensor.js';
import { type Checkpoint, Pause, type RunningRun, requireSameExamples, requireSameRun } from './checkpoint.js';
import {
  bySplit,
  type DataReport,
  type EndEvent,
  type EpochEvent,
  type PipelineEvent,
  type ProfileEvent,
  type StartEvent,
} from './events.js';
import { guessingRemark } from './guessing.js';
import { Monitor } from './monitor.js';
import { newRunId } from './run-id.js';
import { Scalars } from './scalars.js';
import { digestOf } from './weights-digest.js';

/** What a run tells, and where it begins. */
export interface RunOptions {
  /** Emit a `step` event after every training step. */
  readonly everyStep?: boolean;
  /**
   * Emit a `scalars` event about 200 times: learning rate, and the sizes of weights, gradients and updates a layer. Default:
   * where the run is kept in a folder.
   */
  readonly scalars?: boolean;
  /** Names the run in its events. Default: the name of the run that goes on, or a new one. */
  readonly runId?: string;
  /**
   * Where to begin, if not at the beginning: with the weights and events that a run would have had which was never stopped.
   * The pipeline must be built anew, of the same stages, with the same seed, and read the same data.
   */
  readonly from?: Checkpoint | undefined;
  /**
   * Called between training steps, after the events of the step before: before the first of each epoch, and after each; then once
   * more, when training is over and the test is still to come.
   * There, `checkpoint()` copies what the run needs to go on from that step. What it throws ends the run.
   */
  readonly betweenSteps?: (run: RunningRun) => void;
}

/** The examples of each split that the pipeline uses. */
type Data = Readonly<Record<'train', Examples> & Partial<Record<Split, Examples>>>;

/** What an epoch leaves behind for the next, and for the end. */
interface Progress {
  readonly runId: string;
  /** The last epoch that was trained. */
  epoch: number;
  step: number;
  metrics: readonly Metric[];
  /** The one that was under way when the run was left. */
  readonly resumedEpoch: number | undefined;
  /** Undefined where the last epoch is the one that counts. */
  readonly monitor: Monitor | undefined;
  /** Undefined where no `scalars` are asked for. */
  readonly scalars: Scalars | undefined;
  /** Whether the loss of a step was another number than 0. */
  hasLoss: boolean;
}

/** By their kernels, since a pipeline can be copied by `{ ...pipeline }`: what was trained is behind them. */
const begun = new WeakSet<Kernels>();

/** Milliseconds between two `progress` events. */
const PROGRESS_INTERVAL = 100;

/**
 * The events of a run. Unsubscribing stops it at the next batch.
 *
 * A built pipeline runs once: its weights, moments and random streams are those that the first run leaves behind. A second
 * subscription (of `retry` or `repeat`, too) fails with a RunError. `defer(() => run(buildPipeline(definition)))` builds a
 * pipeline for each.
 *
 * @throws PipelineError when `from` is of another pipeline, seed or number of examples.
 */
export const run = (pipeline: Pipeline, options: RunOptions = {}): Observable<PipelineEvent> =>
  defer(() => {
    const { from: checkpoint } = options;
    if (begun.has(pipeline.kernels)) throw new RunError(ranBefore);
    if (checkpoint !== undefined) requireSameRun(checkpoint, pipeline);
    begun.add(pipeline.kernels);
    const started = clock.now();
    const { stop, fallback = pipeline.kernels.fallback } = pipeline.kernels.startThreads();
    return from(pipeline.sources).pipe(
      pipeline.data,
      toArray(),
      // Only now: the first run's source has drawn, too, before it went anywhere.
      tap(() => checkpoint && pipeline.restore(checkpoint.state)),
      concatMap((examples) => learn(pipeline, dataOf(pipeline, examples), options, started, fallback)),
      finalize(stop),
    );
  });

const ranBefore =
  'this pipeline has run before, and a run goes on from what it has learned: build one for each run, ' +
  'as in defer(() => run(buildPipeline(definition)))';

/** @throws RunError when a split has a section, and no examples. */
function dataOf(pipeline: Pipeline, examples: readonly Examples[]): Data {
  const needed = splits.filter((split) => pipeline[split] !== undefined);
  const data = needed.map((split) => {
    const found = examples.find((one) => one.split === split);
    if (found === undefined) throw new RunError(`${split}: gets no examples; data: gives none of that split`);
    return [split, found] as const;
  });
  return Object.fromEntries(data) as unknown as Data;
}

function learn(
  pipeline: Pipeline,
  data: Data,
  options: RunOptions,
  started: number,
  fallback: string | undefined,
): Observable<PipelineEvent> {
  const { name, seed, epochs, dtype, parameters, scheduler } = pipeline;
  const remark = remarksOn(Object.values(data));
  const report: DataReport = {
    ...data.train.origin,
    ...(remark !== undefined && { remark }),
    train: exampleCount(data.train),
    ...(data.validation && { validation: exampleCount(data.validation) }),
    ...(data.test && { test: exampleCount(data.test) }),
    scaling: data.train.scaling,
    ...(data.train.fill && { fill: data.train.fill }),
    ...(data.train.targetScaling && { targetScaling: data.train.targetScaling }),
    ...(data.train.classNames && { classNames: data.train.classNames }),
    ...(data.train.columns && { columns: data.train.columns }),
    ...(data.train.pictures && { pictures: data.train.pictures }),
  };
  const { everyStep = false, from: checkpoint, betweenSteps } = options;
  const { runId = checkpoint?.runId ?? newRunId() } = options;
  if (checkpoint !== undefined) requireSameExamples(checkpoint, report.train);
  const { choice } = pipeline;
  const progress: Progress = {
    runId,
    epoch: (checkpoint?.epoch ?? 1) - 1,
    resumedEpoch: checkpoint?.epoch,
    step: checkpoint?.step ?? 0,
    metrics: checkpoint?.metrics ?? [],
    monitor: choice && new Monitor(choice, pipeline.learned),
    scalars: options.scalars ? new Scalars(pipeline) : undefined,
    hasLoss: checkpoint !== undefined, // nothing is known of the steps before
  };
  if (checkpoint?.seen !== undefined) progress.monitor?.resume(checkpoint.seen);
  const start: StartEvent = {
    event: 'start',
    runId,
    name,
    seed,
    epochs,
    dtype,
    parameters: countOf(parameters),
    data: report,
    ...warningsOf(pipeline),
    ...(fallback !== undefined && { fallback }),
    ...(pipeline.members !== undefined && { members: pipeline.members }),
    ...(checkpoint && { resumedFrom: resumedFrom(checkpoint, pipeline, progress) }),
  };
  const pause = betweenSteps && new Pause(runId, pipeline, report.train, progress, betweenSteps);

  const end = defer(async (): Promise<EndEvent> => {
    requireFiniteParameters(pipeline, progress);
    const last: Split = pipeline.test === undefined ? 'validation' : 'test';
    const lastMetrics = progress.metrics.filter(({ split }) => split === last);
    const accuracyByClass = lastMetrics.find(({ byClass }) => byClass)?.byClass;
    const confusionMatrix = lastMetrics.find(({ matrix }) => matrix)?.matrix;
    const warning = progress.hasLoss ? guessingRemark(pipeline, progress.step, progress.metrics) : NO_LOSS;
    return {
      event: 'end',
      runId,
      status: 'completed',
      epochs: progress.epoch,
      steps: progress.step,
      ...bestOf(pipeline, progress),
      ...bySplit(progress.metrics),
      ...(accuracyByClass && { accuracyByClass }),
      ...(confusionMatrix && { confusionMatrix }),
      data: report,
      ...(warning !== undefined && { warnings: [warning] }),
      seconds: secondsSince(started),
      weights: await digestOf(parameters),
    };
  });

  // A turn of the event loop before each epoch: a run of many tiny epochs must hear Ctrl-C too.
  const first = checkpoint?.epoch ?? 1;
  const learning = range(first, epochs - first + 1).pipe(
    concatMap((epoch) =>
      defer(() =>
        progress.monitor?.isExhausted ? EMPTY : runEpoch(pipeline, data, epoch, everyStep, progress, pause),
      ).pipe(subscribeOn(scheduler)),
    ),
  );
  const testing = defer(() => {
    pipeline.average?.standAside();
    pause?.at(progress.epoch + 1, progress.step, true);
    pipeline.average?.standIn();
    const best = progress.monitor?.choose();
    const metrics = [...(best?.metrics ?? progress.metrics)];
    progress.metrics = metrics;
    if (pipeline.validation === undefined) return EMPTY; // then, every epoch has had its test
    return judge(pipeline, data, 'test', best?.epoch ?? progress.epoch, metrics).pipe(subscribeOn(scheduler));
  });
  const profiled = defer(() => {
    const stages = pipeline.profile?.();
    return stages === undefined
      ? EMPTY
      : of<ProfileEvent>({ event: 'profile', runId, seconds: secondsSince(started), stages });
  });
  return concat(of(start), learning, testing, profiled, end);
}

/** A run that was left while its test went on, or at its end, has no step to take. */
function resumedFrom(
  { epoch, step }: Checkpoint,
  { epochs }: Pipeline,
  { monitor }: Progress,
): NonNullable<StartEvent['resumedFrom']> {
  return { epoch, step, ...((epoch > epochs || monitor?.isExhausted === true) && { isOver: true }) };
}

/** What the end says of the epoch that was chosen. */
function bestOf({ choice, epochs }: Pipeline, { monitor, epoch }: Progress): Pick<EndEvent, 'best' | 'stoppedEarly'> {
  const best = monitor?.seen.best;
  if (choice === undefined || best === undefined) return {};
  const { split, name } = choice.best;
  return {
    best: { epoch: best.epoch, monitor: `${split}.${name}`, value: best.value },
    ...(epoch < epochs && { stoppedEarly: true }),
  };
}

/** @throws RunError when the last update left something that no loss has been computed with. */
function requireFiniteParameters({ rows, epochs }: Pipeline, { step }: Progress): void {
  for (const { at, parameters } of rows) {
    for (const { name, value } of parameters) {
      const index = firstNotFinite(value.data);
      if (index === -1) continue;
      const problem = `its parameter ${name} holds ${value.data[index]} after epoch ${epochs}, step ${step}`;
      throw new RunError(`${at}: ${problem}: training has diverged; try a smaller learningRate`, { placed: true });
    }
  }
}

/** Trains over the data once, validates once (tests, where there is no validation), and reports both. */
const runEpoch = (
  pipeline: Pipeline,
  data: Data,
  epoch: number,
  everyStep: boolean,
  progress: Progress,
  pause: Pause | undefined,
): Observable<PipelineEvent> =>
  defer(() => {
    const { runId, scalars } = progress;
    const started = clock.now();
    let reported = started;
    let samples = 0;
    let trainSeconds = 0;
    let last: Pick<Step, 'step' | 'steps' | 'loss'> | undefined;
    const metrics: Metric[] = [];

    const progressOf = ({ step, steps, loss }: Pick<Step, 'step' | 'steps' | 'loss'>): PipelineEvent => {
      const samplesPerSecond = perSecond(samples, trainSeconds);
      return { event: 'progress', runId, epoch, step, steps: steps * pipeline.epochs, loss, samplesPerSecond };
    };

    const toldOf = (one: Step): readonly PipelineEvent[] => {
      const { step, steps, loss } = one;
      const measured = scalars?.after(one, runId);
      if (step % steps !== 0) scalars?.before(epoch, step + 1); // else the next epoch says so
      const events: readonly PipelineEvent[] = everyStep ? [{ event: 'step', runId, epoch, step, loss }] : nothing;
      return measured === undefined ? events : [...events, measured];
    };

    /** What there is to tell of a step; most of the time, nothing. */
    const watched = (one: Step): readonly PipelineEvent[] => {
      const { step, steps, loss, x } = one;
      last = { step, steps, loss };
      progress.step = step;
      progress.hasLoss ||= loss !== 0;
      samples += x.shape[0];
      trainSeconds = secondsSince(started);
      const events = everyStep || scalars !== undefined ? toldOf(one) : nothing;
      const now = clock.now();
      if (now - reported < PROGRESS_INTERVAL) return events;
      reported = now;
      return [...events, progressOf(last)];
    };
    /** A run that fails says how far it came. */
    const sayLast = catchError<PipelineEvent, Observable<PipelineEvent>>((error) =>
      concat(
        last === undefined ? EMPTY : of(progressOf(last)),
        throwError(() => error),
      ),
    );
    const watch = pipe(
      map(watched),
      filter((events) => events.length > 0),
      concatAll(),
    );

    pipeline.average?.standAside();
    pause?.at(epoch, progress.step);
    scalars?.before(epoch, progress.step + 1);
    const isRest = epoch === progress.resumedEpoch;
    const training = runPass(pipeline.train, { ...data.train, epoch }, watch, metrics, pause, isRest);
    const judging = judge(pipeline, data, pipeline.validation === undefined ? 'test' : 'validation', epoch, metrics);

    const report = defer(() => {
      progress.epoch = epoch;
      progress.metrics = metrics;
      progress.monitor?.see(epoch, progress.step, metrics);
      return of<EpochEvent>({
        event: 'epoch',
        runId,
        epoch,
        step: progress.step,
        ...bySplit(metrics),
        seconds: secondsSince(started),
        samplesPerSecond: perSecond(samples, trainSeconds),
      });
    });
    return concat(training, averaged(pipeline), judging, report).pipe(sayLast);
  });

/** From here on it is judged; without an event. */
const averaged = ({ average }: Pipeline): Observable<never> =>
  defer(() => {
    average?.standIn();
    return EMPTY;
  });

/** Sends a split through its section, if the pipeline has it, for its metrics alone. */
function judge(
  pipeline: Pipeline,
  data: Data,
  split: 'validation' | 'test',
  epoch: number,
  metrics: Metric[],
): Observable<PipelineEvent> {
  const pass = pipeline[split];
  const examples = data[split];
  return pass && examples ? runPass(pass, { ...examples, epoch }, ignoreElements(), metrics) : EMPTY;
}

/**
 * Sends examples through their stages; metrics stand side by side and add their numbers. Then there is a pause.
 *
 * @param isRest whether they are the rest of an epoch, of which nothing may be left
 */
const runPass = (
  { steps, metrics: reductions }: Pass,
  examples: Examples,
  watch: OperatorFunction<Step, PipelineEvent>,
  metrics: Metric[],
  pause?: Pause,
  isRest = false,
): Observable<PipelineEvent> =>
  new Observable((subscriber) => {
    // `connect` hears of an end only when its source pauses; until then the network would learn on.
    of(examples)
      .pipe(
        steps,
        takeUntilUnsubscribed(subscriber),
        connect((shared) =>
          merge(
            shared.pipe(watch),
            ...reductions.map((reduce) =>
              shared.pipe(
                reduce,
                onePerPass(examples),
                tap((metric) => metrics.push(metric)),
                ignoreElements(),
              ),
            ),
            shared.pipe(isRest ? identity : throwIfEmpty(() => noBatch(examples)), ignoreElements()),
            // the last to hear of a step: all others have done with it
            pause === undefined ? EMPTY : shared.pipe(tap(pausing(pause)), ignoreElements()),
          ),
        ),
      )
      .subscribe(subscriber);
  });

/** A metric says one thing of an epoch, and of this one. */
function onePerPass({ split, epoch }: Examples): MonoTypeOperatorFunction<Metric> {
  let count = 0;
  return tap((metric) => {
    const wrong =
      metric.split !== split || metric.epoch !== epoch
        ? `is said to be of ${metric.split} in epoch ${metric.epoch}`
        : count++ > 0 && 'came more than once; reduce all steps to one number';
    if (wrong) throw new RunError(`the metric ${metric.name} of ${split} in epoch ${epoch} ${wrong}`);
  });
}

const noBatch = (examples: Examples): RunError =>
  new RunError(
    `${examples.split}: a stage let none of ${exampleCount(examples)} examples through, so nothing came of them`,
  );

const pausing =
  (pause: Pause) =>
  ({ epoch, step }: Step): void =>
    pause.at(epoch, step);

function warningsOf(pipeline: Pipeline): Pick<StartEvent, 'warnings'> {
  const warnings = adviceOn(pipeline).map(({ place, message }) => `${place}: ${message}`);
  return warnings.length > 0 ? { warnings } : {};
}

/** What is said at the end of a run without a loss: its gradients were 0, too. */
const NO_LOSS =
  'the loss was 0 in every step, so nothing was learned: see that there are several classes, or that the targets are not ' +
  'what the network gives anyway';

const nothing: readonly PipelineEvent[] = [];

const secondsSince = (started: number): number => Math.round(clock.now() - started) / 1000;

/** Rounded; a time too short to measure counts as a millisecond. */
const perSecond = (count: number, seconds: number): number => Math.round(count / Math.max(seconds, 0.001));

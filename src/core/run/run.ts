/** Runs a built pipeline: one Observable of events, from the first byte of data to the last weight. */
import {
  concat,
  concatAll,
  concatMap,
  connect,
  defer,
  EMPTY,
  filter,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  Observable,
  type OperatorFunction,
  of,
  pipe,
  range,
  subscribeOn,
  tap,
  toArray,
} from 'rxjs';
import { RunError } from '../errors.js';
import type { Examples, Metric, Split, Step } from '../kinds.js';
import { countOf, type Pass, type Pipeline } from '../pipeline/pipeline.js';
import { takeUntilUnsubscribed } from '../take-until-unsubscribed.js';
import type { DataReport, EndEvent, EpochEvent, Metrics, PipelineEvent, StartEvent } from './events.js';
import { digestOf } from './weights-digest.js';

export interface RunOptions {
  /** Emit a `step` event after every training step. */
  readonly everyStep?: boolean;
}

/** The examples of each split that the pipeline uses. */
type Data = Readonly<Record<'train', Examples> & Partial<Record<'test', Examples>>>;

/** What an epoch leaves behind for the next, and for the end. */
interface Progress {
  step: number;
  metrics: readonly Metric[];
}

/** Milliseconds between two `progress` events. */
const PROGRESS_INTERVAL = 100;

/** The events of a run. Unsubscribing stops it at the next batch. */
export const run = (pipeline: Pipeline, options: RunOptions = {}): Observable<PipelineEvent> =>
  defer(() => {
    const started = performance.now();
    const splits: Split[] = pipeline.test === undefined ? ['train'] : ['train', 'test'];
    const stopThreads = pipeline.kernels.startThreads();
    return from(splits).pipe(
      pipeline.data,
      toArray(),
      concatMap(([train, test]) => learn(pipeline, { train, ...(test && { test }) }, options, started)),
      finalize(stopThreads),
    );
  });

function learn(pipeline: Pipeline, data: Data, options: RunOptions, started: number): Observable<PipelineEvent> {
  const { name, seed, epochs, dtype, parameters, scheduler } = pipeline;
  const report: DataReport = {
    ...data.train.origin,
    train: data.train.labels.length,
    ...(data.test && { test: data.test.labels.length }),
    scaling: data.train.scaling,
  };
  const start: StartEvent = {
    event: 'start',
    name,
    seed,
    epochs,
    dtype,
    parameters: countOf(parameters),
    data: report,
  };
  const progress: Progress = { step: 0, metrics: [] };

  const end = defer(async (): Promise<EndEvent> => {
    const tested = progress.metrics.filter(({ split }) => split === 'test');
    const accuracyByClass = tested.find(({ byClass }) => byClass)?.byClass;
    const confusionMatrix = tested.find(({ matrix }) => matrix)?.matrix;
    return {
      event: 'end',
      status: 'completed',
      epochs,
      steps: progress.step,
      ...bySplit(progress.metrics),
      ...(accuracyByClass && { accuracyByClass }),
      ...(confusionMatrix && { confusionMatrix }),
      data: report,
      seconds: secondsSince(started),
      weights: await digestOf(parameters),
    };
  });

  // A turn of the event loop before each epoch: a run of many tiny epochs must hear Ctrl-C too.
  const learning = range(1, epochs).pipe(
    concatMap((epoch) => runEpoch(pipeline, data, epoch, options, progress).pipe(subscribeOn(scheduler))),
  );
  return concat(of(start), learning, end);
}

/** Trains over the data once, tests once, and reports both. */
const runEpoch = (
  pipeline: Pipeline,
  data: Data,
  epoch: number,
  { everyStep = false }: RunOptions,
  progress: Progress,
): Observable<PipelineEvent> =>
  defer(() => {
    const started = performance.now();
    let reported = started;
    let samples = 0;
    let trainSeconds = 0;
    const metrics: Metric[] = [];

    /** What there is to tell of a step; most of the time, nothing. */
    const watched = ({ step, steps, loss, labels }: Step): readonly PipelineEvent[] => {
      if (!Number.isFinite(loss)) throw new RunError(diverged(epoch, step, loss));
      progress.step = step;
      samples += labels.length;
      trainSeconds = secondsSince(started);
      const events: readonly PipelineEvent[] = everyStep ? [{ event: 'step', epoch, step, loss }] : nothing;
      const now = performance.now();
      if (now - reported < PROGRESS_INTERVAL) return events;
      reported = now;
      const samplesPerSecond = perSecond(samples, trainSeconds);
      return [...events, { event: 'progress', epoch, step, steps: steps * pipeline.epochs, loss, samplesPerSecond }];
    };
    const watch = pipe(
      map(watched),
      filter((events) => events.length > 0),
      concatAll(),
    );

    const training = runPass(pipeline.train, { ...data.train, epoch }, watch, metrics);
    const testing =
      pipeline.test && data.test ? runPass(pipeline.test, { ...data.test, epoch }, ignoreElements(), metrics) : EMPTY;

    const report = defer(() => {
      progress.metrics = metrics;
      return of<EpochEvent>({
        event: 'epoch',
        epoch,
        step: progress.step,
        ...bySplit(metrics),
        seconds: secondsSince(started),
        samplesPerSecond: perSecond(samples, trainSeconds),
      });
    });
    return concat(training, testing, report);
  });

/** Sends one split through its stages; reducers stand side by side and add their metrics. */
const runPass = (
  { steps, reducers }: Pass,
  examples: Examples,
  watch: OperatorFunction<Step, PipelineEvent>,
  metrics: Metric[],
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
            ...reducers.map((reduce) =>
              shared.pipe(
                reduce,
                tap((metric) => metrics.push(metric)),
                ignoreElements(),
              ),
            ),
          ),
        ),
      )
      .subscribe(subscriber);
  });

/** The metrics as reports show them: `{ train: { loss }, test: { loss, accuracy } }`. A matrix is told at the end. */
function bySplit(metrics: readonly Metric[]): { train: Metrics; test?: Metrics } {
  const named = (wanted: Split): Metrics =>
    Object.fromEntries(
      metrics.filter(({ split, matrix }) => split === wanted && !matrix).map(({ name, value }) => [name, value]),
    );
  return metrics.some(({ split }) => split === 'test')
    ? { train: named('train'), test: named('test') }
    : { train: named('train') };
}

const nothing: readonly PipelineEvent[] = [];

const secondsSince = (started: number): number => Math.round(performance.now() - started) / 1000;

/** Rounded; a time too short to measure counts as a millisecond. */
const perSecond = (count: number, seconds: number): number => Math.round(count / Math.max(seconds, 0.001));

const diverged = (epoch: number, step: number, loss: number): string =>
  `the loss became ${loss} at epoch ${epoch}, step ${step}: training has diverged; try a smaller learningRate`;

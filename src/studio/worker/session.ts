/** One pipeline that is open: trained as fast, as slowly or as far as is wanted, looked into, and asked. */
import {
  builtInStages,
  type Checkpoint,
  type DataReport,
  decodeWeights,
  type Examples,
  type ExportedFile,
  type ExportFormat,
  exportModel,
  type Host,
  type Instrument,
  type Metrics,
  type Model,
  modelOf,
  openPipeline,
  type Pipeline,
  type PipelineEvent,
  type PipelineFile,
  type RecordedStep,
  RunControl,
  type RunningRun,
  run,
  type Split,
  StepRecorder,
  sizeOf,
  viewOf,
  webWorkers,
} from 'marblenet/page';
import { pipe, type Subscription, tap } from 'rxjs';
import { describeOutline, problemOf } from './describe.js';
import { judge } from './judge.js';
import { loadKernels } from './kernel-files.js';
import type { ExamplesView, GivenFile, ParameterView, Report, Said, SplitMetrics } from './protocol.js';
import type { RunSoFar } from './run-folder.js';
import { surfaceOf } from './surface.js';

/** Milliseconds between two reports on steps, two steps that are recorded, two judgements, and two checkpoints, at full speed. */
const PAUSES = { steps: 50, records: 250, judgements: 700, checkpoints: 10_000 };

/** To look takes time from learning: there are at least so many times as long from one look to the next as it took. */
const REST = 25;

/** How many examples a judgement looks at: while training goes on, so few that it takes little of the time. */
const JUDGED = { meanwhile: 500, atTheEnd: 10_000 };

/** Numbers of a tensor that are shown. */
const SHOWN = 65_536;

/** Samples of a recorded step whose numbers are shown. */
const SAMPLES = 16;

/** A run that has ended, to go on from. */
export interface Ended {
  readonly checkpoint: Checkpoint;
  /** All but its end. */
  readonly events: readonly PipelineEvent[];
  readonly began: Date;
  /** Whether it ended since it got no better. */
  readonly stoppedEarly: boolean;
}

export class Session {
  readonly #control = new RunControl();
  readonly #recorder = new StepRecorder();
  readonly #examples = new Map<Split, Examples>();
  #pipeline: Pipeline | undefined;
  #model: Model | undefined;
  #subscription: Subscription | undefined;
  #losses: number[] = [];
  #step = 0;
  /** The last step of the run, as far as the epochs before let it be known. */
  #last: number | undefined;
  /** Milliseconds that the last recorded step and the last judgement took. */
  readonly #cost = { records: 0, judgements: 0 };
  /** When something was last told of, by `performance.now()`. */
  #told = { steps: 0, records: 0, judgements: 0, checkpoints: performance.now() };
  #endsWithEpoch = false;
  /** Another one may take its place while it opens: then nothing of it begins. */
  readonly #closed = new AbortController();
  /** Whether its data are still to be read. */
  isOpening = true;
  #data: DataReport | undefined;
  /** Its start, its epochs and its end. */
  readonly #events: PipelineEvent[] = [];
  /** The newest, and how many of the events came before it. */
  #left: { readonly checkpoint: Checkpoint; readonly events: number } | undefined;
  readonly #began: Date;

  /**
   * @param number of the run, which all that is told names
   * @param before the run that it goes on with
   */
  constructor(
    private readonly number: number,
    private readonly file: GivenFile,
    private readonly tell: (report: Report) => void,
    private readonly before?: Ended,
  ) {
    this.#began = before?.began ?? new Date();
  }

  /**
   * Opens the pipeline and reads its data; then the run waits for its first step. Of one that is closed, nothing is opened.
   *
   * @throws PipelineError or DataError; the reason of its end where it is closed meanwhile.
   */
  async open({ definition, locate }: PipelineFile, host: Host): Promise<void> {
    const { signal } = this.#closed;
    signal.throwIfAborted();
    await loadKernels(definition.dtype ?? 'float32');
    const { scheduler, betweenSteps } = this.#control;
    this.#pipeline = await openPipeline(definition, {
      host,
      registry: builtInStages,
      threads: webWorkers,
      decodeWeights,
      locate,
      scheduler,
      instrument: this.#instrument,
      signal,
    });
    const events = run(this.#pipeline, {
      everyStep: true,
      from: this.before?.checkpoint,
      betweenSteps: (at) => {
        betweenSteps(at);
        this.#keep(at);
        this.#betweenSteps();
      },
    });
    this.#subscription = events.subscribe({
      next: (event) => this.#hear(event),
      error: (error) => this.fail(error),
    });
  }

  /** Tells that it cannot go on. */
  fail(error: unknown): void {
    this.isOpening = false;
    const problem = problemOf('error', error instanceof Error ? error.message : String(error), this.file.name);
    this.tell({ tell: 'failed', run: this.number, problem });
  }

  /** Ends it, whatever it does. */
  close(): void {
    this.#closed.abort();
    this.#subscription?.unsubscribe();
  }

  play(): void {
    this.#resume();
    this.#control.play();
  }

  pause(): void {
    this.#control.pause();
    this.#tellPaused();
  }

  /** Takes one step, which is recorded. */
  step(): void {
    this.#resume();
    this.#record('train');
    this.#control.step();
  }

  /** Goes on to the end of the epoch, its test too. */
  finishEpoch(): void {
    this.#resume();
    this.#endsWithEpoch = true;
    this.#control.play();
  }

  /** What the stage has learned. */
  parametersOf(place: string): ParameterView[] {
    const { parameters = [] } = this.#pipeline ?? {};
    const inside = parameters.filter(({ name }) => name.slice(0, name.lastIndexOf('.')) === place);
    return inside.map(({ name, value }) => ({ name: name.slice(place.length + 1), value: viewOf(value, SHOWN) }));
  }

  /** What the network says of a sample, and why; undefined before the data are read. */
  async ask(sample: ArrayLike<number>, label: number | undefined): Promise<Said | undefined> {
    const model = this.#model;
    if (model === undefined) return undefined;
    const { probabilities, outputs } = await model.predict(sample);
    const why = await model.explain(sample, { label });
    return {
      probabilities: probabilities && Array.from(probabilities.data),
      outputs: Array.from(outputs.data),
      classNames: model.classNames,
      targetNames: model.targetNames,
      label: why.label,
      sample,
      shape: model.shape,
      stages: why.stages.map(({ place, name, output }) => ({ place, name, output: viewOf(output, SHOWN) })),
      contributions: Float32Array.from(why.contributions.data),
    };
  }

  /** The model, to make samples of pictures for it. */
  get model(): Model | undefined {
    return this.#model;
  }

  /** An example, as it is before the network reads it; undefined where there is none. */
  example(
    split: Split,
    index: number,
  ): { readonly features: ArrayLike<number>; readonly label: number | undefined } | undefined {
    const examples = this.#examples.get(split);
    if (examples === undefined) return undefined;
    const width = sizeOf(examples.shape);
    const features = examples.features.slice(index * width, (index + 1) * width);
    return features.length < width ? undefined : { features, label: examples.labels?.[index] };
  }

  /** The first examples of a split; undefined before they are read. */
  examples(split: Split, count: number): ExamplesView | undefined {
    const examples = this.#examples.get(split);
    if (examples === undefined) return undefined;
    const { shape, features, labels, classNames } = examples;
    const width = sizeOf(shape);
    const found = Math.min(count, Math.floor(features.length / width));
    return {
      shape,
      examples: Array.from({ length: found }, (_, i) => ({
        features: features.slice(i * width, (i + 1) * width),
        label: labels && (classNames?.[labels[i]] ?? String(labels[i])),
      })),
    };
  }

  /** What the network says over the plane; undefined where samples are not two numbers with a class. */
  surface() {
    const examples = this.#examples.get('train');
    return this.#model && examples && surfaceOf(this.#model, examples);
  }

  /** The files of the model in a format; `model` is our own. */
  async export(format: ExportFormat | 'model'): Promise<readonly ExportedFile[]> {
    const model = this.#modelNow();
    if (model === undefined) return [];
    if (format === 'model') return [{ extension: '.safetensors', content: await model.encode() }];
    return exportModel(model, format);
  }

  /** What a folder of the run is made of; undefined before the data are read. */
  runSoFar(): RunSoFar | undefined {
    const model = this.#modelNow();
    return model && { file: this.file, model, events: [...this.#events], left: this.#left, began: this.#began };
  }

  /** Undefined while it goes on. */
  get ended(): Ended | undefined {
    const end = this.#events.at(-1);
    if (end?.event !== 'end' || this.#left === undefined) return undefined;
    const { checkpoint } = this.#left;
    const events = this.#events.slice(0, -1);
    return { checkpoint, events, began: this.#began, stoppedEarly: end.stoppedEarly === true };
  }

  /** The model, which also says how far it has come. */
  #modelNow(): Model | undefined {
    const [start] = this.#events;
    const data = this.#data;
    if (this.#pipeline === undefined || data === undefined) return undefined;
    const last = this.#events.findLast((event) => event.event === 'epoch' || event.event === 'end');
    const reached = {
      runId: start.runId,
      seed: this.#pipeline.seed,
      epoch: last?.event === 'end' ? (last.best?.epoch ?? last.epochs) : (last?.epoch ?? 0),
      step: this.#step,
      metrics: last === undefined ? {} : metricsOf(last),
      data: { source: data.source, ...(data.fallbackFor !== undefined && { fallbackFor: data.fallbackFor }) },
    };
    return modelOf(this.#pipeline, { data, reached });
  }

  /** Around each stage: what records steps; and what keeps the examples, as the last stage of `data:` gives them. */
  readonly #instrument: Instrument = (operator, row, part) =>
    row.section === 'data'
      ? pipe(
          operator,
          tap((value) => {
            if (typeof value === 'object' && 'features' in value) this.#examples.set(value.split, value);
          }),
        )
      : this.#recorder.instrument(operator, row, part);

  #hear(event: PipelineEvent): void {
    const run = this.number;
    if (['epoch', 'end'].includes(event.event)) this.#events.push(event);
    switch (event.event) {
      case 'start': {
        this.isOpening = false;
        this.#control.pause();
        // its events are those of a run that never ended
        const { resumedFrom: _, ...start } = event;
        this.#events.push(start, ...(this.before?.events.slice(1) ?? []));
        this.#step = this.before?.checkpoint.step ?? 0;
        this.#data = event.data;
        if (this.#pipeline) this.#model = modelOf(this.#pipeline, { data: event.data });
        this.tell({
          tell: 'ready',
          run,
          data: event.data,
          fallback: event.fallback,
          size: this.#batchSize,
          known: this.#pipeline && describeOutline(this.#pipeline, this.file.name),
        });
        void this.#judge(JUDGED.meanwhile);
        break;
      }
      case 'step':
        this.#losses.push(event.loss);
        this.#step = event.step;
        break;
      case 'epoch': {
        const { epoch, step } = event;
        this.#tellSteps();
        this.#last = (step / epoch) * (this.#pipeline?.epochs ?? 0);
        this.tell({
          tell: 'epoch',
          run,
          epoch,
          step,
          accuracy: (event.validation ?? event.test ?? event.train)?.accuracy,
        });
        if (this.#endsWithEpoch) this.pause();
        break;
      }
      case 'end':
        this.#tellSteps();
        void this.#judge(JUDGED.atTheEnd);
        this.tell({
          tell: 'ended',
          run,
          weights: event.weights,
          seconds: event.seconds,
          accuracy: (event.test ?? event.validation ?? event.train)?.accuracy,
        });
        break;
    }
  }

  /** Takes a checkpoint where the run is left, and now and then. */
  #keep(at: RunningRun): void {
    const now = performance.now();
    const isDue = !this.#control.isPlaying || at.isOver || now - this.#told.checkpoints >= PAUSES.checkpoints;
    if (!isDue) return;
    this.#told.checkpoints = now;
    this.#left = { checkpoint: at.checkpoint(), events: this.#events.length };
  }

  /** At full speed, looks up now and then. */
  #betweenSteps(): void {
    // what is seen when all is over is the end
    if (this.#last !== undefined && this.#step === this.#last - 1) this.#record('train');
    const now = performance.now();
    if (!this.#control.isPlaying) {
      this.#tellPaused();
      return;
    }
    if (now - this.#told.steps >= PAUSES.steps) this.#tellSteps();
    if (this.#isDue('records', now)) this.#record();
    if (this.#isDue('judgements', now)) void this.#judge(JUDGED.meanwhile);
  }

  #isDue(what: 'records' | 'judgements', now: number): boolean {
    return now - this.#told[what] >= Math.max(PAUSES[what], REST * this.#cost[what]);
  }

  #resume(): void {
    this.#endsWithEpoch = false;
    this.#told.steps = performance.now();
  }

  #record(split?: Split): void {
    const began = performance.now();
    this.#told.records = began;
    const tell = (step: RecordedStep) => {
      this.#cost.records = performance.now() - began;
      this.tell({ tell: 'recorded', run: this.number, step });
    };
    this.#recorder.record(tell, { split, samples: SAMPLES });
  }

  async #judge(most: number): Promise<void> {
    const began = performance.now();
    this.#told.judgements = began;
    const examples = (['test', 'validation', 'train'] as const).flatMap((split) => this.#examples.get(split) ?? [])[0];
    if (this.#model === undefined || examples === undefined) return;
    const step = this.#step;
    const judgement = await judge(this.#model, examples, most);
    this.#cost.judgements = performance.now() - began;
    if (judgement) this.tell({ tell: 'judged', run: this.number, judgement: { ...judgement, step } });
  }

  #tellPaused(): void {
    this.#tellSteps();
    void this.#judge(JUDGED.meanwhile);
    this.tell({ tell: 'paused', run: this.number, step: this.#step });
  }

  #tellSteps(): void {
    const now = performance.now();
    const count = this.#losses.length;
    if (count === 0) return;
    const seconds = (now - this.#told.steps) / 1000;
    const losses = Float32Array.from(this.#losses);
    this.#losses = [];
    this.#told.steps = now;
    const samplesPerSecond = (count * this.#batchSize) / seconds;
    this.tell({ tell: 'steps', run: this.number, first: this.#step - count + 1, losses, samplesPerSecond });
  }

  get #batchSize(): number {
    const batcher = this.#pipeline?.rows.find(({ section }) => section === 'train');
    return batcher?.output.kind === 'batch' ? batcher.output.size : 0;
  }
}

/** Those of the splits that were measured. */
const metricsOf = ({ train, validation, test }: SplitMetrics): Readonly<Record<string, Metrics>> => ({
  ...(train && { train }),
  ...(validation && { validation }),
  ...(test && { test }),
});

/** A run that is kept: what it says and learns is written into its folder while it goes on. */
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { clock } from '../core/clock.js';
import { messageOf, RunError } from '../core/errors.js';
import { describePipeline, learnedFrom, type ModelDescription } from '../core/model/description.js';
import { encodeModel } from '../core/model/model.js';
import type { Pipeline } from '../core/pipeline/pipeline.js';
import type { Checkpoint, RunningRun } from '../core/run/checkpoint.js';
import { encodeCheckpoint } from '../core/run/checkpoint-file.js';
import { bySplit, type EndEvent, type PipelineEvent, type StartEvent } from '../core/run/events.js';
import { isFiniteState, type StateDict } from '../core/state.js';
import { type CheckedFiles, gitOf, type RunEnvironment, type Session, thisSession } from './run-environment.js';
import { checkpointsIn, createRunFolder, elsewhere, files, makeRunFolder, notKept } from './run-folder.js';
import { lockRun } from './run-lock.js';
import { replaceFileSync, writeWholeFile } from './whole-file.js';

export interface KeptRunOptions {
  readonly pipeline: Pipeline;
  /** The pipeline as a file that runs from anywhere. */
  readonly resolved: string;
  /** Where it was read from. */
  readonly path: string;
  /**
   * The folder of all runs; or that of a new run, which need not be there; or that of the run that goes on, which is locked, and
   * how many bytes of its events count.
   */
  readonly place:
    | { readonly out: string }
    | { readonly made: string }
    | { readonly folder: string; readonly events: number };
  readonly environment: Omit<RunEnvironment, 'sessions' | 'runId'>;
  /** Those before this one. */
  readonly sessions: RunEnvironment['sessions'];
  readonly command: readonly string[] | undefined;
  /** The checksums of the data files that were read by the time of the first event. */
  readonly checksums: () => Promise<CheckedFiles>;
  /** Called when a checkpoint is in the folder. */
  readonly onCheckpoint?: (() => void) | undefined;
}

/** Milliseconds between two checkpoints, where the pipeline does not say how often there should be one. */
const INTERVAL = 10_000;

/** How many checkpoints may wait to be written: each is a copy of all that was learned. */
const MOST_WAITING = 2;

/** How many events between two epochs are gathered before they are written. */
const MANY = 1000;

/** Where a run stood, and when. */
interface Stand {
  readonly epoch: number;
  readonly step: number;
  readonly time: number;
}

const lineOf = (event: object): string => `${JSON.stringify(event)}\n`;

/** The first line of a file of events, and the bytes of the others; undefined where it is gone or damaged. */
function eventsIn(path: string): { readonly first: StartEvent | undefined; readonly rest: Uint8Array } {
  try {
    const bytes = readFileSync(path);
    const end = bytes.indexOf('\n') + 1;
    const first = JSON.parse(bytes.toString('utf8', 0, end));
    return { first: first.event === 'start' ? first : undefined, rest: bytes.subarray(end) };
  } catch {
    return { first: undefined, rest: new Uint8Array() };
  }
}

export class KeptRun {
  /** Undefined until the first event: nothing is written before the pipeline is checked and its data are read. */
  folder: string | undefined;
  /** Why the run is to stop at its next step; it is thrown there. */
  stopReason: unknown;

  #events = -1;
  /** Behind the line of the start, whose length changes where a run is given more epochs. */
  #eventBytes = 0;
  #lines: string[] = [];
  #start: StartEvent | undefined;
  /** Where the run stands; and where it began, or stood when the last checkpoint was taken. */
  #now = { epoch: 1, step: 0 };
  #last: Stand | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** How many checkpoints are still to be written. */
  #waiting = 0;
  #failure: Error | undefined;
  #unlock = (): void => {};

  constructor(private readonly options: KeptRunOptions) {}

  /** @throws RunError when it cannot be written. */
  event(event: PipelineEvent): void {
    if (event.event === 'progress' || event.event === 'end') return; // the end is written with the model
    if (event.event === 'start') {
      this.#open(event);
      return;
    }
    this.#lines.push(lineOf(event));
    if ((event.event !== 'step' && event.event !== 'scalars') || this.#lines.length >= MANY) this.#flush();
  }

  /** Writes a checkpoint where one is due, and stops the run where it is to stop. */
  betweenSteps(run: RunningRun): void {
    if (this.#failure !== undefined) throw this.#failure;
    const isNewEpoch = run.epoch > this.#now.epoch;
    this.#now = { epoch: run.epoch, step: run.step };
    this.#last ??= { ...this.#now, time: clock.now() };
    const { stopReason } = this;
    if (stopReason !== undefined || run.isOver || this.#isDue(this.#last, isNewEpoch)) this.#take(run);
    if (stopReason !== undefined) throw stopReason;
  }

  /**
   * When the run has ended: writes its model, and then that it is completed.
   *
   * @throws RunError when something of the run could not be written.
   */
  async complete(end: EndEvent, model: Uint8Array): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
    await this.#writeFile(files.model, model);
    this.#lines.push(lineOf(end));
    this.#flush();
    this.#close();
  }

  /** When it did not reach its end: waits for its last checkpoint, and writes why. */
  async fail(error: unknown): Promise<void> {
    await this.#writing;
    if (this.#start === undefined || this.#events === -1) return;
    const status = error === this.stopReason ? 'interrupted' : 'failed';
    const { runId } = this.#start;
    const reached = { epochs: this.#now.epoch - 1, steps: this.#now.step };
    const why = status === 'failed' ? { error: messageOf(error) } : {};
    this.#lines.push(lineOf({ event: 'end', runId, status, ...reached, ...why }));
    try {
      this.#flush();
      this.#close();
    } catch {
      // the error that ended the run is the one to be told
    }
  }

  /** When it has ended, in whichever way: another process may go on with it. */
  leave(): void {
    this.#unlock();
  }

  #isDue({ epoch, step, time }: Stand, isNewEpoch: boolean): boolean {
    if (this.#waiting >= MOST_WAITING) return false; // it stays due until the disk has caught up
    const { every } = this.options.pipeline.checkpoint;
    const elapsed = clock.now() - time;
    if (every === undefined) return isNewEpoch && elapsed >= INTERVAL;
    if (every === 'epoch') return this.#now.epoch > epoch;
    const [count, unit] = every.split(' ');
    if (unit.startsWith('step')) return this.#now.step - step >= Number(count);
    return elapsed >= Number(count) * (unit === 's' ? 1000 : 60_000);
  }

  #open(start: StartEvent): void {
    const { place, pipeline } = this.options;
    this.#start = start;
    if ('folder' in place) this.folder = place.folder;
    else this.folder = 'made' in place ? makeRunFolder(place.made) : createRunFolder(place.out, pipeline.name);
    if (!('folder' in place)) this.#unlock = lockRun(this.folder);
    const path = join(this.folder, files.events);
    try {
      replaceFileSync(join(this.folder, files.pipeline), this.options.resolved);
      // before the environment, which makes a run of the folder: no run can go on that does not know how it began
      if (!('folder' in place)) writeFileSync(path, lineOf(start));
      else this.#takeBack(path, start, place.events);
      this.#events = openSync(path, 'a');
      if (this.#eventBytes > 0) fsyncSync(this.#events); // its checkpoints count on them
      const session = thisSession(this.options.command);
      const { environment, checksums } = this.options;
      this.#writeEnvironment(session, environment.data);
      // what takes longer is added while it trains
      this.#enqueue(async () => {
        const [git, read] = await Promise.all([gitOf(this.options.path), checksums()]);
        const data = environment.data.length > 0 ? environment.data : read; // those that it began with
        this.#writeEnvironment({ ...session, ...(git && { git }) }, data);
      });
    } catch (error) {
      throw this.#notKept(path, error);
    }
  }

  /**
   * The events of a run that goes on, as far as they count. How it began stays as it was said: by now its places are those of
   * the pipeline file in the folder. Its epochs alone may be others.
   */
  #takeBack(path: string, start: StartEvent, bytes: number): void {
    const { first, rest } = eventsIn(path);
    const kept = rest.subarray(0, bytes);
    replaceFileSync(path, Buffer.concat([Buffer.from(lineOf({ ...(first ?? start), epochs: start.epochs })), kept]));
    this.#eventBytes = kept.length;
    mkdirSync(this.#path(files.checkpoints), { recursive: true });
  }

  #writeEnvironment(session: Session, data: RunEnvironment['data']): void {
    const { environment, sessions } = this.options;
    const runId = this.#start?.runId ?? '';
    const content: RunEnvironment = { ...environment, runId, data, sessions: [...sessions, session] };
    replaceFileSync(this.#path(files.environment), `${JSON.stringify(content, undefined, 2)}\n`);
  }

  #take(run: RunningRun): void {
    const checkpoint = run.checkpoint();
    // weights that are none are never written; the next step says where they came from
    if (!isFiniteState(checkpoint.state)) return;
    this.#last = { ...this.#now, time: clock.now() };
    this.#flush();
    const notes = { events: String(this.#eventBytes) };
    const learned = this.options.pipeline.learned.state();
    this.#waiting++;
    this.#enqueue(async () => {
      await this.#writeCheckpoint(checkpoint, notes, learned);
      this.#waiting--;
      this.options.onCheckpoint?.();
    });
  }

  async #writeCheckpoint(checkpoint: Checkpoint, notes: { events: string }, learned: StateDict): Promise<void> {
    fdatasyncSync(this.#events); // a checkpoint counts on the events before it
    const { epoch, step, seen } = checkpoint;
    const name = `epoch-${String(epoch).padStart(7, '0')}-step-${String(step).padStart(10, '0')}.safetensors`;
    await this.#writeFile(join(files.checkpoints, name), await encodeCheckpoint(checkpoint, notes));
    await this.#prune();
    const last = await encodeModel(this.#describe({ ...checkpoint, epoch: epoch - 1 }), learned);
    if (seen?.best === undefined) {
      await this.#writeFile(files.model, last);
    } else {
      await this.#writeFile(files.lastModel, last);
      await this.#writeFile(files.model, await encodeModel(this.#describe(seen.best), seen.best.learned));
    }
  }

  #describe({ epoch, step, metrics }: Pick<Checkpoint, 'epoch' | 'step' | 'metrics'>): ModelDescription {
    const { pipeline } = this.options;
    const { runId, data } = this.#start as StartEvent;
    return describePipeline(pipeline, {
      data,
      reached: { runId, seed: pipeline.seed, epoch, step, metrics: bySplit(metrics), data: learnedFrom(data) },
    });
  }

  /** The newest are kept. */
  async #prune(): Promise<void> {
    const folder = this.#path(files.checkpoints);
    const names = await checkpointsIn(folder);
    const old = names.slice(0, -this.options.pipeline.checkpoint.keep);
    await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
  }

  /** One after another, while training goes on. What fails is thrown between the next two steps. */
  #enqueue(work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error) => {
      this.#failure ??= error instanceof RunError ? error : this.#notKept(this.#path(''), error);
    });
  }

  async #writeFile(name: string, content: Uint8Array): Promise<void> {
    const path = this.#path(name);
    await writeWholeFile(path, content).catch((error) => {
      throw this.#notKept(path, error);
    });
  }

  #flush(): void {
    try {
      for (let text = Buffer.from(this.#lines.splice(0).join('')); text.length > 0; ) {
        const written = writeSync(this.#events, text);
        this.#eventBytes += written;
        text = text.subarray(written);
      }
    } catch (error) {
      throw this.#notKept(this.#path(files.events), error);
    }
  }

  #close(): void {
    fsyncSync(this.#events);
    closeSync(this.#events);
    this.#events = -1;
  }

  #notKept(path: string, error: unknown): RunError {
    return notKept('run', path, error, 'out' in this.options.place ? elsewhere : undefined);
  }

  #path = (name: string): string => join(this.folder ?? '', name);
}

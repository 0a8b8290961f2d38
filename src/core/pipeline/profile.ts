/** Where the time of a run goes: rows, calls, seconds and bytes of every stage, as an operator of a database reports them. */
import { map, type OperatorFunction, pipe, type SchedulerLike } from 'rxjs';
import { clock } from '../clock.js';
import type { Family } from '../contract.js';
import { exampleCount } from '../examples.js';
import type { Batch, Examples, Kind, Kinds, Pullback, Step, TapeEntry } from '../kinds.js';
import type { StateValue } from '../state.js';
import { bytesOf, type DType, sizeOf, type Tensor } from '../tensor.js';
import { byPlace, type Instrument, placeOf, type StageOperator, type StageRow } from './assembly.js';
import { type Owner, Stopwatch } from './stopwatch.js';

/** What a stage has done, and how long that took. */
export interface StageProfile {
  /** `train.0` */
  readonly at: string;
  readonly name: string;
  /** Of a network stage, in training: its ways forward and back are measured apart. */
  readonly direction?: 'forward' | 'backward';
  /** How many samples it has given, or, of a metric, was given. */
  readonly rows: number;
  /** In how many batches, steps or data sets. */
  readonly calls: number;
  /** In the stage itself, and in no other that it calls or emits to. */
  readonly seconds: number;
  /** Of the seconds of all stages, from 0 to 1. */
  readonly share: number;
  /** As far as it is known: its parameters (on the way back, their gradients), what it remembers, and what it gives. */
  readonly bytes: number;
}

/** A stage, or one direction of it, while it is measured. */
interface Counter extends Owner {
  readonly row: StageRow;
  readonly direction: StageProfile['direction'];
  rows: number;
  calls: number;
  /** Of what it gives. */
  bytes: number;
}

/** What these emit may have waited for files, or for a turn of the event loop: the wait is theirs. */
const waiting: readonly Family[] = ['sources', 'data', 'batches'];

export class Profile {
  readonly #counters = new Map<StageRow, Counter[]>();
  readonly #watch = new Stopwatch();

  constructor(private readonly dtype: DType) {}

  /** For stages that work in turns. */
  scheduler(inner: SchedulerLike): SchedulerLike {
    return this.#watch.scheduler(inner);
  }

  /** What was measured so far, in the order of a pipeline file. */
  stages(): StageProfile[] {
    const rows = [...this.#counters.keys()].toSorted(byPlace);
    const counters = rows.flatMap((row) => this.#counters.get(row) ?? []);
    const total = counters.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    return counters.map((counter) => {
      const { row, direction, rows, calls, milliseconds, bytes } = counter;
      return {
        at: placeOf(row),
        name: row.name,
        ...(direction !== undefined && { direction }),
        rows,
        calls,
        seconds: Math.round(milliseconds * 1000) / 1e6,
        share: total === 0 ? 0 : milliseconds / total,
        bytes: bytes + this.#bytesKept(row, direction),
      };
    });
  }

  /** Goes around a stage; around a block's parts, where it has parts. */
  readonly instrument: Instrument = (operator, row, part) =>
    row.section === 'network' ? this.#layer(operator, row, part) : this.#stage(operator, row);

  #stage(operator: StageOperator, row: StageRow): StageOperator {
    const [counter] = this.#countersOf(row, [undefined]);
    const { family, to } = row.definition;
    const mayWait = waiting.includes(family);
    const watch = this.#watch;
    let given: Kinds[Kind];
    return pipe(
      watch.during(
        (value) => {
          given = value;
          if (to === 'metric') count(counter, rowsIn(value));
          return counter;
        },
        { owner: counter },
      ),
      operator,
      watch.during(
        (value) => {
          if (mayWait && watch.current === undefined) counter.milliseconds += clock.now() - counter.rested;
          if (to !== 'metric') count(counter, rowsIn(value));
          if (family !== 'forward') this.#measure(counter, value, given); // what that gives is its last layer's
          return undefined;
        },
        { owner: undefined },
        counter,
      ),
    );
  }

  /** In validation and tests, layers are a part of `forward`. */
  #layer(operator: StageOperator, row: StageRow, part: Parameters<Instrument>[2]): StageOperator {
    const [forward, backward] = this.#countersOf(row, ['forward', 'backward']);
    const watch = this.#watch;
    let given: Batch;
    const timed = (entry: TapeEntry): TapeEntry => {
      const pullback: Pullback = (dout, needed) => {
        const before = watch.switchTo(backward);
        const dx = entry.pullback(dout, needed);
        watch.switchTo(before);
        if (part === undefined || part === 'opening') count(backward, dout.shape[0]);
        if (dx !== undefined && dx !== dout) this.#atLeast(backward, dx);
        return dx;
      };
      return { ...entry, pullback };
    };
    const isTraining = ({ split }: Batch): boolean => split === 'train';
    return pipe(
      watch.during((batch: Batch) => {
        given = batch;
        return isTraining(batch) ? forward : watch.current;
      }),
      operator as OperatorFunction<Batch, Batch>,
      map((batch) => {
        const { tape } = batch;
        if (!isTraining(batch) || tape.length <= given.tape.length) return batch;
        return { ...batch, tape: [...tape.slice(0, -1), timed(tape[tape.length - 1])] };
      }),
      watch.during((batch) => {
        if (!isTraining(batch)) return watch.current;
        if (part === undefined || part === 'closing') count(forward, batch.x.shape[0]);
        this.#measure(forward, batch, given);
        return undefined;
      }),
    ) as StageOperator;
  }

  #countersOf(row: StageRow, directions: readonly StageProfile['direction'][]): Counter[] {
    const known = this.#counters.get(row);
    if (known !== undefined) return known;
    const fresh = directions.map((direction) => ({
      row,
      direction,
      rows: 0,
      calls: 0,
      milliseconds: 0,
      bytes: 0,
      rested: 0,
    }));
    this.#counters.set(row, fresh);
    return fresh;
  }

  /** What a stage gives beside what it was given. Numbers are not read: a back end may leave them for later. */
  #measure(counter: Counter, value: Kinds[Kind], given: Kinds[Kind]): void {
    if (typeof value !== 'object') return;
    const before: Partial<Examples & Step> = typeof given === 'object' ? (given as Examples & Step) : {};
    if ('features' in value) {
      if (value.features.buffer !== before.features?.buffer) counter.bytes += value.features.byteLength;
    } else if ('dx' in value) {
      if (value.dx !== before.dx) this.#atLeast(counter, value.dx);
    } else if ('x' in value && value.x !== before.x) {
      this.#atLeast(counter, value.x);
    }
  }

  #atLeast(counter: Counter, { shape }: Tensor): void {
    counter.bytes = Math.max(counter.bytes, sizeOf(shape) * bytesOf(this.dtype));
  }

  #bytesKept({ parameters, state }: StageRow, direction: StageProfile['direction']): number {
    const learned = parameters.reduce((sum, { value }) => sum + sizeOf(value.shape), 0) * bytesOf(this.dtype);
    if (direction === 'backward' || state === undefined) return learned;
    const remembered = Object.values(state.state()).reduce((sum: number, value) => sum + byteLengthOf(value), 0);
    return learned + remembered;
  }
}

function count(counter: Counter, rows: number): void {
  counter.rows += rows;
  counter.calls++;
}

function rowsIn(value: Kinds[Kind]): number {
  if (typeof value === 'string') return 0;
  if ('features' in value) return exampleCount(value);
  return 'x' in value ? value.x.shape[0] : 0;
}

/** Of plain values, next to nothing. */
function byteLengthOf(value: StateValue): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  const isTensor = typeof value === 'object' && value !== null && 'data' in value && ArrayBuffer.isView(value.data);
  return isTensor ? (value as Tensor).data.byteLength : 0;
}

import { map, type SchedulerLike } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { turnScheduler } from '../core/scheduler.js';
import type { Tensor } from '../core/tensor.js';

/** How marbles are compared. */
export interface MarbleOptions {
  /** How far two numbers may be apart and count as equal; relative where they are above 1. Default 1e-6. */
  readonly tolerance?: number;
}

/**
 * RxJS's marble test, aware of tensors.
 *
 *     marbles(({ cold, expectObservable }) => {
 *       const source = cold('--a--|', { a: batchOf([[-1, 2]]) });
 *       expectObservable(source.pipe(relu())).toBe('--a--|', { a: { x: [[0, 2]] } });
 *     });
 *
 * Tensors and typed arrays are compared as nested rows, and numbers within a tolerance. An expected object names the
 * fields that matter: others may be anything. An error is compared by its message. Values are copied as they are
 * emitted, because a stage may write its next batch into the same memory. The stages' own scheduler runs in marble time,
 * as RxJS's schedulers do.
 *
 * @throws Error that shows both streams when they differ
 */
export function marbles(test: (helpers: RunHelpers) => void, { tolerance = 1e-6 }: MarbleOptions = {}): void {
  const scheduler = new TestScheduler((actual, expected) => {
    const [found, wanted] = [plain(actual), plain(expected)];
    if (matches(found, wanted, tolerance)) return;
    throw new Error(`the streams differ\nfound    ${show(found)}\nexpected ${show(wanted)}`);
  });
  inMarbleTime(scheduler, () =>
    scheduler.run((helpers) =>
      test({
        ...helpers,
        expectObservable: (stream, unsubscription) => helpers.expectObservable(stream.pipe(map(plain)), unsubscription),
      }),
    ),
  );
}

/** On real time, a batch on a slow machine would wait for a turn of the event loop that no marble test sees. */
function inMarbleTime(scheduler: TestScheduler, test: () => void): void {
  const realTime = { ...turnScheduler };
  const marbleTime: SchedulerLike = {
    now: () => scheduler.now(),
    schedule: scheduler.schedule.bind(scheduler),
  };
  Object.assign(turnScheduler, marbleTime);
  try {
    test();
  } finally {
    Object.assign(turnScheduler, realTime);
  }
}

/** A copy in plain arrays and objects. */
function plain(value: unknown): unknown {
  if (isTensor(value)) return rowsOf([...value.data], value.shape);
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Error) return { message: value.message };
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}

const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'shape' in value && 'data' in value && ArrayBuffer.isView(value.data);

/** Cuts flat numbers into nested rows, the last axis innermost. */
function rowsOf(numbers: readonly number[], [length, ...inner]: Tensor['shape']): unknown {
  if (length === undefined) return numbers[0];
  const width = numbers.length / length;
  return Array.from({ length }, (_, row) => rowsOf(numbers.slice(row * width, (row + 1) * width), inner));
}

function matches(found: unknown, wanted: unknown, tolerance: number): boolean {
  if (typeof found === 'number' && typeof wanted === 'number') {
    if (!Number.isFinite(wanted)) return Object.is(found, wanted);
    return Math.abs(found - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
  }
  if (Array.isArray(found) || Array.isArray(wanted)) {
    if (!Array.isArray(found) || !Array.isArray(wanted)) return false;
    return found.length === wanted.length && wanted.every((item, i) => matches(found[i], item, tolerance));
  }
  if (typeof found === 'object' && typeof wanted === 'object' && found !== null && wanted !== null) {
    const fields = found as Record<string, unknown>;
    return Object.entries(wanted).every(([key, value]) => matches(fields[key], value, tolerance));
  }
  return Object.is(found, wanted);
}

/** As JSON, which has no word for NaN and the infinities, and drops what is undefined. */
const show = (value: unknown): string =>
  JSON.stringify(value, (_, field) => {
    if (field === undefined) return null;
    return typeof field === 'number' && !Number.isFinite(field) ? String(field) : field;
  });

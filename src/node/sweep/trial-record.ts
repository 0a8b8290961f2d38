/** What is known of a trial, and the lines that say so: one for each thing that came of it, appended as it came. */
import * as z from 'zod';
import type { Json } from '../../core/state.js';
import type { TrialState } from '../../core/sweep/history.js';
import type { Point } from '../../core/sweep/space.js';

const metrics = z.record(z.string(), z.record(z.string(), z.number()));

const begun = z.object({
  trial: z.int(),
  status: z.literal('running'),
  id: z.string(),
  seed: z.int(),
  point: z.record(z.string(), z.number()),
  values: z.record(z.string(), z.custom<Json>()),
});

const left = z.object({
  trial: z.int(),
  status: z.enum(['stopped', 'completed', 'failed', 'interrupted']),
  epochs: z.int(),
  /** Of training, in this session. */
  seconds: z.number(),
  value: z.number().optional(),
  metrics: metrics.optional(),
  weights: z.string().optional(),
  reason: z.string().optional(),
  /** Whether it may be tried again: its process was killed, or the disk was full. */
  passing: z.boolean().optional(),
});

/** A line of `trials.jsonl`. */
export const trialLine = z.union([begun, left]);

export type TrialLine = z.output<typeof trialLine>;
type BegunLine = z.output<typeof begun>;
type LeftLine = z.output<typeof left>;

/** What has become of a trial. */
export interface TrialRecord extends TrialState {
  /** From 1 on; what its folder is called. */
  readonly trial: number;
  readonly id: string;
  readonly seed: number;
  readonly point: Point;
  /** What it tries, by the paths of `over:`. */
  readonly values: BegunLine['values'];
  /** Of training. */
  readonly seconds: number;
  /** What the model has reached, by split. */
  readonly metrics?: LeftLine['metrics'];
  readonly weights?: string | undefined;
  /** Why it failed. */
  readonly reason?: string | undefined;
  readonly passing?: boolean | undefined;
}

/** A trial, with one more line. */
export function recordWith(before: TrialRecord | undefined, line: TrialLine): TrialRecord | undefined {
  if (line.status === 'running') {
    const { trial, id, seed, point, values } = line;
    return { trial, id, seed, point, values, status: 'running', epochs: 0, rungs: {}, value: undefined, seconds: 0 };
  }
  if (before === undefined) return undefined; // of a line that was cut
  const { status, epochs, seconds, value, metrics, weights, reason, passing } = line;
  return {
    ...before,
    status,
    epochs: Math.max(epochs, before.epochs),
    seconds: before.seconds + seconds,
    value: value ?? before.value,
    rungs: status === 'stopped' && value !== undefined ? { ...before.rungs, [epochs]: value } : before.rungs,
    metrics,
    weights,
    reason,
    passing,
  };
}

/** A trial as a job of the queue: data, which a worker holds against what it allows before it does anything. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { TrialNews, TrialOutcome } from '../sweep/engine.js';

export const trialJob = z.strictObject({
  /** Of marblenet: another may come to other weights. */
  version: z.string(),
  /** What the trial is called in the store: folders, and its number. */
  key: z.string().regex(/^([^\p{Cc}/]+\/)+[1-9]\d*$/u, { error: 'expected the folder of a trial, as relu/sweep-1/3' }),
  /** The pipeline file, with its paths as they are seen from the data folder. */
  pipeline: z.string(),
  /** The data files of the base: the paths of those that the store has, in the data folder. */
  data: z.array(z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), path: z.string().optional() })),
  until: z.int().optional(),
  metric: z.string().optional(),
  oneThread: z.boolean(),
  offline: z.boolean(),
  /** How often workers could not take it, and the ids of these; the sweep does not send it. */
  refused: z.strictObject({ times: z.int(), workers: z.array(z.string()) }).optional(),
});

export type TrialJob = z.output<typeof trialJob>;

/** SHA-256 of what is trained, on which data, by which version, and where it is kept: the same is never queued twice. */
export const jobIdOf = (job: TrialJob): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(job).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex');

const value = z.number().optional();
const reached = { epochs: z.int(), seconds: z.number(), copy: z.string().optional() };

/** What a worker tells of a job, as its progress. */
export type JobNews =
  | TrialNews
  /** It cannot take it. */
  | { readonly event: 'refused'; readonly reason: string; readonly host: string };

/** What a job that was done returns. */
export const trialResult = z.union([
  z.object({
    ...reached,
    status: z.literal('completed'),
    value,
    metrics: z.record(z.string(), z.record(z.string(), z.number())),
    weights: z.string(),
  }),
  z.object({ ...reached, status: z.literal('stopped'), value }),
]);

export type TrialResult = Extract<TrialOutcome, { readonly status: 'completed' | 'stopped' }> & {
  /** Of its run, in the store. */
  readonly copy: string | undefined;
};

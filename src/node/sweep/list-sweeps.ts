/** The sweeps that are kept in a folder of runs, and how far each came. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { bestOf } from '../../core/sweep/history.js';
import { holderOf } from '../run-lock.js';
import { readSweep, readTrials, sweepsIn } from './sweep-folder.js';

export interface SweepSummary {
  /** `runs/relu/sweep-1` */
  readonly folder: string;
  readonly status: 'completed' | 'failed' | 'interrupted' | 'running';
  /** ISO 8601. */
  readonly began: string;
  /** How many there are to be, at the most. */
  readonly trials: number;
  /** How many have come to an end, or to a rung. */
  readonly ended: number;
  readonly metric: string;
  /** The best so far. */
  readonly best?: { readonly trial: number; readonly value: number };
}

/**
 * By name, then by number, as `listRuns` has the runs.
 *
 * @throws what reading the folder throws.
 */
export async function listSweeps(out: string): Promise<SweepSummary[]> {
  const found: SweepSummary[] = [];
  for (const name of ['.', ...(await readdir(out)).sort()]) {
    for (const folder of await sweepsIn(join(out, name))) {
      const summary = await summaryOf(folder).catch(ignoreDamaged);
      if (summary !== undefined) found.push(summary);
    }
  }
  return found;
}

export async function summaryOf(folder: string): Promise<SweepSummary> {
  const record = await readSweep(folder);
  const { began, trials, metric } = record;
  const all = readTrials(folder);
  const ended = all.filter(({ status }) => status !== 'running' && status !== 'interrupted').length;
  const best = bestOf(all, record);
  const whole = best === undefined ? 'failed' : 'completed';
  const status = holderOf(folder) !== undefined ? 'running' : ended < trials ? 'interrupted' : whole;
  const reached = best?.value === undefined ? {} : { best: { trial: best.trial, value: best.value } };
  return { folder, status, began, trials, ended, metric, ...reached };
}

function ignoreDamaged(error: unknown): undefined {
  if (!(error instanceof DataError)) throw error;
}

/** The committees that are kept in a folder of runs, and how far each came. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { Metrics } from '../../core/run/events.js';
import { type RunRecord, recordOf } from '../list-runs.js';
import { holderOf } from '../run-lock.js';
import { committeesIn, readCommittee } from './committee-folder.js';

export interface CommitteeSummary {
  /** `runs/relu/committee-1` */
  readonly folder: string;
  /** `completed`: all members are trained; else that of the member that was under way. */
  readonly status: RunRecord['status'];
  /** ISO 8601. */
  readonly began: string;
  /** How many there are to be. */
  readonly members: number;
  readonly trained: number;
  /** Of the test, where the average was judged by it. */
  readonly average?: Metrics;
}

/**
 * By name, then by number, as `listRuns` has the runs.
 *
 * @throws what reading the folder throws.
 */
export async function listCommittees(out: string): Promise<CommitteeSummary[]> {
  const found: CommitteeSummary[] = [];
  for (const name of ['.', ...(await readdir(out)).sort()]) {
    for (const folder of await committeesIn(join(out, name))) {
      const summary = await summaryOf(folder).catch(ignoreDamaged);
      if (summary !== undefined) found.push(summary);
    }
  }
  return found;
}

async function summaryOf(folder: string): Promise<CommitteeSummary> {
  const { began, members, average } = await readCommittee(folder);
  const trained = members.filter(({ weights }) => weights !== undefined).length;
  const status = trained === members.length ? 'completed' : await statusOf(folder, members);
  return { folder, status, began, members: members.length, trained, ...(average && { average }) };
}

/** Of one that is not whole. A member that was left between its end and the next one's start says nothing of that. */
async function statusOf(
  folder: string,
  members: readonly { readonly run: string; readonly weights?: string | undefined }[],
): Promise<RunRecord['status']> {
  if (holderOf(folder) !== undefined) return 'running';
  const left = members.find(({ weights }) => weights === undefined)?.run;
  const record = left === undefined ? undefined : await recordOf(join(folder, left)).catch(ignoreDamaged);
  return record === undefined || record.status === 'completed' ? 'interrupted' : record.status;
}

function ignoreDamaged(error: unknown): undefined {
  if (!(error instanceof DataError)) throw error;
}

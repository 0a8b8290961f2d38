/** The runs that are kept in a folder, and how each came out. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DataError, MarblenetError } from '../core/errors.js';
import type { EndEvent, Metrics } from '../core/run/events.js';
import { changesBetween } from './pipeline-changes.js';
import { readEnvironment } from './run-environment.js';
import { files, numbersIn } from './run-folder.js';
import { holderOf } from './run-lock.js';
import { reasonOf } from './system-error.js';

export interface RunRecord {
  /** `runs/relu/3` */
  readonly folder: string;
  /** `killed`: its process ended without a word; `imported`: nothing was trained, the weights are another program's. */
  readonly status: 'completed' | 'imported' | 'interrupted' | 'failed' | 'killed' | 'running';
  /** ISO 8601. */
  readonly began: string;
  /** Whole ones. */
  readonly epochs: number;
  /** Of the last epoch, or of the best, by split. */
  readonly metrics: Readonly<Record<string, Metrics>>;
  /** What is another in its pipeline file than in that of the run before it: `network.1: relu -> sigmoid`. */
  readonly changes: readonly string[];
}

/**
 * By name, then by number.
 *
 * @throws DataError when the folder cannot be read.
 */
export async function listRuns(out: string): Promise<RunRecord[]> {
  const names = await readdir(out).catch((error) => {
    throw new DataError(out, `expected a folder of runs: ${reasonOf(error)}`, { cause: error });
  });
  const records: RunRecord[] = [];
  for (const name of ['.', ...names.sort()]) {
    // the first for `runs/relu`
    let before: unknown;
    for (const number of await numbersIn(join(out, name))) {
      const folder = join(out, name, String(number));
      const file = await contentOf(folder);
      const changes = before === undefined ? [] : changesBetween(before, file);
      try {
        records.push({ ...(await recordOf(folder)), changes });
        before = file;
      } catch (error) {
        if (!(error instanceof MarblenetError)) throw error; // a folder of something else
      }
    }
  }
  return records;
}

const contentOf = async (folder: string): Promise<unknown> =>
  readFile(join(folder, files.pipeline), 'utf8').then(
    (text) => parse(text),
    () => undefined,
  );

/** What a line of events may say that is looked for here. */
interface Line {
  readonly event?: string;
  readonly status?: RunRecord['status'];
  readonly epoch?: number;
  readonly epochs?: number;
}

/**
 * What became of a run.
 *
 * @throws DataError when it is no folder of one.
 */
export async function recordOf(folder: string): Promise<Omit<RunRecord, 'changes'>> {
  const { sessions, imported } = await readEnvironment(folder);
  if (imported !== undefined) {
    return { folder, status: 'imported', began: sessions[0].began, epochs: 0, metrics: {} };
  }
  const lines = (await readFile(join(folder, files.events), 'utf8').catch(() => '')).split('\n').flatMap(lineOf);
  const end = lines.findLast(({ event }) => event === 'end');
  const lastEpoch = lines.findLast(({ event }) => event === 'epoch');
  const { train, validation, test } = (end?.status === 'completed' ? end : (lastEpoch ?? {})) as RunRecord['metrics'];
  return {
    folder,
    status: end?.status ?? (holderOf(folder) === undefined ? 'killed' : 'running'),
    began: sessions[0].began,
    epochs: end?.status === 'completed' ? (end.epochs ?? 0) : (lastEpoch?.epoch ?? 0),
    metrics: { ...(train && { train }), ...(validation && { validation }), ...(test && { test }) },
  };
}

/** The last event of a run that is complete. */
export async function endOf(folder: string): Promise<EndEvent | undefined> {
  const lines = (await readFile(join(folder, files.events), 'utf8').catch(() => '')).split('\n').flatMap(lineOf);
  const last = lines.at(-1);
  return last?.event === 'end' && last.status === 'completed' ? (last as unknown as EndEvent) : undefined;
}

/** A line that was cut when its process was killed says nothing. */
function lineOf(text: string): Line[] {
  if (!text.startsWith('{"event":"e')) return []; // steps are many, and say nothing here
  try {
    return [JSON.parse(text) as Line];
  } catch {
    return [];
  }
}

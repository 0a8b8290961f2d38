/** The folder of a sweep: `sweep.json`, of what it is one; `trials.jsonl`, what came of it; and its trials, each the folder of a run. */
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { DataError } from '../../core/errors.js';
import { strategies } from '../../core/sweep/settings.js';
import { isThere } from '../is-there.js';
import { readRegularFile } from '../regular-file.js';
import { checkedFiles } from '../run-environment.js';
import { asFolderName, createNumberedFolder, files, notKept, numbersIn } from '../run-folder.js';
import { codeOf, reasonOf } from '../system-error.js';
import { replaceFileSync } from '../whole-file.js';
import { sweepSource } from './sweep-source.js';
import { recordWith, type TrialLine, type TrialRecord, trialLine } from './trial-record.js';

/** What makes a folder one of a sweep. */
export const SWEEP = 'sweep.json';
const TRIALS = 'trials.jsonl';

/** What its name begins with, before its number. */
const WORDS = 'sweep-';

const schema = z.strictObject({
  name: z.string(),
  /** ISO 8601. */
  began: z.string(),
  source: sweepSource,
  /** What the command said in the place of the file. */
  choices: z.strictObject({
    strategy: z.enum(strategies).optional(),
    trials: z.int().optional(),
    metric: z.string().optional(),
  }),
  /** What it comes to, with what the file says. */
  strategy: z.enum(strategies),
  metric: z.string(),
  higherIsBetter: z.boolean(),
  /** How many trials there are at the most. */
  trials: z.int(),
  /** Where the data were looked for. */
  dataFolder: z.string().optional(),
  offline: z.boolean(),
  /** The data files of the base, as they were when it began. */
  data: checkedFiles,
  /** What it is called in the store of workers of other machines, where these train its trials. */
  queued: z.string().optional(),
});

/** `sweep.json` */
export type SweepRecord = z.output<typeof schema>;

export const isSweepFolder = (folder: string): Promise<boolean> => isThere(join(folder, SWEEP));

/** The folders of the sweeps beside the runs of a name, from the first; none where it is no folder. */
export async function sweepsIn(all: string): Promise<string[]> {
  const numbers = await numbersIn(all, WORDS, isSweepFolder);
  return numbers.map((number) => join(all, `${WORDS}${number}`));
}

/** Where a trial is kept. */
export const trialFolder = (folder: string, trial: number): string => join(folder, String(trial));

/**
 * Makes the next free folder, `runs/relu/sweep-2`, beside the runs of its name.
 *
 * @param pipeline the text of the pipeline file
 * @throws RunError when it cannot be made.
 */
export function createSweepFolder(out: string, pipeline: string, record: SweepRecord): string {
  const all = join(out, asFolderName(record.name));
  try {
    const folder = createNumberedFolder(all, WORDS);
    writeFileSync(join(folder, files.pipeline), pipeline);
    writeFileSync(join(folder, TRIALS), '');
    writeSweep(folder, record); // the last: it makes a sweep of the folder
    return folder;
  } catch (error) {
    throw notKept('sweep', all, error, '--out names another folder');
  }
}

/** @throws RunError when it cannot be written. */
export function writeSweep(folder: string, record: SweepRecord): void {
  const path = join(folder, SWEEP);
  try {
    replaceFileSync(path, `${JSON.stringify(record, undefined, 2)}\n`);
  } catch (error) {
    throw notKept('sweep', path, error);
  }
}

/** @throws DataError when there is none, or it is damaged. */
export async function readSweep(folder: string): Promise<SweepRecord> {
  const path = join(folder, SWEEP);
  try {
    return schema.parse(JSON.parse(String(await readRegularFile(path))));
  } catch (error) {
    const problem = codeOf(error) === undefined ? 'it is damaged' : reasonOf(error);
    throw new DataError(path, `expected a sweep: ${problem}`, { cause: error });
  }
}

/** The trials that were begun, in their order. A line that was cut when its process was killed says nothing. */
export function readTrials(folder: string): TrialRecord[] {
  const trials: TrialRecord[] = [];
  for (const text of textOf(folder).split('\n')) {
    const line = lineOf(text);
    if (line === undefined) continue;
    const record = recordWith(trials[line.trial - 1], line);
    if (record !== undefined && line.trial <= trials.length + 1) trials[line.trial - 1] = record;
  }
  return trials;
}

/** @throws RunError when it cannot be written. */
export function appendTrial(folder: string, line: TrialLine): void {
  const path = join(folder, TRIALS);
  try {
    appendFileSync(path, `${JSON.stringify(line)}\n`);
  } catch (error) {
    throw notKept('sweep', path, error);
  }
}

/** Takes away what a process that was killed has left of a line, before others are appended. */
export function cutTornLine(folder: string): void {
  const text = textOf(folder);
  const whole = text.lastIndexOf('\n') + 1;
  if (whole < text.length) truncateSync(join(folder, TRIALS), Buffer.byteLength(text.slice(0, whole)));
}

function textOf(folder: string): string {
  try {
    return readFileSync(join(folder, TRIALS), 'utf8');
  } catch {
    return '';
  }
}

function lineOf(text: string): TrialLine | undefined {
  try {
    return trialLine.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

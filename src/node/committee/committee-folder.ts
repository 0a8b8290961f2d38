/** The folder of a committee: `committee.json`, of what it is one; and its members, each the folder of a run. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { DataError } from '../../core/errors.js';
import { FEWEST_MEMBERS, MOST_MEMBERS } from '../../core/pipeline/settings.js';
import { isThere } from '../is-there.js';
import { readRegularFile } from '../regular-file.js';
import { asFolderName, createNumberedFolder, files, notKept, numbersIn } from '../run-folder.js';
import { sweepSource } from '../sweep/sweep-source.js';
import { codeOf, reasonOf } from '../system-error.js';
import { replaceFileSync } from '../whole-file.js';

/** What makes a folder one of a committee. */
export const COMMITTEE = 'committee.json';

/** What its name begins with, before its number. */
const WORDS = 'committee-';

const member = z.strictObject({
  seed: z.int(),
  /** What it has drawn from `vary:`, by short names; none where members differ in their seeds alone. */
  labels: z.record(z.string(), z.string()).optional(),
  /** Where its run is kept, or will be, seen from this folder: `3`. */
  run: z.string(),
  /** SHA-256 of its parameters, as its run says it at the end; undefined until it has come there. */
  weights: z.string().optional(),
});

type Member = z.output<typeof member>;

const schema = z.strictObject({
  name: z.string(),
  /** Tells it from all others, on whichever machine they were begun. */
  id: z.string(),
  /** ISO 8601. */
  began: z.string(),
  source: sweepSource,
  /** Where the data were looked for. */
  dataFolder: z.string().optional(),
  offline: z.boolean(),
  everyStep: z.boolean(),
  members: z.array(member).min(FEWEST_MEMBERS).max(MOST_MEMBERS),
  /** What the average of these members reached in the test, by name; undefined until it was judged. */
  average: z.record(z.string(), z.number()).optional(),
});

/** `committee.json` */
export type CommitteeRecord = z.output<typeof schema>;

export const isCommitteeFolder = (folder: string): Promise<boolean> => isThere(join(folder, COMMITTEE));

/** The folders of the committees beside the runs of a name, from the first; none where it is no folder. */
export async function committeesIn(all: string): Promise<string[]> {
  const numbers = await numbersIn(all, WORDS, isCommitteeFolder);
  return numbers.map((number) => join(all, `${WORDS}${number}`));
}

/**
 * Makes the next free folder, `runs/relu/committee-2`, beside the runs of its members.
 *
 * @param pipeline the text of the pipeline file
 * @throws RunError when it cannot be made.
 */
export function createCommitteeFolder(out: string, pipeline: string, record: CommitteeRecord): string {
  const all = join(out, asFolderName(record.name));
  try {
    const folder = createNumberedFolder(all, WORDS);
    writeFileSync(join(folder, files.pipeline), pipeline);
    writeCommittee(folder, record);
    return folder;
  } catch (error) {
    throw notKept('committee', all, error, '--out names another folder');
  }
}

/** @throws RunError when it cannot be written. */
export function writeCommittee(folder: string, record: CommitteeRecord): void {
  const path = join(folder, COMMITTEE);
  try {
    replaceFileSync(path, `${JSON.stringify(record, undefined, 2)}\n`);
  } catch (error) {
    throw notKept('committee', path, error);
  }
}

/**
 * Keeps what the average reached; a number that is not finite is none in JSON, and left out.
 *
 * @throws RunError when it cannot be written; as `readCommittee`.
 */
export async function keepAverage(folder: string, figures: Readonly<Record<string, number>>): Promise<void> {
  const average = Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));
  writeCommittee(folder, { ...(await readCommittee(folder)), average });
}

/** @throws DataError when there is none, or it is damaged, or names a member twice. */
export async function readCommittee(folder: string): Promise<CommitteeRecord> {
  const path = join(folder, COMMITTEE);
  let record: CommitteeRecord;
  try {
    record = schema.parse(JSON.parse(String(await readRegularFile(path))));
  } catch (error) {
    const problem = codeOf(error) === undefined ? 'it is damaged' : reasonOf(error);
    throw new DataError(path, `expected the members of a committee: ${problem}`, { cause: error });
  }
  requireEachOnce(record.members, folder);
  return record;
}

function requireEachOnce(members: readonly Member[], folder: string): void {
  const isSame = (a: Member, b: Member): boolean =>
    a.seed === b.seed || resolve(folder, a.run) === resolve(folder, b.run);
  const again = members.find((one, i) => members.findIndex((other) => isSame(one, other)) < i);
  if (again === undefined) return;
  const { run, seed } = again;
  throw new DataError(
    join(folder, COMMITTEE),
    `names the member ${run}, seed ${seed}, twice: it would count twice in the average; ` +
      'put the file back as it was, or train a committee anew',
  );
}

/** A member whose run came to its end. */
export interface TrainedMember {
  /** `runs/relu/3` */
  readonly run: string;
  readonly seed: number;
  /** What it has drawn from `vary:`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly weights: string;
}

/**
 * The members of a committee that is whole.
 *
 * @throws DataError when it is damaged, some of its members are not trained yet, or the run of one is gone.
 */
export async function trainedMembers(folder: string): Promise<TrainedMember[]> {
  const { members } = await readCommittee(folder);
  const trained = members.flatMap(({ run, weights, labels, seed }) =>
    weights === undefined ? [] : [{ run: join(folder, run), seed, ...(labels && { labels }), weights }],
  );
  if (trained.length < members.length) {
    const problem = `${trained.length} of its ${members.length} members are trained`;
    throw new DataError(folder, `${problem}; go on with it by resume`);
  }
  for (const { run } of trained) {
    if (await isThere(join(run, files.model))) continue;
    const advice = 'put it back, or train it anew by resume of the committee';
    throw new DataError(run, `this member of ${folder} is gone; ${advice}`);
  }
  return trained;
}

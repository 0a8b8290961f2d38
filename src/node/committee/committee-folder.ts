/** The folder of a committee: which runs its members are, and the pipeline of which each is a run. */
import { writeFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import * as z from 'zod';
import { DataError, RunError } from '../../core/errors.js';
import { FEWEST_MEMBERS, MOST_MEMBERS } from '../../core/pipeline/settings.js';
import { isThere } from '../is-there.js';
import { readRegularFile } from '../regular-file.js';
import { asFolderName, createNumberedFolder, files, numbersIn } from '../run-folder.js';
import { codeOf, reasonOf } from '../system-error.js';
import { replaceFileSync } from '../whole-file.js';

/** What makes a folder one of a committee. */
const COMMITTEE = 'committee.json';

/** What its name begins with, before its number. */
const WORDS = 'committee-';

const member = z.strictObject({
  seed: z.int(),
  /** Where its run is kept, seen from this folder; undefined until it has begun. */
  run: z.string().optional(),
  /** SHA-256 of its parameters, as its run says it at the end; undefined until it has come there. */
  weights: z.string().optional(),
});

type Member = z.output<typeof member>;

const schema = z.strictObject({
  name: z.string(),
  /** ISO 8601. */
  began: z.string(),
  /** That of `data:`, the same for all. */
  dataSeed: z.int(),
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

/** The pipeline of a committee, with every default written out and its paths as they are read from any folder. */
export const pipelineOf = (folder: string): string => join(folder, files.pipeline);

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
    writeFileSync(pipelineOf(folder), pipeline);
    writeCommittee(folder, record);
    return folder;
  } catch (error) {
    throw notKept(all, error);
  }
}

/** @throws RunError when it cannot be written. */
export function writeCommittee(folder: string, record: CommitteeRecord): void {
  const path = join(folder, COMMITTEE);
  try {
    replaceFileSync(path, `${JSON.stringify(record, undefined, 2)}\n`);
  } catch (error) {
    throw notKept(path, error);
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

const notKept = (path: string, error: unknown): RunError =>
  new RunError(`${path}: the committee cannot be kept: ${reasonOf(error)}; --out names another folder`, {
    cause: error,
    placed: true,
    passing: true,
  });

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
    a.seed === b.seed ||
    (a.run !== undefined && b.run !== undefined && resolve(folder, a.run) === resolve(folder, b.run));
  const again = members.find((one, i) => members.findIndex((other) => isSame(one, other)) < i);
  if (again === undefined) return;
  const { run, seed } = again;
  throw new DataError(
    join(folder, COMMITTEE),
    `names the member ${run === undefined ? '' : `${run}, `}seed ${seed}, twice: it would count twice in the average; ` +
      'put the file back as it was, or train a committee anew',
  );
}

/** The folder in which the runs of its members are kept, each as `NAME/N`. */
export const runsOf = (folder: string): string => join(folder, '..', '..');

/** @throws DataError for a committee that does not lie where the runs of its members would: it was moved without them. */
export function requireBesideRuns(folder: string, { name }: CommitteeRecord): void {
  const [found, expected] = [basename(resolve(folder, '..')), asFolderName(name)];
  if (found === expected) return;
  throw new DataError(
    folder,
    `members are to be trained, and their runs would come into ${join(runsOf(folder), expected)}, not beside it: it was moved ` +
      `without them; move it back into ${expected}, or the runs to where it is`,
  );
}

/** Where a run is, as `committee.json` says it: the same on every system, and also when all were moved together. */
export const seenFrom = (folder: string, run: string): string => relative(folder, run).split(sep).join('/');

/** A member whose run came to its end. */
export interface TrainedMember {
  /** `runs/relu/3` */
  readonly run: string;
  readonly seed: number;
  readonly weights: string;
}

/**
 * The members of a committee that is whole.
 *
 * @throws DataError when it is damaged, some of its members are not trained yet, or the run of one is gone.
 */
export async function trainedMembers(folder: string): Promise<TrainedMember[]> {
  const { members } = await readCommittee(folder);
  const trained = members.flatMap(({ run, seed, weights }) =>
    run === undefined || weights === undefined ? [] : [{ run: join(folder, run), seed, weights }],
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

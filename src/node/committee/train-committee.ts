/** Trains the members of a committee, one after another: runs of one pipeline that differ in their seeds alone. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PipelineError } from '../../core/errors.js';
import { LARGEST_SEED } from '../../core/pipeline/settings.js';
import type { EndEvent, StartEvent } from '../../core/run/events.js';
import { environment } from '../cache-folder.js';
import { outlineLoaded } from '../environment.js';
import { isThere } from '../is-there.js';
import { type LoadOptions, loadPipeline } from '../load-pipeline.js';
import type { FileRunOptions } from '../run-file.js';
import { files, isRunFolder } from '../run-folder.js';
import { lockRun } from '../run-lock.js';
import {
  type CommitteeRecord,
  createCommitteeFolder,
  pipelineOf,
  readCommittee,
  requireBesideRuns,
  runsOf,
  seenFrom,
  writeCommittee,
} from './committee-folder.js';

/** A member that is about to be trained. */
interface MemberPlace {
  /** From 1 on. */
  readonly number: number;
  /** How many there are. */
  readonly of: number;
  readonly seed: number;
}

/** How a member's run is asked for: that of a file, or the folder of a run that goes on. */
type MemberOptions = Pick<FileRunOptions, 'set' | 'plugins' | 'out' | 'dataFolder' | 'offline' | 'everyStep'> & {
  readonly resume?: boolean;
  /** To be called with the event that begins the run. */
  readonly onStart: (event: StartEvent) => void;
};

/** Trains one member to its end: on which thread, and how it is reported, is the caller's. */
export type TrainMember = (path: string, options: MemberOptions, place: MemberPlace) => Promise<EndEvent>;

export interface CommitteeOptions
  extends Pick<LoadOptions, 'set' | 'swap' | 'plugins' | 'text'>,
    Pick<FileRunOptions, 'dataFolder' | 'offline' | 'everyStep'> {
  /** The folder in which runs are kept. */
  readonly out: string;
  /** How many members; default: as the file says, or 5. */
  readonly members?: number;
  /** Called with the folder of the committee, once it is this process that trains it, before the first member is trained. */
  readonly onFolder?: (folder: string, members: number) => void;
  readonly trainMember: TrainMember;
}

const MEMBERS = 5;

/**
 * The first member has the seed of the file, the others those after it. All learn from the same examples: what `data:` draws is
 * drawn from the first seed.
 *
 * @returns the folder of the committee, `runs/relu/committee-1`
 * @throws PipelineError when the file is wrong, or has no `test:` to judge the average by; and what `trainMember` throws: the
 * committee is kept all the same, and `resumeCommittee` goes on with it.
 */
export async function trainCommittee(path: string, options: CommitteeOptions): Promise<string> {
  const { set, swap, plugins, text, out, offline = false, everyStep = false } = options;
  const given = { set, swap, plugins, text };
  const loaded = await loadPipeline(path, given as LoadOptions);
  outlineLoaded(loaded); // what is wrong is said of the file that was given
  const { name = 'pipeline', seed = 0, dataSeed = seed, members = MEMBERS, test } = loaded.definition;
  if (test === undefined) {
    throw new PipelineError(
      `${path}: a committee is judged by its test, and the pipeline has no test: section; add one`,
    );
  }
  const count = options.members ?? members;
  if (seed + count - 1 > LARGEST_SEED) {
    throw new PipelineError(
      `${path}: the seeds of ${count} members would run from ${seed} to ${seed + count - 1}, but the largest is ${LARGEST_SEED}`,
    );
  }
  const dataFolder = options.dataFolder ?? environment('MARBLENET_DATA');
  const folder = createCommitteeFolder(out, loaded.resolved, {
    name,
    began: new Date().toISOString(),
    dataSeed,
    ...(dataFolder !== undefined && { dataFolder: resolve(dataFolder) }),
    offline,
    everyStep,
    members: Array.from({ length: count }, (_, i) => ({ seed: seed + i })),
  });
  try {
    await trainMembers(folder, options);
  } catch (error) {
    const { members } = await readCommittee(folder);
    if (members.every(({ run }) => run === undefined)) await rm(folder, { recursive: true }); // as a run leaves nothing then
    throw error;
  }
  return folder;
}

/**
 * Goes on with a committee that was left: members that were trained stay as they are, the run of one that was not, or whose
 * model is gone, goes on from its checkpoint, and the others are trained. So is one whose run is gone.
 *
 * @param folder `runs/relu/committee-1`
 * @throws DataError when this is no committee, or it was moved without its runs; PipelineError when it is under way; what
 * `trainMember` throws.
 */
export async function resumeCommittee(
  folder: string,
  options: Pick<CommitteeOptions, 'plugins' | 'dataFolder' | 'offline' | 'everyStep' | 'onFolder' | 'trainMember'>,
): Promise<void> {
  await readCommittee(folder); // what is no committee gets no lock
  await trainMembers(folder, options);
}

async function trainMembers(
  folder: string,
  { plugins, onFolder, trainMember, ...given }: Omit<CommitteeOptions, 'out' | 'members' | 'set' | 'swap' | 'text'>,
): Promise<void> {
  const unlock = lockRun(folder);
  try {
    let record = await readCommittee(folder);
    const kept = await Promise.all(record.members.map(({ run }) => runFolder(folder, run)));
    if (kept.includes(undefined)) requireBesideRuns(folder, record);
    onFolder?.(folder, record.members.length);
    const { dataSeed, dataFolder = given.dataFolder, offline, everyStep } = record;
    const options = {
      ...(plugins !== undefined && { plugins }),
      ...(dataFolder !== undefined && { dataFolder: given.dataFolder ?? dataFolder }),
      offline: given.offline ?? offline,
      everyStep: given.everyStep ?? everyStep,
    };
    const change = (i: number, what: Partial<CommitteeRecord['members'][number]>): void => {
      const members = record.members.map((one, k) => (k === i ? { ...one, ...what } : one));
      record = { ...record, members, average: undefined }; // that was of the members before
      writeCommittee(folder, record);
    };
    for (const [i, { seed, weights }] of record.members.entries()) {
      const begun = kept[i];
      if (begun !== undefined && weights !== undefined && (await isThere(join(begun, files.model)))) continue;
      const place = { number: i + 1, of: record.members.length, seed };
      const end =
        begun !== undefined
          ? await trainMember(begun, { ...options, resume: true, onStart() {} }, place)
          : await trainMember(
              pipelineOf(folder),
              {
                ...options,
                out: runsOf(folder),
                set: [`seed=${seed}`, `dataSeed=${dataSeed}`],
                onStart: (event) => {
                  if (event.folder !== undefined)
                    change(i, { run: seenFrom(folder, event.folder), weights: undefined });
                },
              },
              place,
            );
      change(i, { weights: end.weights });
    }
  } finally {
    unlock();
  }
}

/** Where the run of a member is; undefined where it has not begun, or is gone. */
async function runFolder(committee: string, run: string | undefined): Promise<string | undefined> {
  const folder = run === undefined ? undefined : join(committee, run);
  return folder !== undefined && (await isRunFolder(folder)) ? folder : undefined;
}

/** Trains the members of a committee, each to its end. */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DataError, PipelineError } from '../../core/errors.js';
import { environment } from '../cache-folder.js';
import { isThere } from '../is-there.js';
import type { LoadedPipeline, LoadOptions } from '../load-pipeline.js';
import { filesReadBy } from '../run-environment.js';
import type { FileRunOptions } from '../run-file.js';
import { asFolderName, files, isRunFolder } from '../run-folder.js';
import { lockRun } from '../run-lock.js';
import { openSource, reopenSource } from '../sweep/sweep-source.js';
import { allOf } from './all-of.js';
import { type CommitteeRecord, createCommitteeFolder, readCommittee, writeCommittee } from './committee-folder.js';
import { type PlannedMember, planMembers } from './plan-committee.js';

/** A member that is about to be trained. */
export interface MemberTask {
  /** From 1 on. */
  readonly number: number;
  /** How many there are. */
  readonly of: number;
  readonly seed: number;
  /** What it has drawn from `vary:`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where its run is kept; where one is there already, it goes on. */
  readonly folder: string;
  readonly isBegun: boolean;
  /** The text of its pipeline file, which runs from any folder. */
  readonly pipeline: string;
  /** What the files of the members before it were; undefined of the first one. */
  readonly before: FileRunOptions['before'];
}

/** How runs of members are asked for. */
type MemberOptions = Pick<FileRunOptions, 'plugins' | 'dataFolder' | 'offline' | 'everyStep'>;

/** What members are trained of, and how. */
export interface TrainerPlace extends MemberOptions {
  /** The file of the committee. */
  readonly base: LoadedPipeline;
  /** Where that file was, in which folder. */
  readonly fileFolder: string;
  /** What the committee is called where its folder is not seen: nothing else has this name. */
  readonly name: string;
  readonly members: number;
}

/** Trains members, several at a time. */
export interface MemberTrainer {
  /** How many at a time. */
  readonly capacity: number;
  /**
   * Trains one to its end.
   *
   * @param signal stops it, with a checkpoint to go on from
   * @returns the SHA-256 of its weights
   */
  train(member: MemberTask, signal: AbortSignal): Promise<string>;
  /** Gives back what it holds; nothing is under way by then. */
  readonly close?: () => void;
}

/** What training and going on have in common. */
export interface CommitteeTraining extends MemberOptions {
  /** Called once the file is known to be right. */
  readonly openTrainer: (place: TrainerPlace) => Promise<MemberTrainer>;
  /** Called with the folder of the committee, once it is this process that trains it, before the first member is trained. */
  readonly onFolder?: (folder: string, members: number) => void;
  readonly signal?: AbortSignal;
}

export interface CommitteeOptions extends CommitteeTraining, Pick<LoadOptions, 'set' | 'swap' | 'text'> {
  /** The folder in which runs are kept. */
  readonly out: string;
  /** How many members; default: as the file says, or 5. */
  readonly members?: number;
}

/**
 * Trains all members, and keeps them in the folder of their committee.
 *
 * @returns the folder, `runs/relu/committee-1`
 * @throws PipelineError when the file is wrong, or has no `test:` to judge the average by; and what the trainer throws: the
 * committee is kept all the same, and `resumeCommittee` goes on with it.
 */
export async function trainCommittee(path: string, options: CommitteeOptions): Promise<string> {
  const { plugins, set, swap, text, out, offline = false, everyStep = false } = options;
  const { source, resolver } = await openSource(path, { plugins, set, swap, text } as LoadOptions);
  const base = resolver();
  const planned = planMembers(resolver, base, options.members);
  const { name = 'pipeline', test } = base.definition;
  if (test === undefined) {
    throw new PipelineError(
      `${path}: a committee is judged by its test, and the pipeline has no test: section; add one`,
    );
  }
  const dataFolder = options.dataFolder ?? environment('MARBLENET_DATA');
  const folder = createCommitteeFolder(out, base.resolved, {
    name,
    id: randomBytes(8).toString('hex'),
    began: new Date().toISOString(),
    source,
    ...(dataFolder !== undefined && { dataFolder: resolve(dataFolder) }),
    offline,
    everyStep,
    members: planned.map(({ seed, labels }, i) => ({
      seed,
      ...(Object.keys(labels).length > 0 && { labels }),
      run: String(i + 1),
    })),
  });
  try {
    await trainMembers(folder, base, planned, options);
  } catch (error) {
    const begun = await Promise.all(planned.map((_, i) => isRunFolder(join(folder, String(i + 1)))));
    if (!begun.includes(true)) await rm(folder, { recursive: true }); // as a run leaves nothing then
    throw error;
  }
  return folder;
}

/**
 * Goes on with a committee that was left: members that were trained stay as they are, the run of one that was not, or whose
 * model is gone, goes on from its checkpoint, and the others are trained. So is one whose run is gone.
 *
 * @param folder `runs/relu/committee-1`
 * @throws DataError when this is no committee, or its members would be others now; PipelineError when it is under way; what the
 * trainer throws.
 */
export async function resumeCommittee(folder: string, options: CommitteeTraining): Promise<void> {
  const { source, members } = await readCommittee(folder);
  const { resolver } = await reopenSource(source, options.plugins);
  const base = resolver();
  const planned = planMembers(resolver, base, members.length);
  if (members.some(({ seed }, i) => seed !== planned[i].seed)) {
    throw new DataError(folder, 'its members have other seeds than those that were planned; train a committee anew');
  }
  await trainMembers(folder, base, planned, options);
}

async function trainMembers(
  folder: string,
  base: LoadedPipeline,
  planned: readonly PlannedMember[],
  { openTrainer, onFolder, signal = new AbortController().signal, ...given }: CommitteeTraining,
): Promise<void> {
  const unlock = lockRun(folder);
  let trainer: MemberTrainer | undefined;
  try {
    let record = await readCommittee(folder);
    const of = record.members.length;
    const left = await untrained(folder, record.members);
    if (left.length === 0) {
      onFolder?.(folder, of);
      return;
    }
    const { dataFolder = record.dataFolder, offline = record.offline, everyStep = record.everyStep, plugins } = given;
    trainer = await openTrainer({
      base,
      fileFolder: dirname(record.source.path),
      name: `${asFolderName(record.name)}/committee-${record.id}`,
      members: of,
      ...(plugins !== undefined && { plugins }),
      ...(dataFolder !== undefined && { dataFolder }),
      offline,
      everyStep,
    });
    onFolder?.(folder, of);
    const change = (i: number, what: Partial<CommitteeRecord['members'][number]>): void => {
      const members = record.members.map((one, k) => (k === i ? { ...one, ...what } : one));
      record = { ...record, members, average: undefined }; // that was of the members before
      writeCommittee(folder, record);
    };
    const train = trainer.train;
    let before: MemberTask['before'];
    await allOf(left, trainer.capacity, signal, async (i, stop) => {
      const { seed, run } = record.members[i];
      const place = join(folder, run);
      const { labels, loaded } = planned[i];
      const isBegun = await isRunFolder(place);
      before ??= await readBefore(folder, record.members);
      const task = { number: i + 1, of, seed, labels, folder: place, isBegun, pipeline: loaded.resolved, before };
      change(i, { weights: await train(task, stop) });
    });
  } finally {
    trainer?.close?.();
    unlock();
  }
}

/** Which members are to be trained, or to go on: also one whose model is gone. */
async function untrained(folder: string, members: CommitteeRecord['members']): Promise<number[]> {
  const left: number[] = [];
  for (const [i, { run, weights }] of members.entries()) {
    if (weights === undefined || !(await isThere(join(folder, run, files.model)))) left.push(i);
  }
  return left;
}

/** What the files were that the members learned from that are trained; undefined where none is, or its run is gone. */
async function readBefore(folder: string, members: CommitteeRecord['members']): Promise<MemberTask['before']> {
  for (const { run, weights } of members) {
    const place = join(folder, run);
    if (weights !== undefined && (await isRunFolder(place))) return filesReadBy(place);
  }
  return undefined;
}

/** Has the members of a committee trained by an engine, as a sweep has its trials. */
import { RunError } from '../../core/errors.js';
import type { EpochEvent, ProgressEvent } from '../../core/run/events.js';
import { openQueue, type QueueChoice } from '../queue/open-queue.js';
import { pluginsOf } from '../run-file.js';
import { type ReadBaseOptions, readBase, threadsEach } from '../sweep/base.js';
import type { TrialNews, TrialOutcome } from '../sweep/engine.js';
import { localEngine } from '../sweep/local-engine.js';
import type { SweepProblemEvent } from '../sweep/sweep-events.js';
import type { MemberTask, MemberTrainer, TrainerPlace } from './train-committee.js';

/** What is told of members while they are trained. */
export type MemberEvent =
  /** It begins, or goes on. */
  | (Pick<MemberTask, 'of' | 'seed' | 'labels' | 'folder'> & {
      readonly event: 'member';
      readonly member: number;
      readonly status: 'running';
      readonly epochs: number;
    })
  /** It is left. */
  | ({ readonly event: 'member'; readonly member: number } & Exclude<TrialOutcome, { status: 'stopped' }>)
  | ({ readonly member: number } & Pick<EpochEvent, 'event' | 'epoch' | 'train' | 'validation'>)
  | SweepProblemEvent
  | ({ readonly member: number } & Pick<ProgressEvent, 'event' | 'epoch' | 'step' | 'steps' | 'loss'>);

export interface EngineTrainerOptions extends Pick<ReadBaseOptions, 'onDownload' | 'onData' | 'signal'> {
  /** How many members at a time, each in a process of its own; with a queue, all, if left out. */
  readonly jobs?: number | undefined;
  /** Where workers of other machines take members from. */
  readonly queue?: QueueChoice | undefined;
  /** Is told of all members. */
  readonly onEvent: (event: MemberEvent) => void;
}

/** @throws DataError when the data cannot be read, which is done once, before the first member is trained; what `openQueue` throws. */
export async function openEngineTrainer(
  { base, fileFolder, name, members, dataFolder, offline = false, plugins = true }: TrainerPlace,
  { jobs, queue, onEvent, signal = new AbortController().signal, ...reading }: EngineTrainerOptions,
): Promise<MemberTrainer> {
  const read = await readBase(base, { ...reading, signal, offline, ...(dataFolder !== undefined && { dataFolder }) });
  const sent = { base, name, capacity: jobs ?? members, dataFolder: dataFolder ?? fileFolder, read, plugins, signal };
  const onProblem = (problem: string): void => onEvent({ event: 'problem', problem });
  const engine = queue === undefined ? localEngine(jobs ?? 1) : await openQueue(queue, { ...sent, onProblem });
  const now = { data: read, ...(await pluginsOf(base)) };
  const common = { oneThread: threadsEach(base) === 1, dataFolder, offline, plugins };
  return {
    capacity: engine.capacity,
    close: engine.close,
    async train({ number: member, of, seed, labels, folder, pipeline, before = now }, signal) {
      const tell = (news: TrialNews): void => {
        if (news.event === 'start') {
          onEvent({ event: 'member', status: 'running', member, of, seed, labels, folder, epochs: news.epochs });
        } else if (news.event !== 'checkpoint') onEvent({ ...news, member });
      };
      const outcome = await engine.run({ ...common, trial: member, folder, pipeline, before }, tell, signal);
      if (outcome.status === 'stopped') throw new RangeError('a member is never stopped before its end');
      onEvent({ event: 'member', member, ...outcome });
      if (outcome.status === 'completed') return outcome.weights;
      signal.throwIfAborted();
      const { reason, passing } =
        outcome.status === 'failed' ? outcome : { reason: 'its process was interrupted', passing: true };
      throw new RunError(`member ${member}, seed ${seed}: ${reason}`, { placed: true, passing });
    },
  };
}

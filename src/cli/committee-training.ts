/** What `committee`, and `resume` of one, have in common: members that are trained and reported, and then their average. */
import { join } from 'node:path';
import { exampleCount } from '../core/examples.js';
import { newRunId } from '../core/run/run-id.js';
import { isCommitteeFolder, keepAverage } from '../node/committee/committee-folder.js';
import { openEngineTrainer } from '../node/committee/engine-trainer.js';
import type { CommitteeOptions, MemberTrainer, TrainerPlace } from '../node/committee/train-committee.js';
import { evaluateRun } from '../node/evaluate-run.js';
import type { QueueChoice } from '../node/queue/open-queue.js';
import { readEnvironment } from '../node/run-environment.js';
import { files } from '../node/run-folder.js';
import type { SplitEvaluation } from '../node/split-evaluation.js';
import { killTrialProcesses } from '../node/sweep/local-engine.js';
import { untilAborted } from '../node/until-aborted.js';
import { PREPARING, tellOfData, whileWaiting } from './data-options.js';
import { figuresOf, inWords, membersOf, membersText } from './figures.js';
import { formatMetric } from './format-metric.js';
import { abortOnSignals, Interrupted } from './interrupt.js';
import { createMembersReporter, memberText } from './reporters/members-reporter.js';
import { canRedraw } from './text/layout.js';
import { remark, say } from './text/say.js';
import { styled } from './text/style.js';
import { leftText, type Reporting, trainAndReport } from './training.js';

/** How a committee is reported, and trained. */
export interface CommitteeReporting extends Pick<Reporting, 'json' | 'quiet' | 'report'> {
  /** How many members at a time, each on one thread; undefined for one after another, on all threads. */
  readonly jobs?: number | undefined;
  readonly queue?: QueueChoice | undefined;
}

/**
 * Trains members by `train`, which is given what reports them, and says how good each of them and their average are.
 *
 * @throws what training and evaluating throw; the reason of the signal that stopped it.
 */
export async function trainAndAverage(
  { json = false, quiet = false, report, jobs, queue }: CommitteeReporting,
  train: (members: Pick<CommitteeOptions, 'openTrainer' | 'signal' | 'onFolder'>) => Promise<void>,
): Promise<void> {
  const signal = abortOnSignals(killTrialProcesses); // of all members: a signal stops the committee, not one of its runs
  let folder = '';
  const tell = (event: object): void => {
    if (json) process.stdout.write(`${JSON.stringify({ event: 'committee', ...event })}\n`);
  };
  const reporter = createMembersReporter({ json, quiet, redraws: canRedraw(process.stderr) });
  const sideBySide = (place: TrainerPlace): Promise<MemberTrainer> =>
    whileWaiting(PREPARING, (waiting) =>
      openEngineTrainer(place, {
        jobs,
        queue,
        signal,
        onEvent: reporter.event,
        onDownload: waiting.download,
        onData: (examples) => tellOfData(examples, waiting, { json, quiet }),
      }),
    );
  /** On all threads, and the lines and events of each stand together. */
  const oneByOne = ({ base: _, ...options }: TrainerPlace): MemberTrainer => ({
    capacity: 1,
    async train(member) {
      const { folder: place, isBegun, pipeline, before } = member;
      if (!json && !quiet) remark(memberText(member));
      const runId = isBegun ? (await readEnvironment(place)).runId : newRunId();
      const run = isBegun ? { resume: true } : { text: pipeline, folder: place, before };
      const path = isBegun ? place : join(place, files.pipeline);
      const reporting = { json, quiet, report, isMember: true };
      const { end } = await trainAndReport(path, runId, reporting, { ...options, ...run, runId, signal });
      return end.weights;
    },
  });
  try {
    await train({
      openTrainer: async (place) => (jobs === undefined && queue === undefined ? oneByOne(place) : sideBySide(place)),
      signal,
      onFolder(path, members) {
        folder = path;
        tell({ status: 'running', folder, members });
      },
    });
    reporter.end();
    const evaluation = await untilAborted(
      signal,
      whileWaiting('averaging', () => evaluateRun(folder)),
    );
    await keepAverage(folder, figuresOf(evaluation));
    tell({ status: 'completed', folder, ...resultOf(evaluation) });
    if (json) return;
    if (!quiet) say(membersText(evaluation).trimEnd());
    say(styled('bold', resultText(evaluation)));
    if (!quiet) remark(`kept in ${folder}`);
  } catch (error) {
    reporter.end();
    if (folder === '' || !(await isCommitteeFolder(folder))) throw error;
    tell({ status: error instanceof Interrupted ? 'interrupted' : 'failed', folder });
    if (!json) remark(leftText(folder, error));
    throw error;
  }
}

function resultOf(evaluation: SplitEvaluation): object {
  const { split, examples, members = [] } = evaluation;
  return { split, samples: exampleCount(examples), ...membersOf(members), average: figuresOf(evaluation) };
}

/** `test loss 0.0123 accuracy 0.9977: the average of 5 members` */
function resultText(evaluation: SplitEvaluation): string {
  const figures = Object.entries(figuresOf(evaluation)).map(
    ([name, value]) => `${inWords(name)} ${formatMetric(value)}`,
  );
  return `${evaluation.split} ${figures.join(' ')}: the average of ${evaluation.members?.length} members`;
}

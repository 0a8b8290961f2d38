/** What `committee`, and `resume` of one, have in common: members that are trained and reported, and then their average. */
import { exampleCount } from '../core/examples.js';
import { newRunId } from '../core/run/run-id.js';
import { isCommitteeFolder, keepAverage } from '../node/committee/committee-folder.js';
import type { CommitteeOptions, TrainMember } from '../node/committee/train-committee.js';
import { evaluateRun } from '../node/evaluate-run.js';
import { readEnvironment } from '../node/run-environment.js';
import type { SplitEvaluation } from '../node/split-evaluation.js';
import { untilAborted } from '../node/until-aborted.js';
import { whileWaiting } from './data-options.js';
import { figuresOf, inWords, membersOf, membersText } from './figures.js';
import { formatMetric } from './format-metric.js';
import { abortOnSignals, Interrupted } from './interrupt.js';
import { remark, say } from './text/say.js';
import { styled } from './text/style.js';
import { leftText, type Reporting, trainAndReport } from './training.js';

/**
 * Trains members by `train`, which is given what reports them, and says how good each of them and their average are.
 *
 * @throws what training and evaluating throw; the reason of the signal that stopped it.
 */
export async function trainAndAverage(
  { json = false, quiet = false, report }: Reporting,
  train: (members: Pick<CommitteeOptions, 'onFolder' | 'trainMember'>) => Promise<void>,
): Promise<void> {
  const signal = abortOnSignals(); // of all members: a signal stops the committee, not one of its runs
  let folder = '';
  const tell = (event: object): void => {
    if (json) process.stdout.write(`${JSON.stringify({ event: 'committee', ...event })}\n`);
  };
  const trainMember: TrainMember = async (path, { onStart, ...options }, { number, of, seed }) => {
    if (!json && !quiet) remark(`member ${number} of ${of}, seed ${seed}`);
    const runId = options.resume ? (await readEnvironment(path)).runId : newRunId();
    const reporting = { json, quiet, report, member: { onStart } };
    const { end } = await trainAndReport(path, runId, reporting, { ...options, runId, signal });
    return end;
  };
  try {
    await train({
      trainMember,
      onFolder(path, members) {
        folder = path;
        tell({ status: 'running', folder, members });
      },
    });
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

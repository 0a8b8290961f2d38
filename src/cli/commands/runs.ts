import { dirname } from 'node:path';
import { printable, shortened } from '../../core/printable.js';
import type { Metrics } from '../../core/run/events.js';
import { type CommitteeSummary, listCommittees } from '../../node/committee/list-committees.js';
import { listRuns, type RunRecord } from '../../node/list-runs.js';
import { listSweeps, type SweepSummary } from '../../node/sweep/list-sweeps.js';
import { command } from '../command.js';
import { formatMetric } from '../format-metric.js';
import { RUNS, runsFolder } from '../runs-folder.js';
import { formatTable } from '../text/table.js';

export const runs = command({
  command: 'runs [dir]',
  describe: 'The runs, committees and sweeps that are kept in a folder, and how each came out',
  builder: (yargs) =>
    yargs
      .positional('dir', {
        type: 'string',
        default: runsFolder() ?? RUNS,
        defaultDescription: `MARBLENET_RUNS, or ${RUNS}`,
        describe: 'Folder of runs',
      })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object a line' }),
  async handler({ dir, json }) {
    const found = [...(await listRuns(dir)), ...(await listCommittees(dir)), ...(await listSweeps(dir))].sort(byName);
    if (json) {
      for (const record of found) process.stdout.write(`${JSON.stringify(record)}\n`);
      return;
    }
    const rows = found.map(rowOf);
    process.stdout.write(rows.length === 0 ? `no runs in ${dir}\n` : formatTable(rows, { heading: HEADING }));
  },
});

/** Letters of what a run changed; --json has all of them. */
const LONGEST = 100;

const HEADING = ['run', 'status', 'began', 'epochs', 'reached', 'changed'];

/** Runs of one name stay in their order, and the committees and sweeps of them come behind. */
const byName = (a: Listed, b: Listed): number => {
  const [one, other] = [dirname(a.folder), dirname(b.folder)];
  return one === other ? 0 : one < other ? -1 : 1;
};

type Listed = RunRecord | CommitteeSummary | SweepSummary;

function rowOf(listed: Listed): string[] {
  const { folder, status, began } = listed;
  const when = began.slice(0, 16).replace('T', ' ');
  const cells =
    'members' in listed ? committeeCells(listed) : 'trials' in listed ? sweepCells(listed) : runCells(listed);
  return [folder, status, when, ...cells].map(printable);
}

function runCells({ epochs, metrics, changes }: RunRecord): string[] {
  return [
    String(epochs),
    figuresText(metrics.test ?? metrics.validation ?? metrics.train ?? {}),
    shortened(changes.join('; '), LONGEST),
  ];
}

const committeeCells = ({ members, trained, average = {} }: CommitteeSummary): string[] => [
  `${trained < members ? `${trained} of ` : ''}${members} members`,
  figuresText(average),
];

const sweepCells = ({ trials, ended, metric, best }: SweepSummary): string[] => [
  `${ended < trials ? `${ended} of ` : ''}${trials} trials`,
  best === undefined ? '' : `${figuresText({ [metric]: best.value })} (trial ${best.trial})`,
];

const figuresText = (figures: Metrics): string =>
  Object.entries(figures)
    .map(([name, value]) => `${printable(name)} ${formatMetric(value)}`)
    .join(' ');

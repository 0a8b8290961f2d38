import { printable } from '../../core/printable.js';
import { listRuns, type RunRecord } from '../../node/list-runs.js';
import { command } from '../command.js';
import { formatMetric } from '../format-metric.js';
import { RUNS, runsFolder } from '../runs-folder.js';
import { formatTable } from '../text/table.js';

export const runs = command({
  command: 'runs [dir]',
  describe: 'The runs that are kept in a folder, and how each came out',
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
    const found = await listRuns(dir);
    if (json) {
      for (const record of found) process.stdout.write(`${JSON.stringify(record)}\n`);
      return;
    }
    const rows = found.map(rowOf);
    process.stdout.write(rows.length === 0 ? `no runs in ${dir}\n` : formatTable(rows, { heading: HEADING }));
  },
});

const HEADING = ['run', 'status', 'began', 'epochs', 'reached', 'changed'];

function rowOf({ folder, status, began, epochs, metrics, changes }: RunRecord): string[] {
  const reached = metrics.test ?? metrics.validation ?? metrics.train ?? {};
  const figures = Object.entries(reached).map(([name, value]) => `${printable(name)} ${formatMetric(value)}`);
  const when = began.slice(0, 16).replace('T', ' ');
  return [folder, status, when, String(epochs), figures.join(' '), changes.join('; ')].map(printable);
}

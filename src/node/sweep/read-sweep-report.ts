/** What the folder of a sweep holds, for its report. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { Split } from '../../core/kinds.js';
import type { EpochEvent } from '../../core/run/events.js';
import { bestOf } from '../../core/sweep/history.js';
import { labelsOf } from '../../core/sweep/labels.js';
import { readSpace, type Space } from '../../core/sweep/space.js';
import type { BestTrial, ReportedTrial, SweepReport } from '../../report/sweep/sweep-report.js';
import { readEvents } from '../run-events.js';
import { files } from '../run-folder.js';
import { shownPath } from '../shown-path.js';
import { summaryOf } from './list-sweeps.js';
import { readSweep, readTrials, trialFolder } from './sweep-folder.js';
import { reopenSource } from './sweep-source.js';
import type { TrialRecord } from './trial-record.js';

/**
 * @param folder `runs/relu/sweep-1`
 * @throws DataError when this is no sweep, or it is damaged.
 */
export async function readSweepReport(folder: string, plugins?: boolean): Promise<SweepReport> {
  const record = await readSweep(folder);
  const { resolver } = await reopenSource(record.source, plugins);
  const over = resolver().sweep?.over;
  if (over === undefined) throw new DataError(folder, 'expected a sweep: it does not say what it tries');
  const space = readSpace(over);
  const trials = readTrials(folder);
  const { name, began, strategy, metric, higherIsBetter } = record;
  const { status } = await summaryOf(folder);
  const best = bestOf(trials, record);
  return {
    folder: shownPath(folder),
    name,
    status,
    began,
    strategy,
    metric,
    higherIsBetter,
    trials: await Promise.all(trials.map((trial) => reported(folder, trial, space, metric))),
    best: best && bestTrial(folder, best),
    yaml: await readFile(join(folder, files.pipeline), 'utf8'),
  };
}

async function reported(folder: string, record: TrialRecord, space: Space, metric: string): Promise<ReportedTrial> {
  const { trial, status, reason, value, epochs, seconds, rungs, point } = record;
  const [split, ...name] = metric.split('.') as [Split, ...string[]];
  const events = await readEvents(trialFolder(folder, trial));
  const curve = events
    .filter((event): event is EpochEvent => event.event === 'epoch')
    .map((event) => event[split]?.[name.join('.')] ?? null);
  const first = Math.min(...Object.keys(rungs).map(Number));
  const early = Number.isFinite(first) ? rungs[first] : value;
  return { trial, status, reason, labels: labelsOf(space, point), value, early, epochs, seconds, curve };
}

const bestTrial = (folder: string, { trial, metrics = {} }: TrialRecord): BestTrial => ({
  trial,
  folder: shownPath(trialFolder(folder, trial)),
  figures: Object.entries(metrics.test ?? {}).map(([name, value]) => [`test ${name}`, value] as const),
});

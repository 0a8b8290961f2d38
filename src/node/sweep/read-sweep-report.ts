/** What the folder of a sweep holds, for its report. */
import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseDocument } from 'yaml';
import { DataError } from '../../core/errors.js';
import { splits } from '../../core/kinds.js';
import type { EpochEvent } from '../../core/run/events.js';
import { betterEpochOf } from '../../core/sweep/better-epoch.js';
import { bestOf } from '../../core/sweep/history.js';
import { labelsOf } from '../../core/sweep/labels.js';
import { readSpace, type Space } from '../../core/sweep/space.js';
import type { BestTrial, ReportedTrial, SweepReport } from '../../report/sweep/sweep-report.js';
import { isThere } from '../is-there.js';
import { readEvents } from '../run-events.js';
import { files } from '../run-folder.js';
import { shownPath } from '../shown-path.js';
import { summaryOf } from './list-sweeps.js';
import { readSweep, readTrials, type SweepRecord, trialFolder } from './sweep-folder.js';
import { reopenSource } from './sweep-source.js';
import type { TrialRecord } from './trial-record.js';

/**
 * @param folder `runs/relu/sweep-1`
 * @param page the folder of the page, from which its links lead to those of the trials
 * @throws DataError when this is no sweep, or it is damaged.
 */
export async function readSweepReport(
  folder: string,
  { plugins, page = folder }: { readonly plugins?: boolean | undefined; readonly page?: string } = {},
): Promise<SweepReport> {
  const record = await readSweep(folder);
  const { resolver } = await reopenSource(record.source, plugins);
  const { sweep, definition } = resolver();
  const over = sweep?.over;
  if (over === undefined) throw new DataError(folder, 'expected a sweep: it does not say what it tries');
  const space = readSpace(over);
  const trials = readTrials(folder);
  const { name, began, strategy, metric, higherIsBetter } = record;
  const { status } = await summaryOf(folder);
  const best = bestOf(trials, record);
  const all = await Promise.all(trials.map((trial) => reported(folder, trial, { space, metric, page })));
  const keepsBest = definition.best !== undefined || definition.earlyStopping !== undefined;
  return {
    folder: shownPath(folder),
    name,
    status,
    began,
    strategy,
    metric,
    higherIsBetter,
    trials: all,
    best: best && bestTrial(folder, best),
    betterEpoch: keepsBest ? undefined : betterEpochOf(all, record),
    yaml: withChoices(await readFile(join(folder, files.pipeline), 'utf8'), record.choices),
  };
}

/** The file as it was swept, with what the command said in the place of its `sweep:`. */
function withChoices(text: string, choices: SweepRecord['choices']): string {
  const said = Object.entries(choices);
  if (said.length === 0) return text;
  const document = parseDocument(text);
  for (const [key, value] of said) document.setIn(['sweep', key], value);
  return document.toString({ lineWidth: 0 });
}

async function reported(
  folder: string,
  record: TrialRecord,
  { space, metric, page }: { readonly space: Space; readonly metric: string; readonly page: string },
): Promise<ReportedTrial> {
  const { trial, status, reason, value, epochs, seconds, rungs, point, metrics } = record;
  const name = metric.replace(/^validation\./, '');
  const place = trialFolder(folder, trial);
  const measured = (await readEvents(place)).filter((event): event is EpochEvent => event.event === 'epoch');
  const curve = measured.map(({ validation }) => validation?.[name] ?? null);
  const { [name]: _, ...others } = metrics?.validation ?? measured[epochs - 1]?.validation ?? {};
  const first = Math.min(...Object.keys(rungs).map(Number));
  const early = Number.isFinite(first) ? rungs[first] : value;
  const file = join(place, files.report);
  const report = (await isThere(file)) ? addressOf(relative(page, file)) : undefined;
  const labels = labelsOf(space, point);
  return { trial, status, reason, labels, value, others, early, epochs, seconds, curve, report };
}

/** A path as a link of a page has it. */
const addressOf = (path: string): string => path.split(sep).map(encodeURIComponent).join('/');

const bestTrial = (folder: string, { trial, metrics = {} }: TrialRecord): BestTrial => ({
  trial,
  folder: shownPath(trialFolder(folder, trial)),
  figures: splits
    .toReversed()
    .flatMap((split) =>
      Object.entries(metrics[split] ?? {}).map(([name, value]) => [`${split} ${name}`, value] as const),
    ),
});

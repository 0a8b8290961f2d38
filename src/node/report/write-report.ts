/** `report.html` of a run: one page of what it left behind, which loads nothing. */
import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { type OptionTypes, optionTypes, requireKnownOptions } from '../../core/run/known-options.js';
import { runPage } from '../../report/run/run-page.js';
import { isCommitteeFolder } from '../committee/committee-folder.js';
import { dataOptions } from '../environment.js';
import { requirePath } from '../given-path.js';
import { pageAssets } from '../page-assets.js';
import { files, runFolderOf } from '../run-folder.js';
import { isSweepFolder } from '../sweep/sweep-folder.js';
import { writeSweepReport } from '../sweep/write-sweep-report.js';
import { writePage } from '../write-page.js';
import { type ReadOptions, readRun } from './read-run.js';

/** Where the report is written, and where the data of the run are by now. */
export interface ReportOptions extends ReadOptions {
  /** The file to write. Default: `report.html` in the folder of the run. */
  readonly to?: string;
  /** Called where a part of the page is missing, with the reason. */
  readonly onWarning?: (text: string) => void;
}

const optionNames: OptionTypes<ReportOptions> = {
  to: optionTypes.path,
  pipeline: optionTypes.path,
  plugins: optionTypes.flag,
  onWarning: optionTypes.call,
  ...dataOptions,
};

/**
 * Writes a page about a run, as `pipeline report` does: its curves, what its model gets wrong and how sure it is of it, its weights,
 * the pipeline. Where the data of the run are gone, the page says so in place of what would need them. Of a sweep, the page is about
 * its trials.
 *
 * @param run `runs/relu/3`, `runs/relu` for the newest, or a sweep, `runs/relu/sweep-1`
 * @returns the path of the page
 * @throws DataError when this is no folder of a run, or nothing was trained in it; RunError when it cannot be written.
 */
export async function writeReport(run: string | URL, options: ReportOptions = {}): Promise<string> {
  requireKnownOptions(options, optionNames, 'writeReport');
  const { to, onWarning, ...reading } = options;
  const given = requirePath(run, 'writeReport: the run');
  if (await isSweepFolder(given)) return writeSweepReport(given, { to, plugins: options.plugins });
  if (await isCommitteeFolder(given)) {
    throw new DataError(given, `a committee has no page of its own; its members have, as ${join(given, '1')}`);
  }
  const folder = await runFolderOf(given);
  const path = to ?? join(folder, files.report);
  const report = await readRun(folder, reading);
  if (report.notJudged !== undefined) onWarning?.(report.notJudged);
  await writePage(path, runPage(report, await pageAssets()));
  return path;
}

import { dirname, join } from 'node:path';
import { sweepPage } from '../../report/sweep/sweep-page.js';
import type { SweepReport } from '../../report/sweep/sweep-report.js';
import { pageAssets } from '../page-assets.js';
import { files } from '../run-folder.js';
import { writePage } from '../write-page.js';
import { readSweepReport } from './read-sweep-report.js';

/**
 * Writes the report of a sweep into its folder, or elsewhere.
 *
 * @returns its path
 * @throws DataError when this is no sweep; RunError when it cannot be written.
 */
export async function writeSweepReport(
  folder: string,
  {
    to = join(folder, files.report),
    plugins,
  }: { readonly to?: string | undefined; readonly plugins?: boolean | undefined } = {},
): Promise<string> {
  return writeSweepPage(folder, await readSweepReport(folder, { plugins, page: dirname(to) }), to);
}

/**
 * The same of one that was read already.
 *
 * @throws RunError when it cannot be written.
 */
export async function writeSweepPage(
  folder: string,
  report: SweepReport,
  to: string = join(folder, files.report),
): Promise<string> {
  await writePage(to, sweepPage(report, await pageAssets()));
  return to;
}

import { dirname, join } from 'node:path';
import { sweepPage } from '../../report/sweep/sweep-page.js';
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
  const report = await readSweepReport(folder, { plugins, page: dirname(to) });
  await writePage(to, sweepPage(report, await pageAssets()));
  return to;
}

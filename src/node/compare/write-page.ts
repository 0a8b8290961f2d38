import { dirname, relative, sep } from 'node:path';
import { comparePage } from '../../report/compare/compare-page.js';
import type { Comparison } from '../../report/compare/comparison.js';
import { pageAssets } from '../page-assets.js';
import { writeNumberedPage, writePage } from '../write-page.js';

/**
 * Writes the page of a comparison: to a file, or under the next free number into a folder.
 *
 * @returns its path
 * @throws RunError when it cannot be written.
 */
export async function writeComparePage(
  comparison: Comparison,
  to: { readonly file: string } | { readonly folder: string },
): Promise<string> {
  const folder = 'folder' in to ? to.folder : dirname(to.file);
  const text = comparePage(linkedFrom(folder, comparison), await pageAssets());
  if ('folder' in to) return writeNumberedPage(to.folder, 'compare', text);
  await writePage(to.file, text);
  return to.file;
}

/** The reports of its runs, as a page in a folder links them. */
const linkedFrom = (folder: string, { variants, ...comparison }: Comparison): Comparison => ({
  ...comparison,
  variants: variants.map(({ runs, ...variant }) => ({
    ...variant,
    runs: runs.map(({ report, ...run }) => ({
      ...run,
      ...(report !== undefined && { report: hrefOf(folder, report) }),
    })),
  })),
});

const hrefOf = (folder: string, path: string): string =>
  relative(folder, path).split(sep).map(encodeURIComponent).join('/');

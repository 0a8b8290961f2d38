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
  const text = comparePage(comparison, await pageAssets());
  if ('folder' in to) return writeNumberedPage(to.folder, 'compare', text);
  await writePage(to.file, text);
  return to.file;
}

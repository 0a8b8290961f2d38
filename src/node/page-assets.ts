/** The style and the script of all pages, as they were built. */
import { readFile } from 'node:fs/promises';
import type { PageAssets } from '../report/page.js';

/** From src/node, dist/node and dist/bin alike. */
export async function pageAssets(): Promise<PageAssets> {
  const read = (name: string) => readFile(new URL(`../../dist/report/${name}`, import.meta.url), 'utf8');
  const [style, script] = await Promise.all([read('browser.css'), read('browser.js')]);
  return { style, script };
}

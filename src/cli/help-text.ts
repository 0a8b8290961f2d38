/** Help pages: what yargs does not say, and how wide they are. */
import { together, wrapped } from './text/layout.js';
import { styled } from './text/style.js';
import { formatTable } from './text/table.js';

/** What stands at the end of every help page. Two cells of a row have a tab between them. */
export const HELP_END = `Environment variables:
  MARBLENET_DATA\tFolder with the four MNIST files; --data comes before it
  MARBLENET_CACHE\tWhere downloads and decoded files are kept
  MARBLENET_RUNS\tFolder in which runs are kept, instead of runs; none keeps nothing
  MARBLENET_MIRRORS\tBase URLs to download from, separated by commas
  MARBLENET_SIMD\tstandard: V8 is asked for no longer vectors
  HTTPS_PROXY, NO_PROXY\tThe proxy for downloads, and the hosts that have none

Exit codes:
  0\tDone
  1\tThe run failed, or a gradient is wrong
  2\tThe command or the pipeline file is wrong
  3\tData is missing, broken, or may not be read
  129, 130, 143\tEnded by SIGHUP, by Ctrl-C, by SIGTERM

Documentation: ${new URL('../../README.md', import.meta.url).href}`;

/** A page that yargs wrote, where each row is a line: headings, prose, and rows whose cells have two spaces between them. */
export function layOutHelp(page: string, columns: number): string {
  let rows: string[][] = [];
  const laidOut: string[] = [];
  for (const line of [...page.trimEnd().split('\n'), '']) {
    const [, indent, words] = /^( *)(.*)$/.exec(line) ?? [];
    if (indent !== '') {
      const [first, ...others] = words.split(/ {2,}|\t/);
      rows.push([indent + first, ...others.map((cell) => cell.replace(/\[[^\]]*\]/g, together))]);
      continue;
    }
    if (rows.length > 0) laidOut.push(formatTable(rows, { columns }));
    rows = [];
    laidOut.push(`${words.endsWith(':') ? styled('bold', words) : wrapped(words, columns, 0)}\n`);
  }
  return laidOut.join('').trimEnd().concat('\n');
}

/** `pipeline report`, and the report that other commands write at the end of a run. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pipeline, scratchFolder, TINY } from './pipeline-command.js';

it('is written at the end of a run, which ends with its path, and again on demand', async () => {
  const out = await scratchFolder();
  const { stderr } = await pipeline(['run', TINY, '--out', out]);
  const path = join(out, 'tiny/1/report.html');
  expect(stderr.trimEnd().split('\n').slice(-2)).toEqual([`kept in ${join(out, 'tiny/1')}`, `report: ${path}`]);
  const page = await readFile(path, 'utf8');

  const elsewhere = join(out, 'pages/of/mine.html');
  const again = await pipeline(['report', join(out, 'tiny'), '--to', elsewhere]);
  expect(again).toEqual({ code: 0, stdout: `${elsewhere}\n`, stderr: '' });
  expect((await readFile(elsewhere, 'utf8')) === page).toBe(true);
});

it('is left out by --no-report', async () => {
  const out = await scratchFolder();
  const { stderr } = await pipeline(['run', TINY, '--out', out, '--no-report']);
  expect(stderr.trimEnd().split('\n').at(-1)).toBe(`kept in ${join(out, 'tiny/1')}`);
  expect(await readdir(join(out, 'tiny/1'))).not.toContain('report.html');
});

it('says what is no run', async () => {
  const empty = await scratchFolder();
  const { code, stderr } = await pipeline(['report', empty]);
  expect(code).toBe(3);
  expect(stderr).toContain('expected the folder of a run');
});

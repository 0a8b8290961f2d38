/** Builds of a folder take turns, whatever another process left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../node/temporary-folder.js';

const LOCK = '.marblenet-building';

/** A folder with the script, as it stands in a clone. */
async function clone(): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of ['scripts', 'node_modules']) await mkdir(join(folder, name));
  const script = fileURLToPath(new URL('../../scripts/one-build.mjs', import.meta.url));
  await copyFile(script, join(folder, 'scripts', 'one-build.mjs'));
  return folder;
}

/** Takes its turn, says whether a build was broken off, and is at work for a moment. `told` gets what it says meanwhile. */
async function build(folder: string, told: (text: string) => void = () => {}): Promise<void> {
  const script = JSON.stringify(pathToFileURL(join(folder, 'scripts', 'one-build.mjs')).href);
  const code = `
    import { appendFileSync } from 'node:fs';
    import { setImmediate } from 'node:timers/promises';
    import { takeTurn } from ${script};
    const brokenOff = await takeTurn();
    appendFileSync('log', \`begun \${process.pid} \${brokenOff}\\n\`);
    for (let i = 0; i < 1000; i++) await setImmediate();
    appendFileSync('log', \`done \${process.pid} \${brokenOff}\\n\`);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: folder });
  child.stderr.setEncoding('utf8').on('data', told);
  expect(await once(child, 'exit')).toEqual([0, null]);
}

async function logOf(folder: string): Promise<(readonly [what: string, pid: string, brokenOff: string])[]> {
  const lines = (await readFile(join(folder, 'log'), 'utf8')).trim().split('\n');
  return lines.map((line) => line.split(' ') as [string, string, string]);
}

/** The number of a process that is gone. */
async function pastProcess(): Promise<string> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return String(child.pid);
}

test.each([
  ['nothing', undefined, 0],
  ['a process that is gone', pastProcess, 1],
  ['one that ended before it had said its number', async () => '', 1],
  ['something else', async () => '0', 1],
])('four at once, where the lock is that of %s, build one after the other', async (_, left, brokenOff) => {
  const folder = await clone();
  if (left !== undefined) await writeFile(join(folder, 'node_modules', LOCK), await left());
  await Promise.all(Array.from({ length: 4 }, () => build(folder)));
  const log = await logOf(folder);
  expect(log).toHaveLength(8);
  for (let i = 0; i < log.length; i += 2) {
    expect(log[i][0]).toBe('begun');
    expect(log[i + 1]).toEqual(['done', log[i][1], log[i][2]]);
  }
  expect(log.filter(([what, , broken]) => what === 'begun' && broken === 'true').length).toBe(brokenOff);
  expect(await readdir(join(folder, 'node_modules'))).toEqual([]);
});

test('who waits is told for which process, once', async () => {
  const folder = await clone();
  const lock = join(folder, 'node_modules', LOCK);
  await writeFile(lock, String(process.pid));
  let text = '';
  await build(folder, (piece) => {
    text += piece;
    void rm(lock, { force: true });
  });
  expect(text).toBe(`waiting for process ${process.pid}, which builds here ...\n`);
});

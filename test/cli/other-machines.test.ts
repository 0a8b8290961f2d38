/** Machines that lack what most have: a home folder, a cache that can be written, a folder that can be read. */
import { spawnSync } from 'node:child_process';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeTinyMnist } from '../node/tiny-mnist.js';
import {
  commandEnvironment,
  type Ended,
  fromRoot,
  MAIN,
  scratchFolder,
  startProcess,
  TINY,
} from './pipeline-command.js';

const isRoot = process.getuid?.() === 0;
const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0;

/** The command of a user with a number, and no name, home folder or rights. */
function asStranger(args: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
  const { MARBLENET_CACHE, ...environment } = commandEnvironment();
  const stranger = ['--reuid', '12345', '--regid', '12345', '--clear-groups'];
  return startProcess('setpriv', [...stranger, process.execPath, MAIN, ...args], { ...environment, ...more }).ended;
}

/** A folder that strangers may look into. */
async function openFolder(): Promise<string> {
  const folder = await scratchFolder();
  for (const path of [folder, join(folder, '..')]) await chmod(path, 0o755);
  return folder;
}

const MNIST = ['run', 'pipelines/relu.yaml', '--set', 'epochs=1'];

describe.skipIf(!isRoot || !hasSetpriv)('a user without name and home folder (needs root and setpriv)', () => {
  test('can do all that needs no cache', async () => {
    expect((await asStranger(['--version'])).code).toBe(0);
    expect((await asStranger(['doctor'])).code).toBe(0);
    expect((await asStranger(['run', TINY, '--quiet'])).code).toBe(0);
    const folder = await openFolder();
    await writeTinyMnist(folder, (file) => file);
    expect((await asStranger([...MNIST, '--data', folder])).code).toBe(0);
  });

  test('is told what would give a cache', async () => {
    const without = await asStranger([...MNIST, '--offline', '--set', 'data.0=mnist']);
    expect(without.code).toBe(3);
    expect(without.stderr).toContain('MNIST: there is no home folder with a cache; MARBLENET_CACHE names one; ');
    const instead = await asStranger([...MNIST, '--offline', '--set', 'data.0.mnist.fallback=digits']);
    expect(instead.code).toBe(0);
    expect(instead.stderr).toContain('MARBLENET_CACHE');
  });

  test('falls back where neither the cache can be written nor a mirror answers', async () => {
    const cache = join(await openFolder(), 'cache');
    const ended = await asStranger([...MNIST, '--json'], { MARBLENET_CACHE: cache });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('"fallbackFor":"mnist"');
  });

  test('is told that a folder may not be read, and not that it is empty', async () => {
    const folder = join(await openFolder(), 'closed');
    await writeTinyMnist(join(folder, 'MNIST', 'raw'), (file) => file);
    await chmod(folder, 0);
    const { code, stderr } = await asStranger([...MNIST, '--data', folder]);
    expect(code).toBe(3);
    expect(stderr).toContain(
      `${folder}: found no folder that can be opened (permission denied), ` +
        'expected the folder with the MNIST files. Check --data or MARBLENET_DATA.',
    );
    await chmod(folder, 0o755);
    await chmod(join(folder, 'MNIST'), 0);
    const below = await asStranger([...MNIST, '--data', folder]);
    expect(below.code).toBe(3);
    expect(below.stderr).toContain(`what cannot be read: ${join(folder, 'MNIST')} (permission denied)`);
  });

  test('is told that a file may not be read', async () => {
    const folder = await openFolder();
    await writeTinyMnist(folder, (file) => file);
    await chmod(join(folder, 't10k-labels-idx1-ubyte'), 0);
    const { code, stderr } = await asStranger([...MNIST, '--data', folder]);
    expect(code).toBe(3);
    expect(stderr).toContain(`${join(folder, 't10k-labels-idx1-ubyte')}: cannot be read: permission denied`);
  });
});

test('a folder without MNIST ends the run, though a fallback is written', async () => {
  const folder = await scratchFolder();
  const args = [MAIN, ...MNIST, '--data', folder];
  const { code, stdout, stderr } = await startProcess(process.execPath, args, commandEnvironment()).ended;
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toContain(`${folder}: has none of the 4 files of MNIST. Check --data or MARBLENET_DATA.`);
});

test('the page about it has every environment variable that the program reads', async () => {
  const page = await readFile(fromRoot('docs/other-machines.md'), 'utf8');
  const files = (await readdir(fromRoot('src'), { recursive: true })).filter((path) => path.endsWith('.ts'));
  const sources = await Promise.all(files.map((path) => readFile(fromRoot(`src/${path}`), 'utf8')));
  const variables = new Set(sources.join('\n').match(/\bMARBLENET_[A-Z_]+/g));
  expect(variables.size).toBeGreaterThan(3);
  for (const name of variables) expect(page).toContain(`\`${name}\``);
});

/**
 * Ways to get the package beside `npm install`: a clone whose package files come first, strict package managers, bundlers,
 * and a Node that is too old. What needs a registry is said not to be tested where there is none.
 */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { withoutGivenData } from '../node/no-given-data.js';
import { ended, newFolder, npmOptions, output, root, tarball, weights, withRegistry } from './packed.js';

withoutGivenData();

/** Copies files of this repository to another folder. */
function copy(files: readonly string[], folder: string): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
}

const sources = async (): Promise<string[]> => (await output('git', ['ls-files'], root)).trim().split('\n');
const packageFiles = ['package.json', 'package-lock.json'];

/** What a command prints that fails. */
const failure = async (file: string, args: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}) => {
  const options = { cwd, env: { ...process.env, ...more } };
  const { code, stderr } = await promisify(execFile)(file, args, options).catch((error) => error);
  return { code, stderr };
};

/** A project with the consumer's files, and this package.json. */
function consumer(packageJson: object): string {
  const folder = newFolder();
  cpSync(new URL('consumer', import.meta.url), folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, ...packageJson }));
  return folder;
}

describe('a clone', () => {
  test('installs when its package files come first, and builds when its sources are there', async () => {
    const folder = newFolder();
    copy(packageFiles, folder);
    const installed = await withRegistry('a clone whose package files come first', () =>
      ended('npm', ['ci', ...npmOptions], folder),
    );
    if (installed === undefined) return;
    copy(await sources(), folder);
    const version = (command: string) => ended('npx', [command, '--version'], folder);
    const both = await Promise.all([version('pipeline'), version('marblenet')]); // at once: one builds, the other waits
    expect(both.map(({ stdout }) => stdout)).toEqual(['0.1.0\n', '0.1.0\n']);
    expect((await version('pipeline')).stderr).toBe('');

    // A build that was killed leaves its number behind, and perhaps half of dist/.
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(join(folder, 'node_modules/.marblenet-building'), String(pid));
    expect((await version('pipeline')).stderr).toMatch(/^building marblenet/);
    expect((await version('pipeline')).stderr).toBe('');
  });

  test('installs with NODE_ENV=production, and says what it takes to build', async () => {
    const folder = newFolder();
    copy(await sources(), folder);
    const installed = await withRegistry('a clone with NODE_ENV=production', () =>
      ended('npm', ['ci', ...npmOptions], folder, { NODE_ENV: 'production' }),
    );
    if (installed === undefined) return;
    const { code, stderr } = await failure(process.execPath, ['bin/pipeline.js', '--version'], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^building marblenet.*\nwhat builds marblenet is not installed: run "npm ci --include=dev"/);
  });
});

describe('a package manager that gives a package only what it asks for', () => {
  test('pnpm without hoisting', async () => {
    const folder = consumer({ type: 'module' });
    writeFileSync(join(folder, '.npmrc'), 'hoist=false\n');
    const installed = await withRegistry('pnpm', () => ended('npx', ['--yes', 'pnpm@10', 'add', tarball], folder));
    if (installed === undefined) return;
    expect(weights(await output('node', ['bundled.mjs'], folder))).toMatch(/^sha256:/);
  });

  test('Yarn Plug’n’Play', async () => {
    const folder = consumer({ dependencies: { marblenet: `file:${tarball}` } });
    writeFileSync(join(folder, '.yarnrc.yml'), 'nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\n');
    writeFileSync(join(folder, 'yarn.lock'), '');
    const yarn = ['--yes', '--package', '@yarnpkg/cli-dist@4', 'yarn'];
    const installed = await withRegistry('Yarn', () =>
      ended('npx', [...yarn, 'install', '--no-immutable'], folder, { YARN_HTTP_RETRY: '1' }),
    );
    if (installed === undefined) return;
    expect(weights(await output('npx', [...yarn, 'node', 'bundled.mjs'], folder))).toMatch(/^sha256:/);
  });
});

const bundlers = consumer({});
cpSync(new URL('bundlers', import.meta.url), bundlers, { recursive: true });
const hasBundlers = await withRegistry('esbuild, Vite and webpack', () =>
  ended('npm', ['install', ...npmOptions, tarball, 'esbuild@0.25', 'vite@7', 'webpack@5'], bundlers),
);

describe.skipIf(hasBundlers === undefined)('a bundle for Node', () => {
  test.each(
    ['esbuild', 'vite', 'webpack'].flatMap((bundler) => [
      [bundler, 'esm', 'out/bundle.mjs'],
      [bundler, 'cjs', 'out/bundle.cjs'],
    ]),
  )('by %s, as %s, trains to the same weights', async (bundler, format, file) => {
    await ended(process.execPath, ['bundle.mjs', bundler, format], bundlers);
    const alone = newFolder(); // without node_modules: what the program needs is in it
    cpSync(join(bundlers, 'out'), join(alone, 'out'), { recursive: true });
    cpSync(join(bundlers, 'digits.yaml'), join(alone, 'digits.yaml'));
    const digest = weights(await output(process.execPath, ['bundled.mjs'], bundlers));
    expect(weights(await output(process.execPath, [file], alone))).toBe(digest);

    // what only users of a proxy load is in it, too
    const asked: (string | undefined)[] = [];
    const proxy = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void proxy.close());
    await once(proxy, 'listening');
    const onMnist = readFileSync(join(alone, 'digits.yaml'), 'utf8').replace(/digits: \{.*\}/, 'mnist');
    writeFileSync(join(alone, 'digits.yaml'), onMnist);
    const { stderr } = await failure(process.execPath, [file], alone, {
      http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      no_proxy: '',
      MARBLENET_MIRRORS: 'http://mirror.invalid/mnist/',
      MARBLENET_CACHE: join(alone, 'cache'),
    });
    expect(stderr).toContain('404');
    expect(asked).toContain('http://mirror.invalid/mnist/train-images-idx3-ubyte.gz');
  });
});

test('Node 18 is told in a sentence what is needed', async () => {
  const folder = newFolder();
  const installed = await withRegistry('Node 18', () =>
    ended('npm', ['install', ...npmOptions, '--prefix', folder, 'node@18'], folder),
  );
  if (installed === undefined) return;
  const node18 = join(folder, 'node_modules/node/bin/node');
  const sentence = /^marblenet needs Node 20\.19 or newer, found 18\.\d+\.\d+\n$/;
  const command = await failure(node18, [join(root, 'bin/pipeline.js'), 'list'], folder);
  expect(command).toEqual({ code: 1, stderr: expect.stringMatching(sentence) });
  const imported = "import('marblenet').catch((error) => { console.error(error.message); process.exitCode = 1; })";
  expect(await failure(node18, ['--eval', imported], root)).toEqual(command);
});

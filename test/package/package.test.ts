/**
 * The package as its users get it: packed, checked as a tarball, installed in an empty project, and used from there, by
 * this version of Node. Every program in ./consumer is one that a user could write.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { filterProblems } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'marblenet-package-'));
afterAll(() => rmSync(project, { recursive: true, force: true }));

const environment = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), // npm and npx, too, by this version of Node
  MARBLENET_SIMD: 'standard', // the command would round differently than a program that asks for nothing
};

/** Runs a command to its end. Rejects with all that it printed when it fails. */
async function ended(command: string, args: readonly string[], cwd = project) {
  try {
    return await promisify(execFile)(command, args, { cwd, env: environment });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

/** What a command prints on standard output. */
const output = async (...command: Parameters<typeof ended>): Promise<string> => (await ended(...command)).stdout;

// without scripts: `npm run test:package` has built dist/, and other tests may be reading it
const [{ filename }] = JSON.parse(
  await output('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], root),
);
const tarball = readFileSync(join(project, filename));

test('publint finds nothing to say', async () => {
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('every way to resolve the package finds code and types that belong together', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(tarball));
  if (analysis.types === false) expect.fail('the package has no types');
  // What is left out: TypeScript's resolution of before 2022 ("node10"), which cannot read `exports`; and the warning that
  // `require` finds an ES module, since from Node 20.19 on it loads one: the tests below do so.
  const problems = [...(['node16-cjs', 'node16-esm', 'bundler'] as const)]
    .flatMap((resolutionKind) => filterProblems(analysis, { resolutionKind }))
    .filter(({ kind }) => kind !== 'CJSResolvesToESM');
  expect(problems).toEqual([]);
});

const unreachable = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/**
 * Puts the consumer's files and the package into the empty project, and returns what npm says of it; undefined where no
 * registry has the dependencies.
 */
async function install(): Promise<string | undefined> {
  cpSync(new URL('consumer', import.meta.url), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const options = ['--engine-strict', '--prefer-offline', '--no-audit', '--no-fund'];
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=500']; // by default minutes, where there is no network
  try {
    const { stdout, stderr } = await ended('npm', ['install', ...options, ...patience, `./${filename}`]);
    return stdout + stderr;
  } catch (error) {
    if (!unreachable.test(String(error))) throw error;
    console.warn('NOT TESTED: the npm registry cannot be reached, so the package could not be installed anywhere');
    return undefined;
  }
}

const node = (...args: string[]): Promise<string> => output(process.execPath, args);

/** The SHA-256 of the weights, from the end event that the last line of an output is. */
const weights = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '').weights;

const saidByNpm = await install();

describe.skipIf(saidByNpm === undefined)('installed in an empty project', () => {
  test('npm has nothing to warn of', () => {
    expect(saidByNpm).not.toMatch(/warn/i);
  });

  test('an ES module, CommonJS and the command train to the same weights', async () => {
    const digest = weights(await node('module.mjs'));
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(weights(await node('common.cjs'))).toBe(digest);
    expect(weights(await output('npx', ['--no-install', 'pipeline', 'run', 'digits.yaml', '--json']))).toBe(digest);
  });

  test('the example of a plug-in runs where it was installed', async () => {
    const example = 'node_modules/marblenet/examples/swish/swish.yaml';
    const small = ['--set', 'data.0={ digits: { train: 100, test: 100 } }', '--set', 'epochs=1'];
    await output('npx', ['--no-install', 'pipeline', 'run', example, ...small, '--json']);
  });

  const nodeTypes = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  test.each([
    ['nodenext', ['module.mts', 'common.cts'], ['--module', 'nodenext', '--target', 'es2023']],
    ['nodenext without a page', ['module.mts'], ['--module', 'nodenext', '--lib', 'es2023', ...nodeTypes]],
    ['a bundler', ['module.mts'], ['--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2023']],
  ])('TypeScript compiles for %s, and checks the package’s own types', async (_, files, options) => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    await node(compiler, '--noEmit', '--strict', '--skipLibCheck', 'false', ...options, ...files);
  });

  test('every relative link of a page leads to a file of the package', () => {
    const installed = join(project, 'node_modules/marblenet');
    const pages = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
    expect(pages).toContain('README.md');
    const broken = pages.flatMap((page) => {
      const targets = [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
        ([, target]) => join(dirname(page), target),
      );
      return targets.filter((target) => !existsSync(join(installed, target)));
    });
    expect(broken).toEqual([]);
  });
});

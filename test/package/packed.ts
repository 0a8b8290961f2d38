/** The package, packed once a test file, and commands that are run where it is installed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const scratch = mkdtempSync(join(tmpdir(), 'marblenet-package-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A new folder, gone after the tests of this file. */
export const newFolder = (): string => mkdtempSync(join(scratch, 'project-'));

const environment = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), // npm and npx, too, by this version of Node
  MARBLENET_SIMD: 'standard', // the command would round differently than a program that asks for nothing
};

/** Runs a command to its end. Rejects with all that it printed when it fails. */
export async function ended(command: string, args: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}) {
  try {
    return await promisify(execFile)(command, args, { cwd, env: { ...environment, ...more } });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

/** What a command prints on standard output. */
export const output = async (...command: Parameters<typeof ended>): Promise<string> => (await ended(...command)).stdout;

// without scripts: `npm run test:package` has built dist/, and other tests may be reading it
const [{ filename }] = JSON.parse(
  await output('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch], root),
);
export const tarball = join(scratch, filename);

const unreachable = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/** Runs what needs a registry. Says aloud what was not tested where there is none, and returns undefined. */
export async function withRegistry<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!unreachable.test(String(error))) throw error;
    console.warn(`NOT TESTED, since the npm registry cannot be reached: ${what}`);
    return undefined;
  }
}

/** Quiet, and not patient for minutes where there is no network. */
export const npmOptions = [
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=500',
];

/** The SHA-256 of the weights, from the end event that the last line of an output is. */
export const weights = (text: string): unknown => JSON.parse(text.trim().split('\n').at(-1) ?? '').weights;

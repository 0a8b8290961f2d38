/** The `pipeline` command: what somebody sees who runs it. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EndEvent, EpochEvent, StartEvent, StepEvent } from '../../src/core/run/events.js';
import { allowFasterSimd } from '../../src/node/simd.js';
import { folderOfFile, running, scratchFolder } from './leftovers.js';
import './on-one-thread.js';

export const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The built command: `npm test` builds it first. */
export const MAIN = fromRoot('dist/bin/main.js');

/** 200 drawn digits, two epochs of ten steps. */
export const TINY = fromRoot('test/cli/tiny.yaml');

/** Like it, but each step waits for 25 milliseconds. */
export const SLOW = fromRoot('test/cli/slow.yaml');

/** Nobody listens there, and `fetch` does not even ask. */
const CLOSED = 'http://127.0.0.1:1/mnist/';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
}

export { scratchFolder };

/** Writes a file into a new folder and returns its path. */
export async function scratchFile(name: string, text: string): Promise<string> {
  const path = join(await scratchFolder(), name);
  await writeFile(path, text);
  return path;
}

/** No cache of the user's, no network, no run that is kept: what of the environment reaches the command is all here. */
export const commandEnvironment = (more: Record<string, string> = {}): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  TERM: 'xterm',
  MARBLENET_CACHE: join(folderOfFile(), 'no-cache'),
  MARBLENET_MIRRORS: CLOSED,
  MARBLENET_RUNS: 'none',
  ...more,
});

export const startPipeline = (args: readonly string[], environment?: Record<string, string>): Started =>
  startProcess(process.execPath, [MAIN, ...args], commandEnvironment(environment));

/** Runs the command to its end in a process of its own, in the repository's folder. */
export const pipelineProcess = (args: readonly string[], environment?: Record<string, string>): Promise<Ended> =>
  startPipeline(args, environment).ended;

/**
 * Runs the command to its end, in the repository's folder. A process takes more than half a second of CPU to load it twice,
 * for its thread, too, so it has one of its own only where that matters: with another environment, and for a sweep, whose
 * trials have processes of the built program. `resume` of a sweep is for `pipelineProcess`.
 */
export const pipeline = (args: readonly string[], environment?: Record<string, string>): Promise<Ended> =>
  environment !== undefined || args[0] === 'sweep' ? pipelineProcess(args, environment) : pipelineHere(args);

/** Runs it in this process. */
export const pipelineHere = (args: readonly string[], environment?: Record<string, string>): Promise<Ended> =>
  inTurn(() => performed(args, commandEnvironment(environment)));

/** Commands in this process write to one standard output, so the next begins when the last has ended. */
let last: Promise<unknown> = Promise.resolve();
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const next = last.then(work);
  last = next.catch(() => {});
  return next;
}

// from the first, or the last digits of what a test computes itself were others than those of a command
allowFasterSimd();

/** What a command that can be stopped listens to, and goes on to: its process ends with it. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The command in this process, as if it were one of its own. */
async function performed(args: readonly string[], environment: Record<string, string>): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const { env } = process;
  const restored = (['stdout', 'stderr'] as const).map((name) => {
    const stream = process[name];
    const { write } = stream;
    stream.write = ((text: string | Uint8Array, ...more: unknown[]) => {
      written[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
      const done = more.find((one) => typeof one === 'function');
      done?.();
      return true;
    }) as typeof write;
    return () => {
      stream.write = write;
    };
  });
  const listening = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  process.env = environment;
  try {
    // not before: it reads the environment
    const { perform } = await import('../../src/cli/perform.js');
    const { code } = await perform(args, () => {});
    return { code, ...written };
  } finally {
    process.env = env;
    for (const restore of restored) restore();
    for (const [signal, before] of listening) {
      for (const listener of process.listeners(signal)) if (!before.includes(listener)) process.off(signal, listener);
    }
  }
}

export function startProcess(
  file: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd = fromRoot('.'),
): Started {
  const child = spawn(file, args, { cwd, env });
  running.add(child);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk) => stdout.push(chunk));
  child.stderr.on('data', (chunk) => stderr.push(chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      running.delete(child);
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
    });
  });
  return { child, ended };
}

/** Resolves when the command has written something that holds these words. */
export function untilWritten({ child }: Started, words: string, stream: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
  let text = '';
  return new Promise((resolve, reject) => {
    child[stream].on('data', (chunk) => {
      text += chunk;
      if (text.includes(words)) resolve();
    });
    child.on('close', () => reject(new Error(`it ended without "${words}": ${text}`)));
  });
}

/** Lines of `--json`: each must be an object. */
export const eventsOf = ({ stdout }: Ended): Record<string, unknown>[] =>
  linesOf(stdout).map((line) => JSON.parse(line));

/** What a completed run with `--json` tells. */
export interface Told {
  readonly start: StartEvent;
  readonly steps: StepEvent[];
  readonly epochs: EpochEvent[];
  readonly end: EndEvent;
}

/** Runs a pipeline with `--json` and sorts its events; the run must complete. */
export async function runJson(args: readonly string[], environment?: Record<string, string>): Promise<Told> {
  const ended = await pipeline(['run', ...args, '--json'], environment);
  if (ended.code !== 0) throw new Error(`exit ${ended.code}: ${ended.stderr}`);
  const events = eventsOf(ended) as unknown as (StartEvent | StepEvent | EpochEvent | EndEvent)[];
  return {
    start: events.find((event) => event.event === 'start') as StartEvent,
    steps: events.filter((event) => event.event === 'step'),
    epochs: events.filter((event) => event.event === 'epoch'),
    end: events.find((event) => event.event === 'end') as EndEvent,
  };
}

/** The lines of a text that ends with a line break, and has none too many. */
export function linesOf(text: string): string[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error(`no line break at the end of ${JSON.stringify(text)}`);
  return text.slice(0, -1).split('\n');
}

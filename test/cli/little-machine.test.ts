/** Machines that give less than others: addresses, threads, processors. What is optional is given up, and that is said. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  commandEnvironment,
  type Ended,
  eventsOf,
  fromRoot,
  linesOf,
  MAIN,
  startProcess,
  TINY,
} from './pipeline-command.js';

const RUN = ['run', TINY, '--json', '--set', 'threads=2'];

/** Runs the command by a Node with these options, perhaps started by another program. */
const node = (options: readonly string[], args: readonly string[], before: readonly string[] = []): Promise<Ended> => {
  const [file, ...words] = [...before, process.execPath, ...options, MAIN, ...args];
  return startProcess(file, words, commandEnvironment()).ended;
};

const weightsOf = (ended: Ended): unknown => eventsOf(ended).at(-1)?.weights;
const fallbackOf = (ended: Ended): unknown => eventsOf(ended)[0].fallback;

const NONE_MAY_START = /^threads: 1, not 2: no more may start here \(Access to this API has been restricted/;

test.skipIf(process.platform !== 'linux')('too few addresses for WebAssembly: the textbook computes', async () => {
  const limited = ['bash', '-c', 'ulimit -v 6000000; exec "$@"', 'bash'];
  const ended = await node([], RUN, limited);
  expect(ended.code).toBe(0);
  expect(fallbackOf(ended)).toMatch(/^backend: typescript, not wasm: there are too few addresses .*ulimit -v/);
  const textbook = await node([], [...RUN, '--set', 'backend=typescript']);
  expect(weightsOf(ended)).toBe(weightsOf(textbook));
  expect((await node([], ['doctor'], limited)).stdout).toContain('too few addresses');
});

const onLinux = test.skipIf(process.platform !== 'linux');

/** Runs the command as a package calls it, from a shell that has done something first. */
const after = (preparation: string, args: readonly string[]): Promise<Ended> => {
  const words = ['-c', `${preparation}; exec "$@"`, 'sh', process.execPath, fromRoot('bin/pipeline.js'), ...args];
  return startProcess('sh', words, commandEnvironment()).ended;
};

onLinux('too few addresses for a second thread of V8: one trains', async () => {
  const ended = await after('ulimit -v 1200000', RUN);
  expect(ended.code, ended.stderr).toBe(0);
  expect(weightsOf(ended)).toBe(weightsOf(await node([], [...RUN, '--set', 'backend=typescript'])));
});

onLinux('too few files may be open: it runs, or a sentence says so', async () => {
  const limits = [20, 21, 22, 23, 24, 25, 26, 27, 28];
  const all = await Promise.all(limits.map((limit) => after(`ulimit -n ${limit}`, ['run', TINY, '--quiet'])));
  const refused = all.filter(({ stderr }) => stderr !== '' && !stderr.includes("bin/pipeline.js'"));
  expect(refused.length).toBeGreaterThan(0);
  for (const { code, stderr } of refused) {
    expect(code, stderr).toBe(1);
    expect(linesOf(stderr), stderr).toHaveLength(1);
    expect(stderr).toMatch(/too many (files are open|open files)/);
  }
});

onLinux('a working directory that was removed', async () => {
  const gone = 'cd "$(mktemp -d)" && rmdir "$PWD"';
  for (const args of [['run', TINY], ['doctor'], ['lint', TINY]]) {
    expect(await after(gone, args)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'the working directory is not there any more: change to another folder (cd)\n',
    });
  }
});

test('no thread may start: one computes, and the run goes on', async () => {
  const permission = ['--permission', '--experimental-permission'].find((flag) =>
    process.allowedNodeEnvironmentFlags.has(flag),
  );
  const options = [permission ?? '', '--allow-fs-read=*'];
  const ended = await node(options, RUN);
  expect(ended.code).toBe(0);
  expect(fallbackOf(ended)).toMatch(NONE_MAY_START);
  expect(weightsOf(ended)).toBe(weightsOf(await node([], RUN)));
  const { stdout } = await node(options, ['doctor']);
  expect(stdout).toContain('no more may start here');
  expect(stdout).toContain("cannot be written to (Node's --permission denies it): nothing is kept");
});

const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

test.skipIf(!hasTaskset)('one processor (needs taskset)', async () => {
  const alone = await node([], ['run', TINY, '--json'], ['taskset', '-c', '0']);
  expect(alone.code).toBe(0);
  expect(fallbackOf(alone)).toBeUndefined();
  expect(weightsOf(alone)).toBe(weightsOf(await node([], RUN)));
  const { stdout } = await node([], ['doctor'], ['taskset', '-c', '0']);
  expect(stdout).toContain('1 can run at the same time');
});

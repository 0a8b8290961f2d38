import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { stall, startMirror } from '../node/mirror-server.js';
import {
  commandEnvironment,
  eventsOf,
  fromRoot,
  linesOf,
  MAIN,
  SLOW,
  scratchFolder,
  startPipeline,
  startProcess,
  TINY,
  untilWritten,
} from './pipeline-command.js';

/** Nobody waits for its end. */
const FOREVER = ['--set', 'epochs=1000000'];

describe.concurrent('a signal', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends training with exit %i, and the last event says how far it came', async (signal, code) => {
    const started = startPipeline(['run', SLOW, '--json', ...FOREVER]);
    await untilWritten(started, '"event":"epoch"');
    started.child.kill(signal);

    const ended = await started.ended;
    expect(ended).toMatchObject({ code, stderr: '' });
    const [{ runId }] = eventsOf(ended);
    const end = eventsOf(ended).at(-1) as { epochs: number; steps: number };
    expect(end).toEqual({ event: 'end', runId, status: 'interrupted', epochs: end.epochs, steps: end.steps });
    expect(end.epochs).toBeGreaterThanOrEqual(1);
    expect(end.steps).toBeGreaterThanOrEqual(10 * end.epochs);
    expect(end.steps).toBeLessThanOrEqual(10 * (end.epochs + 1));
  });

  test('is told in a word', async () => {
    const started = startPipeline(['run', SLOW, ...FOREVER]);
    await untilWritten(started, 'epoch   1');
    started.child.kill('SIGINT');
    const { code, stdout, stderr } = await started.ended;
    expect(code).toBe(130);
    expect(linesOf(stderr).at(-1)).toBe('interrupted');
    expect(stdout).not.toContain('weights');
  });
});

// Not concurrent: mirrors close after every test.
describe('a signal while MNIST is downloaded', () => {
  test('SIGINT ends a download that stalls, and leaves nothing in the cache', async () => {
    const cache = await scratchFolder();
    const mirror = await startMirror(stall);
    const started = startPipeline(['run', 'pipelines/relu.yaml', '--json'], {
      MARBLENET_CACHE: cache,
      MARBLENET_MIRRORS: mirror.url,
    });
    await vi.waitUntil(() => mirror.requests.length === 1, { timeout: 10_000 });
    started.child.kill('SIGINT');

    const ended = await started.ended;
    expect(ended).toMatchObject({ code: 130, stderr: '' });
    const runId = expect.any(String);
    expect(eventsOf(ended).at(-1)).toEqual({ event: 'end', runId, status: 'interrupted', epochs: 0, steps: 0 });
    expect(await readdir(cache)).toEqual([]);
    expect(mirror.requests).toHaveLength(1);
  });
});

describe.concurrent('a reader that goes away', () => {
  test('ends the run without a word: run --json | head -1', async () => {
    const started = startPipeline(['run', TINY, '--json', ...FOREVER]);
    await untilWritten(started, '\n');
    started.child.stdout.destroy();
    expect(await started.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('of remarks does not end it', async () => {
    const started = startPipeline(['run', TINY]);
    started.child.stderr.destroy();
    const { code, stdout } = await started.ended;
    expect(code).toBe(0);
    expect(linesOf(stdout).at(-1)).toMatch(/after 2 epochs, 20 steps/);
  });
});

describe.concurrent('a reader that stalls', () => {
  const STEPS = 4_000;
  const TRAIN = ['run', '--every-step'];
  const permission = ['--permission', '--experimental-permission'].find((flag) =>
    process.allowedNodeEnvironmentFlags.has(flag),
  );
  /** What says something at each step, and the options that Node runs it with. */
  const ways: Readonly<Record<string, { readonly words: readonly string[]; readonly node: readonly string[] }>> = {
    'run, on a thread of its own': { words: TRAIN, node: [] },
    'run, where no thread may start': {
      words: TRAIN,
      node: [permission ?? '', '--allow-fs-read=*', '--allow-fs-write=*'],
    },
    tap: { words: ['tap', '--stage', 'softmaxCrossEntropy', '--count', String(STEPS)], node: [] },
  };

  /** Goes on until nothing moves any more, since nothing that it says is read; `steps` is how far it came. */
  async function stalled({ words: [command, ...words], node }: (typeof ways)[string]) {
    const batches = join(await scratchFolder(), 'batches');
    const counted = [fromRoot('test/cli/counted.yaml'), '--set', `train.countBatches.in=${batches}`];
    const all = [...node, MAIN, command, ...counted, '--json', ...words];
    const started = startProcess(process.execPath, all, commandEnvironment());
    started.child.stdout.pause();
    let steps = 0;
    let unchanged = 0;
    await vi.waitUntil(
      () => {
        const now = existsSync(batches) ? statSync(batches).size : 0;
        unchanged = now > 0 && now === steps ? unchanged + 1 : 0;
        steps = now;
        return unchanged === 10;
      },
      { timeout: 120_000, interval: 100 },
    );
    return { ...started, steps };
  }

  test.each(Object.entries(ways))(
    'of %s is waited for, and gets every step when it goes on',
    async (_, way) => {
      const { child, ended, steps } = await stalled(way);
      expect(steps).toBeLessThan(STEPS / 2);
      child.stdout.resume();
      const { code, stdout, stderr } = await ended;
      expect(code, stderr).toBe(0);
      const lines = eventsOf({ code, stdout, stderr });
      const seen = lines.flatMap(({ event, step }) => (event === 'step' || event === undefined ? [step] : []));
      expect(seen).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
      if (way.words === TRAIN) expect(lines.at(-1)).toMatchObject({ event: 'end', status: 'completed', steps: STEPS });
    },
    180_000,
  );

  test.each(Object.entries(ways).filter(([, { words }]) => words === TRAIN))(
    'does not keep %s from its end by a signal',
    async (_, way) => {
      const { child } = await stalled(way);
      const exit = once(child, 'exit');
      child.kill('SIGINT');
      expect(await exit).toEqual([130, null]);
    },
    180_000,
  );

  // It is still at work on this event, and hears of the signal when it has done with it.
  test('nor a program that has trained and is about to say so', async () => {
    const started = startPipeline(['run', fromRoot('test/cli/many-classes.yaml'), '--json']);
    await untilWritten(started, '"event":"end"'); // a line that no pipe holds
    started.child.stdout.pause();
    const exit = once(started.child, 'exit');
    started.child.kill('SIGINT');
    expect(await exit).toEqual([null, 'SIGINT']);
  }, 60_000);
});

test.skipIf(process.platform !== 'linux').each([
  ['list', ['list']],
  ['run', ['run', TINY, '--json']],
])('a full disk under standard output ends %s with exit 1, and is said', async (_, args) => {
  const words = ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath, MAIN, ...args];
  const { code, stderr } = await startProcess('sh', words, commandEnvironment()).ended;
  expect(code).toBe(1);
  expect(linesOf(stderr)).toEqual([expect.stringMatching(/^cannot write to standard output: .*no space/i)]);
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { good, startMirror } from '../node/mirror-server.js';
import { TINY_MNIST, writeTinyMnist } from '../node/tiny-mnist.js';
import { eventsOf, linesOf, pipeline, runJson, scratchFile, scratchFolder, TINY } from './pipeline-command.js';

const MNIST = ['pipelines/relu.yaml', '--set', 'epochs=1'];
const WITHOUT_FALLBACK = [...MNIST, '--set', 'data.0=mnist'];
const WARNING = '!! mnist could not be had: these are digits drawn by this program, not mnist !!';

const OTHERS = "these are not MNIST's files, but others of their names";

async function mnistFolder(suffix = ''): Promise<string> {
  const folder = await scratchFolder();
  await writeTinyMnist(folder, (file) => file + suffix);
  return folder;
}

/** The tiny pipeline on the first hundred examples of MNIST, or of its stand-in. */
async function fewMnist(): Promise<string> {
  const text = await readFile(TINY, 'utf8');
  return scratchFile(
    'few.yaml',
    text.replace(/- digits:.*/, '- mnist: { fallback: digits }\n  - takeExamples: { count: 100 }'),
  );
}

describe.concurrent('--data for a source that does not look there', () => {
  const UNREAD = `${TINY}:6:5: the data are of digits, which reads nothing from the data folder /nowhere (--data)`;

  test.each([['run'], ['check'], ['trace'], ['tap', '--stage', 'train.forward']])(
    'is warned of by %s',
    async (...words) => {
      const [command, ...more] = words;
      const { code, stderr } = await pipeline([command, TINY, '--data', '/nowhere', ...more]);
      expect(code).toBe(0);
      expect(linesOf(stderr)).toContain(`warning: ${UNREAD}`);
    },
  );

  test('is a warning of the start', async () => {
    expect((await runJson([TINY, '--data', '/nowhere'])).start.warnings).toEqual([UNREAD]);
    expect((await runJson([TINY], { MARBLENET_DATA: '/nowhere' })).start.warnings).toBeUndefined();
  });
});

describe.concurrent('MNIST in a folder', () => {
  test('is told in every event, raw or .gz', async () => {
    const folder = await mnistFolder('.gz');
    const { start, end } = await runJson([...MNIST, '--data', folder]);
    const origin = { source: 'mnist', from: 'folder', path: folder, remark: OTHERS };
    const data = { ...origin, train: 2, test: 2, scaling: { mean: 0, std: 255 } };
    expect(start.data).toEqual(data);
    expect(end.data).toEqual(data);
    expect(end.steps).toBe(1);
  });

  test('--data goes before MARBLENET_DATA', async () => {
    const [first, second] = [await mnistFolder(), await mnistFolder()];
    const named = await runJson([...MNIST], { MARBLENET_DATA: first });
    expect(named.start.data.path).toBe(first);
    const given = await runJson([...MNIST, '--data', second], { MARBLENET_DATA: first });
    expect(given.start.data.path).toBe(second);
  });

  test('is named, and a class that did not occur has no accuracy', async () => {
    const folder = await mnistFolder();
    const { stdout, stderr } = await pipeline(['run', ...MNIST, '--data', folder]);
    expect(stderr).toContain(`mnist (folder ${folder}, 2 + 2 examples)`);
    expect(stdout).toContain(`data              mnist (folder ${folder}, 2 + 2 examples)\n`);
    expect(stdout).toMatch(/^accuracy a class {2}0: +- .*\n {18}.* 7: +[\d.]+% {2}8: +- {2}9: +[\d.]+%$/m);
  });

  test('a broken file ends the run with its path and the byte, fallback or not', async () => {
    const folder = await mnistFolder();
    const path = join(folder, 't10k-images-idx3-ubyte');
    await writeFile(path, TINY_MNIST['t10k-images-idx3-ubyte'].subarray(0, 1000));
    const { code, stdout, stderr } = await pipeline(['run', ...MNIST, '--data', folder]);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(linesOf(stderr)).toEqual([expect.stringContaining(`${path}: byte 1000: found the end of the file`)]);
  });

  test('a folder that is not there ends the run, fallback or not', async () => {
    const { code, stdout, stderr } = await pipeline(['run', ...MNIST, '--data', '/nowhere']);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^\/nowhere: found no folder .* Check --data/)]);
  });
});

describe.concurrent('MNIST nowhere', () => {
  test('drawn digits stand in, which is said at the start and at the end', async () => {
    const { code, stdout, stderr } = await pipeline(['run', await fewMnist(), '--offline']);
    expect(code).toBe(0);
    expect(stdout).toContain('data              digits INSTEAD OF mnist (100 + 100 examples)\n');
    const remarks = linesOf(stderr);
    expect(remarks.filter((line) => line === WARNING)).toHaveLength(2);
    expect(remarks[0]).toBe(WARNING);
    expect(stderr).toContain('parameters, digits INSTEAD OF mnist (100 + 100 examples), seed 1');
    expect(remarks.at(-1)).toMatch(/the network is not to be used \(offline\); --data DIR names a folder that has it$/);
  });

  test('predict and evaluate say it of the model', async () => {
    const out = await scratchFolder();
    const run = join(out, 'tiny');
    const network = `the network learned from digits instead of mnist, which could not be had`;
    await pipeline(['run', await fewMnist(), '--offline', '--out', out, '--no-report']);
    const predicted = await pipeline(['predict', run, 'docs/three.png']);
    expect(predicted.code).toBe(0);
    expect(linesOf(predicted.stderr)).toEqual([network]);
    const again = await pipeline(['evaluate', run, '--json']);
    expect(linesOf(again.stderr)[0]).toBe(WARNING);
    expect(JSON.parse(again.stdout)).toMatchObject({
      data: { source: 'digits', fallbackFor: 'mnist', reason: expect.stringContaining('offline') },
      learnedFrom: { source: 'digits', fallbackFor: 'mnist' },
    });
    const real = await pipeline(['evaluate', run, '--json', '--data', await mnistFolder()]);
    expect(linesOf(real.stderr)).toEqual([
      OTHERS,
      'the network learned from digits instead of mnist, and is evaluated on mnist',
    ]);
    expect(JSON.parse(real.stdout)).toMatchObject({ data: { source: 'mnist', from: 'folder' } });
  });

  test('--json says it in the start and in the end', async () => {
    const { start, end } = await runJson([await fewMnist()]); // here the mirror does not answer
    for (const { data } of [start, end]) {
      expect(data).toMatchObject({ source: 'digits', fallbackFor: 'mnist' });
      expect(data.reason).toContain('no mirror gave train-images-idx3-ubyte.gz: http://127.0.0.1:1/mnist/');
    }
  });

  test('without a fallback the run ends, and says where it looked and what to do', async () => {
    const { code, stdout, stderr } = await pipeline(['run', ...WITHOUT_FALLBACK, '--offline']);
    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(
        /^MNIST: the cache .* has none of the 4 files; .*offline.* give --data FOLDER, or write mnist: \{ fallback: digits \}\. \(mnist at /,
      ),
    ]);
  });
});

// Not concurrent: mirrors close after every test.
describe('a mirror', () => {
  test('is not asked with --offline', async () => {
    const mirror = await startMirror(good);
    const environment = { MARBLENET_MIRRORS: mirror.url };
    await pipeline(['run', ...WITHOUT_FALLBACK, '--offline'], environment);
    expect(mirror.requests).toEqual([]);

    const asked = await pipeline(['run', ...WITHOUT_FALLBACK, '--json'], environment);
    expect(mirror.requests).toEqual(['train-images-idx3-ubyte.gz']);
    expect(asked.code).toBe(3); // two images are not MNIST
    expect(eventsOf(asked).at(-1)).toMatchObject({ status: 'failed', error: expect.stringContaining('checksum') });
  });
});

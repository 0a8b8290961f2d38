/** `pipeline compare`: files that are run first, and runs that are kept. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/node/compare/compare-runs.js';
import { changingTable } from './changing-table.js';
import { pipeline, pipelineProcess, scratchFile, scratchFolder, TINY } from './pipeline-command.js';

let sigmoid: string;

beforeAll(async () => {
  const text = await readFile(TINY, 'utf8');
  sigmoid = await scratchFile('other.yaml', text.replace('name: tiny', 'name: other').replace('- relu', '- sigmoid'));
});

describe('files, each with the same seeds', () => {
  it('end in a table and a page', async () => {
    const out = await scratchFolder();
    const { code, stdout, stderr } = await pipelineProcess(['compare', TINY, sigmoid, '--seeds', '3', '--out', out]);
    expect({ code, stderr: stderr.replaceAll(/[\d.]+ s\b/g, 'T') }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^ {2}network\.1 +relu +sigmoid$/m);
    expect(stdout).toMatch(/^ {2}test accuracy +0\.\d+ ± \S+ +0\.\d+ ± \S+ \(p \S+\)$/m);
    expect(stdout).toMatch(/^ {2}parameters +6,370 +6,370$/m);
    expect(stdout).toMatch(/paired t-test \(Student's, two-sided, 3 pairs of the same\s+seed\)/);
    expect(stderr).toContain(`page: ${join(out, 'compare-1.html')}`);
    expect(stderr.match(/^\S+, seed \d: test loss .*$/gm)).toHaveLength(6);
    expect((await readdir(join(out, 'tiny'))).sort()).toEqual(['1', '2', '3']);
    expect(await readFile(join(out, 'compare-1.html'), 'utf8')).toContain('<title>tiny and other</title>');
  });
});

describe('a file whose data are changed between two runs of it', () => {
  it('is said, and nothing is compared', async () => {
    const words = ['compare', await changingTable(), TINY, '--seeds', '2', '--out', await scratchFolder()];
    const { code, stdout, stderr } = await pipeline(words);
    expect({ code, stdout }).toEqual({ code: 3, stdout: expect.not.stringContaining('test loss  ') });
    expect(stderr).toMatch(/table\.csv: this file was changed since the run read it/);
  });
});

describe('runs that are kept', () => {
  let out: string;
  beforeAll(async () => {
    out = await scratchFolder();
    await pipeline(['run', TINY, '--out', out, '--no-report']);
    await pipeline(['run', TINY, '--out', out, '--no-report', '--set', 'train.sgd.learningRate=1']);
  });
  const runs = () => [join(out, 'tiny/1'), join(out, 'tiny/2')];

  it('are held side by side, without a word of chance', async () => {
    const { code, stdout, stderr } = await pipeline(['compare', ...runs(), '--no-html']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('train.4.sgd.learningRate');
    expect(stdout).not.toMatch(/±|p:/);
  });

  it('print JSON and CSV', async () => {
    const json = JSON.parse((await pipeline(['compare', ...runs(), '--json', '--no-html'])).stdout);
    expect(json.variants.map(({ label }: { label: string }) => label)).toEqual(runs());
    expect(json.differences).toEqual([{ path: 'train.4.sgd.learningRate', values: ['0.1', '1'] }]);
    const accuracy = json.measures.find(({ name }: { name: string }) => name === 'test accuracy');
    expect(accuracy.values).toMatchObject([{ all: [expect.any(Number)] }, { all: [expect.any(Number)] }]);
    const csv = (await pipeline(['compare', ...runs(), '--csv', '--no-html'])).stdout.split('\r\n');
    expect(csv[0]).toBe('variant,run,seed,test loss,test accuracy,train loss,time in seconds,parameters');
    expect(csv[2]).toMatch(new RegExp(`^${runs()[1]},${runs()[1]},1,[\\d.]+,${accuracy.values[1].all[0]},`));
    expect(csv[3]).toBe('');
  });

  it('make no page beside what a program reads', async () => {
    await pipeline(['compare', ...runs(), '--json', '--out', out]);
    expect((await readdir(out)).filter((name) => name.endsWith('.html'))).toEqual([]);
  });

  it('say that they learned from other data, and test nothing then', async () => {
    const words = ['--set', 'data.0.digits.test=40', '--set', 'name=fewer'];
    for (const seed of [1, 2])
      await pipeline(['run', TINY, '--out', out, '--no-report', '--set', `seed=${seed}`, ...words]);
    const files = ['compare', TINY, join(out, 'fewer/1'), '--out', await scratchFolder()];
    const { stdout } = await pipeline([...files, '--no-html']);
    expect(stdout).toMatch(/^ {2}data +digits, 200 \+ 50 examples +digits, 200 \+ 40 examples$/m);
    expect(stdout).toContain('they did not learn from the same data');
    const { isSameData, measures } = await compareRuns([
      { label: 'a', folders: [1, 2].map((run) => join(out, `fewer/${run}`)) },
      { label: 'b', folders: runs() },
    ]);
    expect(isSameData).toBe(false);
    const mixed = [runs()[0], join(out, 'fewer/1')].map((run) => ({ label: 'mixed', folders: [run, runs()[1]] }));
    expect((await compareRuns(mixed)).isSameData).toBe(false); // also where it is a later run of one variant
    expect(measures.flatMap(({ values }) => values.map(({ test }) => test))).toEqual(Array(10).fill(undefined));
  });

  it('are the members of a committee, beside what their average reached', async () => {
    const committee = ['committee', TINY, '--members', '2', '--out', out, '--no-report', '--json'];
    const average = JSON.parse((await pipeline(committee)).stdout.trim().split('\n').at(-1) ?? '').average;
    const { stdout } = await pipeline(['compare', join(out, 'tiny/committee-1'), runs()[0], '--no-html']);
    expect(stdout).toMatch(/^ {2}test accuracy +0\.\d+ ± \S+ +0\.\d{4}$/m);
    expect(stdout).toMatch(new RegExp(`^ {2}test accuracy of the average +${average.accuracy.toFixed(4)} +-$`, 'm'));
    expect(stdout).not.toContain('network.');
  });

  it('go to a page where one is asked for', async () => {
    const page = join(out, 'page.html');
    await pipeline(['compare', ...runs(), '--html', page]);
    expect(await readFile(page, 'utf8')).toContain('train.4.sgd.learningRate');
  });

  it('take no changes, and no seeds', async () => {
    const { code, stderr } = await pipeline(['compare', ...runs(), '--seeds', '3']);
    expect(code).toBe(2);
    expect(stderr).toContain('--seeds 3: it is for files that are run');
  });

  it('are compared with a file', async () => {
    const { code, stdout } = await pipeline(['compare', runs()[0], sigmoid, '--out', out, '--no-html']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/network\.1 +relu +sigmoid/);
  });
});

it('goes on where a run of one fails, and ends with 1 where all of a variant do', async () => {
  const out = await scratchFolder();
  const diverging = await scratchFile(
    'diverging.yaml',
    (await readFile(TINY, 'utf8'))
      .replace('name: tiny', 'name: diverging')
      .replace(/learningRate: [\d.]+/, 'learningRate: 1e30'),
  );
  const { code, stdout } = await pipeline(['compare', TINY, diverging, '--out', out]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/diverging, seed 1, failed:/);
  expect(stdout).toMatch(/runs +1 +0, and 1 that failed/);
});

it.each([
  [['compare', TINY], 'expected two or more files or runs'],
  [['compare', TINY, TINY], 'is given twice'],
  [['compare', TINY, 'nowhere.yaml', '--out', '/tmp/x'], 'there is no such file'],
  [['compare', TINY, '/proc', '--out', '/tmp/x'], 'expected the folder of a run'],
  [['compare', TINY, 'x.yaml', '--seeds', '0'], '--seeds: expected a whole number from 1 to 100'],
  [['compare', TINY, 'x.yaml', '--json', '--csv'], 'give one of them'],
  [['compare', TINY, 'x.yaml'], 'nothing is to be kept; give --out DIR'],
] as const)('%j is refused', async (words, message) => {
  const { code, stderr, stdout } = await pipeline(words);
  expect(stdout).toBe('');
  expect(code).toBeGreaterThanOrEqual(2);
  expect(stderr).toContain(message);
});

it('is pointed to by run, where that gets several files', async () => {
  const { code, stderr } = await pipeline(['run', TINY, sigmoid]);
  expect(code).toBe(2);
  expect(stderr).toContain(`pipeline compare ${TINY} ${sigmoid}`);
});

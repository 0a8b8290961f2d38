/** `pipeline sweep`, as it is typed: its trials run in processes of their own. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { processLives } from '../../src/node/process-life.js';
import { readEnvironment } from '../../src/node/run-environment.js';
import { VALIDATED } from '../tiny-pipeline.js';
import { hasTerminals, inTerminal } from './in-terminal.js';
import {
  commandEnvironment,
  eventsOf,
  fromRoot,
  pipeline,
  pipelineProcess,
  scratchFile,
  scratchFolder,
  startPipeline,
  startProcess,
  untilWritten,
} from './pipeline-command.js';

const SWEPT = `${VALIDATED}sweep:
  strategy: grid
  over:
    network.0.dense.units: [4, 8]
    train.4: [sgd: { learningRate: 0.1 }, sgd: { learningRate: 1e30 }]
`;

/** Each step waits for 25 milliseconds, so that there is a middle to stop it in. */
const LONG = VALIDATED.replace('epochs: 2', `plugins: [${fromRoot('test/cli/linger.ts')}]\nepochs: 6`).replace(
  '  - forward',
  '  - linger\n  - forward',
);

interface Result {
  readonly status: string;
  readonly folder: string;
  readonly best: { readonly trial: number; readonly folder: string };
  readonly trials: readonly { readonly id: string; readonly status: string; readonly weights?: string }[];
}

const weightsOf = (trials: Result['trials']) => new Map(trials.map(({ id, weights }) => [id, weights]));

const longSweep = async (out: string): Promise<string[]> => [
  'sweep',
  await scratchFile('tiny.yaml', LONG),
  ...['--over', 'network.0.dense.units=[4, 8, 16]', '--jobs', '2'],
  ...['--json', '--no-report', '--out', out],
];

describe('pipeline sweep', () => {
  /** The long one, never stopped. */
  let whole: Result;
  beforeAll(async () => {
    const ended = await pipelineProcess(await longSweep(await scratchFolder()));
    whole = eventsOf(ended).at(-1) as unknown as Result;
  }, 120_000);

  it('runs trials side by side, prints a table of them, and leaves a folder that other commands take', async () => {
    const file = await scratchFile('tiny.yaml', SWEPT);
    const out = await scratchFolder();
    const ended = await pipelineProcess(['sweep', file, '--out', out, '--jobs', '2']);
    expect(ended.code, ended.stderr).toBe(0);
    const folder = join(out, 'tiny/sweep-1');
    expect(ended.stderr).toContain(`4 trials (grid), 2 at a time, by validation.loss; kept in ${folder}`);
    expect(ended.stdout).toMatch(
      /^trial \d: units=\d train\.4=\{ sgd: \{ learningRate: 0\.1 \} \}: completed validation\.loss/m,
    );
    expect(ended.stdout).toMatch(/^trial \d: .*: failed: .*training has diverged/m);
    const [heading, ...rows] = ended.stdout.slice(ended.stdout.indexOf('\ntrial  ')).trim().split('\n');
    expect(heading).toMatch(/^trial +units +train\.4 +validation\.loss +epochs +seconds +status$/);
    expect(rows).toHaveLength(7);
    for (const row of rows.slice(2, 4)) expect(row).toMatch(/ failed$/);
    for (const row of rows.slice(4, 6)) expect(row).toMatch(/^trial \d failed: .*training has diverged/);
    expect(rows[6]).toMatch(
      /^trial \d of 4 is the best: validation\.loss \d\.\d+, test loss \d\.\d+ accuracy \d\.\d+$/,
    );

    const evaluated = await pipeline(['evaluate', folder, '--json']);
    expect(evaluated.code, evaluated.stderr).toBe(0);
    expect(evaluated.stderr).toContain(`${folder}: its best trial is ${folder}/`);
    const listed = eventsOf(await pipeline(['runs', out, '--json']));
    expect(listed).toMatchObject([{ folder, status: 'completed', trials: 4, ended: 4 }]);
    expect((await pipeline(['runs', out])).stdout).toMatch(/sweep-1 +completed .* 4 trials +validation\.loss \d/);
    const again = await pipelineProcess(['resume', folder, '--json', '--no-report']);
    expect(eventsOf(again).map(({ event, status }) => [event, status])).toEqual([
      ['sweep', 'running'],
      ['sweep', 'completed'],
    ]);
    const changed = await pipelineProcess(['sweep', folder, '--over', 'epochs=[1]']);
    expect(changed).toMatchObject({
      code: 2,
      stderr: '--over epochs=[1]: a sweep goes on as it began; begin another\n',
    });
  }, 60_000);

  it('stops at Ctrl-C with checkpoints, and goes on to the weights of a sweep that was never stopped', async () => {
    const out = await scratchFolder();
    const started = startPipeline(await longSweep(out));
    await untilWritten(started, '"epoch":2');
    started.child.kill('SIGINT');
    const left = await started.ended;
    expect(left.code).toBe(130);
    expect(eventsOf(left).at(-1)).toMatchObject({ event: 'sweep', status: 'interrupted' });
    const resumed = await pipelineProcess(['resume', join(out, 'tiny/sweep-1'), '--json', '--no-report']);
    const { status, trials } = eventsOf(resumed).at(-1) as unknown as Result;
    expect(status).toBe('completed');
    expect(weightsOf(trials)).toEqual(weightsOf(whole.trials));
  }, 120_000);

  it('ends at a second Ctrl-C with all of its trials, also one that is stopped and hears nothing', async () => {
    const out = await scratchFolder();
    const started = startPipeline(await longSweep(out));
    const { pid } = await vi.waitFor(async () => {
      const { sessions } = await readEnvironment(join(out, 'tiny/sweep-1/1'));
      return sessions[0];
    }, 60_000);
    onTestFinished(() => {
      if (processLives(pid, { before: Date.now() })) process.kill(pid, 'SIGKILL');
    });
    process.kill(pid, 'SIGSTOP');
    started.child.kill('SIGINT');
    await untilWritten(started, '"interrupted"'); // the other one, which has heard
    started.child.kill('SIGINT');
    await started.ended;
    await vi.waitUntil(() => !processLives(pid, { before: Date.now() }), 10_000);
  }, 120_000);

  it('goes on where its process was killed, and its trials with it', async () => {
    const out = await scratchFolder();
    const started = startPipeline(await longSweep(out));
    await untilWritten(started, '"epoch":2');
    started.child.kill('SIGKILL');
    await started.ended;
    const folder = join(out, 'tiny/sweep-1');
    const [listed] = eventsOf(await pipeline(['runs', out, '--json']));
    expect(listed).toMatchObject({ folder, status: 'interrupted', trials: 3 });
    const resumed = await pipelineProcess(['resume', folder, '--json', '--no-report']); // while its trials may not have heard of it yet
    const { trials } = eventsOf(resumed).at(-1) as unknown as Result;
    expect(weightsOf(trials)).toEqual(weightsOf(whole.trials));
  }, 120_000);

  it('is there in code, too', async () => {
    const file = await scratchFile('tiny.yaml', SWEPT);
    const out = await scratchFolder();
    const program = `import { sweepPipeline } from ${JSON.stringify(fromRoot('dist/index.js'))};
const words = { out: ${JSON.stringify(out)}, over: ['train.4=[sgd: { learningRate: 0.1 }]'], jobs: 2 };
const { best, trials } = await sweepPipeline(${JSON.stringify(file)}, words);
const again = await sweepPipeline(${JSON.stringify(join(out, 'tiny/sweep-1'))});
const wrong = await sweepPipeline('x.yaml', { job: 2 }).catch(({ message }) => message);
console.log(JSON.stringify({ same: again.best.weights === best.weights, values: best.values, trials: trials.length, wrong }));`;
    const run = startProcess(process.execPath, ['--input-type=module', '-e', program], commandEnvironment());
    const { stdout, stderr } = await run.ended;
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      same: true,
      values: { 'network.0.dense.units': expect.any(Number), 'train.4': { sgd: { learningRate: 0.1 } } },
      trials: 2,
      wrong: expect.stringContaining('did you mean "jobs"?'),
    });
  }, 60_000);

  it.skipIf(!hasTerminals)(
    'shows on a terminal what goes on, and how to go on behind Ctrl-C',
    async () => {
      const file = await scratchFile('tiny.yaml', VALIDATED.replace('epochs: 2', 'epochs: 100000'));
      const words = [
        'sweep',
        file,
        '--over',
        'network.0.dense.units=[4, 8, 16]',
        '--jobs',
        '2',
        '--out',
        await scratchFolder(),
      ];
      const { code, stdout } = await inTerminal(words, { columns: 70, press: [['\u0003', 'epoch 3']] });
      expect(code).toBe(130);
      expect(stdout).toMatch(/░ +0% {2}trial 1 .*epoch \d+\/100000 {2}units=\d/);
      expect(stdout).toContain('0 of 3 trials');
      expect(stdout).toMatch(/trial 1: units=\d+: interrupted/);
      expect(stdout).toMatch(/to go on with it: pipeline resume/);
      const bars = stdout.split(/\r?\n/).filter((line) => line.includes('░'));
      for (const line of bars) expect(stripVTControlCharacters(line).length).toBeLessThan(70);
    },
    60_000,
  );

  it('fails the trial whose process is killed, and no other one; and tries it again when it goes on', async () => {
    const killer = `import { activation } from 'marblenet';
import { existsSync, writeFileSync } from 'node:fs';
export const killer = activation({
  name: 'killer',
  summary: 'ends its process, once',
  formula: () => ({
    value: (x) => {
      const mark = process.env.MARK ?? '';
      if (process.send !== undefined && !existsSync(mark)) { // in the process of a trial
        writeFileSync(mark, '');
        process.kill(process.pid, 'SIGKILL');
      }
      return x;
    },
    derivative: () => 1,
  }),
});
`;
    const plugin = await scratchFile('killer.ts', killer);
    const file = await scratchFile('tiny.yaml', VALIDATED.replace('data:', `plugins: [${plugin}]\ndata:`));
    const out = await scratchFolder();
    const environment = { MARK: join(await scratchFolder(), 'mark') };
    const words = [
      'sweep',
      file,
      '--over',
      'network.1=[relu, killer, tanh]',
      '--strategy',
      'grid',
      '--jobs',
      '1',
      '--out',
      out,
      '--json',
      '--no-report',
    ];
    const ended = await pipelineProcess(words, environment);
    expect(ended.stderr).toBe('');
    const first = eventsOf(ended).at(-1) as unknown as Result;
    expect(first.trials.map(({ status }) => status).sort(), ended.stderr).toEqual(['completed', 'completed', 'failed']);
    expect(ended.stdout).toContain('its process was ended by SIGKILL');
    const resumed = await pipelineProcess(['resume', first.folder, '--json', '--no-report'], environment);
    const second = eventsOf(resumed).at(-1) as unknown as Result;
    expect(second.trials.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
  }, 120_000);

  it('writes nothing for what is wrong, with exit 2', async () => {
    const out = await scratchFolder();
    const file = await scratchFile('tiny.yaml', SWEPT.replace('[4, 8]', '[4, 0]'));
    const ended = await pipelineProcess(['sweep', file, '--out', out]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/tiny\.yaml:35:32: dense: units: expected at least 1, found 0 \(trial 3: units=0/);
    expect((await pipeline(['lint', file])).stdout).toContain(ended.stderr.trim());
    expect(await readdir(out)).toEqual([]);
    const trials = await pipelineProcess(['sweep', file, '--trials', 'many']);
    expect(trials.stderr).toContain('--trials: expected a whole number from 1 to 10000, found "many"');
    const metric = await pipelineProcess(['sweep', file, '--metric', 'test.loss']);
    expect(metric.stderr).toContain('--metric: expected a metric of the validation');
  });

  it('is counted by lint, and named by run, which trains the base', async () => {
    const file = await scratchFile('tiny.yaml', SWEPT);
    expect((await pipeline(['lint', file])).stdout).toBe(`${file}: ok, with 4 trials of a sweep\n`);
    const ran = await pipeline(['run', file]);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(
      'this run trains the base alone, with the values that the file has; "pipeline sweep" tries',
    );
    expect(await readFile(file, 'utf8')).toBe(SWEPT);
  });
});

/** What a run leaves behind, and that it goes on from there as if nothing had happened. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../src/core/model/safetensors.js';
import {
  linesOf,
  pipeline,
  SLOW,
  type Started,
  scratchFolder,
  startPipeline,
  TINY,
  untilWritten,
} from './pipeline-command.js';

/** Where the system says, of each folder that is to be made, that it is missing. */
const IN_PROC: [string[], number, string] = [
  ['run', TINY, '--out', '/proc/x/y'],
  1,
  '/proc/x/y/tiny: the run cannot be kept: no folder can be made in /proc; --out names another folder',
];

/** With all that a checkpoint has to hold: dropout, moments, a schedule, a best epoch, and one generator for all draws. */
const MANY_SIDED = `name: many-sided
seed: 3
random: numpy
epochs: 40
checkpoint: { every: 1 step, keep: 2 }
best: { monitor: validation.loss }
data:
  - digits: { train: 60, test: 20 }
  - holdOut: { validation: 10 }
  - normalize: { divisor: 255 }
  - oneHot: { classes: 10 }
network:
  - dense: { units: 20 }
  - relu
  - dropout: { rate: 0.3 }
  - dense: { units: 10 }
train:
  - shuffleBatch: { size: 10 }
  - forward
  - softmaxCrossEntropy
  - backward
  - adam: { learningRate: 0.01, schedule: cosine }
  - mean: { of: loss }
validation:
  - batch: { size: 10 }
  - forward
  - softmaxCrossEntropy
  - mean: { of: loss }
test:
  - batch: { size: 10 }
  - forward
  - softmaxCrossEntropy
  - accuracy
`;

/** What does not depend on the clock, nor on the name of the run. */
async function remainsOf(folder: string): Promise<unknown> {
  const events = linesOf(await readFile(join(folder, 'events.jsonl'), 'utf8')).map((line) => {
    const { seconds, samplesPerSecond, runId, ...rest } = JSON.parse(line);
    return rest;
  });
  const models = ['model.safetensors', 'model-last.safetensors'].map(async (name) => {
    const { tensors } = decodeSafetensors(await readFile(join(folder, name)), name);
    return tensors;
  });
  return { events, models: await Promise.all(models) };
}

/** Resolves after so many lines of standard output, or when it ends. */
function untilLines({ child, ended }: Started, count: number): Promise<unknown> {
  let seen = 0;
  const enough = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      seen += chunk.filter((byte) => byte === 10).length;
      if (seen >= count) resolve();
    });
  });
  return Promise.race([enough, ended]);
}

describe('a run that is stopped again and again', () => {
  it.each([
    ['SIGKILL', 1],
    ['SIGKILL', 2],
    ['SIGINT', 2],
  ] as const)(
    'ends with the bytes of the run that was never stopped: %s, %i threads',
    async (signal, threads) => {
      const out = await scratchFolder();
      const file = join(out, 'many-sided.yaml');
      await writeFile(file, MANY_SIDED);
      const words = ['--json', '--every-step', '--no-report', '--set', `threads=${threads}`];
      const whole = await pipeline(['run', file, '--out', join(out, 'whole'), ...words]);
      expect(whole.code, whole.stderr).toBe(0);

      const run = join(out, 'stopped/many-sided/1');
      let started = startPipeline(['run', file, '--out', join(out, 'stopped'), ...words]);
      for (let i = 0; i < 3; i++) {
        // behind another step of an epoch each time; the first time within the first epoch
        await untilLines(started, i === 0 ? 3 : 1 + 7 * i);
        started.child.kill(signal);
        const { code } = await started.ended;
        // on a fast machine it may have come to its end meanwhile; null is the signal's own end, when nothing was left to stop
        if (signal === 'SIGINT') expect(i === 0 ? [130] : [130, 0, null]).toContain(code);
        started = startPipeline(['resume', run, '--json', '--every-step', '--no-report']);
      }
      const last = await started.ended;
      expect(last.code, last.stderr).toBe(0);
      expect(await remainsOf(run)).toEqual(await remainsOf(join(out, 'whole/many-sided/1')));
      expect(await readdir(join(run, 'checkpoints'))).toHaveLength(2);
    },
    300_000,
  );
});

describe('a run that is kept', () => {
  it('says where, and how to go on with it when it is stopped', async () => {
    const out = await scratchFolder();
    const kept = await pipeline(['run', TINY, '--out', out]);
    expect(kept).toMatchObject({ code: 0, stderr: expect.stringContaining(`kept in ${join(out, 'tiny/1')}\n`) });
    const started = startPipeline(['run', TINY, '--out', out, '--set', 'epochs=100000']);
    await untilLines(started, 1);
    started.child.kill('SIGINT');
    const stopped = await started.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(`to go on with it: pipeline resume ${join(out, 'tiny/2')}\n`);
    expect((await readdir(join(out, 'tiny/2/checkpoints'))).length).toBeGreaterThan(0);
    const complete = await pipeline(['resume', join(out, 'tiny/1')]);
    expect(complete, complete.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(complete.stdout.replace(/\s+/g, ' ').trim()).toBe(
      `${join(out, 'tiny/1')} is complete, after 2 epochs; for more: pipeline resume ${join(out, 'tiny/1')} --set epochs=4`,
    );
  });

  it('is not to go on where it would fail in the same way, or where its folder is gone', async () => {
    const out = await scratchFolder();
    const diverged = await pipeline(['run', TINY, '--out', out, '--set', 'train.sgd.learningRate=1e30']);
    expect(diverged.code).toBe(1);
    expect(diverged.stderr).toContain('try a smaller learningRate');
    expect(diverged.stderr).toContain(
      `kept in ${join(out, 'tiny/1')}; to go on with it would end in the same way: change the pipeline, and run it anew\n`,
    );
    expect(diverged.stderr).not.toContain('resume');
    const words = ['--set', 'epochs=100000', '--set', 'checkpoint.every="1 step"'];
    const started = startPipeline(['run', TINY, '--out', out, ...words]);
    await untilLines(started, 1);
    await rm(join(out, 'tiny/2'), { recursive: true });
    const gone = await started.ended;
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain('the run cannot be kept: it does not exist');
    expect(gone.stderr).not.toContain('resume');
  });

  it('is gone on with by one process at a time, also after one that was killed', async () => {
    const out = await scratchFolder();
    const run = join(out, 'slow/1');
    const first = startPipeline(['run', SLOW, '--out', out, '--json', '--set', 'epochs=100000']);
    await untilWritten(first, '"event":"epoch"');
    first.child.kill('SIGKILL');
    await first.ended;
    const both = [1, 2].map(() => startPipeline(['resume', run, '--json']));
    const { loser, ...ended } = await Promise.race(
      both.map(async (started) => ({ loser: started, ...(await started.ended) })),
    );
    const [winner] = both.filter((started) => started !== loser);
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`this run is under way, in process ${winner.child.pid};`),
    });
    const [listed] = linesOf((await pipeline(['runs', out, '--json'])).stdout);
    expect(JSON.parse(listed)).toMatchObject({ status: 'running' });
    await untilWritten(winner, '"event":"epoch"');
    winner.child.kill('SIGINT');
    expect((await winner.ended).code).toBe(130);
    const resumed = startPipeline(['resume', run]);
    await untilWritten(resumed, 'epoch');
    resumed.child.kill('SIGINT');
    expect((await resumed.ended).stderr).toMatch(/^goes on in epoch \d+ of 100000, after step [\d,]+$/m);
    const evaluated = await pipeline(['evaluate', run, '--json']);
    expect(evaluated, evaluated.stderr).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/slow\/1 was interrupted in epoch \d+ of 100000: its model has seen [\d,]+ steps/),
    });
  });

  it('says of one that was left when training was over that only its end is to come', async () => {
    const out = await scratchFolder();
    const run = join(out, 'tiny/1');
    await pipeline(['run', TINY, '--out', out, '--no-report']);
    const events = join(run, 'events.jsonl');
    const lines = linesOf(await readFile(events, 'utf8'));
    await writeFile(events, `${lines.slice(0, -1).join('\n')}\n`);
    const evaluated = await pipeline(['evaluate', run]);
    expect(evaluated.stderr).toContain(`${run} was killed after epoch 2, the last: its model has seen 20 steps`);
    const resumed = await pipeline(['resume', run, '--no-report']);
    expect(resumed).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^goes on after epoch 2, the last, and step 20$/m),
    });
  });

  it('is not, with --no-out; and MARBLENET_RUNS says where else, or none', async () => {
    const out = await scratchFolder();
    const silent = await pipeline(['run', TINY, '--no-out'], { MARBLENET_RUNS: out });
    expect(silent).toMatchObject({ code: 0, stderr: expect.not.stringContaining('kept') });
    expect(await readdir(out)).toEqual([]);
    const kept = await pipeline(['run', TINY], { MARBLENET_RUNS: out });
    expect(kept.stderr).toContain(`kept in ${join(out, 'tiny/1')}\n`);
  });

  it('is listed with the beginning of what is another, where that is much', async () => {
    const out = await scratchFolder();
    const sets = [
      'network.0.dense.units=16',
      'train.0.shuffleBatch.size=10',
      'train.4.sgd.learningRate=0.2',
      'epochs=1',
    ];
    await pipeline(['run', TINY, '--no-report', '--out', out]);
    await pipeline(['run', TINY, '--no-report', '--out', out, ...sets.flatMap((set) => ['--set', set])]);
    const [, , changed] = linesOf((await pipeline(['runs', out])).stdout).map((line) => line.split(/ {2,}/).at(-1));
    expect(changed).toMatch(/^epochs: 2 -> 1; network\.0\.dense\.units: 8 -> 16; .*\.\.\.$/);
    expect(changed).toHaveLength(100);
  });

  it('is listed with its status, what it reached, and what is another than in the run before', async () => {
    const out = await scratchFolder();
    const run = (...words: string[]) => pipeline(['run', TINY, '--no-report', '--out', ...words]);
    await run(out);
    await run(out, '--swap', 'relu=tanh', '--set', 'epochs=1');
    await run(join(out, 'numbers'), '--set', 'name="7"');
    await run(join(out, 'numbers'), '--set', 'name=a');
    const numbers = linesOf((await pipeline(['runs', join(out, 'numbers'), '--json'])).stdout);
    expect(numbers.map((line) => JSON.parse(line).folder)).toEqual(
      ['7/1', 'a/1'].map((name) => join(out, 'numbers', name)),
    );
    const table = linesOf((await pipeline(['runs', out])).stdout).map((line) => line.split(/ {2,}/));
    const began = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d$/);
    const reached = expect.stringMatching(/^loss [\d.]+ accuracy 0\.\d+$/);
    expect(table).toEqual([
      ['run', 'status', 'began', 'epochs', 'reached', 'changed'],
      [join(out, 'tiny/1'), 'completed', began, '2', reached],
      [join(out, 'tiny/2'), 'completed', began, '1', reached, 'epochs: 2 -> 1; network.1: relu -> tanh'],
    ]);
    const json = linesOf((await pipeline(['runs', out, '--json'])).stdout).map((line) => JSON.parse(line));
    expect(json).toMatchObject([
      { folder: join(out, 'tiny/1'), status: 'completed', epochs: 2, changes: [] },
      {
        folder: join(out, 'tiny/2'),
        status: 'completed',
        epochs: 1,
        changes: ['epochs: 2 -> 1', 'network.1: relu -> tanh'],
      },
    ]);
  });

  it.each<[string[], number, string]>([
    [
      ['resume', 'nowhere'],
      3,
      'nowhere: expected the folder of a run, as runs/relu/1, or runs/relu; "pipeline runs" shows',
    ],
    [['runs', 'nowhere'], 3, 'nowhere: expected a folder of runs: it does not exist'],
    [['resume'], 2, 'expected a run after resume'],
    [['run', TINY, '--out', '/dev/null'], 1, '/dev/null/tiny: the run cannot be kept: '],
    [['run', TINY, '--out', ''], 2, '--out'],
    ...(process.platform === 'linux' ? [IN_PROC] : []),
  ])('%j is refused', async (words, code, problem) => {
    const ended = await pipeline(words);
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr).toContain(problem);
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });
});

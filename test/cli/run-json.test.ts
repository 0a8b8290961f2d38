import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventsOf, pipeline, pipelineProcess, runJson, scratchFile, TINY } from './pipeline-command.js';

const data = { source: 'digits', train: 200, test: 50, scaling: { mean: 0, std: 255 } };
const metrics = { loss: expect.any(Number), accuracy: expect.any(Number) };

describe.concurrent('run --json', () => {
  test('start, epochs, end, and nothing else anywhere', async () => {
    const ended = await pipelineProcess(['run', TINY, '--json']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const [{ runId }] = eventsOf(ended);
    expect(runId).toMatch(/^[0-9a-z]{15}$/);
    const epoch = (n: number) => ({
      event: 'epoch',
      runId,
      epoch: n,
      step: 10 * n,
      train: { loss: expect.any(Number) },
      test: metrics,
      seconds: expect.any(Number),
      samplesPerSecond: expect.any(Number),
    });
    expect(eventsOf(ended)).toEqual([
      { event: 'start', runId, name: 'tiny', seed: 1, epochs: 2, dtype: 'float32', parameters: 6370, data },
      epoch(1),
      epoch(2),
      {
        event: 'end',
        runId,
        status: 'completed',
        epochs: 2,
        steps: 20,
        train: { loss: expect.any(Number) },
        test: metrics,
        accuracyByClass: Array(10).fill(expect.any(Number)),
        data,
        seconds: expect.any(Number),
        weights: expect.stringMatching(/^sha256:[\da-f]{64}$/),
      },
    ]);
  });

  test('the end of a run that fails has the steps that were made', async () => {
    const text = await readFile(TINY, 'utf8');
    const file = await scratchFile('x.yaml', text.replace('epochs: 2', 'plugins: [my.ts]').replace('- relu', '- my'));
    await writeFile(
      join(dirname(file), 'my.ts'),
      `import { activation } from 'marblenet'; let values = 0;
       const value = (x) => { if (values++ >= 5 * 20 * 8 + 100) throw new Error('oh'); return x; };
       export const my = activation({ name: 'my', summary: '', formula: () => ({ value, derivative: () => 1 }) });`,
    );
    for (const more of [[], ['--every-step']]) {
      const ended = await pipelineProcess(['run', file, '--json', ...more]);
      expect(ended.code).toBe(1);
      expect(eventsOf(ended).at(-1)).toMatchObject({
        status: 'failed',
        epochs: 0,
        error: expect.stringContaining('oh'),
      });
      expect(eventsOf(ended).at(-1)).toMatchObject({ steps: 5 });
    }
  });

  test('the end has a confusion matrix where one was asked for, and the epochs have not', async () => {
    const { epochs, end } = await runJson([TINY, '--swap', 'accuracy=confusionMatrix']);
    expect(end.confusionMatrix).toEqual(Array(10).fill(Array(10).fill(expect.any(Number))));
    expect(end).not.toHaveProperty('accuracyByClass');
    expect(end.test).toEqual({ loss: expect.any(Number) });
    expect(epochs[0].test).toEqual({ loss: expect.any(Number) });
  });

  test('without a test section there is no word of testing', async () => {
    const text = await readFile(TINY, 'utf8');
    const { start, epochs, end } = await runJson([
      await scratchFile('untested.yaml', text.replace(/^test:[\s\S]*/m, '')),
    ]);
    expect(Object.keys(start.data)).toEqual(['source', 'train', 'scaling']);
    for (const event of [...epochs, end]) {
      expect(event.train).toEqual({ loss: expect.any(Number) });
      expect(event).not.toHaveProperty('test');
      expect(event).not.toHaveProperty('accuracyByClass');
    }
  });

  test('--every-step adds an event a step', async () => {
    const { steps, epochs } = await runJson([TINY, '--every-step']);
    expect(steps).toEqual(
      Array.from({ length: 20 }, (_, i) => ({
        event: 'step',
        runId: expect.any(String),
        epoch: i < 10 ? 1 : 2,
        step: i + 1,
        loss: expect.any(Number),
      })),
    );
    expect(epochs).toHaveLength(2);
  });

  test('a run that is kept says how its layers are, as its folder does', async () => {
    const out = dirname(await scratchFile('x', ''));
    const ended = await pipeline(['run', TINY, '--json', '--out', out, '--no-report']);
    const scalars = eventsOf(ended).filter(({ event }) => event === 'scalars');
    expect(scalars).toHaveLength(20);
    const kept = await readFile(join(out, 'tiny/1/events.jsonl'), 'utf8');
    const told = ended.stdout.split('\n').filter((line) => line.startsWith('{"event":"scalars"'));
    expect(kept.split('\n').filter((line) => line.startsWith('{"event":"scalars"'))).toEqual(told);
  });

  test('a run that diverges ends with exit 1, and says so in its last line', async () => {
    const ended = await pipeline(['run', TINY, '--json', '--set', 'train.4.sgd.learningRate=1e9']);
    expect(ended.code).toBe(1);
    const error = expect.stringMatching(/: the loss became .* at epoch 1, step \d+: .* smaller learningRate$/);
    const [{ runId }] = eventsOf(ended);
    expect(eventsOf(ended)).toEqual([
      expect.objectContaining({ event: 'start', runId }),
      { event: 'end', runId, status: 'failed', epochs: 0, steps: expect.any(Number), error },
    ]);
    expect(ended.stderr).toMatch(/: the loss became .*\n$/);
  });

  test('a pipeline that cannot start has only an end', async () => {
    const ended = await pipelineProcess(['run', 'nowhere.yaml', '--json']);
    expect(ended.code).toBe(2);
    const error = 'nowhere.yaml: there is no such file';
    expect(eventsOf(ended)).toEqual([
      { event: 'end', runId: expect.any(String), status: 'failed', epochs: 0, steps: 0, error },
    ]);
    expect(ended.stderr).toBe(`${error}\n`);
  });
});

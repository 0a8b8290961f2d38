/** `pipeline tap`: what comes out of one stage. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { eventsOf, linesOf, pipeline, scratchFile, TINY } from './pipeline-command.js';

const tap = (...args: string[]) => pipeline(['tap', TINY, ...args]);

/** What it writes when all is well. */
async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await tap(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe.concurrent('tap', () => {
  test('a batch: a heading, and a line a tensor', async () => {
    const lines = linesOf(await output('--stage', 'train.0', '--count', '2'));
    expect(lines).toEqual([
      expect.stringMatching(/^train\.0 shuffleBatch: train, epoch 1, step 1, labels( \d)+ \.\.\.$/),
      expect.stringMatching(/^ {2}x {2}\[20, 28, 28\] {2}0 to 1 {2}mean 0\.\d+ {2}0 0 .*\.\.\.$/),
      expect.stringMatching(/^ {2}t {2}\[20, 10\] {6}0 to 1 {2}mean 0\.1 +[01] [01] .*\.\.\.$/),
      expect.stringContaining('train, epoch 1, step 2, labels'),
      expect.stringMatching(/^ {2}x {2}/),
      expect.stringMatching(/^ {2}t {2}/),
    ]);
  });

  test('what an augmentation gives, drawn, as many samples as fit', async () => {
    const { stdout } = await pipeline([
      'tap',
      'pipelines/record/dense.yaml',
      '--swap',
      'mnist=digits',
      '--stage',
      'elastic',
      '--count',
      '1',
    ]);
    const [heading, x, t, which, ...pictures] = stdout.split('\n');
    expect(heading).toMatch(/^train\.1 elastic: train, epoch 1, step 1, labels/);
    expect([x, t]).toEqual([expect.stringMatching(/^ {2}x/), expect.stringMatching(/^ {2}t/)]);
    expect(which).toBe('  samples 0 to 1 of 100');
    expect(pictures.length).toBeGreaterThan(10);
    for (const line of pictures) expect(line).toMatch(/^[ ▀▄█]{0,80}$/);
    expect(pictures.some((line) => line.length > 32)).toBe(true); // there is a second one
  });

  test.each([
    ['train.0', 80],
    ['train.4', 80],
  ])('%s fits into %i columns where there is no terminal', async (stage, columns) => {
    const lines = linesOf(await output('--stage', stage));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
    expect(lines.some((line) => line.endsWith('...'))).toBe(true);
  });

  test('after backward, every parameter and its gradient', async () => {
    const names = linesOf(await output('--stage', 'backward', '--count', '1'))
      .slice(1)
      .map((line) => line.trim().split(' ')[0]);
    const parameters = ['network.0.W', 'network.0.b', 'network.2.W', 'network.2.b'];
    const withGradients = parameters.flatMap((name) => [name, name.replace(/[Wb]$/, 'd$&')]);
    expect(names).toEqual(['x', 't', 'dx', ...withGradients]);
  });

  test('--json: an object a line, with what run --json says of the same step', async () => {
    const stdout = await output('--stage', 'train.2', '--count', '3', '--json');
    const emissions = eventsOf({ code: 0, stdout, stderr: '' });
    const run = await pipeline(['run', TINY, '--json', '--every-step']);
    const steps = eventsOf(run).filter(({ event }) => event === 'step');
    expect(emissions).toHaveLength(3);
    for (const [i, emission] of emissions.entries()) {
      const { epoch, step, loss } = steps[i];
      expect(emission).toMatchObject({
        stage: 'train.2',
        name: 'softmaxCrossEntropy',
        kind: 'step',
        epoch,
        step,
        loss,
      });
    }
  });

  test('--values all has every number', async () => {
    const stdout = await output('--stage', 'relu', '--count', '1', '--values', 'all', '--json');
    const [{ tensors, labels }] = eventsOf({ code: 0, stdout, stderr: '' }) as unknown as [
      { tensors: { x: { shape: number[]; values: number[]; min: number; max: number } }; labels: number[] },
    ];
    const { shape, values, min, max } = tensors.x;
    expect(shape).toEqual([20, 8]);
    expect(values).toHaveLength(160);
    expect([Math.min(...values), Math.max(...values)]).toEqual([min, max]);
    expect(min).toBe(0);
    expect(labels).toHaveLength(20);
  });

  test.each([
    ['train', [20, 10]],
    ['test', [30, 10]],
  ])('a stage by its section and name: %s.forward', async (split, shape) => {
    const stdout = await output('--stage', `${split}.forward`, '--count', '1', '--json');
    const [{ stage, tensors }] = eventsOf({ code: 0, stdout, stderr: '' });
    expect({ stage, tensors }).toMatchObject({ stage: `${split}.1`, tensors: { x: { shape } } });
  });

  test('ends with the run where there is no more to come', async () => {
    const lines = linesOf(await output('--stage', 'accuracy', '--count', '100'));
    expect(lines).toEqual([1, 2].map((epoch) => expect.stringMatching(`^test\\.4 accuracy: test, epoch ${epoch}, `)));
  });

  test.each([
    [['--stage', 'dense'], '"dense" stands in 2 places: network.0, network.2; say which'],
    [['--stage', 'train.9'], 'the pipeline has no stage "train.9"; did you mean "train.0"?'],
    [['--stage', 'relu', '--count', '-1'], '--count: expected a whole number from 1 on, found "-1"'],
    [['--stage', 'relu', '--values', 'some'], '--values: expected a whole number from 1 on, or all, found "some"'],
    [[], 'expected --stage, as --stage train.forward ("pipeline tap --help" shows what there is)'],
    [['--stage'], 'expected a value after --stage'],
  ])('%j is refused', async (args, words) => {
    const { code, stdout, stderr } = await tap(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(linesOf(stderr)).toEqual([expect.stringContaining(words)]);
  });

  test('a wrong file says file, line and column; a run that fails says so', async () => {
    const text = await readFile(TINY, 'utf8');
    const misspelt = await scratchFile('misspelt.yaml', text.replace('- relu', '- rellu'));
    const wrong = await pipeline(['tap', misspelt, '--stage', 'relu']);
    expect({ code: wrong.code, stdout: wrong.stdout }).toEqual({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain(`${misspelt}:11:5: unknown stage "rellu"`);
    const failed = await tap('--stage', 'test.4', '--set', 'train.4.sgd.learningRate=1e9');
    expect({ code: failed.code, stdout: failed.stdout }).toEqual({ code: 1, stdout: '' });
    expect(failed.stderr).toMatch(/:\d+:5: dense: the loss became /);
  });
});

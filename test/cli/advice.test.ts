/** What lint and run warn of, from the command to its output. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { eventsOf, linesOf, pipeline, runJson, scratchFile, TINY } from './pipeline-command.js';

/** The tiny pipeline, but trained in the order of its data, and through two activations. */
const doubtful = async (): Promise<string> =>
  scratchFile(
    'doubtful.yaml',
    (await readFile(TINY, 'utf8')).replace('shuffleBatch', 'batch').replace('- relu', '- relu\n  - tanh'),
  );

describe.concurrent('lint', () => {
  test('warns, and ends with 0', async () => {
    const path = await doubtful();
    const { code, stdout } = await pipeline(['lint', path]);
    expect(code).toBe(0);
    expect(linesOf(stdout)).toEqual([
      expect.stringMatching(/^warning: \S+doubtful\.yaml:\d+:5: tanh follows relu/),
      expect.stringMatching(/^warning: \S+doubtful\.yaml:\d+:5: batch reads/),
      `${path}: ok, with 2 warnings`,
    ]);
  });

  test('--strict takes warnings for errors, and nothing else', async () => {
    const { code, stdout } = await pipeline(['lint', await doubtful(), TINY, '--strict']);
    expect(code).toBe(2);
    expect(linesOf(stdout)).toEqual([
      expect.stringMatching(/^\S+doubtful\.yaml:\d+:5: tanh follows relu/),
      expect.stringMatching(/^\S+doubtful\.yaml:\d+:5: batch reads/),
      `${TINY}: ok`,
    ]);
    expect(await pipeline(['lint', TINY, '--strict'])).toEqual({ code: 0, stdout: `${TINY}: ok\n`, stderr: '' });
  });

  test('names the swap that left a learning rate behind', async () => {
    const { code, stdout } = await pipeline(['lint', TINY, '--swap', 'sgd=adam']);
    expect(code).toBe(0);
    expect(linesOf(stdout)[0]).toMatch(/^warning: --swap sgd=adam: adam moves every weight by about learningRate/);
  });
});

describe.concurrent('a run that has learned nothing', () => {
  const WILD = ['--set', 'train.sgd.learningRate=1000', '--set', 'epochs=20'];
  const NOT_BETTER =
    /^the train loss of \S+ is not better than guessing \(a loss of 2\.30\): try a smaller learningRate/;

  test('says so at its end', async () => {
    const { code, stdout, stderr } = await pipeline(['run', TINY, ...WILD]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('guessing');
    const [warning, ...others] = linesOf(stderr).filter((line) => line.startsWith('warning: '));
    expect(warning.replace('warning: ', '')).toMatch(NOT_BETTER);
    expect(others).toEqual([]);
  });

  test('and in the end event', async () => {
    const { end } = await runJson([TINY, ...WILD]);
    expect(end.warnings).toEqual([expect.stringMatching(NOT_BETTER)]);
  });

  test.each([
    ['too short to know', ['--set', 'train.sgd.learningRate=1000']],
    ['that learns', ['--set', 'epochs=20']],
  ])('not one %s', async (_, changes) => {
    expect((await runJson([TINY, ...changes])).end.warnings).toBeUndefined();
  });
});

describe.concurrent('run', () => {
  test('says the same at its start, once', async () => {
    const { code, stdout, stderr } = await pipeline(['run', await doubtful()]);
    expect(code).toBe(0);
    expect(stdout).not.toContain('warning');
    expect(linesOf(stderr).filter((line) => line.startsWith('warning: '))).toHaveLength(2);
  });

  test('--quiet leaves it out', async () => {
    expect(await pipeline(['run', await doubtful(), '--quiet'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('--json has it in the start event', async () => {
    const [start] = eventsOf(await pipeline(['run', await doubtful(), '--json']));
    expect(start).toMatchObject({
      event: 'start',
      warnings: [expect.any(String), expect.stringContaining('batch reads')],
    });
  });
});

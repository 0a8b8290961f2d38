import { describe, expect, test } from 'vitest';
import { linesOf, pipeline, runJson, scratchFile, TINY } from './pipeline-command.js';

const SMALL = ['--set', 'data.0={ digits: { train: 200, test: 50 } }', '--set', 'epochs=1'];

describe.concurrent('where nobody watches', () => {
  test('a plain line an epoch, then what was reached and on which data', async () => {
    const { code, stdout, stderr } = await pipeline(['run', TINY], { CI: 'true' }); // where some write colours
    expect(code).toBe(0);
    const epoch = (n: number) =>
      expect.stringMatching(
        new RegExp(
          `^epoch   ${n}  train loss \\d\\.\\d{4}  test loss \\d\\.\\d{4} accuracy 0\\.\\d{4}  \\d+\\.\\d+ s [\\d,]+/s$`,
        ),
      );
    expect(linesOf(stdout)).toEqual([
      epoch(1),
      epoch(2),
      expect.stringMatching(/^accuracy a class {2}0: +[\d.]+% {2}1: .* 4: +[\d.]+%$/),
      expect.stringMatching(/^ {18}5: +[\d.]+% {2}6: .* 9: +[\d.]+%$/),
      'data              digits (200 + 50 examples)',
      expect.stringMatching(/^weights {11}sha256:[\da-f]{64}$/),
      expect.stringMatching(/^test loss \d\.\d{4} accuracy 0\.\d{4} after 2 epochs, 20 steps, \d+\.\d s$/),
    ]);
    expect(stderr).toBe('tiny: 6,370 parameters, digits (200 + 50 examples), seed 1, float32\n');
  });

  test.each([
    ['accuracy', / accuracy 0\.\d{4}/],
    ['confusionMatrix', /(?! accuracy)/],
  ])('--quiet is one line with %s, too', async (metric, reached) => {
    const { code, stdout, stderr } = await pipeline(['run', TINY, '--quiet', '--swap', `accuracy=${metric}`]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(`^test loss \\d\\.\\d{4}${reached.source} after 2 epochs, 20 steps, \\d+\\.\\d s\\n$`),
    );
  });

  test('a confusion matrix has a row a class', async () => {
    const { stdout } = await pipeline(['run', TINY, '--swap', 'accuracy=confusionMatrix']);
    const [title, header, ...rows] = linesOf(stdout.slice(stdout.indexOf('confusion matrix')));
    expect(title).toBe('confusion matrix: true class down, predicted class across');
    expect(header.trim().split(/ +/)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    for (const [label, row] of rows.slice(0, 10).entries()) {
      const [name, ...cells] = row.trim().split(/ +/).map(Number);
      expect(name).toBe(label);
      expect(cells.reduce((sum, cell) => sum + cell, 0)).toBe(5); // 50 digits, 5 of each
    }
  });
});

describe.concurrent('changes from the command line', () => {
  test('--set before and after the file, as often as you like', async () => {
    const sets = ['--set', 'network.0.dense.units=4', '--set', 'epochs=1'];
    const { start, end } = await runJson(['--set', 'seed=3', TINY, ...sets]);
    expect(start).toMatchObject({ seed: 3, epochs: 1, parameters: 784 * 4 + 4 + 4 * 10 + 10 });
    expect(end.steps).toBe(10);
  });

  test('--set of one value twice is refused', async () => {
    expect(await pipeline(['run', '--set', 'epochs=3', TINY, '--set', 'epochs=1'])).toEqual({
      code: 2,
      stdout: '',
      stderr: '--set epochs=1: it takes the place of --set epochs=3; leave one of the two out\n',
    });
  });

  test('--swap before and after the file, as often as you like, and --set reaches into what was swapped in', async () => {
    const { code, stdout } = await pipeline([
      'print',
      '--set',
      'network.1.leakyRelu.negativeSlope=0.5',
      '--swap',
      'relu=leakyRelu',
      TINY,
      '--swap',
      'accuracy=confusionMatrix',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('  - leakyRelu: { negativeSlope: 0.5 }\n');
    expect(stdout).toContain('  - confusionMatrix\n');
    expect(stdout).not.toMatch(/ relu| accuracy/);
  });

  test('relu.yaml with --swap relu=sigmoid learns the same weights as sigmoid.yaml', async () => {
    const relu = await runJson(['pipelines/relu.yaml', ...SMALL]);
    const swapped = await runJson(['pipelines/relu.yaml', ...SMALL, '--swap', 'relu=sigmoid']);
    const sigmoid = await runJson(['pipelines/sigmoid.yaml', ...SMALL]);
    expect(swapped.end.weights).toBe(sigmoid.end.weights);
    expect(swapped.end.weights).not.toBe(relu.end.weights);
  });

  test('the same seed gives the same weights, another seed others', async () => {
    const first = await runJson([TINY]);
    const second = await runJson([TINY]);
    const other = await runJson([TINY, '--set', 'seed=2']);
    expect(second.end.weights).toBe(first.end.weights);
    expect(other.end.weights).not.toBe(first.end.weights);
  });

  test('print writes out every default, and what it prints runs again unchanged', async () => {
    const changes = ['--swap', 'relu=tanh', '--set', 'train.0.shuffleBatch.size=25'];
    const printed = await pipeline(['print', TINY, ...changes]);
    expect(printed).toMatchObject({ code: 0, stderr: '' });
    expect(printed.stdout).toContain('dtype: float32\n');
    expect(printed.stdout).toContain('  - shuffleBatch: { size: 25, lastBatch: keep, buffer: 10000 }\n');
    expect(printed.stdout).toContain('  - dense: { units: 8, weights: heNormal, bias: true }\n');
    const file = await scratchFile('printed.yaml', printed.stdout);

    expect((await pipeline(['print', file])).stdout).toBe(printed.stdout);
    const again = await runJson([file]);
    const changed = await runJson([TINY, ...changes]);
    expect(again.end.weights).toBe(changed.end.weights);
    expect(again.end.steps).toBe(16);
  });
});

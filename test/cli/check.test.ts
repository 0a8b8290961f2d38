/** `pipeline check`: gradients, as somebody sees them who runs it. */
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeTinyMnist } from '../node/tiny-mnist.js';
import { TINY as TEXT } from '../tiny-pipeline.js';
import {
  eventsOf,
  fromRoot,
  linesOf,
  pipeline,
  pipelineProcess,
  scratchFile,
  scratchFolder,
  TINY,
} from './pipeline-command.js';

const shipped = readdirSync(fromRoot('pipelines'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => `pipelines/${file}`);

/** A few digits are soon drawn. */
const FEW = ['--set', 'data.0=digits: { train: 20, test: 20 }'];

/** Of those that hold a number of examples out, which is larger than all of these. */
const HALF = ['--set', 'data.1.holdOut.validation=0.5'];

/** A few examples; tables and points stay as they are. */
function fewOf(file: string): string[] {
  if (/(iris|iris-sweep|wine|regression|two-spirals)\.yaml$/.test(file)) return [];
  const few = /(validation|fashion|\/sweep|record\/\w+)\.yaml$/.test(file) ? [...FEW, ...HALF] : FEW;
  // a convolution takes longer there and back, and each number takes it many times
  const parameters = /(strong|fashion|record\/\w+)\.yaml$/.test(file)
    ? 3
    : file.startsWith('pipelines/conv/')
      ? 20
      : 50;
  return [...few, '--parameters', String(parameters), '--samples', '2'];
}

/** lisht.yaml beside a plug-in of this text, its folder and path. */
async function withLisht(code: string): Promise<string> {
  const yaml = await scratchFile('lisht.yaml', await readFile(fromRoot('examples/lisht/lisht.yaml'), 'utf8'));
  await writeFile(join(dirname(yaml), 'lisht.ts'), code);
  return yaml;
}

const lisht = (): Promise<string> => readFile(fromRoot('examples/lisht/lisht.ts'), 'utf8');

/** The table: what stands in each column. */
const cellsOf = (stdout: string): string[][] =>
  linesOf(stdout)
    .slice(2)
    .filter((line) => /^(gradient|network|train)/.test(line))
    .map((line) => line.split(/ {2,}/));

describe.concurrent('check', () => {
  test.each([...shipped, 'examples/lisht/lisht.yaml'])(
    '%s passes',
    async (file) => {
      const { code, stdout, stderr } = await pipeline(['check', file, ...fewOf(file)]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [, ...rows] = cellsOf(stdout);
      expect(rows.length).toBeGreaterThan(5);
      for (const cells of rows) expect(cells.at(-1)).toBe('right');
      // where there is no terminal, long names and counts are not broken
      for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(90);
      expect(linesOf(stdout).at(-1)).toMatch(/^Every gradient is the slope of the loss/);
    },
    300_000,
  ); // each waits for those before it

  test('has a row for each gradient', async () => {
    const { stdout } = await pipeline(['check', TINY, '--samples', '2', '--parameters', '12']);
    expect(linesOf(stdout)[0]).toMatch(/^tiny: 2 examples of digits, loss \d\.\d{4}, float64, backend wasm$/);
    const [header, ...rows] = cellsOf(stdout);
    expect(header).toEqual(['gradient of', 'compared', 'skipped', 'absolute', 'relative']);
    expect(rows.map(([of, compared]) => [of, compared])).toEqual([
      ['network.0 dense W', '12 of 6,272'],
      ['network.0 dense b', 'all 8'],
      ['network.0 dense x', '12 of 1,568'],
      ['network.1 relu x', '12 of 16'],
      ['network.2 dense W', '12 of 80'],
      ['network.2 dense b', 'all 10'],
      ['network.2 dense x', '12 of 16'],
      ['train.2 softmaxCrossEntropy x', '12 of 20'],
    ]);
    for (const [, , , absolute, relative] of rows) {
      expect(Number(absolute)).toBeLessThan(1e-9);
      expect(Number(relative)).toBeLessThan(1e-6);
    }
  });

  test('--parameters all compares every number', async () => {
    const { code, stdout } = await pipeline(['check', TINY, '--samples', '1', '--parameters', 'all', '--json']);
    expect(code).toBe(0);
    const rows = eventsOf({ code, stdout, stderr: '' }).filter(({ event }) => event === 'gradient');
    for (const { size, checked, skipped } of rows) expect(Number(checked) + Number(skipped)).toBe(size);
    expect(rows[0]).toMatchObject({ stage: 'network.0', name: 'dense', tensor: 'W', size: 6272, verdict: 'right' });
  });

  test('--json ends with whether it passed, and on what', async () => {
    const { code, stdout, stderr } = await pipeline(['check', TINY, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(eventsOf({ code, stdout, stderr }).at(-1)).toEqual({
      event: 'end',
      origin: { source: 'digits' },
      backend: 'wasm',
      samples: 5,
      fewer: 3,
      loss: expect.any(Number),
      differentiated: [],
      remarks: [],
      passed: true,
    });
  });

  test('catches a wrong gradient of a plug-in, and names the stage, its place and its file', async () => {
    const file = await withLisht((await lisht()).replace('(1 - y)', '(1 + y)'));
    const { code, stdout, stderr } = await pipeline(['check', file, ...FEW]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const verdicts = Object.fromEntries(cellsOf(stdout).map((cells) => [cells[0], cells.at(-1)]));
    expect(verdicts).toMatchObject({ 'network.0 dense W': 'wrong', 'network.1 lisht x': 'wrong' });
    expect(verdicts).toMatchObject({ 'network.2 dense W': 'right', 'train.2 softmaxCrossEntropy x': 'right' });
    expect(linesOf(stdout).at(-1)).toMatch(
      /: lisht: the gradient of x is wrong: at \[\d, \d+\] backward says -?[\d.]+/,
    );
    expect(linesOf(stdout).at(-1)).toContain(`${file}:12:5: lisht: `);
    expect(linesOf(stdout).at(-1)).toContain(`(lisht is defined in ${join(dirname(file), 'lisht.ts')})`);

    const json = await pipeline(['check', file, ...FEW, '--json']);
    expect(json.code).toBe(1);
    expect(eventsOf(json).at(-1)).toMatchObject({ event: 'end', passed: false });
  });

  /** y = 2x, whose pullback has these lines in its loop. */
  const doubling = (line: string): string => `
    import { networkStage, noOptions } from 'marblenet';
    export const lisht = networkStage({
      name: 'lisht', summary: 'y = 2x', options: noOptions, example: 'lisht',
      build(_, { shape, size }, { kernels }) {
        const buffer = kernels.allocate([size, ...shape]);
        const row = buffer.data.length / size;
        return {
          output: shape,
          forward: (x) => [
            { shape: x.shape, data: x.data.map((value) => 2 * value) },
            (dy) => {
              const dx = { shape: x.shape, data: buffer.data.subarray(0, x.shape[0] * row) };
              for (const i of dy.data.keys()) ${line};
              return dx;
            },
          ],
        };
      },
    });`;

  test.each([
    ['dx.data[i] += 2 * dy.data[i]', "in the second batch it holds the first's too: set it, do not add to it"],
    [
      'dx.data[i] = 10 * dy.data[i] / x.shape[0]',
      'it depends on the number of rows: right for 5, for 3 it is 1.67 times',
    ],
  ])('catches a gradient that is right in the first batch alone: %s', async (line, problem) => {
    const file = await withLisht(doubling(line));
    const { code, stdout, stderr } = await pipeline(['check', file, ...FEW]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(linesOf(stdout).at(-1)).toContain(`${file}:12:5: lisht: the gradient of x is wrong: ${problem}`);
    expect(linesOf(stdout).at(-1)).toContain(`(lisht is defined in ${join(dirname(file), 'lisht.ts')})`);
  });

  test('says in JSON what is wrong, and why', async () => {
    const file = await withLisht(doubling('dx.data[i] += 2 * dy.data[i]'));
    const [row] = eventsOf(await pipeline(['check', file, ...FEW, '--json'])).filter(({ name }) => name === 'lisht');
    expect(row).toMatchObject({ verdict: 'wrong', problem: expect.stringMatching(/\S/) });
  });

  test('says of what it proves nothing, since every slope is 0', async () => {
    const file = await withLisht(
      (await lisht()).replace('x * Math.tanh(x)', '0 * x').replace('x + Math.tanh(x) * (1 - y)', '0 * x * y'),
    );
    const { code, stdout } = await pipeline(['check', file, ...FEW]);
    expect(code).toBe(0);
    const verdicts = Object.fromEntries(cellsOf(stdout).map((cells) => [cells[0], cells.at(-1)]));
    expect(verdicts).toMatchObject({ 'network.0 dense W': 'zero', 'network.2 dense b': 'right' });
    expect(stdout).toContain(
      `\n${file}:11:5: dense: the loss is the same whatever W is, so its gradient is 0, as backward says\n`,
    );
    expect(stdout).toContain(
      `\n${file}:12:5: lisht: every slope of x that was compared is 0, which proves nothing of its gradient\n`,
    );
    expect(linesOf(stdout).at(-1)).toMatch(/^Every other gradient is the slope of the loss/);
    const rows = eventsOf(await pipeline(['check', file, ...FEW, '--json']));
    expect(rows[0]).toMatchObject({ stage: 'network.0', tensor: 'W', verdict: 'zero' });
  });

  test('remarks on a loss that is a sum over samples, which is not wrong', async () => {
    const file = await withLisht(`${await lisht()}
import { loss, noOptions } from 'marblenet';
export const sum = loss({
  name: 'sum', summary: 'x . x / 2', options: noOptions, example: 'sum', needs: 'classes',
  loss: () => (dx, x) => {
    dx.data.set(x.data);
    return x.data.reduce((total, value) => total + (value * value) / 2, 0);
  },
});`);
    const { code, stdout } = await pipeline(['check', file, ...FEW, '--set', 'train.2=sum']);
    expect(code).toBe(0);
    expect(linesOf(stdout).at(-1)).toMatch(
      /sum: the loss of 2 samples is \S+, of each of them twice \S+: it is no mean/,
    );
  });

  test('says of a bias in front of batchNorm that the loss is the same whatever it is', async () => {
    const norm = ['--set', 'network.0=conv2d: { filters: 2, stride: 3 }', '--set', 'network.1=batchNorm'];
    const { code, stdout } = await pipeline(['check', 'pipelines/relu.yaml', ...FEW, ...norm]);
    expect(code).toBe(0);
    const [of, compared, skipped, , , verdict] = cellsOf(stdout).find(([of]) => of.endsWith('conv2d b')) ?? [];
    expect([of, compared, skipped, verdict]).toEqual(['network.0 conv2d b', 'all 2', '0', 'zero']);
    expect(stdout).toContain('conv2d: the loss is the same whatever b is (a bias in front of batchNorm, say)');
    expect(linesOf(stdout).at(-1)).toMatch(/^Every other gradient is the slope of the loss/);
  });

  test('does not pass what lies on a corner altogether, and says so', async () => {
    // Of pixels that are next to 0, every input of |x| is so too: its corner.
    const file = await withLisht(
      (await lisht())
        .replace('x * Math.tanh(x)', 'Math.abs(x)')
        .replace('x + Math.tanh(x) * (1 - y)', 'Math.sign(x) + 0 * y'),
    );
    const zeros = ['--set', 'data.1.normalize.divisor=1e300', '--set', 'network.0.dense.bias=false'];
    const { code, stdout } = await pipeline(['check', file, ...FEW, ...zeros]);
    expect(code).toBe(1);
    expect(cellsOf(stdout)).toContainEqual(['network.1 lisht x', '0 of 250', '100', '-', '-', 'unknown']);
    expect(linesOf(stdout).at(-1)).toContain('lisht: nothing is known of the gradient of x: every difference lies');
  });

  test('says that it checked the textbook where WebAssembly cannot run', async () => {
    const { code, stdout } = await pipeline(['check', TINY], { NODE_OPTIONS: '--jitless' });
    expect(code).toBe(0);
    expect(linesOf(stdout)[0]).toContain(', float64, backend typescript');
    expect(stdout).toContain('\nThis Node cannot run the WebAssembly kernels: ');

    const asked = await pipeline(['check', TINY, '--set', 'backend=typescript']);
    expect(linesOf(asked.stdout)[0]).toContain(', float64, backend typescript');
    expect(asked.stdout).not.toContain('cannot run');
  });

  test('says which loss it checked where another one is told', async () => {
    const { stdout } = await pipeline(['check', 'pipelines/notebook.yaml', ...FEW]);
    expect(stdout).toContain('\nsoftmaxCrossEntropy, as it is differentiated: {"epsilon":0,');
  });

  test('needs no download: digits stand in for MNIST that is not here, whatever the file says', async () => {
    const { code, stdout } = await pipeline(['check', 'pipelines/relu.yaml', '--set', 'data.0=mnist']);
    expect(code).toBe(0);
    expect(linesOf(stdout)[0]).toMatch(/^relu: 5 examples of digits instead of mnist, /);
  });

  test('takes MNIST from --data', async () => {
    const folder = await scratchFolder();
    await writeTinyMnist(folder, (file) => file);
    const { code, stdout } = await pipeline(['check', 'pipelines/relu.yaml', '--data', folder]);
    expect(code).toBe(0);
    expect(linesOf(stdout)[0]).toMatch(/^relu: 2 examples of mnist, /);
  });

  test.each([
    ['--samples', '0', 'a whole number from 1 on'],
    ['--samples', '2.5', 'a whole number from 1 on'],
    ['--parameters', 'most', 'a whole number from 1 on, or all'],
  ])('%s %s is refused', async (option, value, expected) => {
    const { code, stdout, stderr } = await pipeline(['check', TINY, option, value]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${option}: expected ${expected}, found "${value}"`);
  });

  test('a pipeline that learns nothing has nothing to check', async () => {
    const text = (await readFile(TINY, 'utf8')).replace(/ {2}- backward\n {2}- sgd.*\n/, '');
    const file = await scratchFile('tiny.yaml', text);
    const { code, stdout, stderr } = await pipeline(['check', file]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(`${file}:14:3: there is no gradient to check; put backward behind the loss\n`);
  });
});

test.each([['check', '--parameters', '3', '--samples', '2'], ['trace']])(
  '%s goes as deep as a network may be',
  async (command, ...words) => {
    const file = await scratchFile('deep.yaml', TEXT.replace('  - relu\n', '  - relu\n'.repeat(298)));
    const { code, stderr } = await pipelineProcess([command, file, ...FEW, ...words]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
);

test.each(['check', 'trace'])('%s says of stages inside one another that they are too deep', async (command) => {
  const [inside, ends] = ['[{ residual: '.repeat(296), ' }]'.repeat(296)];
  const file = await scratchFile('deep.yaml', TEXT.replace('- relu', `- residual: ${inside}[relu]${ends}`));
  const { code, stderr } = await pipelineProcess([command, file, ...FEW]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^the network is too deep for this command: each stage calls the next, and the stack/);
});

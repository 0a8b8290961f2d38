/** `pipeline data`, and the same warnings in `lint --data`. */
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasTerminals, inTerminal } from './in-terminal.js';
import { fromRoot, linesOf, pipeline, scratchFile, TINY } from './pipeline-command.js';

const YAML = `name: shop
data:
  - csv: { train: train.csv, test: test.csv, target: kind }
  - oneHot
network:
  - dense: { units: 2 }
train:
  - shuffleBatch: { size: 8 }
  - forward
  - softmaxCrossEntropy
  - backward
  - sgd: { learningRate: 0.1 }
test:
  - batch: { size: 8 }
  - forward
  - softmaxCrossEntropy
  - accuracy
`;

const rowOf = (_: unknown, i: number): string =>
  `${i % 7},${i % 5 === 0 ? '' : i % 11},${['red', 'blue', 'green'][i % 3]},${(i * i) % 4 < 1 ? 'rose' : 'iris'}`;
const TRAIN = ['width,height,colour,kind', ...Array.from({ length: 40 }, rowOf), ''].join('\n');
const TEST = ['width,height,colour,kind', '0.5,1,red,rose', '1.5,2,blue,iris', ''].join('\n');

/** A pipeline file beside its tables. */
async function shop(train = TRAIN, test = TEST): Promise<string> {
  const path = await scratchFile('shop.yaml', YAML);
  await writeFile(join(dirname(path), 'train.csv'), train);
  await writeFile(join(dirname(path), 'test.csv'), test);
  return path;
}

/** With a unit that never changes, and the first row of test from train. */
const doubtful = () =>
  shop(
    TRAIN.split('\n')
      .map((line, i) => (line === '' ? line : `${line},${i === 0 ? 'unit' : 'cm'}`))
      .join('\n'),
    'width,height,colour,kind,unit\n1,1,blue,iris,cm\n0.5,2,red,rose,cm\n',
  );

describe.concurrent('data', () => {
  test('shows the columns and classes of a table', async () => {
    const { code, stdout, stderr } = await pipeline(['data', await shop()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head, ...rows] = linesOf(stdout);
    expect(head).toMatch(/^shop: 40 train and 2 test examples of csv \(.*train\.csv\), \[5\] each$/);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      [''],
      ['column of train', 'type', 'missing', 'min', 'mean', 'max', 'values'],
      ['width', 'number', '0', '2.88', '6'],
      ['height', 'number', '8', '0', expect.any(String), '10'],
      ['colour', 'category', 'red 14, blue 13, green 13'],
      [''],
      ['class', 'train', 'test'],
      ['iris', '20', '1'],
      ['rose', '20', '1'],
    ]);
  });

  test('shows the data of a network that does not fit them, and says what does not', async () => {
    const path = await shop();
    await writeFile(path, YAML.replace('units: 2', 'units: 3'));
    const { code, stdout, stderr } = await pipeline(['data', path]);
    expect(code).toBe(0);
    expect(linesOf(stdout)[0]).toMatch(/^shop: 40 train and 2 test examples of csv/);
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/^the data are read, but the pipeline does not run: .*shop\.yaml:\d+:5: .*units: 2$/),
    ]);
    const json = await pipeline(['data', path, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ name: 'shop', rows: { train: 40, test: 2 } });
    expect(json.stderr).toMatch(/units: 2$/m);
  });

  test('shows nothing where data: itself is wrong', async () => {
    const path = await shop();
    await writeFile(path, YAML.replace('oneHot', 'takeExamples: { count: 5, split: validation }'));
    const { code, stdout, stderr } = await pipeline(['data', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/shop\.yaml:4:5: takeExamples finds no validation examples here/);
  });

  test('shows a real-valued target in its own units', async () => {
    const { stdout } = await pipeline(['data', 'pipelines/regression.yaml']);
    expect(stdout).toMatch(/^regression: 318 train and 80 test examples of csv/);
    expect(stdout).toMatch(/^mpg \(target\) +number +9 +[\d.]+ +46\.6$/m);
    expect(stdout).toMatch(/^horsepower +number +6 /m);
    expect(stdout).toMatch(/^origin +category +USA \d+, Japan \d+, Europe \d+$/m);
  });

  test('draws the first pictures of three classes', async () => {
    const { code, stdout } = await pipeline(['data', TINY]);
    expect(code).toBe(0);
    const [head] = linesOf(stdout);
    expect(head).toMatch(/examples of digits, \[28, 28\] each, numbers from 0 to 255, mean [\d.]+$/);
    expect([...stdout.matchAll(/^example (\d): class (\d)$/gm)].map(([, i, label]) => [i, label])).toEqual([
      ['0', '0'],
      ['1', '1'],
      ['2', '2'],
    ]);
    expect(stdout).toMatch(/█/);
  });

  test('warns where drawn digits stand in for MNIST', async () => {
    const { code, stdout, stderr } = await pipeline(['data', 'pipelines/relu.yaml', '--offline']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/examples of digits instead of mnist/);
    expect(stderr).toMatch(/^!! mnist could not be had/);
  });

  test('is one object with --json', async () => {
    const { code, stdout, stderr } = await pipeline(['data', await doubtful(), '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const told = JSON.parse(stdout);
    expect(linesOf(stdout)).toHaveLength(1);
    expect(told).toMatchObject({
      name: 'shop',
      origin: { source: 'csv' },
      rows: { train: 40, test: 2 },
      shape: [6],
      columns: [
        { name: 'width', type: 'number', min: 0, max: 6, missing: 0 },
        { name: 'height', type: 'number', missing: 8 },
        { name: 'colour', type: 'category', missing: 0, values: [{ name: 'blue', count: 13 }, {}, {}] },
        { name: 'unit', type: 'category', values: [{ name: 'cm', count: 40 }] },
      ],
      classes: [
        { name: 'iris', train: 20, test: 1 },
        { name: 'rose', train: 20, test: 1 },
      ],
      warnings: [{ rule: 'constantColumn' }, { rule: 'trainInTest' }],
    });
  });

  test('warns on standard error, as lint --data does', async () => {
    const path = await doubtful();
    const { code, stderr } = await pipeline(['data', path]);
    expect(code).toBe(0);
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/^warning: unit is the same in every row of train/),
      expect.stringMatching(/^warning: 1 of the 2 examples of test stand in train, too/),
    ]);
    const lint = await pipeline(['lint', path, '--data', '.']);
    expect(lint.code).toBe(0);
    expect(linesOf(lint.stdout)).toEqual([
      expect.stringMatching(/^warning: .*shop\.yaml:3:5: unit is the same in every row of train/),
      expect.stringMatching(/^warning: .*shop\.yaml:3:5: 1 of the 2 examples of test stand in train, too/),
      expect.stringMatching(/: ok, with 2 warnings, with 40 train and 2 test examples of csv$/),
    ]);
    expect((await pipeline(['lint', path, '--data', '.', '--strict'])).code).toBe(2);
    expect((await pipeline(['lint', path])).stdout).not.toMatch(/warning/);
  });

  test('lint --data names the file that a remark is about', async () => {
    const path = await shop(TRAIN, 'width,height,colour,kind\n0.5,1,violet,rose\n');
    const { code, stderr } = await pipeline(['lint', path, fromRoot('pipelines/iris.yaml'), '--data', '.']);
    expect({ code, lines: linesOf(stderr).length }).toEqual({ code: 0, lines: 1 });
    expect(stderr).toMatch(/^\S+shop\.yaml: test: 1 cell of colour says what train never says/);
  });

  test('summary --data shows the columns, too', async () => {
    const path = await shop();
    expect((await pipeline(['summary', path])).stdout).not.toContain('width');
    const { code, stdout } = await pipeline(['summary', path, '--data', '.']);
    expect(code).toBe(0);
    expect(
      linesOf(stdout)
        .slice(-5)
        .map((row) => row.trim().split(/ {2,}/)),
    ).toEqual([
      ['column', 'type', 'numbers'],
      ['width', 'number', '1'],
      ['height', 'number', '1'],
      ['colour', 'category of 3 values', '3'],
      ['kind (target)', 'category of 2 values'],
    ]);
  });

  test('names of thousands of letters are cut in every report', async () => {
    const long = 'N'.repeat(20_000);
    const train = TRAIN.replaceAll('iris', long).replace('width', 'W'.repeat(20_000));
    const path = await shop(train, train);
    const folder = dirname(path);
    for (const words of [
      ['run', path, '--out', join(folder, 'runs')],
      ['evaluate', join(folder, 'runs', 'shop')],
      ['predict', join(folder, 'runs', 'shop'), join(folder, 'test.csv')],
      ['data', path],
      ['lint', path, '--data', '.'],
      ['summary', path, '--data', '.'],
    ]) {
      const { code, stdout, stderr } = await pipeline(words);
      expect(code, stderr).toBe(0);
      expect(Math.max(0, ...`${stdout}\n${stderr}`.split('\n').map(({ length }) => length))).toBeLessThan(500);
    }
    await writeFile(join(folder, 'test.csv'), TEST);
    const { code, stderr } = await pipeline(['data', path]);
    expect({ code, isShort: stderr.length < 500 }, stderr).toEqual({ code: 3, isShort: true });
    expect(stderr).toMatch(/test\.csv: found no column "W+\.\.\.", which the rows to learn from have/);
  }, 60_000);

  test('says where a broken file is wrong', async () => {
    const { code, stdout, stderr } = await pipeline(['data', await shop(TRAIN.replace('3,3,red', '3,3,red,9'))]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/train\.csv:5/);
  });

  test('shows what a source of your own gives', async () => {
    const path = await scratchFile(
      'own.yaml',
      YAML.replace('name: shop', 'name: own\nplugins: [./own.ts]').replace(/csv: .*/, 'own'),
    );
    await writeFile(
      join(dirname(path), 'own.ts'),
      `import { noOptions, stage } from '${fromRoot('dist/index.js')}';
import { map } from 'rxjs';
export const own = stage({
  name: 'own', summary: 'Two numbers', family: 'sources', from: 'split', to: 'examples', options: noOptions, example: 'own',
  build: () => ({
    output: { kind: 'examples', shape: [2], classes: undefined, labels: { classes: 2, from: 'own' } },
    operator: map((split) => ({
      split, epoch: 1, shape: [2], features: Float64Array.from({ length: 60 }, (_, i) => (i % 2 ? 5 : i)), scaling: { mean: 0, std: 1 },
      labels: Uint8Array.from({ length: 30 }, (_, i) => i % 2), classes: undefined, origin: { source: 'own' },
    })),
  }),
});
`,
    );
    const { code, stdout, stderr } = await pipeline(['data', path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^own: 30 train and 30 test examples of own, \[2\] each$/m);
    expect(stdout).toMatch(/^column 0 +number +0 +29 +58$/m);
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/^warning: column 1 is the same/),
      expect.stringMatching(/^warning: 30 of the 30 examples of test stand in train/),
    ]);
  });

  test.skipIf(!hasTerminals).each([100, 40])('fits a terminal of %d columns', async (columns) => {
    const { code, stdout } = await inTerminal(['data', 'pipelines/regression.yaml'], {
      columns,
      environment: { NO_COLOR: '1' },
    });
    expect(code).toBe(0);
    const drawn = stdout.split('\u001b[2K').at(-1) ?? ''; // behind what was shown while one waited
    const lines = drawn.split('\r\n');
    expect(lines.some((line) => line.includes('displacement'))).toBe(true);
    expect(lines.some((line) => line.includes('mpg (target)'))).toBe(true);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });
});

/** Pipelines that leave the shape and the number of classes to their files, from the command to its output. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { encodeIdx } from '../../src/core/files/encode-idx.js';
import { TINY_MNIST, writeTinyMnist } from '../node/tiny-mnist.js';
import { fromRoot, linesOf, pipeline, runJson, scratchFile, scratchFolder } from './pipeline-command.js';

const YAML = `name: own
seed: 1
epochs: 2
data:
  - idx: { train: { images: data/a, labels: data/b }, test: { images: data/c.gz, labels: data/d } }
  - normalize: { divisor: 255 }
  - oneHot
network:
  - dense: { units: 4 }
train:
  - shuffleBatch: { size: 8 }
  - forward
  - softmaxCrossEntropy
  - backward
  - sgd: { learningRate: 0.1 }
  - mean: { of: loss }
test:
  - batch: { size: 8 }
  - forward
  - softmaxCrossEntropy
  - accuracy
`;
const SAID = YAML.replace('idx: {', 'idx: { shape: [3, 2],').replace('oneHot', 'oneHot: { classes: 4 }');

const samples = (count: number, brighter = 0) =>
  encodeIdx(
    [count, 3, 2],
    Uint8Array.from({ length: 6 * count }, (_, i) => (i * 37 + brighter) % 256),
  );
const labelsBelow = (classes: number, count: number) =>
  encodeIdx(
    [count],
    Uint8Array.from({ length: count }, (_, i) => i % classes),
  );

/** A pipeline file with its data beside it: three classes in train, a fourth in test. */
async function ownData(text = YAML, changed: Readonly<Record<string, Uint8Array>> = {}): Promise<string> {
  const path = await scratchFile('own.yaml', text);
  const folder = join(dirname(path), 'data');
  await mkdir(folder);
  const files = {
    a: samples(20),
    b: labelsBelow(3, 20),
    'c.gz': gzipSync(samples(8, 1)), // none of them in train
    d: labelsBelow(4, 8),
    ...changed,
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return path;
}

describe.concurrent('a run', () => {
  test('trains as if the file said what its data say', async () => {
    const [unsaid, said] = [await runJson([await ownData()]), await runJson([await ownData(SAID)])];
    expect(unsaid.start).toMatchObject({ parameters: 6 * 4 + 4, data: { source: 'idx', train: 20, test: 8 } });
    expect(unsaid.end.accuracyByClass).toHaveLength(4);
    expect(unsaid.end.weights).toBe(said.end.weights);
  });

  test('says which file is missing, and where the pipeline file asks for it, before it trains', async () => {
    const path = await ownData();
    await rm(join(dirname(path), 'data', 'd'));
    const { code, stdout, stderr } = await pipeline(['run', path]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(linesOf(stderr)).toEqual([
      `${join(dirname(path), 'data/d')}: found no such file, expected an IDX file; did you mean "a"? (idx at ${path}:5:5)`,
    ]);
  });

  test('says which file has another shape than the others', async () => {
    const path = await ownData(YAML, { 'c.gz': encodeIdx([8, 2, 2], new Uint8Array(32)) });
    const { code, stderr } = await pipeline(['run', path]);
    expect(code).toBe(3);
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(
        /\/data\/c\.gz: byte 4: found 8 samples of shape \[2, 2\], expected \[3, 2\] each, as in \S+\/data\/a \(idx at \S+own\.yaml:5:5\)$/,
      ),
    ]);
  });
});

describe.concurrent('summary', () => {
  test('without data shows what is not known as a question mark', async () => {
    const { code, stdout } = await pipeline(['summary', await ownData()]);
    expect(code).toBe(0);
    const cells = linesOf(stdout).map((line) => line.trim().split(/ {2,}/));
    expect(cells).toContainEqual(['idx', 'examples', '?']);
    expect(cells).toContainEqual(['dense', 'batch', '?', '?']);
    expect(cells).toContainEqual(['softmaxCrossEntropy', 'step', '?']);
    expect(cells).toContainEqual(['total', '?']);
    expect(linesOf(stdout).at(-1)).toBe(
      '?: not known before the data are opened; pipeline summary --data DIR opens them',
    );
  });

  test('--data opens them', async () => {
    const path = await ownData();
    const { code, stdout } = await pipeline(['summary', path, '--data', dirname(path)]);
    expect(code).toBe(0);
    const cells = linesOf(stdout).map((line) => line.trim().split(/ {2,}/));
    expect(cells).toContainEqual(['idx', 'examples', '[N, 3, 2]']);
    expect(cells).toContainEqual(['oneHot', 'examples', '[N, 3, 2] and t [N, 4]']);
    expect(cells).toContainEqual(['total', '28']);
    expect(stdout).not.toContain('?');
  });

  test('of what is known is whole', async () => {
    const { stdout } = await pipeline(['summary', await ownData(SAID)]);
    expect(stdout).toMatch(/\ntotal +28\n$/);
  });
});

test('where counts decide, lint says that it does not know them, and the run refuses before it trains', async () => {
  const path = await ownData(
    SAID.replace('test:\n  - batch: { size: 8 }', 'test:\n  - batch: { size: 9, lastBatch: drop }'),
  );
  const { code, stdout } = await pipeline(['lint', path]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout:
      `${path}: ok, as far as can be seen without data: how many test examples there are is not known ` +
      `(${path}:18:5: batch); pipeline lint --data DIR opens the files\n`,
  });
  const refused = `${path}:18:5: 8 examples do not fill one batch of 9, and short batches are dropped; give a smaller size, or lastBatch: keep\n`;
  expect(await pipeline(['lint', path, '--data', dirname(path)])).toMatchObject({ code: 2, stdout: refused });
  expect(await pipeline(['run', path])).toEqual({ code: 2, stdout: '', stderr: refused });
});

test('graph and print need no data', async () => {
  const path = await ownData();
  await rm(join(dirname(path), 'data'), { recursive: true });
  const graph = await pipeline(['graph', path]);
  expect(graph).toMatchObject({ code: 0, stderr: '' });
  expect(graph.stdout).toContain('train2 -- step --> train3');
  const print = await pipeline(['print', path]);
  expect(print).toMatchObject({ code: 0, stderr: '' });
  expect(print.stdout).toContain('\n  - oneHot\n');
});

test('what print writes runs from another folder, with plug-ins and data', async () => {
  const path = await ownData(
    YAML.replace('seed: 1', 'plugins: [stages/my.ts]').replace('network:', 'network:\n  - my'),
  );
  const plugin = join(dirname(path), 'stages', 'my.ts');
  await mkdir(dirname(plugin));
  await writeFile(
    plugin,
    `import { activation } from 'marblenet';
     export const my = activation({ name: 'my', summary: '', formula: () => ({ value: (x) => x, derivative: () => 1 }) });`,
  );
  const { code, stdout } = await pipeline(['print', relative(fromRoot('.'), path)]);
  expect(code).toBe(0);
  for (const file of ['stages/my.ts', 'data/a', 'data/b', 'data/c.gz', 'data/d']) {
    expect(stdout).toContain(` ${join(dirname(path), file)}`);
  }
  const printed = await scratchFile('printed.yaml', stdout);
  expect((await runJson([printed])).end.weights).toBe((await runJson([path])).end.weights);
  expect((await pipeline(['print', printed])).stdout).toBe(stdout);
});

describe.concurrent('lint', () => {
  test('without data says what it could not check, and how to', async () => {
    const path = await ownData();
    const { code, stdout } = await pipeline(['lint', path]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        `${path}: ok, as far as can be seen without data: the shape of a sample is not known (${path}:5:5: idx), ` +
        'and no shape is checked from there on; pipeline lint --data DIR opens the files\n',
    });
    const shaped = await ownData(SAID.replace('oneHot: { classes: 4 }', 'oneHot'));
    expect((await pipeline(['lint', shaped])).stdout).toContain(
      `: how many classes there are is not known (${shaped}:7:5: oneHot), `,
    );
  });

  test('--data reads everything and says what there is', async () => {
    const [unsaid, said] = [await ownData(), await ownData(SAID)];
    const { code, stdout } = await pipeline(['lint', unsaid, said, '--data', dirname(unsaid)]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: [unsaid, said].map((path) => `${path}: ok, with 20 train and 8 test examples of idx\n`).join(''),
    });
  });

  test('--data finds what the file says wrongly of its data', async () => {
    const shape = await ownData(SAID.replace('[3, 2]', '[2, 3]'));
    const classes = await ownData(SAID.replace('classes: 4', 'classes: 3').replace('units: 4', 'units: 3'));
    const { code, stdout } = await pipeline(['lint', shape, classes, '--data', dirname(shape)]);
    expect(code).toBe(3);
    expect(linesOf(stdout)).toEqual([
      expect.stringMatching(
        /\/data\/a: byte 4: found 20 samples of shape \[3, 2\], expected \[2, 3\] each, as shape: says \(idx at \S+own\.yaml:5:5\)$/,
      ),
      expect.stringMatching(
        /\/data\/d: byte 11: found the label 3 at sample 3, expected 0 to 2; give oneHot more classes/,
      ),
    ]);
    expect((await pipeline(['lint', shape, classes])).code).toBe(0); // without data, neither can be seen
  });

  test('--data finds damage that a header does not show', async () => {
    const path = await ownData(YAML, { a: samples(20).subarray(0, 100) });
    const { code, stdout } = await pipeline(['lint', path, '--data', '.']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/\/data\/a: byte 100: found the end of the file after 100 bytes, expected 136/);
  });

  test('--data looks for MNIST in the folder, and downloads nothing', async () => {
    const relu = fromRoot('pipelines/relu.yaml');
    const folder = await scratchFolder();
    await writeTinyMnist(folder, (file) => file);
    expect((await pipeline(['lint', relu, '--data', folder])).stdout).toBe(
      `${relu}: ok, with 2 train and 2 test examples of mnist\n`,
    );
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), TINY_MNIST['t10k-images-idx3-ubyte'].subarray(0, 99));
    expect(await pipeline(['lint', relu, '--data', folder])).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('byte 99: found the end of the file'),
    });
    expect(await pipeline(['lint', relu, '--data', '/nowhere'])).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^\/nowhere: found no folder/),
    });
  });

  test('without data knows what sources state', async () => {
    const path = await ownData(
      YAML.replace(/- idx:.*/, '- digits')
        .replace('oneHot', 'oneHot: { classes: 3 }')
        .replace('units: 4', 'units: 3'),
    );
    expect(await pipeline(['lint', path])).toMatchObject({
      code: 2,
      stdout:
        `${path}:7:5: found classes: 3, expected at least 10: the labels of digits run from 0 to 9; ` +
        'write classes: 10, or leave it out\n',
    });
  });
});

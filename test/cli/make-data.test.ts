/** `pipeline make-data`: files that `mnist` and `idx` read, streamed or not. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readIdx } from '../../src/node/idx.js';
import { pipeline, runJson, scratchFile, scratchFolder } from './pipeline-command.js';

const make = (out: string, ...more: string[]) =>
  pipeline(['make-data', '--count', '230', '--test', '20', '--out', out, ...more]);

describe('make-data', () => {
  test('writes digits that a pipeline learns from, streamed as in memory', async () => {
    const folder = join(await scratchFolder(), 'digits');
    expect(await make(folder)).toEqual({ code: 0, stdout: `wrote 230 and 20 digits to ${folder}\n`, stderr: '' });
    const names = await readdir(folder);
    expect(names.sort()).toEqual([
      't10k-images-idx3-ubyte',
      't10k-labels-idx1-ubyte',
      'train-images-idx3-ubyte',
      'train-labels-idx1-ubyte',
    ]);
    const { shape, data } = await readIdx(join(folder, 'train-images-idx3-ubyte'));
    expect(shape).toEqual([230, 28, 28]);
    expect(data.subarray(-784).some((byte) => byte > 200)).toBe(true);

    const files = (prefix: string) =>
      `{ images: ${join(folder, `${prefix}-images-idx3-ubyte`)}, labels: ${join(folder, `${prefix}-labels-idx1-ubyte`)} }`;
    const file = await scratchFile(
      'streamed.yaml',
      `name: streamed
epochs: 2
data:
  - idx: { train: ${files('train')}, test: ${files('t10k')}, stream: true }
  - normalize: { divisor: 255 }
  - oneHot
network: [dense: { units: 10 }]
train: [shuffleBatch: { size: 23, buffer: 230 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 7 }, forward, softmaxCrossEntropy, mean: { of: loss }, accuracy]
`,
    );
    const { end } = await runJson([file]);
    expect(end).toMatchObject({ event: 'end', steps: 20, data: { train: 230, test: 20 } });
  });

  test('draws the same for one seed, and replaces nothing', async () => {
    const folders = await Promise.all([scratchFolder(), scratchFolder(), scratchFolder()]);
    await Promise.all(folders.map((folder, i) => make(folder, '--seed', i === 2 ? '2' : '1')));
    const pixels = await Promise.all(
      folders.map(async (folder) => Buffer.from((await readIdx(join(folder, 't10k-images-idx3-ubyte'))).data)),
    );
    expect(pixels[0].equals(pixels[1])).toBe(true);
    expect(pixels[0].equals(pixels[2])).toBe(false);
    const again = await make(folders[0]);
    expect(again).toMatchObject({ code: 2, stdout: '' });
    expect(again.stderr).toContain('train-images-idx3-ubyte is there already');
  });
});

/** What a run with numbers that are none ends with, as a user and a program see it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeIdx } from 'marblenet';
import { describe, expect, test } from 'vitest';
import { eventsOf, pipeline, scratchFolder } from './pipeline-command.js';

const FILE = `name: points
data:
  - idx: { train: { images: x.idx, labels: y.idx }, test: { images: x.idx, labels: y.idx } }
  - oneHot: { classes: 3 }
network:
  - dense: { units: 3 }
train:
  - batch: { size: 30 }
  - forward
  - softmaxCrossEntropy
  - backward
  - sgd: { learningRate: 0.1 }
test:
  - batch: { size: 30 }
  - forward
  - softmaxCrossEntropy
  - mean: { of: loss }
  - accuracy
`;

/** 30 points of 4 numbers; in another file, number 1 of point 10 is NaN. */
async function pointsFile(): Promise<string> {
  const folder = await scratchFolder();
  const x = Float32Array.from({ length: 120 }, (_, i) => (i % 7) / 7);
  await writeFile(join(folder, 'x.idx'), encodeIdx([30, 4], x));
  x[41] = Number.NaN;
  await writeFile(join(folder, 'nan.idx'), encodeIdx([30, 4], x));
  await writeFile(
    join(folder, 'y.idx'),
    encodeIdx(
      [30],
      Uint8Array.from({ length: 30 }, (_, i) => i % 3),
    ),
  );
  await writeFile(join(folder, 'points.yaml'), FILE);
  return join(folder, 'points.yaml');
}

describe.concurrent.each(['wasm', 'typescript'])('on the back end %s', (backend) => {
  const run = (path: string, ...set: string[]) =>
    pipeline(['run', path, '--json', ...[`backend=${backend}`, ...set].flatMap((one) => ['--set', one])]);

  test.each(['train', 'test'])('NaN in the data for %s ends with 3, the byte and the sample', async (split) => {
    const ended = await run(await pointsFile(), `data.0.idx.${split}.images=nan.idx`);
    expect(ended.code).toBe(3);
    const [end, ...others] = eventsOf(ended).toReversed();
    expect(end).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(
        /nan\.idx: byte 176: found NaN at sample 10, expected a number \(idx at .*points\.yaml:3:5\)$/,
      ),
    });
    expect(others.filter(({ event }) => event === 'epoch')).toEqual([]);
  });

  test('a divergence that only the test sees ends with 1, and completes nothing', async () => {
    const ended = await run(await pointsFile(), 'train.4.sgd.learningRate=1e60');
    expect(ended.code).toBe(1);
    expect(ended.stdout).not.toContain('null');
    expect(eventsOf(ended).at(-1)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(
        /points\.yaml:6:5: dense: test, epoch 1, step 1: .*: training has diverged; try a smaller learningRate$/,
      ),
    });
  });
});

/** Pictures on the threads of the built command: the samples, the messages and the end of it are those of one thread. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pngFile } from '../node/samples/png-file.js';
import { eventsOf, pipeline, pipelineProcess, runJson, scratchFile } from './pipeline-command.js';

const YAML = `name: own
seed: 1
epochs: 2
data:
  - images: { train: pictures, size: [3, 5] }
  - normalize: { divisor: 255 }
  - oneHot
network:
  - dense: { units: 2 }
train:
  - shuffleBatch: { size: 8 }
  - forward
  - softmaxCrossEntropy
  - backward
  - sgd: { learningRate: 0.1 }
  - mean: { of: loss }
`;

/** A pipeline file with 100 pictures of two classes beside it. */
async function ownPictures(text = YAML): Promise<string> {
  const path = await scratchFile('own.yaml', text);
  for (let i = 0; i < 100; i++) {
    const folder = join(dirname(path), 'pictures', i % 2 === 0 ? 'cat' : 'dog');
    await mkdir(folder, { recursive: true });
    const pixels = Array.from({ length: 63 }, (_, k) => (i * 31 + k * k) % 256);
    await writeFile(join(folder, `${i}.png`), pngFile(pixels, { width: 9, height: 7, colourType: 0, depth: 8 }));
  }
  return path;
}

describe.concurrent('pictures', () => {
  test('are the same samples, whichever threads decode them', async () => {
    const path = await ownPictures();
    const { start, end } = await runJson([path], {}); // in a process of its own, which has threads for them
    expect(start.data).toMatchObject({ source: 'images', train: 100, classNames: ['cat', 'dog'] });
    const permission = ['--permission', '--experimental-permission'].find((flag) =>
      process.allowedNodeEnvironmentFlags.has(flag),
    );
    const alone = await runJson([path], { NODE_OPTIONS: `${permission} --allow-fs-read=*` });
    expect(alone.end.weights).toBe(end.weights);
  });

  test('that are broken are named, the first in their order, or left out', async () => {
    const path = await ownPictures();
    for (const i of [51, 7]) await writeFile(join(dirname(path), `pictures/dog/${i}.png`), 'no picture');
    const { code, stdout, stderr } = await pipelineProcess(['run', path]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    const first = join(dirname(path), 'pictures/dog/51.png');
    expect(stderr).toContain(`${first}: found plain text, expected a PNG or JPEG picture`);
    const skipped = await pipelineProcess(['run', path, '--set', 'data.images.onBroken=skip']);
    expect(skipped.code).toBe(0);
    expect(skipped.stderr).toContain(
      `2 of 100 pictures of pictures are broken and left out: ${first}: found plain text`,
    );
    expect(skipped.stderr).toContain('98 examples');
  });

  test('are named where evaluate takes them for another class, whichever were held out and left out', async () => {
    const heldOut = YAML.replace('size: [3, 5] }', 'size: [3, 5], onBroken: skip }\n  - holdOut: { test: 0.4 }');
    const path = await ownPictures(`${heldOut}test: [batch: { size: 9 }, forward, softmaxCrossEntropy, accuracy]\n`);
    await writeFile(join(dirname(path), 'pictures/cat/0.png'), 'no picture');
    const out = join(dirname(path), 'runs');
    expect((await pipeline(['run', path, '--out', out, '--no-report'])).code).toBe(0);
    const [{ mistakes }] = eventsOf(await pipeline(['evaluate', join(out, 'own'), '--json'])) as unknown as [
      { readonly mistakes: readonly { readonly path: string; readonly label: string }[] },
    ];
    expect(mistakes.length).toBeGreaterThan(3);
    for (const { path: file, label } of mistakes) {
      const [, folder, number] = /pictures\/(cat|dog)\/(\d+)\.png$/.exec(file) ?? [];
      expect([folder, Number(number) % 2]).toEqual([label, label === 'cat' ? 0 : 1]);
    }
    const { stdout } = await pipeline(['evaluate', join(out, 'own')]);
    for (const { path: file } of mistakes.slice(0, 4)) expect(stdout).toContain(`  ${file.split('/pictures/')[1]}`);
    expect(stdout).not.toContain('example ');
  });
});

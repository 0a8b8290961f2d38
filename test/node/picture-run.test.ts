/** A run on pictures, and what its model makes of others. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModel, type PictureForm, pictureSample, readSamples, resumeRun, runPipeline } from 'marblenet';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeModel, modelContents } from '../../src/core/model/load-model.js';
import { encodeModel } from '../../src/core/model/model.js';
import { builtIn } from '../../src/node/plugins.js';
import { pngFile } from './samples/png-file.js';
import { temporaryFolder } from './temporary-folder.js';

let folder: string;

/** 12 pictures of 6 x 4 a class: light ones, and dark ones. */
beforeEach(async () => {
  folder = await temporaryFolder();
  for (const [name, brightness] of [
    ['dark', 0],
    ['light', 210],
  ] as const) {
    await mkdir(join(folder, 'pictures', name), { recursive: true });
    for (let i = 0; i < 12; i++) await writeFile(join(folder, 'pictures', name, `${i}.png`), picture(brightness, i));
  }
});

const picture = (brightness: number, i: number): Buffer =>
  pngFile(
    Array.from({ length: 72 }, (_, k) => brightness + ((7 * i + 13 * k) % 40)),
    { width: 6, height: 4, colourType: 2, depth: 8 },
  );

const fileOf = (options: string): string => `name: pictures
seed: 1
epochs: 60
data:
  - images: { train: pictures, ${options} }
  - holdOut: { test: 0.25 }
  - normalize: { divisor: 255 }
  - oneHot
network: [dense: { units: 2 }]
train: [shuffleBatch: { size: 6 }, forward, softmaxCrossEntropy, backward, adam: { learningRate: 0.01 }]
test: [batch: { size: 6 }, forward, softmaxCrossEntropy, accuracy]
`;

async function written(options: string): Promise<string> {
  const path = join(folder, 'pictures.yaml');
  await writeFile(path, fileOf(options));
  return path;
}

describe.each<[string, PictureForm, number[]]>([
  ['size: [2, 2]', { size: [2, 2], channels: 1, fit: 'cover' }, [2, 2]],
  ['size: [4, 4], channels: 3, fit: contain', { size: [4, 4], channels: 3, fit: 'contain' }, [4, 4, 3]],
  ['size: [28, 28]', { size: [28, 28], channels: 1, fit: 'cover' }, [28, 28]],
])('a run on pictures, %s', (options, form, shape) => {
  it('learns, and its model makes the same of a picture as training did', async () => {
    const { test, network, data } = await runPipeline(await written(options));
    expect(test?.accuracy).toBe(1);
    expect(data).toMatchObject({ source: 'images', train: 18, test: 6, pictures: form, classNames: ['dark', 'light'] });
    const path = join(folder, 'pictures/light/3.png');
    const pixels = { width: 6, height: 4, channels: 3, data: light3 } as const;
    const own = await readSamples(path, network);
    expect(own).toEqual({ shape: [1, ...shape], data: pictureSample(pixels, network) });
    const file = join(folder, 'model.safetensors');
    await network.save(file);
    const model = await loadModel(file);
    expect(model.description.pictures).toEqual(form);
    expect(await readSamples(path, model)).toEqual(own);
    expect((await model.predict(own)).names).toEqual(['light']);
  });
});

const light3 = Uint8Array.from({ length: 72 }, (_, k) => 210 + ((21 + 13 * k) % 40));

it('a model says what becomes of a picture, whatever its shape says', async () => {
  const { network } = await runPipeline(await written('size: [28, 28], fit: contain'));
  const path = join(folder, 'pictures/light/3.png');
  const { data } = await readSamples(path, network);
  // 6 x 4 becomes 28 x 19: black above and below
  const rows = Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (_, x) => data[y * 28 + x]));
  const isBlack = rows.map((row) => row.every((pixel) => pixel === 0));
  expect(isBlack.map(Number).join('')).toBe('1'.repeat(4) + '0'.repeat(19) + '1'.repeat(5));
  await expect(readSamples(path, [28, 28])).rejects.toThrow('found no ink on it'); // a digit is made, as of MNIST
});

it('a model whose pictures are other samples than its network takes is refused', async () => {
  const { network } = await runPipeline(await written('size: [2, 2]'));
  const { description, state } = await modelContents(await network.encode(), 'm');
  const wrong = await encodeModel({ ...description, pictures: { size: [2, 3], channels: 1, fit: 'cover' } }, state);
  await expect(decodeModel(wrong, builtIn.registry, 'm')).rejects.toThrow(
    'm: its pictures become [2, 3], but the network takes [2, 2]',
  );
  const odd = { size: [2, 2], channels: 2, fit: 'cover' } as unknown as PictureForm;
  await expect(
    decodeModel(await encodeModel({ ...description, pictures: odd }, state), builtIn.registry, 'm'),
  ).rejects.toThrow('m: its description is wrong: pictures.channels');
});

describe('a run that was left', () => {
  async function left(): Promise<string> {
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = runPipeline(await written('size: [2, 2]'), {
      out: join(folder, 'runs'),
      signal: controller.signal,
      onEvent: ({ event }) => void (event === 'epoch' && controller.abort(reason)),
    });
    await expect(run).rejects.toBe(reason);
    return join(folder, 'runs/pictures/1');
  }

  it('goes on with the same pictures', async () => {
    const whole = await runPipeline(await written('size: [2, 2]'));
    expect((await resumeRun(await left())).weights).toBe(whole.weights);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['changed', () => writeFile(join(folder, 'pictures/dark/2.png'), picture(1, 2))],
    [
      'of another name',
      async () => {
        await writeFile(join(folder, 'pictures/dark/99.png'), picture(0, 11));
        await rm(join(folder, 'pictures/dark/11.png'));
      },
    ],
  ])('does not go on where one is %s', async (_, change) => {
    const run = await left();
    await change();
    await expect(resumeRun(run)).rejects.toThrow(
      `${join(folder, 'pictures/*')}: some of these pictures were changed since the run read them`,
    );
  });
});

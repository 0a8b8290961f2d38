/** `pipeline predict`: what a person has in files, told by a network that was trained and kept. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawDigit, encodeIdx, runPipeline, seededRandom } from 'marblenet';
import { beforeAll, expect, test } from 'vitest';
import { npy } from '../node/samples/npy-file.js';
import { pngFile } from '../node/samples/png-file.js';
import { TINY } from '../tiny-pipeline.js';
import { eventsOf, linesOf, pipeline, scratchFile, scratchFolder, startPipeline } from './pipeline-command.js';

const LEARNS = TINY.replace('train: 200, test: 50', 'train: 6000, test: 100')
  .replace('units: 8', 'units: 50')
  .replace('sgd: { learningRate: 0.1 }', 'adam: { learningRate: 0.005 }');

let folder: string;
let model: string;
/** The files of ten digits, each in another handwriting. */
let files: string[];

/** A drawn digit, as bytes, ten times as large, dark on light, in a corner. */
function enlarged(pixels: Uint8Array): Uint8Array {
  const paper = new Uint8Array(400 * 300).fill(230);
  for (let i = 0; i < 280 * 280; i++) {
    const [x, y] = [i % 280, Math.floor(i / 280)];
    paper[(y + 15) * 400 + x + 100] = 230 - 0.8 * pixels[Math.floor(y / 10) * 28 + Math.floor(x / 10)];
  }
  return paper;
}

function digit(label: number, seed: number): Uint8Array {
  const pixels = new Uint8Array(784);
  drawDigit(label, seededRandom(seed).stream('digit'), pixels);
  return pixels;
}

beforeAll(async () => {
  folder = await scratchFolder();
  model = join(folder, 'model.safetensors');
  const { network } = await runPipeline('learns.yaml', { text: LEARNS, plugins: false });
  await network.save(model);
  files = await Promise.all(
    Array.from({ length: 10 }, async (_, label) => {
      const path = join(folder, `${label}.png`);
      await writeFile(
        path,
        pngFile(enlarged(digit(label, 17_999 + label)), { width: 400, height: 300, colourType: 0, depth: 8 }),
      );
      return path;
    }),
  );
});

test('what is given as the RUN and is none is named, and where the RUN stands among the files', async () => {
  const [first, second] = files;
  const found = `${first}: found a PNG image, expected a model`;
  for (const run of [folder, model]) {
    expect(await pipeline(['predict', first, run, second])).toEqual({
      code: 2,
      stdout: '',
      stderr: `${found}; the RUN comes first: pipeline predict ${run} ${first} ${second}\n`,
    });
  }
  for (const words of [
    ['predict', first, second],
    ['evaluate', first],
    ['export', first, '--to', 'js'],
  ]) {
    expect(await pipeline(words)).toEqual({ code: 3, stdout: '', stderr: `${found}\n` });
  }
});

test('remarks on two digits in one picture', async () => {
  const [one, other] = [digit(3, 1), digit(7, 2)].map(enlarged);
  const both = Uint8Array.from({ length: 800 * 300 }, (_, i) => {
    const [x, y] = [i % 800, Math.floor(i / 800)];
    return x < 400 ? one[y * 400 + x] : other[y * 400 + x - 400];
  });
  const path = join(folder, 'both.png');
  await writeFile(path, pngFile(both, { width: 800, height: 300, colourType: 0, depth: 8 }));
  const { code, stdout, stderr } = await pipeline(['predict', folder, path, files[4]]);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: `${path}: there seem to be 2 digits side by side, and one is expected: cut them apart\n`,
  });
  expect(linesOf(stdout)).toHaveLength(3);
});

test('reads pictures of digits, in the order given', async () => {
  const { code, stdout, stderr } = await pipeline(['predict', folder, ...files]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [heading, ...rows] = linesOf(stdout).map((line) => line.split(/ {2,}/));
  expect(heading).toEqual(['file', 'class', 'probability']);
  expect(rows.map(([file]) => file)).toEqual(files);
  expect(rows.filter(([, name], label) => name === String(label)).length).toBeGreaterThanOrEqual(9);
});

test('--json: one object a sample, with the probability of each class', async () => {
  const idx = join(folder, 'two.idx');
  await writeFile(idx, encodeIdx([2, 28, 28], Uint8Array.from([...digit(3, 5), ...digit(1, 6)])));
  const ended = await pipeline(['predict', model, idx, files[7], '--json']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const rows = eventsOf(ended) as {
    file: string;
    sample?: number;
    class: string;
    probability: number;
    classNames: string[];
    probabilities: number[];
  }[];
  expect(rows.map(({ file, sample }) => [file, sample])).toEqual([
    [idx, 0],
    [idx, 1],
    [files[7], undefined],
  ]);
  for (const { class: name, probability, classNames, probabilities } of rows) {
    expect(classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(probabilities).toHaveLength(10);
    expect(probabilities.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
    expect(probability).toBe(Math.max(...probabilities));
    expect(probabilities[Number(name)]).toBe(probability);
  }
  expect(rows.map(({ class: name }) => name)).toEqual(['3', '1', '7']);
});

test('- is standard input, whatever it holds', async () => {
  const started = startPipeline(['predict', model, '-', '--json']);
  started.child.stdin.end(await readFile(files[2]));
  expect(eventsOf(await started.ended)).toMatchObject([{ file: '-', class: '2' }]);
});

test('--show draws what the network saw', async () => {
  const { code, stdout } = await pipeline(['predict', model, files[0], '--show']);
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  const drawn = lines.slice(0, 14);
  expect(drawn.filter((line) => /[█▀▄]/.test(line)).length).toBeGreaterThanOrEqual(10); // 20 rows of pixels, two a line
  expect(lines[14]).toMatch(/0\.png: class 0, probability [01]\.\d{4}$/);
});

test('pixels that are scaled already are remarked on, and bytes are not', async () => {
  const [scaled, bytes] = [join(folder, 'scaled.npy'), join(folder, 'bytes.npy')];
  const pixels = digit(3, 5);
  const array = (values: Float32Array) => npy("'<f4'", [28, 28], new Uint8Array(values.buffer));
  await writeFile(scaled, array(Float32Array.from(pixels, (value) => value / Math.max(...pixels))));
  await writeFile(bytes, array(Float32Array.from(pixels)));
  expect(await pipeline(['predict', model, bytes])).toMatchObject({ code: 0, stderr: '' });
  const { code, stderr } = await pipeline(['predict', model, scaled, bytes]);
  expect(code).toBe(0);
  expect(stderr).toBe(`${scaled}: the largest value is 1, but the network learned from 0 to 255; multiply by 255?\n`);
});

test('--as-is takes no picture of another size', async () => {
  const { code, stdout, stderr } = await pipeline(['predict', model, files[0], '--as-is']);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toBe(`${files[0]}: found 400 x 300 pixels, expected 28 x 28 where a picture is taken as it is\n`);
});

test('a file that is broken does not keep the others from being read', async () => {
  const broken = await scratchFile('broken.png', 'no picture');
  const ended = await pipeline(['predict', model, broken, files[4], '--json']);
  expect(ended.code).toBe(3);
  expect(ended.stderr).toBe(`${broken}: found plain text, expected a PNG, JPEG, IDX or .npy file\n`);
  expect(eventsOf(ended)).toMatchObject([{ file: files[4], class: '4' }]);
});

test('no model, and no file', async () => {
  const none = await scratchFolder();
  expect(await pipeline(['predict', none, files[0]])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`${join(none, 'model.safetensors')}: expected a model: it does not exist`),
  });
  expect(await pipeline(['predict', model])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected a file after predict'),
  });
});

test('real numbers are told as they are', async () => {
  const path = join(await scratchFolder(), 'model.safetensors');
  const text = TINY.replaceAll('softmaxCrossEntropy', 'meanSquaredError');
  await (await runPipeline('tiny.yaml', { text, plugins: false })).network.save(path);
  const [row] = eventsOf(await pipeline(['predict', path, files[0], '--json'])) as { outputs: number[] }[];
  expect(row.outputs).toHaveLength(10);
  expect(row).not.toHaveProperty('probability');
});

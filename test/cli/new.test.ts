/** `pipeline new`: each file that it can write is right and runs, whether it asked for it or not. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeIdx } from 'marblenet';
import { describe, expect, test } from 'vitest';
import { activations, newFile, optimizers, sources } from '../../src/core/pipeline-file/new-file.js';
import { pngFile } from '../node/samples/png-file.js';
import { hasTerminals, inTerminal } from './in-terminal.js';
import { fromRoot, linesOf, pipeline, runJson, scratchFolder } from './pipeline-command.js';

const TABLE = { table: 'a b.csv', target: 'c: d' };
const IDX = { trainImages: 'a.gz', trainLabels: 'b c.gz', testImages: '${d}', testLabels: '/e/f', classes: 3 };
const PICTURES = { pictures: 'my pets', size: [12, 40], classes: 3 } as const;

test('each source, activation and optimizer is right to lint --strict', async () => {
  const folder = await scratchFolder();
  const files: string[] = [];
  for (const source of sources) {
    for (const activation of activations) {
      for (const optimizer of optimizers) {
        // what does not depend on the others goes round: with all of them there would be 900
        const n = files.length;
        const path = join(folder, `${n}.yaml`);
        const csv = { ...TABLE, classes: [undefined, 3][n % 2] };
        const more = {
          ...(source === 'idx' && { idx: IDX }),
          ...(source === 'csv' && { csv }),
          ...(source === 'images' && { images: PICTURES, image: PICTURES.size }),
        };
        const name = ['my-network', '7', 'null', 'a ${b}: "c"'][n % 4];
        const hidden = [[], [50], [100, 50, 20]][n % 3];
        const holdOut = [0, 0.1][n % 2];
        const filters = source === 'csv' ? [] : [[], [4], [4, 8, 4, 4, 4, 8]][(n % 5) % 3];
        await writeFile(
          path,
          newFile({ name, source, ...more, filters, hidden, activation, optimizer, epochs: 3, holdOut }),
        );
        files.push(path);
      }
    }
  }
  expect(files.length).toBeGreaterThan(100);
  const { code, stdout, stderr } = await pipeline(['lint', '--strict', ...files]);
  expect({ code, stderr }, stdout.slice(0, 2000)).toEqual({ code: 0, stderr: '' });
  for (const [i, line] of linesOf(stdout).entries()) expect(line.startsWith(`${files[i]}: ok`), line).toBe(true);
}, 120_000);

describe('without a terminal', { concurrent: true }, () => {
  test('and without a flag, it writes a file that runs at once', async () => {
    const folder = await scratchFolder();
    const path = join(folder, 'mine.yaml');
    const written = await pipeline(['new', join(folder, 'mine')]);
    expect(written).toEqual({ code: 0, stdout: `wrote ${path}\n`, stderr: `train it: pipeline run ${path}\n` });
    const { start, end } = await runJson([path, '--set', 'epochs=2']);
    expect(start).toMatchObject({ name: 'mine', epochs: 2 });
    expect(start.warnings).toBeUndefined();
    expect(end.test?.accuracy).toBeGreaterThan(0.5);
    expect(end.best?.monitor).toBe('validation.loss');
  });

  test('units of layers are parted by commas or spaces', async () => {
    const path = join(await scratchFolder(), 'layers.yaml');
    await pipeline(['new', path, '--hidden', '70 60, 50']);
    const units = (await readFile(path, 'utf8')).match(/units: \d+/g);
    expect(units).toEqual(['units: 70', 'units: 60', 'units: 50', 'units: 10']);
  });

  test('convolutions stand before the hidden layers, and learn', async () => {
    const path = join(await scratchFolder(), 'conv.yaml');
    const flags = ['--source', 'digits', '--network', 'conv', '--filters', '4, 8', '--hidden', 'none'];
    expect(await pipeline(['new', path, ...flags, '--activation', 'elu'])).toMatchObject({ code: 0 });
    const stages = linesOf(await readFile(path, 'utf8')).map((line) => /^ {2}- (\w+)/.exec(line)?.[1]);
    const block = ['conv2d', 'batchNorm', 'elu', 'maxPool2d'];
    expect(stages.slice(stages.indexOf('conv2d'), stages.indexOf('dense'))).toEqual([...block, ...block]);
    const { start, end } = await runJson([path, '--set', 'epochs=6', '--set', 'data.0.digits.train=1000']);
    expect(start).toMatchObject({ parameters: 9 * 4 + 8 + 9 * 4 * 8 + 16 + 7 * 7 * 8 * 10 + 10 });
    expect(start.warnings).toBeUndefined();
    expect(end.test?.accuracy).toBeGreaterThan(0.5);
  });

  test('it takes flags, for files of your own, too: their paths are seen from the folder of the file', async () => {
    const folder = await scratchFolder();
    await mkdir(join(folder, 'nets'));
    const samples = Uint8Array.from({ length: 120 }, (_, i) => (i * 37) % 256);
    await writeFile(join(folder, 'samples'), encodeIdx([30, 2, 2], samples));
    await writeFile(
      join(folder, 'labels'),
      encodeIdx(
        [30],
        samples.subarray(0, 30).map((_, i) => i % 3),
      ),
    );
    const idx = ['train', 'test'].flatMap((split) => [
      ...[`--${split}-images`, join(folder, 'samples')],
      ...[`--${split}-labels`, join(folder, 'labels')],
    ]);
    const path = join(folder, 'nets', 'my net.yml');
    const flags = ['--classes', '3', '--hidden', '7, 5', '--activation', 'tanh', '--optimizer', 'sgd', '--epochs', '4'];
    const { code, stderr } = await pipeline(['new', path, '--source', 'idx', ...idx, ...flags, '--hold-out', '0']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `train it: pipeline run '${path}'\n` });
    const { start, epochs } = await runJson([path]);
    expect(start).toMatchObject({
      name: 'my net',
      epochs: 4,
      data: { source: 'idx', train: 30 },
      parameters: 35 + 40 + 18,
    });
    expect(epochs).toHaveLength(4);
  });

  test.each([
    ['words', ['--target', 'kind'], { test: { accuracy: expect.any(Number) } }, 'units: 2, '],
    ['numbers, the last column of the table', [], { test: { rootMeanSquaredError: expect.any(Number) } }, 'units: 1, '],
  ])('a table of your own: a target of %s', async (_, flags, ended, units) => {
    const folder = await scratchFolder();
    await mkdir(join(folder, 'nets'));
    const rows = Array.from({ length: 60 }, (_, i) => [
      `flower ${i}`,
      i % 7,
      '',
      ['red', 'blue'][i % 2],
      i < 30 ? 'a' : 'b',
      3 * (i % 7),
    ]);
    const table = join(folder, 'my flowers.csv');
    await writeFile(
      table,
      `which;width;left over;colour;kind;height\n${rows.map((row) => row.join(';')).join('\n')}\n`,
    );
    const path = join(folder, 'nets', 'mine.yaml');
    const written = await pipeline(['new', path, '--source', 'csv', '--table', table, ...flags]);
    expect(written).toMatchObject({ code: 0, stderr: `train it: pipeline run ${path}\n` });
    const text = await readFile(path, 'utf8');
    expect(text).toContain(`csv: { train: "${table}", target: `);
    expect(text).toContain(', ignore: [which, "left over"] }'); // a name for each, and nothing
    expect(text).toContain(units);
    const { start, end } = await runJson([path, '--set', 'epochs=2']);
    expect(start.warnings).toBeUndefined();
    expect(end).toMatchObject(ended);
  });

  test('pictures of your own, a folder a class, go through convolutions', async () => {
    const folder = await scratchFolder();
    for (let i = 0; i < 30; i++) {
      const of = join(folder, 'my pets', ['cat', 'dog', 'emu'][i % 3]);
      await mkdir(of, { recursive: true });
      const pixels = Array.from({ length: 108 }, (_, k) => (i * 31 + k * k) % 256);
      await writeFile(join(of, `${i}.png`), pngFile(pixels, { width: 12, height: 9, colourType: 0, depth: 8 }));
    }
    const path = join(folder, 'pets.yaml');
    const flags = ['--source', 'images', '--pictures', join(folder, 'my pets'), '--size', '9 12', '--filters', '4,4,4'];
    const written = await pipeline(['new', path, ...flags, '--network', 'conv', '--yes']);
    expect(written).toMatchObject({ code: 0, stderr: `train it: pipeline run ${path}\n` });
    const text = await readFile(path, 'utf8');
    expect(text).toContain(`images: { train: "${join(folder, 'my pets')}", size: [9, 12], channels: 3 }`);
    expect(text.match(/maxPool2d/g)).toHaveLength(2); // 9 by 12, 4 by 6, 2 by 3
    const { start, end } = await runJson([path, '--set', 'epochs=1']);
    expect(start).toMatchObject({ data: { train: 21, validation: 3, test: 6, classNames: ['cat', 'dog', 'emu'] } });
    expect(end.test).toMatchObject({ accuracy: expect.any(Number) });

    const deeper = ['new', join(folder, 'other'), '--source', 'images', '--pictures', folder];
    expect(await pipeline(deeper)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('/my pets that has a folder a class?'),
    });
  });

  test('as many convolutions as one likes fit on an image: pools halve it as long as there is one', async () => {
    const path = join(await scratchFolder(), 'deep.yaml');
    const flags = ['--network', 'conv', '--filters', '8,16,32,64,128', '--yes'];
    expect(await pipeline(['new', path, ...flags])).toMatchObject({ code: 0 });
    expect(await pipeline(['lint', '--strict', path])).toMatchObject({ code: 0 });
    const text = await readFile(path, 'utf8');
    expect([text.match(/conv2d/g)?.length, text.match(/maxPool2d/g)?.length]).toEqual([5, 3]); // 28, 14, 7, 3
  });

  test('IDX files of rows are not given convolutions', async () => {
    const folder = await scratchFolder();
    const rows = join(folder, 'rows');
    await writeFile(rows, encodeIdx([3, 4], Uint8Array.from({ length: 12 })));
    const flags = ['--source', 'idx', '--train-images', rows, '--network'];
    expect(await pipeline(['new', join(folder, 'a'), ...flags, 'conv'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--network: these samples are no images for convolutions'),
    });
    expect(await pipeline(['new', join(folder, 'a'), ...flags, 'dense'])).toMatchObject({ code: 0 });
  });

  test('a table, or a column of it, that is not there is named', async () => {
    const folder = await scratchFolder();
    const table = join(folder, 'flowers.csv');
    const args = ['new', join(folder, 'mine'), '--source', 'csv', '--table', table];
    expect(await pipeline(args)).toMatchObject({ code: 3, stderr: expect.stringContaining(table) });
    await writeFile(table, 'width,kind\n1,a\n2,b\n');
    expect(await pipeline([...args, '--target', 'kin'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "kind"?'),
    });
    expect(await readdir(folder)).toEqual(['flowers.csv']);
  });

  test('files that are not there yet are named', async () => {
    const folder = await scratchFolder();
    const { code, stderr } = await pipeline([
      'new',
      join(folder, 'mine'),
      '--source',
      'idx',
      '--train-images',
      join(folder, 'x'),
    ]);
    expect(code).toBe(0);
    expect(linesOf(stderr)[0]).toBe(`it reads ${join(folder, 'x')}, which is not there yet`);
    expect(linesOf(stderr)).toHaveLength(5);
  });

  test('what is there stays as it is, unless --force says otherwise', async () => {
    const path = join(await scratchFolder(), 'mine.yaml');
    await writeFile(path, 'precious');
    expect(await pipeline(['new', path])).toMatchObject({
      code: 2,
      stderr: `${path} is there already; --force replaces it\n`,
    });
    expect(await readFile(path, 'utf8')).toBe('precious');
    expect(await pipeline(['new', path, '--force'])).toMatchObject({ code: 0 });
    expect(await readFile(path, 'utf8')).toContain('name: mine\n');
  });

  test.each([
    [['--hidden', '0'], '--hidden: expected a whole number from 1 to 65536, found "0"'],
    [['--hidden', '5,'], '--hidden: expected a whole number from 1 to 65536, found ""'],
    [['--epochs', 'many'], '--epochs: expected a whole number from 1 to 1000000, found "many"'],
    [['--hold-out', '1'], '--hold-out: expected a number from 0 to below 1, as 0.1, found "1"'],
    [['--activation', 'rleu'], 'did you mean "relu"?'],
    [['--classes', '4'], '--classes: give --source idx, too'],
    [['--train-images', 'x'], '--train-images: give --source idx, too'],
    [['--source', 'idx', '--target', 'kind'], '--target: give --source csv, too'],
    [['--filters', '8'], '--filters: give --network conv, too'],
    [['--pictures', 'pets'], '--pictures: give --source images, too'],
    [
      ['--source', 'images', '--size', '8,9,10'],
      '--size: expected one number, or a height and a width, found "8,9,10"',
    ],
    [['--network', 'conv', '--filters', '8, x'], '--filters: expected a whole number from 1 to 4096, found "x"'],
    [
      ['--source', 'csv', '--table', fromRoot('pipelines/data/iris.csv'), '--network', 'conv'],
      '--network: a table has no',
    ],
    [['--hidden', 'none', '--activation', 'relu'], '--activation: there is no hidden layer to stand behind'],
  ])('%j is refused', async (flags, problem) => {
    const folder = await scratchFolder();
    const { code, stderr } = await pipeline(['new', join(folder, 'mine'), ...flags]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(problem) });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe.skipIf(!hasTerminals)('on a terminal', { concurrent: true }, () => {
  test('it asks for what was not given; Enter takes the default, and what is wrong is asked again', async () => {
    const path = join(await scratchFolder(), 'asked.yaml');
    const press = [
      ['dgits\r', '[mnist] '],
      ['digits\r', '[mnist] '],
      ['\r', '[dense] '],
      ['\r', '[50] '],
      ['gelu\r', '[relu] '],
      ['2\r', '[10] '],
      ['0\r', '[0.1] '],
    ] as const;
    const { code, stdout: screen } = await inTerminal(['new', path, '--optimizer', 'sgd'], { press });
    expect(code, screen).toBe(0);
    expect(screen).toContain('expected one of mnist, digits, csv, idx, images, found "dgits"');
    const text = await readFile(path, 'utf8');
    for (const line of ['name: asked', 'epochs: 2 #', '- digits: {', 'units: 50', '- gelu', '- sgd: {'])
      expect(text).toContain(line);
    expect(text).not.toContain('validation');
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s leaves, and nothing is written', async (_, key) => {
    const path = join(await scratchFolder(), 'asked.yaml');
    const press = [
      ['\r', '[mnist] '],
      ['conv\r', '[dense] '],
      [key, '[16,32] '],
    ] as const;
    const { code, stdout: screen } = await inTerminal(['new', path], { press });
    expect(code, screen).toBe(130);
    expect(existsSync(path)).toBe(false);
  });

  test('--yes asks nothing', async () => {
    const path = join(await scratchFolder(), 'asked.yaml');
    expect(await inTerminal(['new', path, '--yes'])).toMatchObject({ code: 0 });
    expect(await readFile(path, 'utf8')).toContain('- mnist: {');
  });
});

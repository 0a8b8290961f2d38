import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encode } from 'jpeg-js';
import {
  createNodeHost,
  DataError,
  type Examples,
  type Host,
  images,
  MarblenetError,
  PipelineError,
  readSamples,
  type SourceSplit,
} from 'marblenet';
import { EMPTY, lastValueFrom, of, Subject, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { pngFile } from '../../node/samples/png-file.js';
import { temporaryFolder } from '../../node/temporary-folder.js';
import { contextWith } from '../context.js';

type Options = Parameters<typeof images>[0];
type Files = Readonly<Record<string, Uint8Array | string>>;

/** A grey PNG of rows of bytes. */
const grey = (...rows: readonly (readonly number[])[]): Buffer =>
  pngFile(rows.flat(), { width: rows[0].length, height: rows.length, colourType: 0, depth: 8 });

const DOT = grey([7]);

/** Writes files below a new folder, and returns that. */
async function written(files: Files): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

const onDisk = (baseFolder: string): Host => createNodeHost({ offline: true, baseFolder });

/** Opens the source on these files, and reads what it gives of these splits. */
async function readAll(options: Options, host: Host, ...splits: SourceSplit[]): Promise<Examples[]> {
  const opened = await images(options).open?.(host, splits);
  const built = opened?.build({ kind: 'split' }, contextWith({ host }));
  if (built === undefined) return [];
  return lastValueFrom(of(...splits).pipe(built.operator, toArray())) as Promise<Examples[]>;
}

async function read(files: Files, options: Partial<Options> = {}): Promise<Examples> {
  const host = onDisk(await written(files));
  const [examples] = await readAll({ train: 'pets', size: [1, 1], ...options }, host, 'train');
  return examples;
}

/** The message of what is refused, in one paragraph. */
async function refusalOf(attempt: Promise<unknown>): Promise<string> {
  const error = await attempt.then(() => undefined).catch((thrown) => thrown);
  if (!(error instanceof MarblenetError)) expect.fail(`expected a refusal, found ${error}`);
  expect(error.message).not.toMatch(/[\r\n]/);
  return error.message;
}

const pixelsOf = ({ features }: Examples): number[] => Array.from(features);

describe('images', () => {
  it('reads a folder a class, classes and pictures in the order of their names', async () => {
    const examples = await read({
      'pets/10/a.png': grey([1]),
      'pets/9/b.png': grey([3]),
      'pets/9/a.png': grey([2]),
      'pets/cat/x.PNG': grey([4]),
    });
    expect(examples).toMatchObject({
      split: 'train',
      shape: [1, 1],
      labels: Int32Array.of(0, 0, 1, 2),
      classNames: ['9', '10', 'cat'],
      scaling: { mean: 0, std: 1 },
      pictures: { size: [1, 1], channels: 1, fit: 'cover' },
      origin: { source: 'images', path: 'pets' },
    });
    expect(examples.origin.remark).toBeUndefined();
    expect(examples.features).toEqual(Uint8Array.of(2, 3, 1, 4));
  });

  it('reads the test by the classes of train', async () => {
    const files = { 'a/cat/1.png': grey([1]), 'a/dog/1.png': grey([2]), 'b/dog/1.png': grey([3]) };
    const host = onDisk(await written(files));
    const options: Options = { train: 'a', test: 'b', size: [1, 1] };
    const [train, test] = await readAll(options, host, 'train', 'test');
    expect(pixelsOf(train)).toEqual([1, 2]);
    expect(test).toMatchObject({ split: 'test', labels: Int32Array.of(1), classNames: ['cat', 'dog'] });
    const other = onDisk(await written({ ...files, 'b/dogs/1.png': DOT }));
    expect(await refusalOf(readAll(options, other, 'train', 'test'))).toMatch(
      /b\/dogs: found the class "dogs", expected one of the classes to learn from: cat, dog; did you mean "dog"\?$/,
    );
    expect(await refusalOf(readAll({ train: 'a', size: [1, 1] }, host, 'train', 'test'))).toBe(
      'images has no pictures for test:; name their folder, or take some of train: holdOut: { test: 0.2 }',
    );
  });

  it('reads pictures that a table names, seen from its folder', async () => {
    const files = {
      'lists/pets.csv': 'path,label\nmore/1.png,dog\n../2.png,cat\nmore/1.png,cat\n',
      'lists/other.csv': 'kind;file\ncat;more/1.png\ndog;../2.png\n',
      'lists/more/1.png': grey([1]),
      '2.png': grey([2]),
    };
    const examples = await read(files, { train: 'lists/pets.csv' });
    expect(examples).toMatchObject({ labels: Int32Array.of(1, 0, 0), classNames: ['cat', 'dog'] });
    expect(pixelsOf(examples)).toEqual([1, 2, 1]);
    const named = await read(files, { train: 'lists/other.csv', path: 'file', target: 'kind' });
    expect(named).toMatchObject({ labels: Int32Array.of(0, 1), classNames: ['cat', 'dog'] });
    const absolute = `path,label\n${join(await written({ 'x.png': grey([9]) }), 'x.png')},a\nmore/1.png,b\n`;
    expect(pixelsOf(await read({ ...files, 'lists/pets.csv': absolute }, { train: 'lists/pets.csv' }))).toEqual([9, 1]);
  });

  it('covers the sample with the middle of a picture that is too wide, or too high', async () => {
    const wide = grey([10, 20, 30, 40, 50, 60, 70, 80], [10, 20, 30, 40, 50, 60, 70, 80], new Array(8).fill(0));
    const high = grey([9, 9], [1, 2], [9, 9]);
    const examples = await read({ 'pets/a/wide.png': wide, 'pets/b/high.png': high }, { size: [1, 2] });
    // 3 x 3 pixels become one, of which a row is black; one column is cut on either side
    expect(pixelsOf(examples)).toEqual([(2 * (20 + 30 + 40)) / 9, (2 * (50 + 60 + 70)) / 9, 1, 2]);
  });

  it('contains all of a picture, with black around', async () => {
    const wide = grey([1, 2, 3, 4], [5, 6, 7, 8]);
    const high = grey([10, 20], [30, 40], [50, 60], [70, 80]);
    const files = { 'pets/a/wide.png': wide, 'pets/b/high.png': high };
    const same = await read(files, { size: [4, 4], fit: 'contain' });
    expect(pixelsOf(same)).toEqual(
      [
        [0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0],
        [0, 10, 20, 0, 0, 30, 40, 0, 0, 50, 60, 0, 0, 70, 80, 0],
      ].flat(),
    );
    const half = await read(files, { size: [2, 2], fit: 'contain' });
    // one pixel high, or wide: above, or to the left of, what cannot be halved
    expect(pixelsOf(half)).toEqual([Math.round(14 / 4), Math.round(22 / 4), 0, 0, 25, 0, 65, 0]);
  });

  it('reads colours, of grey pictures too', async () => {
    const colour = pngFile([1, 2, 3, 4, 5, 6], { width: 2, height: 1, colourType: 2, depth: 8 });
    const examples = await read(
      { 'pets/a/1.png': colour, 'pets/b/1.png': grey([8, 9]) },
      { size: [1, 2], channels: 3 },
    );
    expect(examples).toMatchObject({ shape: [1, 2, 3], pictures: { channels: 3 } });
    expect(pixelsOf(examples)).toEqual([1, 2, 3, 4, 5, 6, 8, 8, 8, 9, 9, 9]);
  });

  it('reads JPEG, whatever its name, and makes digits as predict does', async () => {
    const data = Buffer.alloc(40 * 40 * 4, 255);
    for (let y = 8; y < 32; y++) data.fill(0, (y * 40 + 18) * 4, (y * 40 + 22) * 4);
    const one = encode({ width: 40, height: 40, data }, 95).data;
    const folder = await written({ 'pets/1/one': one, 'pets/2/two.jpeg': one });
    const host = onDisk(folder);
    const [examples] = await readAll({ train: 'pets', size: [28, 28], fit: 'digit' }, host, 'train');
    const { data: digit } = await readSamples(join(folder, 'pets/1/one'), [28, 28]);
    expect(pixelsOf(examples)).toEqual([...Array.from(digit), ...Array.from(digit)]);
    expect(Math.max(...Array.from(digit))).toBe(255);
    const refused = refusalOf(readAll({ train: 'pets', size: [20, 28], fit: 'digit' }, host, 'train'));
    expect(await refused).toContain('images: fit: digit makes digits as MNIST has them: give it size: [28, 28]');
  });

  it('passes over what is no picture, and says so', async () => {
    const files = {
      'pets/a/1.png': DOT,
      'pets/b/1.png': DOT,
      'pets/a/._1.png': 'of a Mac',
      'pets/a/old.bmp': Buffer.from('BM\x46\0\0\0\0\0\0\0\x36', 'latin1'),
      'pets/a/notes.txt': 'notes',
      'pets/a/b/inner.png': DOT,
      'pets/c/notes.txt': 'nothing',
      'pets/loose.png': DOT,
      'pets/README': 'hello',
    };
    const { origin, classNames } = await read(files);
    expect(classNames).toEqual(['a', 'b']);
    expect(origin.remark).toMatch(/^passed over in .*pets: (.*); no class, for want of pictures in .*pets: c$/);
    for (const found of [
      '1 hidden file',
      '1 BMP image',
      '2 other files',
      '1 inner folder',
      '1 loose picture',
      '1 loose file',
    ]) {
      expect(origin.remark).toContain(found);
    }
  });

  it('names a picture that is broken, or leaves it out where that is asked for', async () => {
    const files = {
      'pets/a/1.png': grey([1]),
      'pets/a/2.png': grey([2]).subarray(0, -20),
      'pets/a/3.png': Buffer.from('RIFF\x24\0\0\0WEBPVP8 ', 'latin1'),
      'pets/b/4.png': grey([4]),
    };
    expect(await refusalOf(read(files))).toMatch(
      /pets\/a\/2\.png: byte \d+: found the end of the file .* it was cut off/,
    );
    const examples = await read(files, { onBroken: 'skip' });
    expect(pixelsOf(examples)).toEqual([1, 4]);
    expect(examples.labels).toEqual(Int32Array.of(0, 1));
    expect(examples.origin.remark).toMatch(/^2 of 4 pictures of pets are broken and left out: .*pets\/a\/2\.png: byte/);
    expect(examples.origin.remark).toMatch(
      /3\.png: found a WebP image, expected a PNG or JPEG picture; save it as one/,
    );
    const none = { 'pets/a/1.png': '', 'pets/b/2.png': 'text' };
    expect(await refusalOf(read(none, { onBroken: 'skip' }))).toMatch(
      /^pets: found no picture that can be read; the first: .*1\.png: found an empty file/,
    );
  });

  it.each<[string, Files, Partial<Options>, string | RegExp]>([
    [
      'a folder that is not there',
      { 'pet/x': '' },
      {},
      /pets: found no such folder or file, .*; did you mean "pet"\?$/,
    ],
    [
      'an empty folder',
      { 'pets/.keep': '' },
      {},
      'found no folders in it (but 1 hidden file), expected a folder a class',
    ],
    ['pictures without folders', { 'pets/1.png': DOT }, {}, 'found no folders in it (but 1 loose picture)'],
    ['folders without pictures', { 'pets/a/x.txt': 'x' }, {}, 'found no pictures in its folders (but 1 other file)'],
    [
      'a folder too high',
      { 'pets/train/a/1.png': DOT },
      {},
      /pets: found no pictures in its folders .*; is it .*pets\/train that has a folder a class\?$/,
    ],
    ['one class', { 'pets/a/1.png': DOT }, {}, 'found pictures of one class alone, a, expected two or more'],
    [
      'an archive',
      { pets: Buffer.from('PK\x03\x04') },
      {},
      'found a file, a ZIP archive, expected a folder of pictures',
    ],
    ['a picture', { pets: DOT }, {}, 'found a file, a PNG image, expected a folder of pictures'],
    ['a table without the column', { pets: 'file,label\nx,a\n' }, {}, 'path: '],
    ['a table without the column', { pets: 'path,lable\nx,a\n' }, {}, 'has no column "label"; did you mean "lable"?'],
    ['a row without a label', { pets: 'path,label\nx,a\ny,\n' }, {}, 'pets:3:3: found nothing for label, expected it'],
    ['a table of no rows', { pets: 'path,label\n' }, {}, 'pets: found no rows'],
    [
      'a table that names no picture',
      { pets: 'path,label\n1.png,a\n  2.png,b\n', '1.png': DOT },
      {},
      /pets:3:3: .*2\.png: found no such file, expected a PNG or JPEG picture/,
    ],
  ])('refuses %s', async (_, files, options, problem) => {
    const refused = await refusalOf(read(files, options));
    if (typeof problem === 'string') expect(refused).toContain(problem);
    else expect(refused).toMatch(problem);
  });

  it('is refused by what reads no pictures, as a page', async () => {
    const { findPictures: _, ...host } = onDisk('.');
    expect(await refusalOf(readAll({ train: 'pets', size: [1, 1] }, host, 'train'))).toBe(
      'images: what runs this pipeline reads no pictures',
    );
  });

  it('refuses more than the machine can hold, before a picture is read', async () => {
    const folder = await written({ 'pets/a/1.png': DOT, 'pets/b/1.png': 'no picture' });
    const small = { ...onDisk(folder), memory: 5_999_999 };
    const options: Options = { train: 'pets', size: [1000, 1000], channels: 3 };
    expect(await refusalOf(readAll(options, small, 'train'))).toBe(
      'pets: found 2 pictures, which take 0.00600 GB as samples of [1000, 1000, 3], and this machine has 0.00600 GB; make them smaller (size:), or take fewer',
    );
  });

  it('says what it knows before it is opened, and reads all the same', async () => {
    const host = onDisk(await written({ 'pets/a/1.png': grey([1]), 'pets/b/1.png': grey([2]) }));
    const stage = images({ train: 'pets', size: [1, 1] });
    const closed = stage.build({ kind: 'split' }, contextWith({ host }));
    expect(closed.output).toEqual({ kind: 'examples', shape: [1, 1], classes: undefined, features: 'bytes' });
    const opened = (await stage.open?.(host, ['train']))?.build({ kind: 'split' }, contextWith({ host }));
    expect(opened?.output).toMatchObject({ labels: { classes: 2, from: 'pets' }, counts: { train: 2 } });
    const read = await lastValueFrom(of<SourceSplit>('train').pipe(closed.operator));
    expect(read).toMatchObject({ features: Uint8Array.of(1, 2), classNames: ['a', 'b'] });
    expect(await lastValueFrom(EMPTY.pipe(closed.operator, toArray()))).toEqual([]);
    expect(() => stage.build({ kind: 'split' }, contextWith())).toThrow(PipelineError);
  });

  it('decodes no more when nothing waits for it', async () => {
    const asked = new Subject<AbortSignal>();
    const endless: Host = {
      ...onDisk(await written({ 'pets/a/1.png': DOT, 'pets/b/1.png': DOT })),
      async *readPictures(_, __, signal) {
        asked.next(signal);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        yield new DataError('x', 'left');
      },
    };
    const started = lastValueFrom(asked.pipe(toArray()));
    const { operator } = images({ train: 'pets', size: [1, 1] }).build(
      { kind: 'split' },
      contextWith({ host: endless }),
    );
    const emitted: unknown[] = [];
    const subscription = of<SourceSplit>('train')
      .pipe(operator)
      .subscribe({
        next: (examples) => emitted.push(examples),
        error: (error) => emitted.push(error),
      });
    asked.subscribe(() => {
      subscription.unsubscribe();
      asked.complete();
    });
    const [signal] = await started;
    expect(signal.aborted).toBe(true);
    expect(emitted).toEqual([]);
  });
});

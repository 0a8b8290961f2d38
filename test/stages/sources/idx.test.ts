import { DataError, type Host, idx, MissingDataError, NotKnownError, PipelineError, type SourceSplit } from 'marblenet';
import { marbles } from 'marblenet/testing';
import { lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith, type FakeFile, fakeHost, images, labels } from '../context.js';

const options = {
  shape: [1, 2],
  train: { images: 'train-images', labels: 'train-labels' },
  test: { images: 'test-images', labels: 'test-labels' },
};
const files = {
  'train-images': images(3),
  'train-labels': labels(4, 5, 6),
  'test-images': images(1),
  'test-labels': labels(7),
};

const build = (host: Host) => idx(options).build({ kind: 'split' }, contextWith({ host }));

const read = (host: Host, ...splits: SourceSplit[]) =>
  lastValueFrom(of(...splits).pipe(build(host).operator, toArray()));

/** Reads the training files with one of them changed. */
const readWith = (changed: Readonly<Record<string, FakeFile | Error>>) =>
  read(fakeHost({ ...files, ...changed }), 'train');

describe('idx', () => {
  it('reads a pair of files for each split', async () => {
    const [train, test] = await read(fakeHost(files), 'train', 'test');
    expect(train).toEqual({
      split: 'train',
      epoch: 1,
      shape: [1, 2],
      features: Uint8Array.of(0, 1, 2, 3, 4, 5),
      scaling: { mean: 0, std: 1 },
      labels: Uint8Array.of(4, 5, 6),
      labelsPath: 'train-labels',
      classes: undefined,
      origin: { source: 'idx', path: 'train-images' },
    });
    expect(test).toMatchObject({ split: 'test', labels: Uint8Array.of(7), labelsPath: 'test-labels' });
  });

  it('reads the splits in the order in which they are asked for, however long a file takes', async () => {
    const slow: Host = {
      ...fakeHost(files),
      async readIdx(path) {
        for (let turn = 0; turn < (path === 'train-images' ? 20 : 0); turn++) await Promise.resolve();
        return fakeHost(files).readIdx(path);
      },
    };
    const sets = await read(slow, 'train', 'test');
    expect(sets.map(({ split }) => split)).toEqual(['train', 'test']);
  });

  it('takes features of floats and labels of 32 bits', async () => {
    const [{ features, labels: read }] = await readWith({
      'train-images': { shape: [2, 1, 2], data: Float32Array.of(0.5, 1, 1.5, 2) },
      'train-labels': { shape: [2], data: Int32Array.of(1000, 2000) },
    });
    expect([...features]).toEqual([0.5, 1, 1.5, 2]);
    expect([...(read ?? [])]).toEqual([1000, 2000]);
  });

  it('knows the shape that it is given, and without one that it does not know', () => {
    expect(build(fakeHost(files)).output).toEqual({ kind: 'examples', shape: [1, 2], classes: undefined });
    const { shape: _, ...unsaid } = options;
    expect(() => idx(unsaid).build({ kind: 'split' }, contextWith({ host: fakeHost(files) }))).toThrow(
      new NotKnownError('the shape of a sample', 'give idx its shape: [28, 28]'),
    );
  });

  it.each<[string, Readonly<Record<string, FakeFile>>, DataError]>([
    [
      'samples of another shape',
      { 'train-images': images(3, [2, 1]) },
      new DataError('train-images', 'found 3 samples of shape [2, 1], expected [1, 2] each, as shape: says', {
        byte: 4,
      }),
    ],
    [
      'labels given as samples',
      { 'train-images': labels(4, 5, 6) },
      new DataError(
        'train-images',
        'found 3 samples of shape [], expected [1, 2] each, as shape: says; this looks like a file of labels',
        {
          byte: 4,
        },
      ),
    ],
    [
      'samples given as labels',
      { 'train-labels': images(3) },
      new DataError(
        'train-labels',
        'found numbers of shape [3, 1, 2], expected one label a sample; this looks like a file of images',
        { byte: 3 },
      ),
    ],
    [
      'fewer labels than samples',
      { 'train-labels': labels(4, 5) },
      new DataError('train-labels', 'found 2 labels, expected 3, as many as there are samples in train-images', {
        byte: 4,
      }),
    ],
    [
      'more labels than samples',
      { 'train-labels': labels(4, 5, 6, 7) },
      new DataError('train-labels', 'found 4 labels, expected 3, as many as there are samples in train-images', {
        byte: 4,
      }),
    ],
    [
      'labels with fractions',
      { 'train-labels': { shape: [3], data: Float32Array.of(4, 5, 6) } },
      new DataError('train-labels', 'found labels with fractions (float32), expected whole numbers', { byte: 2 }),
    ],
  ])('refuses %s', async (_, changed, refusal) => {
    const error = await readWith(changed).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toEqual(refusal);
  });

  it.each([new DataError('train-labels', 'cut short'), new MissingDataError('train-labels', 'no such file')])(
    'passes on what the host says of a file, $name',
    async (refusal) => {
      await expect(readWith({ 'train-labels': refusal })).rejects.toBe(refusal);
    },
  );

  it('does not read the test files before it is asked for them', async () => {
    const { 'test-images': _, ...withoutTest } = files;
    await expect(read(fakeHost(withoutTest), 'train')).resolves.toHaveLength(1);
    await expect(read(fakeHost(withoutTest), 'train', 'test')).rejects.toThrow('test-images: no such file');
  });

  it('refuses a plain pipe, where there are no files', () => {
    marbles(({ cold, expectObservable }) => {
      const splits = cold<SourceSplit>('               -a-|', { a: 'train' });
      expectObservable(splits.pipe(idx(options))).toBe(
        '-#',
        {},
        new PipelineError('idx reads files; run it in a pipeline'),
      );
    });
  });

  it('refuses to do without a file', () => {
    // @ts-expect-error there must be files to be judged by
    expect(() => idx({ train: options.train })).toThrow(PipelineError);
    expect(() => idx({ ...options, train: { images: '', labels: 'a' } })).toThrow(PipelineError);
  });
});

describe('idx, opened', () => {
  const { shape: _, ...unsaid } = options;
  const both = ['train', 'test'] as const;

  /** Opens the stage with some files changed, and counts how often each is read. */
  async function open(
    changed: Readonly<Record<string, FakeFile | Error>> = {},
    { stage = idx(unsaid), splits = both as readonly SourceSplit[] } = {},
  ) {
    const there = fakeHost({ ...files, ...changed });
    const reads: string[] = [];
    const host: Host = {
      ...there,
      readIdx(path) {
        reads.push(path);
        return there.readIdx(path);
      },
    };
    const opened = await stage.open?.(host, splits);
    if (opened === undefined) return expect.fail('idx has nothing to open');
    const { output, operator } = opened.build({ kind: 'split' }, contextWith({ host }));
    return {
      output,
      reads,
      read: (...wanted: SourceSplit[]) => lastValueFrom(of(...wanted).pipe(operator, toArray())),
    };
  }

  it('knows the shape of a sample, and how many classes there are in all files', async () => {
    const { output } = await open();
    const from = 'test-labels'; // has the largest label
    expect(output).toEqual({
      counts: { train: 3, test: 1 },
      kind: 'examples',
      shape: [1, 2],
      classes: undefined,
      labels: { classes: 8, from },
    });
    const trainOnly = await open({}, { splits: ['train'] });
    expect(trainOnly.output).toMatchObject({ labels: { classes: 7, from: 'train-labels' } });
  });

  it('gives the same examples as when it is told the shape, and decodes no file twice', async () => {
    const { read, reads } = await open();
    expect(reads).toEqual(['train-labels', 'test-labels']);
    expect(await read('train', 'test')).toEqual(await readBoth());
    expect(reads).toEqual(['train-labels', 'test-labels', 'train-images', 'test-images']);
  });
  const readBoth = () => read(fakeHost(files), 'train', 'test');

  it('can be read again', async () => {
    const { read } = await open();
    expect(await read('train')).toEqual(await read('train'));
  });

  it('opens only the files of the splits that are asked for', async () => {
    const { 'test-images': _images, 'test-labels': _labels, ...withoutTest } = files;
    const stage = idx(unsaid);
    await expect(stage.open?.(fakeHost(withoutTest), ['train'])).resolves.toBeDefined();
    await expect(stage.open?.(fakeHost(withoutTest), both)).rejects.toThrow('no such file');
  });

  it.each<[string, Readonly<Record<string, FakeFile>>, DataError]>([
    [
      'test samples of another shape than those of train',
      { 'test-images': images(1, [2, 1]) },
      new DataError('test-images', 'found 1 samples of shape [2, 1], expected [1, 2] each, as in train-images', {
        byte: 4,
      }),
    ],
    [
      'labels given as samples',
      { 'train-images': labels(4, 5, 6) },
      new DataError(
        'train-images',
        'found 3 samples of shape [], expected at least one axis each; this looks like a file of labels',
        { byte: 4 },
      ),
    ],
    [
      'fewer labels than samples',
      { 'test-labels': labels(7, 7) },
      new DataError('test-labels', 'found 2 labels, expected 1, as many as there are samples in test-images', {
        byte: 4,
      }),
    ],
    [
      'a label below 0',
      { 'train-labels': { shape: [3], data: Int32Array.of(0, 1, -1) } },
      new DataError('train-labels', 'found the label -1 at sample 2, expected whole numbers from 0 on', {
        byte: 8 + 2 * 4,
      }),
    ],
  ])('refuses %s', async (_, changed, refusal) => {
    await expect(open(changed)).rejects.toEqual(refusal);
  });

  it('holds what it is told against the files', async () => {
    const wrong = idx({ ...options, shape: [2, 1] });
    await expect(open({}, { stage: wrong })).rejects.toEqual(
      new DataError('train-images', 'found 3 samples of shape [1, 2], expected [2, 1] each, as shape: says', {
        byte: 4,
      }),
    );
    expect((await open({}, { stage: idx(options) })).output).toMatchObject({ shape: [1, 2], labels: { classes: 8 } });
  });

  it('takes samples that are single numbers where it is told so', async () => {
    const single = { 'train-images': labels(1, 2, 3), 'test-images': labels(4) };
    expect((await open(single, { stage: idx({ ...options, shape: [] }) })).output).toMatchObject({ shape: [] });
  });
});

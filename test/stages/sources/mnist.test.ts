import { DataError, digits, type Host, MissingDataError, mnist, PipelineError, type SourceSplit } from 'marblenet';
import { marbles } from 'marblenet/testing';
import { lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith, fakeHost, images, labels, mnistIn } from '../context.js';

const places = mnistIn('/data', {
  train: { images: 'train-images', labels: 'train-labels' },
  test: { images: 't10k-images', labels: 't10k-labels' },
});
const origin = { source: 'mnist', from: 'folder', path: '/data' };
const files = {
  'train-images': images(2, [28, 28]),
  'train-labels': labels(5, 0),
  't10k-images': images(1, [28, 28]),
  't10k-labels': labels(7),
};
const nowhere = new MissingDataError('MNIST', 'not in the folder, not in the cache, no network');

const read = (host: Host, options: Parameters<typeof mnist>[0], ...splits: SourceSplit[]) =>
  lastValueFrom(of(...splits).pipe(mnist(options).build({ kind: 'split' }, contextWith({ host })).operator, toArray()));

/** What digits draws for the test split in the tests of the fallback: 2,000 of them, drawn once. */
const drawn = lastValueFrom(of<SourceSplit>('test').pipe(digits().build({ kind: 'split' }, contextWith()).operator));

describe('mnist', () => {
  it('reads the files of each split from where the host found them', async () => {
    const [train, test] = await read(fakeHost(files, places), {}, 'train', 'test');
    expect(train).toMatchObject({ split: 'train', shape: [28, 28], labelsPath: 'train-labels', origin });
    expect([...(train.labels ?? [])]).toEqual([5, 0]);
    expect(train.features).toEqual(files['train-images'].data);
    expect(test).toMatchObject({ split: 'test', shape: [28, 28], labelsPath: 't10k-labels', origin });
    expect([...(test.labels ?? [])]).toEqual([7]);
  });

  it('asks the host once for both splits', async () => {
    let asked = 0;
    const there = fakeHost(files, places);
    const host: Host = {
      ...there,
      download(published) {
        asked++;
        return there.download(published);
      },
    };
    await read(host, {}, 'train', 'test', 'train');
    expect(asked).toBe(1);
  });

  it('asks nothing before it is asked', () => {
    const untouchable: Host = {
      readFile: () => expect.fail('read a file'),
      readIdx: () => expect.fail('read a file'),
      readIdxHeader: () => expect.fail('read a file'),
      download: () => expect.fail('looked for files'),
    };
    const { output } = mnist().build({ kind: 'split' }, contextWith({ host: untouchable }));
    const labels = { classes: 10, from: 'mnist' };
    const counts = { train: 60_000, test: 10_000 };
    expect(output).toEqual({
      kind: 'examples',
      shape: [28, 28],
      classes: undefined,
      labels,
      counts,
      features: 'bytes',
    });
  });

  it('falls back to drawn digits, and says so', async () => {
    const [examples] = await read(fakeHost({}, nowhere), { fallback: 'digits' }, 'test');
    const { features, labels: drawnLabels } = await drawn;
    expect(examples.origin).toEqual({ source: 'digits', fallbackFor: 'mnist', reason: nowhere.message });
    expect(examples.labels).toEqual(drawnLabels);
    expect(examples.features).toEqual(features);
  });

  it('does not touch the files that are there for drawn digits', async () => {
    const [examples] = await read(fakeHost(files, places), { fallback: 'digits' }, 'train');
    expect(examples.origin).toEqual(origin);
  });

  it('fails without a fallback', async () => {
    await expect(read(fakeHost({}, nowhere), {}, 'train')).rejects.toBe(nowhere);
  });

  it.each([
    ['cannot be placed', fakeHost(files, new DataError('/data', 'no such folder')), '/data: no such folder'],
    [
      'is cut short',
      fakeHost({ ...files, 'train-images': new DataError('train-images', 'cut short') }, places),
      'train-images: cut short',
    ],
    [
      'has another shape',
      fakeHost({ ...files, 'train-images': images(2, [14, 14]) }, places),
      'train-images: byte 4: found 2 samples of shape [14, 14], expected [28, 28] each, as MNIST has',
    ],
    ['has other labels', fakeHost({ ...files, 'train-labels': labels(1) }, places), 'found 1 labels, expected 2'],
    ['throws what no one expected', fakeHost(files, new TypeError('a bug')), 'a bug'],
  ])('never falls back for data that %s', async (_, host, message) => {
    await expect(read(host, { fallback: 'digits' }, 'train')).rejects.toThrow(message);
  });

  it('refuses a plain pipe, where there are no files', () => {
    marbles(({ cold, expectObservable }) => {
      const splits = cold<SourceSplit>('                 -a-|', { a: 'train' });
      const refusal = new PipelineError('mnist reads files; run it in a pipeline');
      expectObservable(splits.pipe(mnist())).toBe('-#', {}, refusal);
    });
  });

  it('refuses a fallback that it does not know', () => {
    // @ts-expect-error it knows digits
    expect(() => mnist({ fallback: 'random' })).toThrow(PipelineError);
  });
});

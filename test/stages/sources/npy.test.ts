import { npy } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { npyFile } from '../../node/samples/npy-file.js';
import { temporaryFile } from '../../node/temporary-folder.js';
import { readSource, refusalOf } from '../read-source.js';

type Saved = Parameters<typeof npyFile>;

const read = async (features: Uint8Array | string, labels: Uint8Array | string) =>
  (
    await readSource(
      npy({
        train: { features: await temporaryFile(features, 'x.npy'), labels: await temporaryFile(labels, 'y.npy') },
      }),
      'train',
    )
  )[0];

const x = npyFile('<f4', [3, 2], [1, 2, 3, 4, 5, 6]);

describe('npy', () => {
  it('takes whole numbers for classes, also those of 64 bits in a column, as NumPy and Keras have them', async () => {
    const labels: Saved[] = [
      ['<i8', [3], [0, 2, 1]],
      ['|u1', [3], [0, 2, 1]],
      ['>i4', [3, 1], [0, 2, 1]],
    ];
    for (const y of labels) {
      const examples = await read(x, npyFile(...y));
      expect(examples).toMatchObject({ shape: [2], features: Float32Array.of(1, 2, 3, 4, 5, 6) });
      expect(Array.from(examples.labels ?? [])).toEqual([0, 2, 1]);
    }
  });

  it('takes other numbers for real values, one or several a sample', async () => {
    const one = await read(x, npyFile('<f8', [3], [0.5, 1, 2]));
    expect(one).toMatchObject({ targets: { shape: [3, 1], data: Float64Array.of(0.5, 1, 2) } });
    const two = await read(x, npyFile('<i2', [3, 2], [1, 2, 3, 4, 5, 6]));
    expect(two).toMatchObject({ targets: { shape: [3, 2], data: Float64Array.of(1, 2, 3, 4, 5, 6) } });
  });

  it('keeps bytes and pictures as they are, and puts axes in order', async () => {
    const pictures = npyFile('|u1', [1, 2, 2], [1, 2, 3, 4]);
    expect(await read(pictures, npyFile('|u1', [1], [0]))).toMatchObject({
      shape: [2, 2],
      features: Uint8Array.of(1, 2, 3, 4),
    });
    const columns = npyFile('<f4', [3, 2], [1, 3, 5, 2, 4, 6], true);
    expect((await read(columns, npyFile('|u1', [3], [0, 1, 0]))).features).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  it('says beforehand what there is', async () => {
    const [features, labels] = [
      await temporaryFile(x, 'x.npy'),
      await temporaryFile(npyFile('<i8', [3], [0, 2, 1]), 'y.npy'),
    ];
    const source = npy({ train: { features, labels } });
    await expect(readSource(source, 'train', 'test')).rejects.toThrow('npy has no files for test:; give it some');
  });

  it.each<[string, Uint8Array | string, Uint8Array | string, string]>([
    [
      'another length',
      x,
      npyFile('<i8', [2], [0, 1]),
      'y.npy: found 2 of the shape [2], expected 3, as many as there are samples in',
    ],
    [
      'labels in the place of samples',
      npyFile('<i8', [2], [0, 1]),
      x,
      'x.npy: found an array of the shape [2], expected samples, [n, ...]',
    ],
    [
      'samples without numbers',
      npyFile('<f4', [3, 0], []),
      npyFile('|u1', [3], [0, 1, 0]),
      'x.npy: found an array of the shape [3, 0], expected samples, [n, ...]',
    ],
    ['a class below 0', x, npyFile('<i8', [3], [0, -1, 1]), 'y.npy: found the label -1 at sample 1, expected 0 to'],
    ['a table', 'a,b,c\n1,2,3\n', x, 'x.npy: found CSV text, expected a .npy file; the source csv reads it'],
    ['nothing', '', x, 'x.npy: found an empty file, expected a .npy file'],
    [
      'NaN',
      npyFile('<f4', [3, 2], [1, 2, 3, Number.NaN, 5, 6]),
      npyFile('|u1', [3], [0, 1, 0]),
      'found NaN at sample 1 of train',
    ],
  ])('refuses %s', async (_, features, labels, problem) => {
    expect(await refusalOf(read(features, labels))).toContain(problem);
  });
});

import { fashionMnist, MissingDataError } from 'marblenet';
import { EMPTY, lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith, fakeHost, images, labels, mnistIn } from '../context.js';

const files = {
  a: images(2, [28, 28]),
  b: labels(9, 0),
  c: images(1, [28, 28]),
  d: labels(3),
};
const found = mnistIn('/fashion', { train: { images: 'a', labels: 'b' }, test: { images: 'c', labels: 'd' } });

const read = (host: ReturnType<typeof fakeHost>) => {
  const { operator } = fashionMnist().build({ kind: 'split' }, contextWith({ host }));
  return lastValueFrom(of('train' as const, 'test' as const).pipe(operator, toArray()));
};

describe('fashionMnist', () => {
  it('reads both splits from one place, and says what the classes are called', async () => {
    const [train, test] = await read(fakeHost(files, found));
    expect(train).toMatchObject({
      split: 'train',
      shape: [28, 28],
      origin: { source: 'fashionMnist', path: '/fashion' },
    });
    expect(train.classNames?.[train.labels?.[0] ?? 0]).toBe('Ankle boot');
    expect(test.classNames?.[3]).toBe('Dress');
  });

  it('says that other files of these names are not its own, and does not call their classes by its names', async () => {
    const host = fakeHost(files, found);
    const others = {
      ...host,
      readIdx: async (path: string) => ({ ...(await host.readIdx(path)), isPublished: false }),
    };
    const [train] = await read(others);
    expect(train.origin.remark).toBe("these are not Fashion-MNIST's files, but others of their names");
    expect(train.classNames).toBeUndefined();
  });

  it('says where it was looked for, and nothing of nothing', async () => {
    await expect(read(fakeHost(files))).rejects.toThrow(MissingDataError);
    const { operator } = fashionMnist().build({ kind: 'split' }, contextWith({ host: fakeHost(files) }));
    expect(await lastValueFrom(EMPTY.pipe(operator, toArray()))).toEqual([]);
  });
});

/** What holds for every augmentation. */
import {
  affine,
  createKernels,
  elastic,
  erase,
  flip,
  mixup,
  noise,
  PipelineError,
  rotate,
  type Stage,
  scale,
  shear,
  shift,
  shuffleBatch,
  tensor,
} from 'marblenet';
import { batchOf, examplesOf, marbles } from 'marblenet/testing';
import { map, of, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { distorted, perSample, throughStages } from './augmentation/distorted.js';
import { contextWith } from './context.js';
import { emissionsOf } from './emissions.js';
import { imagesOf, outputOf } from './layers/images.js';

/** Those that move pixels, or blank some: each sample alone. */
const ofImages: Readonly<Record<string, () => Stage<'batch', 'batch'>>> = {
  affine: () => affine({ rotate: 20, shift: 1, scale: 0.2, shear: 10 }),
  elastic: () => elastic({ sigma: 2, alpha: 8, rotate: 10 }),
  erase: () => erase({ probability: 0.9 }),
  flip: () => flip(),
  rotate: () => rotate({ degrees: 30 }),
  scale: () => scale({ by: 0.3 }),
  shear: () => shear({ degrees: 30 }),
  shift: () => shift({ pixels: 3 }),
};
const ofEach: typeof ofImages = { ...ofImages, noise: () => noise({ std: 0.5 }) };
const all: typeof ofImages = { ...ofEach, mixup: () => mixup({ alpha: 1 }) };

const rows = [7, 3, 11, 5];
const images = imagesOf([4, 6, 5, 2]);

describe.each(Object.entries(ofEach))('%s', (_, stage) => {
  it('does the same to a sample in any batch, and something else in another epoch', () => {
    const made = distorted(stage(), images, { rows });
    const backwards = distorted(stage(), [...images].reverse() as typeof images, { rows: rows.toReversed() });
    expect(backwards.toReversed()).toEqual(made);
    const [alone] = distorted(stage(), [images[2]] as typeof images, { rows: [11] });
    expect(alone).toEqual(made[2]);
    expect(distorted(stage(), images, { rows, epoch: 2 })).not.toEqual(made);
  });
});

describe.each(Object.entries(ofImages))('%s', (name, stage) => {
  it('treats the channels of a pixel alike', () => {
    const grey = imagesOf([4, 6, 5, 1]) as number[][][][];
    const twice = grey.map((image) => image.map((row) => row.map(([value]) => [value, value])));
    const made = distorted(stage(), grey, { rows });
    expect(distorted(stage(), twice, { rows })).toEqual(made.map((image) => image.flatMap((value) => [value, value])));
  });

  it('takes images alone, with or without channels', () => {
    expect(outputOf(stage(), [6, 5])).toEqual([6, 5]);
    expect(outputOf(stage(), [6, 5, 3])).toEqual([6, 5, 3]);
    expect(() => outputOf(stage(), [30])).toThrow(PipelineError);
    expect(() => outputOf(stage(), [30])).toThrow(`${name} takes images`);
  });
});

describe.each(Object.entries(all))('%s', (_, stage) => {
  it.each(['wasm', 'typescript'] as const)(
    'one batch ahead gives what each batch in its turn gives, by %s',
    (backend) => {
      const chain = () => [stage(), noise({ std: 0.1 })];
      const ahead = throughStages(chain(), { backend, isAhead: true });
      expect(ahead).toHaveLength(4);
      expect(ahead).toEqual(throughStages(chain(), { backend, isAhead: false }));
      expect(ahead).not.toEqual(throughStages(chain(), { backend, isAhead: true, epoch: 2 }));
    },
  );

  it('leaves labels, weights and what it was given as they are', () => {
    const given = { ...batchOf(images, { labels: [0, 1, 1, 0], classes: 2, weights: [1, 2, 3, 4] }) };
    const before = perSample(given.x);
    const [made] = emissionsOf(of(given).pipe(stage()), ({ labels, weights, step }) => ({ labels, weights, step }));
    expect(made).toEqual({ labels: Int32Array.of(0, 1, 1, 0), weights: Float64Array.of(1, 2, 3, 4), step: 1 });
    expect(perSample(given.x)).toEqual(before);
  });
});

describe('augmentation', () => {
  it('passes on every batch in its own frame', () => {
    marbles(({ cold, expectObservable }) => {
      const picture = [
        [1, 2],
        [3, 4],
      ];
      const x = cold('                                   --a--a-|', { a: batchOf([picture]) });
      expectObservable(x.pipe(rotate({ degrees: 0 }))).toBe('--c--c-|', { c: { x: [picture] } });
    });
  });

  it('does not look ahead where another stage gave the batch another x', () => {
    const examples = examplesOf([[1], [2], [3]], { labels: [0, 0, 0], classes: 1 });
    const doubled = map((one: ReturnType<typeof batchOf>) => ({ ...one, x: tensor([[2 * one.x.data[0]]]) }));
    const stages = of(examples).pipe(shuffleBatch({ size: 1 }), doubled, noise({ std: 0 }));
    expect(emissionsOf(stages, ({ x }) => x.data[0]).toSorted()).toEqual([2, 4, 6]);
  });

  it('begins an epoch anew after it was left in the middle', () => {
    const kernels = createKernels('float32', 'wasm');
    const context = contextWith({ kernels });
    const examples = examplesOf(
      Array.from({ length: 9 }, (_, n) => [
        [n, 1],
        [2, 3],
      ]),
    );
    const batches = shuffleBatch({ size: 3 }).build({ kind: 'examples', shape: [2, 2], classes: undefined }, context);
    const rotated = rotate().build(batches.output, context);
    const first = new Subject<typeof examples>();
    const seen: number[] = [];
    const subscription = first.pipe(batches.operator, rotated.operator).subscribe(({ step }) => {
      seen.push(step);
      subscription.unsubscribe();
    });
    first.next(examples);
    expect(seen).toEqual([1]);
    const whole = emissionsOf(of({ ...examples, epoch: 2 }).pipe(batches.operator, rotated.operator), ({ x }) => [
      ...x.data,
    ]);
    expect(whole).toHaveLength(3);
  });
});

import fc from 'fast-check';
import {
  accuracy,
  batch,
  buildPipeline,
  dense,
  digits,
  type Examples,
  forward,
  holdOut,
  normalize,
  oneHot,
  type PipelineDefinition,
  PipelineError,
  seededRandom,
  softmaxCrossEntropy,
  takeExamples,
} from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { lastValueFrom, of, pipe, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { exampleCount } from '../../../src/core/examples.js';
import { contextWith } from '../context.js';

type Options = Parameters<typeof holdOut>[0];

/** n examples, each of one feature that says where it stood. */
const numbered = (labels: readonly number[]): Examples =>
  examplesOf(
    labels.map((_, i) => [i]),
    { labels },
  );

const spec = { kind: 'examples', shape: [1], classes: undefined } as const;

/** What becomes of training examples, with a seed: what is left, and what is held out. */
async function split(examples: Examples, options: Options, seed = 1): Promise<readonly [Examples, Examples]> {
  const random = seededRandom(seed).stream('data.1');
  const { operator } = holdOut(options).build({ ...spec, shape: examples.shape }, contextWith({ random }));
  const all = await lastValueFrom(of(examples).pipe(operator, toArray()));
  expect(all.map((one) => one.split)).toEqual(['train', 'validation']);
  return all as [Examples, Examples];
}

const featuresOf = ({ features }: Examples): number[] => Array.from(features);

/** How many examples each class has. */
function countsOf({ labels }: Examples): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const label of labels ?? []) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

const messageFor = (examples: Examples, options: Options): Promise<string> =>
  split(examples, options).then(
    () => expect.fail('the examples were split'),
    (error) => {
      expect(error).toBeInstanceOf(PipelineError);
      return error.message;
    },
  );

const train = examplesOf(
  [
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
  ],
  { labels: [0, 0, 1, 1] },
);
const test: Examples = { ...train, split: 'test' };

describe('holdOut of examples without labels', () => {
  it('takes their targets along, and draws without regard to classes', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => [i]);
    const examples = examplesOf(rows, { targets: rows.map(([i]) => [2 * i, -i]) });
    for (const part of await split(examples, { validation: 0.3 })) {
      expect(part.labels).toBeUndefined();
      expect(part.targets?.shape).toEqual([exampleCount(part), 2]);
      expect([...(part.targets?.data ?? [])]).toEqual(featuresOf(part).flatMap((i) => [2 * i, -i]));
    }
  });
});

describe('holdOut', () => {
  it('draws when the data come: with random: numpy, the weights are drawn before, as without it', () => {
    const weightsWith = (...more: PipelineDefinition['data'][number][]) => {
      const { parameters } = buildPipeline({
        random: 'numpy',
        data: [digits({ train: 20, test: 1 }), ...more, oneHot()],
        network: [dense({ units: 2 }), dense({ units: 10 })],
        train: [batch({ size: 5 }), forward(), softmaxCrossEntropy()],
        ...(more.length > 0 && { validation: [batch({ size: 5 }), forward(), softmaxCrossEntropy(), accuracy()] }),
      });
      return parameters.map(({ value }) => [...value.data]);
    };
    expect(weightsWith(holdOut({ validation: 5 }))).toEqual(weightsWith());
  });

  it('takes examples out of train, sends them after it, and passes test as it is', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                              --a-----b--|', { a: train, b: test });
      expectObservable(examples.pipe(holdOut({ validation: 2 }))).toBe('   --(tv)--b--|', {
        t: { split: 'train', features: [1, 2, 7, 8], labels: [0, 1] },
        v: { split: 'validation', features: [3, 4, 5, 6], labels: [0, 1] },
        b: { split: 'test', features: [1, 2, 3, 4, 5, 6, 7, 8], labels: [0, 0, 1, 1] },
      });
    });
  });

  it('ends with an empty source, and with one that fails', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold<Examples>('--|').pipe(holdOut({ validation: 2 }))).toBe('--|');
      expectObservable(cold<Examples>('--#').pipe(holdOut({ validation: 2 }))).toBe('--#');
    });
  });

  it('fails where there are too few', () => {
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                                           --a--b--|', { a: train, b: test });
      const error = new PipelineError(
        'holdOut cannot take 4 of 4 training examples: some must be left to learn from; hold fewer out, or a fraction, as 0.1',
      );
      expectObservable(examples.pipe(holdOut({ validation: 4 }))).toBe('--#', {}, error);
    });
  });

  it('lets go of its source when it is unsubscribed from', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const examples = cold('                                           --a---b--|', { a: train, b: test });
      const result = examples.pipe(holdOut({ validation: 2 }));
      expectObservable(result, '                                        -----!').toBe('--(tv)', {
        t: { split: 'train' },
        v: { split: 'validation' },
      });
      expectSubscriptions(examples.subscriptions).toBe('                ^----!');
    });
  });

  it('loses no example, doubles none, and leaves them in their order', async () => {
    const cases = fc
      .record({
        labels: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 60 }),
        share: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        asCount: fc.boolean(),
        stratify: fc.boolean(),
        seed: fc.integer({ min: 0, max: 1000 }),
      })
      // a class of one cannot be stratified
      .map(({ labels, ...more }) => ({ labels: more.stratify ? [...labels, ...labels] : labels, ...more }))
      .map(({ labels, share, ...more }) => {
        const count = Math.min(Math.max(Math.round(share * labels.length), 1), labels.length - 1);
        return { labels, count, ...more };
      });
    await fc.assert(
      fc.asyncProperty(cases, async ({ labels, count, asCount, stratify, seed }) => {
        const validation = asCount ? count : count / labels.length;
        const [kept, heldOut] = await split(numbered(labels), { validation, stratify }, seed);
        const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
        expect(heldOut.labels).toHaveLength(count);
        for (const part of [kept, heldOut]) {
          expect(featuresOf(part)).toEqual(ascending(featuresOf(part)));
          expect(Array.from(part.labels ?? [])).toEqual(featuresOf(part).map((i) => labels[i]));
        }
        expect(ascending([...featuresOf(kept), ...featuresOf(heldOut)])).toEqual([...labels.keys()]);
      }),
    );
  });

  it('holds out the same share of every class', async () => {
    const labels = Array.from({ length: 100 }, (_, i) => (i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2)); // 70, 20 and 10
    const [kept, heldOut] = await split(numbered(labels), { validation: 0.2 });
    expect(countsOf(heldOut)).toEqual({ 0: 14, 1: 4, 2: 2 });
    expect(countsOf(kept)).toEqual({ 0: 56, 1: 16, 2: 8 });
  });

  it('gives what does not divide to the classes that lack most, and so holds out exactly the count', async () => {
    const labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2]; // 5 of 11: 2.73, 1.36 and 0.91
    const [, heldOut] = await split(numbered(labels), { validation: 5 });
    expect(countsOf(heldOut)).toEqual({ 0: 3, 1: 1, 2: 1 });
  });

  it('draws from all alike with stratify: false', async () => {
    const labels = Array.from({ length: 1000 }, (_, i) => i % 2);
    const shares = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => {
        const [, heldOut] = await split(numbered(labels), { validation: 100, stratify: false }, seed);
        return countsOf(heldOut)[0];
      }),
    );
    expect(new Set(shares).size).toBeGreaterThan(1);
  });

  it('splits the same way for the same seed, another way for another, and never anew', async () => {
    const examples = numbered(Array.from({ length: 50 }, () => 0));
    const heldOutBy = async (seed: number) => featuresOf((await split(examples, { validation: 10 }, seed))[1]);
    expect(await heldOutBy(1)).toEqual(await heldOutBy(1));
    expect(await heldOutBy(1)).not.toEqual(await heldOutBy(2));

    const { operator } = holdOut({ validation: 10 }).build(spec, contextWith());
    const read = async () => (await lastValueFrom(of(examples).pipe(operator, toArray()))).map(featuresOf);
    expect(await read()).toEqual(await read());
  });

  it('splits the same way before and after what else is done to data', async () => {
    const examples = numbered([0, 0, 0, 1, 1, 1]);
    const held = holdOut({ validation: 2 });
    const first = await lastValueFrom(
      of(examples).pipe(pipe(held, normalize({ divisor: 2 }), oneHot({ classes: 2 })), toArray()),
    );
    const last = await lastValueFrom(
      of(examples).pipe(pipe(normalize({ divisor: 2 }), oneHot({ classes: 2 }), held), toArray()),
    );
    expect(first).toEqual(last);
    expect(first.map(({ scaling, classes }) => ({ scaling, classes }))).toEqual(
      Array.from({ length: 2 }, () => ({ scaling: { mean: 0, std: 2 }, classes: 2 })),
    );
  });

  it('leaves what it was given as it is, and keeps its types', async () => {
    const examples: Examples = {
      ...numbered([0, 1, 0, 1]),
      features: Uint8Array.of(10, 20, 30, 40),
      labels: Uint8Array.of(0, 1, 0, 1),
    };
    for (const { features, labels } of await split(examples, { validation: 2 })) {
      expect(features).toBeInstanceOf(Uint8Array);
      expect(labels).toBeInstanceOf(Uint8Array);
    }
    expect(examples.features).toEqual(Uint8Array.of(10, 20, 30, 40));
  });

  it('no longer says in which file a label stands, since the rows have moved', async () => {
    const [kept, heldOut] = await split({ ...train, labelsPath: 'labels.gz' }, { validation: 2 });
    expect(kept).not.toHaveProperty('labelsPath');
    expect(heldOut).not.toHaveProperty('labelsPath');
  });

  it('refuses a class of one, which cannot stand on both sides', async () => {
    expect(await messageFor(numbered([0, 0, 7, 0]), { validation: 1 })).toBe(
      'holdOut keeps the share of every class, but there is only one example of class 7; add some, or hold out without regard to classes: stratify: false',
    );
    const [, heldOut] = await split(numbered([0, 0, 7, 0]), { validation: 1, stratify: false });
    expect(heldOut.labels).toHaveLength(1);
  });

  it('refuses a fraction that comes to none, or to all', async () => {
    const ten = numbered(Array.from({ length: 10 }, () => 0));
    expect(await messageFor(ten, { validation: 0.01 })).toBe('holdOut: 0.01 of 10 training examples is less than one');
    expect(await messageFor(ten, { validation: 0.99 })).toMatch(/^holdOut cannot take 10 of 10 training examples/);
  });

  it.each([
    [0, 'expected more than 0, found 0'],
    [-1, 'expected more than 0, found -1'],
    [1.5, 'expected a whole number of examples, or a fraction below 1, found 1.5'],
    ['10%', 'expected a number, found the text "10%"'],
  ])('refuses to hold out %s', (validation, problem) => {
    const attempt = () => holdOut({ validation: validation as number });
    expect(attempt).toThrow(PipelineError);
    expect(attempt).toThrow(`holdOut: validation: ${problem}`);
  });

  it('refuses before anything is read what is known to be too much', () => {
    const build = (train: number) => holdOut({ validation: 10 }).build({ ...spec, counts: { train } }, contextWith());
    expect(() => build(10)).toThrow('holdOut cannot take 10 of 10 training examples');
    expect(build(11).output).toEqual({ ...spec, counts: { train: 1, validation: 10 }, heldOut: ['validation'] });
  });

  it('holds test examples out too', async () => {
    const examples = numbered(Array.from({ length: 40 }, (_, i) => i % 2));
    const random = seededRandom(1).stream('data.1');
    const stage = holdOut({ validation: 0.1, test: 10 }).build(
      { ...spec, counts: { train: 40 } },
      contextWith({ random }),
    );
    expect(stage.output).toMatchObject({
      counts: { train: 26, validation: 4, test: 10 },
      heldOut: ['test', 'validation'],
    });
    const parts = await lastValueFrom(of(examples).pipe(stage.operator, toArray()));
    expect(parts.map(({ split }) => split)).toEqual(['train', 'validation', 'test']);
    expect(parts.map(countsOf)).toEqual([
      { 0: 13, 1: 13 },
      { 0: 2, 1: 2 },
      { 0: 5, 1: 5 },
    ]);
    const all = parts.flatMap(featuresOf);
    expect(all.sort((a, b) => a - b)).toEqual(featuresOf(examples));
  });

  it.each([
    [{}, 'holdOut holds nothing out; give it validation: 0.1, or test: 0.2'],
    [{ validation: 5, test: 5 }, 'holdOut cannot take 5 of 5 training examples'],
  ])('refuses %j', async (options, problem) => {
    const build = () => holdOut(options).build({ ...spec, counts: { train: 10 } }, contextWith());
    expect(build).toThrow(problem);
  });

  it('refuses to stand in a pipeline twice', () => {
    const build = () => holdOut({ validation: 10 }).build({ ...spec, heldOut: ['validation'] }, contextWith());
    expect(build).toThrow('examples are held out already; one holdOut is enough');
  });

  it('lets takeExamples choose among the three', async () => {
    const examples = numbered([0, 0, 0, 0, 0, 0]);
    const read = (split: 'train' | 'validation') =>
      lastValueFrom(of(examples).pipe(holdOut({ validation: 3 }), takeExamples({ count: 1, split }), toArray()));
    expect((await read('train')).map(exampleCount)).toEqual([1, 3]);
    expect((await read('validation')).map(exampleCount)).toEqual([3, 1]);
  });
});

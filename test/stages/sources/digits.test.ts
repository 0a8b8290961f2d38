import { type Context, digits, drawDigit, PipelineError, type SourceSplit, seededRandom } from 'marblenet';
import { marbles } from 'marblenet/testing';
import { lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { contextWith } from '../context.js';

const draw = (counts: { train?: number; test?: number }, context: Partial<Context> = {}, ...splits: SourceSplit[]) =>
  lastValueFrom(of(...splits).pipe(digits(counts).build({ kind: 'split' }, contextWith(context)).operator, toArray()));

const seed = (number: number): Partial<Context> => ({ random: seededRandom(number).stream('data.0') });

describe('digits', () => {
  it('draws as many as it is told for each split, labels going round from 0', () => {
    marbles(({ cold, expectObservable }) => {
      const splits = cold<SourceSplit>('                                        -a---b---|', { a: 'train', b: 'test' });
      expectObservable(splits.pipe(digits({ train: 12, test: 2 }))).toBe('-c---d---|', {
        c: { split: 'train', shape: [28, 28], labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1] },
        d: { split: 'test', shape: [28, 28], labels: [0, 1] },
      });
    });
  });

  it('draws a picture of 28 x 28 bytes for each label', async () => {
    const [{ features, labels, origin, classes, scaling }] = await draw({ train: 11 }, seed(3), 'train');
    expect(features).toHaveLength(11 * 784);
    const random = seededRandom(3).stream('data.0');
    labels?.forEach((label: number, i: number) => {
      const picture = new Uint8Array(784);
      drawDigit(label, random, picture);
      expect(features.subarray(i * 784, (i + 1) * 784)).toEqual(picture);
    });
    expect({ origin, classes, scaling }).toEqual({
      origin: { source: 'digits' },
      classes: undefined,
      scaling: { mean: 0, std: 1 },
    });
  });

  it('draws the same for the same seed', async () => {
    const [once] = await draw({ train: 20 }, seed(1), 'train');
    const [again] = await draw({ train: 20 }, seed(1), 'train');
    const [other] = await draw({ train: 20 }, seed(2), 'train');
    expect(again.features).toEqual(once.features);
    expect(other.features).not.toEqual(once.features);
  });

  it('draws others to be judged by than to learn from', async () => {
    const [train, test] = await draw({ train: 20, test: 20 }, seed(1), 'train', 'test');
    expect(test.features).not.toEqual(train.features);
  });

  it('emits each data set once, complete, however long the drawing takes', async () => {
    let now = 0;
    const impatient = { ...contextWith().scheduler, now: () => (now += 1000) };
    const [patient] = await draw({ train: 25 }, seed(1), 'train');
    const sets = await draw({ train: 25 }, { ...seed(1), scheduler: impatient }, 'train');
    expect(sets).toHaveLength(1);
    expect(sets[0].features).toEqual(patient.features);
  });

  it('learns from 20,000 and is judged by 2,000, unless told otherwise', () => {
    expect(digits().options).toEqual({ train: 20_000, test: 2_000 });
  });

  it('refuses to draw none', () => {
    expect(() => digits({ train: 0 })).toThrow(PipelineError);
  });
});

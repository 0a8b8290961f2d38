import { balance, holdOut, PipelineError, type Spec, seededRandom } from 'marblenet';
import { examplesOf, marbles } from 'marblenet/testing';
import { firstValueFrom, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { specOf } from '../../../src/core/kinds.js';
import { through } from '../../../src/core/through.js';
import { contextWith } from '../context.js';

const uneven = examplesOf([[1], [2], [3], [4], [5]], { labels: [0, 0, 0, 1, 1] });

describe('balance', () => {
  it('repeats some of the rare classes behind the others, and leaves the test alone', () => {
    const test = { ...examplesOf([[1], [1], [9]], { labels: [0, 0, 1] }), split: 'test' } as const;
    const alike = examplesOf([[1], [1], [9]], { labels: [0, 0, 1] });
    marbles(({ cold, expectObservable }) => {
      const examples = cold('                         -a-b-|', { a: alike, b: test });
      expectObservable(examples.pipe(balance())).toBe('-c-b-|', {
        c: { features: [1, 1, 9, 9], labels: [0, 0, 1, 1] },
        b: { features: [1, 1, 9] },
      });
    });
  });

  it('leaves some of the frequent classes out, in the order of the data', () => {
    const { features, labels } = through(balance({ method: 'under' }), uneven);
    expect(labels).toEqual(Int32Array.of(0, 0, 1, 1));
    expect(Array.from(features.slice(2))).toEqual([4, 5]);
    expect(features[0]).toBeLessThan(features[1]);
  });

  it('draws the same for one seed', async () => {
    const drawn = (seed: number) => {
      const context = contextWith({ random: seededRandom(seed).stream('balance') });
      return firstValueFrom(of(uneven).pipe(balance().build(specOf(uneven) as Spec<'examples'>, context).operator));
    };
    const all = await Promise.all([1, 1, 2, 3, 4, 5].map(async (seed) => (await drawn(seed)).features.join()));
    expect(all[0]).toBe(all[1]);
    expect(new Set(all).size).toBeGreaterThan(1);
  });

  it('must stand behind holdOut', () => {
    const input = specOf(uneven) as Spec<'examples'>;
    const { output } = balance().build(input, contextWith());
    expect(() => holdOut({ test: 0.2 }).build(output, contextWith())).toThrow('put balance behind it');
    const under = balance({ method: 'under' }).build(input, contextWith()).output;
    expect(holdOut({ test: 0.2 }).build(under, contextWith()).output).toMatchObject({ heldOut: ['test'] });
  });

  it('refuses real-valued targets', () => {
    expect(() => through(balance(), examplesOf([[1]], { targets: [[2]] }))).toThrow(PipelineError);
  });
});

import { meanSquaredError, mixup, PipelineError } from 'marblenet';
import { batchOf } from 'marblenet/testing';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { emissionsOf } from '../emissions.js';
import { perSample } from './distorted.js';

/** Each sample its own class: a mixture shows what it is of. */
const four = [0, 1, 2, 3].map((label) => [0, 1, 2, 3].map((column) => (column === label ? 1 : 0)));

const mixed = (alpha: number, epoch = 1) =>
  emissionsOf(of({ ...batchOf(four, { labels: [0, 1, 2, 3] }), epoch }).pipe(mixup({ alpha })), ({ x, t }) => ({
    x: perSample(x),
    t: t && perSample(t),
  }))[0];

describe('mixup', () => {
  it('mixes two samples of a batch, and their classes alike; at least half is its own', () => {
    for (let epoch = 1; epoch <= 50; epoch++) {
      const { x, t } = mixed(1, epoch);
      expect(t).toEqual(x);
      for (const [b, sample] of x.entries()) {
        expect(sample[b]).toBeGreaterThanOrEqual(0.5);
        expect(sample.filter((value) => value > 0).length).toBeLessThanOrEqual(2);
        expect(sample.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
      }
    }
  });

  it('mixes as the Beta distribution has it', () => {
    const shares = (alpha: number) =>
      Array.from({ length: 200 }, (_, epoch) => mixed(alpha, epoch + 1).x)
        .flatMap((samples) => samples.map((sample, b) => sample[b]))
        .filter((share) => share < 1); // not those that were mixed with themselves
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    // of Beta(1, 1), which is uniform, the larger part is 3/4 on average
    expect(Math.abs(mean(shares(1)) - 0.75)).toBeLessThan(0.03);
    expect(mean(shares(0.2))).toBeGreaterThan(0.87);
  });

  it('mixes real-valued targets', () => {
    const given = batchOf(four, { targets: [[0], [10], [20], [30]] });
    const [{ x, t }] = emissionsOf(of(given).pipe(mixup({ alpha: 1 })), (made) => ({
      x: perSample(made.x),
      t: made.t && perSample(made.t),
    }));
    const expected = x.map((sample) => [sample.reduce((sum, share, label) => sum + share * 10 * label, 0)]);
    for (const [b, [target]] of (t ?? []).entries()) expect(target).toBeCloseTo(expected[b][0], 4);
  });

  it('leaves targets out where there are none', () => {
    expect(emissionsOf(of(batchOf(four)).pipe(mixup()), ({ t }) => t)).toEqual([undefined]);
  });

  it('is learned from by any loss', () => {
    const given = batchOf(four, { labels: [0, 1, 2, 3] });
    expect(emissionsOf(of(given).pipe(mixup(), meanSquaredError()), ({ loss }) => loss)).toEqual([0]);
  });

  it.each([0, 1.5])('refuses an alpha of %s', (alpha) => {
    expect(() => mixup({ alpha })).toThrow(PipelineError);
  });
});

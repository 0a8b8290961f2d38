import { describe, expect, it } from 'vitest';
import { AdaptiveWorkers } from '../../../src/core/wasm/adaptive-workers.js';

/** Milliseconds of a step with workers and without, at a time. */
type Machine = (helping: boolean, time: number) => number;

/** Steps of 100 rows on a machine that exists in numbers alone: how long they took, and what they were done with. */
function train(machine: Machine, milliseconds: number, after: (workers: AdaptiveWorkers) => void = () => {}) {
  let time = 0;
  let helping = true;
  const workers = new AdaptiveWorkers(
    (wanted) => {
      helping = wanted;
    },
    () => time,
  );
  const spent = { helped: 0, alone: 0 };
  let steps = 0;
  while (time < milliseconds) {
    workers.step(100);
    const took = machine(helping, time);
    time += took;
    spent[helping ? 'helped' : 'alone'] += took;
    steps++;
    after(workers);
  }
  return { ...spent, steps, helping };
}

const calm: Machine = (helping) => (helping ? 0.05 : 0.08);
const busy: Machine = (helping) => (helping ? 0.2 : 0.1);

describe('adaptive workers', () => {
  it('keeps the workers of a calm machine, and tries without them for a hundredth of the time', () => {
    const { helped, alone, helping } = train(calm, 20_000);
    expect(helping).toBe(true);
    expect(alone / (alone + helped)).toBeLessThan(0.02);
  });

  it('does without workers where they make steps slower, soon', () => {
    const { helped, helping } = train(busy, 5_000);
    expect(helping).toBe(false);
    expect(helped).toBeLessThan(500);
  });

  it('takes no longer than the better choice, but for a tenth', () => {
    for (const machine of [calm, busy]) {
      const { steps } = train(machine, 5_000);
      const best = 5_000 / Math.min(machine(true, 0), machine(false, 0));
      expect(steps).toBeGreaterThan(best * 0.9);
    }
  });

  it('gives workers another chance when the machine is calm again', () => {
    const machine: Machine = (helping, time) => (time < 4_000 ? busy : calm)(helping, time);
    expect(train(machine, 12_000).helping).toBe(true);
  });

  it('notices when the machine becomes busy', () => {
    const machine: Machine = (helping, time) => (time < 4_000 ? calm : busy)(helping, time);
    expect(train(machine, 12_000).helping).toBe(false);
  });

  it('does not change its mind for nothing', () => {
    let switches = 0;
    let time = 0;
    const workers = new AdaptiveWorkers(
      () => switches++,
      () => time,
    );
    for (; time < 20_000; time += 0.1) workers.step(100);
    // each trial is a switch there and one back
    expect(switches % 2).toBe(0);
    expect(switches).toBeLessThan(20);
  });

  it('measures nothing but steps of the size that came first', () => {
    // a test of larger batches, which take long, after each step
    const slowTests = (workers: AdaptiveWorkers) => {
      workers.step(500);
      workers.step(500);
    };
    expect(train(busy, 5_000, slowTests).alone).toBe(0);
  });
});

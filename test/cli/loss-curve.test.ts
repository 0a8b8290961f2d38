import { afterEach, describe, expect, it, vi } from 'vitest';
import { lossCurve } from '../../src/cli/loss-curve.js';
import { createReporter } from '../../src/cli/reporters/create-reporter.js';
import type { EpochEvent } from '../../src/core/run/events.js';

type Losses = Parameters<typeof lossCurve>[0];

/** Losses by epoch, those of train and those of another split. */
const epochsOf = (count: number, train: (epoch: number) => number, more: (epoch: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, i) => ({ epoch: i + 1, train: { loss: train(i + 1) }, ...more(i + 1) })) as Losses;

const drawn = (epochs: Losses, columns = 80): string[] => lossCurve(epochs, columns)?.split('\n') ?? [];

/** The line, from 0 on below the title, in which a name stands. */
const lineOf = (lines: readonly string[], name: string): number =>
  lines.slice(1).findIndex((line) => line.endsWith(` ${name}`));

describe('the loss curve', () => {
  const falling = epochsOf(
    20,
    (e) => 1 / e,
    (e) => ({ validation: { loss: 0.5 + 1 / e }, test: { loss: 9 } }),
  );

  it.each([40, 60, 80, 200, Number.POSITIVE_INFINITY])('fits into %d columns, and into 80', (columns) => {
    const lines = drawn(falling, columns);
    expect(lines).toHaveLength(1 + 8 + 2);
    for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(Math.min(columns, 80));
    expect(lines[0]).toBe('  loss of train (dotted) and validation by epoch');
  });

  it('has the greatest and the least loss, and the first and the last epoch at its ends', () => {
    const lines = drawn(falling);
    expect(lines[1]).toMatch(/^ {3}1\.5 │[\u2800-\u28ff]+$/);
    expect(lines[8]).toMatch(/^ {2}0\.05 │[\u2800-\u28ff]+ train$/);
    expect(lines[9]).toMatch(/^ {7}└─+$/);
    expect(lines[10]).toMatch(/^ {8}1 +20$/);
    expect(drawn(falling.slice(4))[10]).toMatch(/^ +5 +20$/);
  });

  it('names each curve where it ends, one below the other where both end in the same line', () => {
    const lines = drawn(falling);
    expect(lineOf(lines, 'validation')).toBeLessThan(lineOf(lines, 'train'));
    const same = drawn(epochsOf(5, (e) => e, (e) => ({ test: { loss: e } }))); // biome-ignore format: a line
    expect([lineOf(same, 'train'), lineOf(same, 'test')]).toEqual([0, 1]);
    const low = drawn(epochsOf(5, (e) => 9 - e, (e) => ({ test: { loss: 9 - e } }))); // biome-ignore format: a line
    expect([lineOf(low, 'train'), lineOf(low, 'test')]).toEqual([6, 7]);
    const near = drawn(epochsOf(5, (e) => 9 - 2 * e, (e) => ({ test: { loss: 9 - 1.95 * e } }))); // biome-ignore format: a line
    expect([lineOf(near, 'test'), lineOf(near, 'train')]).toEqual([6, 7]);
    const nearer = drawn(epochsOf(5, (e) => 9 - e, (e) => ({ test: { loss: 9.001 - e } }))); // biome-ignore format: a line
    expect([lineOf(nearer, 'test'), lineOf(nearer, 'train')]).toEqual([6, 7]);
  });

  it('is on a log scale where the losses span more than two decades, and says so', () => {
    const title = (of: (epoch: number) => number) => drawn(epochsOf(3, of))[0];
    expect(title((e) => 10 ** -e)).toBe('  loss of train by epoch');
    expect(title((e) => 11 ** -e)).toBe('  loss of train by epoch, on a log scale');
    expect(title((e) => 2 - e)).toBe('  loss of train by epoch');
    expect(title((e) => (e === 3 ? 0 : 10 ** (5 * e)))).toBe('  loss of train by epoch');
  });

  it('a level one is in the middle, with one label', () => {
    const lines = drawn(epochsOf(3, () => 0.7));
    expect(lines.filter((line) => line.includes('0.7'))).toEqual([expect.stringMatching(/^ {2}0\.7 │⠉+ train$/)]);
  });

  it('draws no number that is none', () => {
    const lines = drawn(epochsOf(9, (e) => (e === 5 ? Number.NaN : e)));
    expect(lines.join('\n')).not.toMatch(/NaN|Infinity|undefined|false/);
  });

  it('needs three epochs, a loss, and room', () => {
    expect(lossCurve([], 80)).toBeUndefined();
    expect(lossCurve(falling.slice(0, 2), 80)).toBeUndefined();
    expect(lossCurve(falling.slice(0, 3), 80)).toBeDefined();
    expect(lossCurve(falling, 25)).toBeUndefined();
    expect(lossCurve(epochsOf(9, () => Number.NaN), 80)).toBeUndefined(); // biome-ignore format: a line
    const accuracies = falling.map(({ epoch }) => ({ epoch, train: { accuracy: 1 } }));
    expect(lossCurve(accuracies as unknown as Losses, 80)).toBeUndefined();
  });
});

describe('at the end of a run', () => {
  afterEach(() => void vi.restoreAllMocks());

  const shownBy = (choice: Partial<Parameters<typeof createReporter>[0]>, epochs = 3): string => {
    let text = '';
    const write = (piece: string | Uint8Array) => {
      text += piece;
      return true;
    };
    vi.spyOn(process.stderr, 'write').mockImplementation(write);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const plain = { runId: 'x', json: false, quiet: false, isMember: false, curve: true, redraws: true };
    const reporter = createReporter({ ...plain, ...choice });
    const epoch = { event: 'epoch', runId: 'x', step: 1, seconds: 1, samplesPerSecond: 1 } as const;
    const data = { source: 'digits', train: 1, scaling: { mean: 0, std: 1 } };
    for (let e = 1; e <= epochs; e++) reporter.event({ ...epoch, epoch: e, train: { loss: e } } satisfies EpochEvent);
    const end = { event: 'end', runId: 'x', status: 'completed', epochs, steps: 1, train: {}, data } as const;
    reporter.event({ ...end, seconds: 1, weights: 'sha256:0' });
    return text;
  };

  it('is drawn among the remarks, on a terminal', () => {
    expect(shownBy({})).toContain('\n  loss of train by epoch\n');
  });

  it.each([{ redraws: false }, { json: true }, { quiet: true }, { isMember: true, quiet: true }, { curve: false }])(
    'but not everywhere: %j',
    (choice) => expect(shownBy(choice)).not.toContain('by epoch'),
  );

  it('nor of two epochs', () => expect(shownBy({}, 2)).not.toContain('by epoch'));
});

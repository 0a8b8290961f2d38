import { metric, noOptions, RunError, type Step } from 'marblenet';
import { stepOf } from 'marblenet/testing';
import { from, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';

/** A metric that does something with the steps that it gets. */
const doing = (add: (step: Step) => void) =>
  metric({
    name: 'mine',
    summary: 'a metric of these tests',
    options: noOptions,
    example: 'mine',
    start: () => ({ add, result: () => ({ value: 1 }) }),
  })();

const steps = () => [1, 2].map((step) => ({ ...stepOf([[0.9, 0.1]], { labels: [0] }), step }));

describe('a metric', () => {
  it.each<[string, (step: Step) => void]>([
    ['step.x', ({ x }) => x.data.fill(1)],
    ['step.t', ({ t }) => t?.data.fill(1)],
    ['step.labels', ({ labels }) => labels?.fill(1)],
    ['step.dx', ({ dx }) => dx.data.fill(1)],
  ])('must not write to %s, which others read', async (what, add) => {
    await expect(lastValueFrom(from(steps()).pipe(doing(add)))).rejects.toThrow(
      new RunError(`mine: its add wrote to ${what}, which other metrics read; copy it first`, { placed: true }),
    );
  });

  it('may read them', async () => {
    const seen: number[] = [];
    const found = await lastValueFrom(from(steps()).pipe(doing(({ x }) => void seen.push(...x.data))));
    expect({ value: found.value, seen: seen.length }).toEqual({ value: 1, seen: 4 });
  });
});

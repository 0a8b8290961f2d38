import { describe, expect, it } from 'vitest';
import { progressLine } from '../../../src/cli/reporters/progress-line.js';

const parts = ['loss 0.1234', 'accuracy 0.9123', '12 s left', 'epoch 3', 'step 1234/6000', '12,000/s'];

it.each([
  [20, ' 45%  loss 0.1234'],
  [40, '██░░  45%  loss 0.1234  accuracy 0.9123'],
  [60, '███░░░  45%  loss 0.1234  accuracy 0.9123  12 s left'],
  [80, '████░░░░  45%  loss 0.1234  accuracy 0.9123  12 s left  epoch 3  step 1234/6000'],
  [200, `${'█'.repeat(9)}${'░'.repeat(11)}  45%  ${parts.join('  ')}`],
])('has room for the most important parts in %i columns', (columns, expected) => {
  expect(progressLine({ share: 0.45, parts }, columns)).toBe(expected);
});

describe('in any width from 20 to 200', () => {
  const widths = Array.from({ length: 181 }, (_, i) => 20 + i);

  it.each([0, 0.05, 0.999, 1])('leaves the last column free and parts whole at %d', (share) => {
    for (const columns of widths) {
      const line = progressLine({ share, parts }, columns);
      expect(line.length).toBeLessThan(columns);
      const [, percent, ...shown] = /^(?:[█░]+ )? *(\d+%)(?: {2}(.*))?$/.exec(line) ?? [];
      expect(percent).toBe(`${Math.floor(100 * share)}%`);
      const found = shown[0].split('  ');
      expect(found).toEqual(parts.slice(0, found.length));
    }
  });

  it('has no bar where it is not known how much there is', () => {
    expect(progressLine({ parts: ['1.2 MB', 'train-images-idx3-ubyte.gz'] }, 40)).toBe(
      '1.2 MB  train-images-idx3-ubyte.gz',
    );
    expect(progressLine({ parts: ['1.2 MB', 'train-images-idx3-ubyte.gz'] }, 30)).toBe('1.2 MB');
  });
});

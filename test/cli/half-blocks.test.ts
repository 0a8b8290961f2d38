import { expect, test } from 'vitest';
import { halfBlocks, sideBySide } from '../../src/cli/half-blocks.js';

test('two rows of pixels are a line', () => {
  const pixels = [
    [0, 9, 0, 9],
    [0, 0, 9, 9],
    [9, 1, 0, 0],
  ].flat();
  expect(halfBlocks(pixels, 4)).toBe('   ▀▄█\n  ▀\n');
});

test('a digit takes 14 lines of at most 28 columns', () => {
  const lines = halfBlocks(
    Array.from({ length: 784 }, (_, i) => i % 28),
    28,
  ).split('\n');
  expect(lines).toHaveLength(15); // the last line ends, too
  for (const line of lines.slice(0, -1)) expect(line).toHaveLength(2 + 28);
});

test('a picture of one colour is empty', () => {
  expect(halfBlocks([5, 5, 5, 5], 2)).toBe('\n');
});

test('pictures stand side by side, each in its columns', () => {
  const [bar, dot] = [halfBlocks([9, 9, 0, 0, 9, 0], 2), halfBlocks([0, 0, 0, 9, 0, 9], 2)];
  expect(sideBySide([bar, dot, bar], 5)).toBe('  ▀▀    ▄   ▀▀\n  ▀     ▀   ▀\n');
});

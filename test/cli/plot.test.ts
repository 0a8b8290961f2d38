import { expect, test } from 'vitest';
import { besides, plot } from '../../src/cli/plot.js';

/** Which dots a braille line has in its columns, upper two rows and lower two, is not for eyes: count them. */
const dotsOf = (line: string): number =>
  [...line].reduce((sum, letter) => {
    const bits = (letter.codePointAt(0) ?? 0) - 0x2800;
    return sum + (bits > 0 && bits < 256 ? bits.toString(2).replaceAll('0', '').length : 0);
  }, 0);

test('a title, ten lines with the ends of the upright axis, and those of the level one', () => {
  const lines = plot('y = x', (x) => x, [-4, 4]);
  expect(lines).toHaveLength(12);
  expect(lines[0].trim()).toBe('y = x');
  expect(lines[1]).toMatch(/^ 4 [\u2800-\u28ff]{28}$/);
  expect(lines[5]).toMatch(/^ {3}[\u2800-\u28ff]{28}$/);
  expect(lines[10]).toMatch(/^-4 [\u2800-\u28ff]{28}$/);
  expect(lines[11]).toMatch(/^ {3}-4 +4$/);
  for (const line of lines) expect(line).toHaveLength(31);
});

test('y = x rises from the lower left to the upper right', () => {
  const lines = plot('y = x', (x) => x, [-4, 4]).map((line) => line.slice(3));
  expect(lines[1].at(-1)).not.toBe('\u2800');
  expect(lines[1][0]).toBe('\u2800');
  expect(lines[10][0]).not.toBe('\u2800');
  expect(lines[10].at(-1)).toBe('\u2800');
});

test('a jump is drawn upright, without holes', () => {
  const lines = plot('step', (x) => (x > 0 ? 1 : 0), [-4, 4]);
  for (const line of lines.slice(1, 11)) expect(dotsOf(line)).toBeGreaterThanOrEqual(4);
});

test('0 is always in sight, and a level curve has an axis too', () => {
  expect(plot('2', () => 2, [-4, 4])[10].trim()).toMatch(/^0 /);
  expect(plot('-2', () => -2, [-4, 4])[1].trim()).toMatch(/^0 /);
  expect(plot('0', () => 0, [-4, 4])[1].trim()).toMatch(/^1 /);
});

test('what is no number is left out', () => {
  const lines = plot('log', Math.log, [-4, 4]);
  expect(lines.slice(1, 11).every((line) => !/NaN|Infinity/.test(line))).toBe(true);
  expect(lines[1].trim()).toMatch(/^1\.4 /);
});

test('two stand side by side in 80 columns', () => {
  const one = plot('f', (x) => x, [-4, 4]);
  const text = besides(
    one,
    plot("f'", () => 1, [-4, 4]),
  );
  expect(text.split('\n')).toHaveLength(one.length);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  expect(text.split('\n')[0]).toMatch(/^ +f +f'$/);
});

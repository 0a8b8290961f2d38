import { noise } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { copies, distorted } from './distorted.js';

const zeros = Array.from({ length: 101 }, () => 0);

describe('noise', () => {
  it('is Gaussian, of mean 0 and the standard deviation asked for', () => {
    const all = distorted(noise({ std: 0.5 }), copies(200, zeros)).flat();
    const mean = (f: (value: number) => number) => all.reduce((sum, value) => sum + f(value), 0) / all.length;
    const deviation = Math.sqrt(mean((value) => value ** 2));
    const within = (bound: number) => mean((value) => (Math.abs(value) < bound * 0.5 ? 1 : 0));
    expect(Math.abs(mean((value) => value))).toBeLessThan(0.02);
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.015);
    expect(Math.abs(within(1) - 0.6827)).toBeLessThan(0.02);
    expect(Math.abs(within(2) - 0.9545)).toBeLessThan(0.01);
    expect(Math.max(...all)).toBeGreaterThan(1.5);
  });

  it('is another one for each number', () => {
    const [first, second] = distorted(noise({ std: 1 }), copies(2, zeros));
    expect(new Set([...first, ...second]).size).toBe(202);
  });

  it('is added to rows of any shape', () => {
    const made = distorted(noise({ std: 0 }), [[[[1, 2, 3]]], [[[4, 5, 6]]]]);
    expect(made).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Parameter } from '../../../src/core/kinds.js';
import { digestOf } from '../../../src/core/run/weights-digest.js';
import { type Tensor, tensor, zeros } from '../../../src/core/tensor.js';

const parameter = (value: Tensor, name = 'W', gradient = zeros(value.shape)): Parameter => ({ name, value, gradient });

describe('digestOf', () => {
  it('is the SHA-256 of the bytes of all parameters, one after another', async () => {
    const bytes = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
    const expected = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    expect(await digestOf([parameter(tensor([1, 2])), parameter(tensor([3]), 'b')])).toBe(expected);
  });

  it('is that of nothing without parameters', async () => {
    expect(await digestOf([])).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('sees the smallest difference', async () => {
    const digest = (last: number) => digestOf([parameter(tensor([1, last], 'float64'))]);
    expect(await digest(2)).toBe(await digest(2));
    expect(await digest(2)).not.toBe(await digest(2 + Number.EPSILON * 2));
    expect(await digest(0)).not.toBe(await digest(-0));
  });

  it('sees order and float type', async () => {
    const [one, two] = [parameter(tensor([1])), parameter(tensor([2]))];
    expect(await digestOf([one, two])).not.toBe(await digestOf([two, one]));
    expect(await digestOf([one])).not.toBe(await digestOf([parameter(tensor([1], 'float64'))]));
  });

  it('looks at values alone, not at names and gradients', async () => {
    const value = tensor([1, 2]);
    expect(await digestOf([parameter(value, 'W', tensor([3, 4]))])).toBe(
      await digestOf([parameter(value, 'network.0.W')]),
    );
  });

  it('reads no more of a larger buffer than the tensor holds', async () => {
    const window = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(await digestOf([parameter({ shape: [2], data: window })])).toBe(await digestOf([parameter(tensor([1, 2]))]));
  });
});

import {
  type Batch,
  dense,
  dropout,
  elu,
  gelu,
  identity,
  leakyRelu,
  relu,
  type Stage,
  sigmoid,
  softplus,
  tanh,
} from 'marblenet';
import { batchOf, gradientError } from 'marblenet/testing';
import { describe, expect, it } from 'vitest';
import { through } from '../../src/core/through.js';

/** Two pictures [2, 3], away from the corner of relu at 0. */
const pictures = [
  [
    [0.5, -1, 2],
    [-0.25, 3, -2],
  ],
  [
    [1, 1.5, -0.5],
    [-3, 0.75, -1.25],
  ],
];
const flat = pictures.map((rows) => rows.flat());

const elementwise: Readonly<Record<string, () => Stage<'batch', 'batch'>>> = {
  elu,
  gelu,
  identity,
  leakyRelu,
  relu,
  sigmoid,
  softplus,
  tanh,
  dropout,
};

describe('pictures stay pictures', () => {
  it.each(Object.entries(elementwise))('through %s', (_, stage) => {
    const [out, flatOut] = [pictures, flat].map((rows) => through(stage(), testBatch(rows)).x);
    expect(out.shape).toEqual([2, 2, 3]);
    expect(out.data).toEqual(flatOut.data);
  });

  it.each(Object.entries(elementwise).filter(([name]) => name !== 'dropout'))('back through %s', (_, stage) => {
    expect(gradientError(stage(), pictures)).toBeLessThan(1e-6);
  });
});

describe('dense reads pictures number by number', () => {
  it('with the weights and the output that it has for flat rows', () => {
    const [picture, row] = [pictures, flat].map((rows) => through(dense({ units: 4 }), testBatch(rows)));
    expect(picture.x).toEqual(row.x);
    expect(picture.tape[0].parameters).toEqual(row.tape[0].parameters);
  });

  it('and sends back a gradient for each pixel, as a picture', () => {
    const { x, tape } = through(dense({ units: 4 }), testBatch(pictures));
    expect(tape[0].pullback(x, true)?.shape).toEqual([2, 2, 3]);
    expect(gradientError(dense({ units: 4 }), pictures)).toBeLessThan(1e-6);
  });
});

const testBatch = (rows: Parameters<typeof batchOf>[0]): Batch => ({ ...batchOf(rows), split: 'test' });

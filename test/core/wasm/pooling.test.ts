import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pooling } from '../../../src/core/kernels/pooling.js';
import { outputSize, type WindowShape } from '../../../src/core/kernels/windows.js';
import { zeros } from '../../../src/core/tensor.js';
import { expectClose, made, output, textbook, variants, windowShapes } from './image-kit.js';

const channels = fc.constantFrom(1, 2, 3, 4, 5, 8, 30, 64);
const batches = fc.integer({ min: 1, max: 3 });
const seeds = fc.nat({ max: 1_000_000 });

/** Windows that lie side by side, as most pools have them. */
const apart: fc.Arbitrary<WindowShape> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), channels)
  .map(([side, OH, OW, C]) => ({
    image: [side * OH, side * OW, C],
    window: [side, side],
    stride: [side, side],
    dilation: [1, 1],
    padding: [0, 0, 0, 0],
  }));

const whole = (image: WindowShape['image']): WindowShape => ({
  image,
  window: [image[0], image[1]],
  stride: [1, 1],
  dilation: [1, 1],
  padding: [0, 0, 0, 0],
});

describe.each(variants)('$dtype, $blocks', ({ dtype, wasm }) => {
  const pools = ['maxPool', 'averagePool'] as const;

  function agrees(pool: (typeof pools)[number], shape: WindowShape, B: number, seed: number, planned = B): void {
    const [kernels, twin] = [wasm[pool](shape, planned), textbook[pool](shape, planned)];
    const [images, pixels] = [
      [B, ...shape.image],
      [B, ...outputSize(shape), shape.image[2]],
    ];
    const [x, dout] = [made(wasm, images, seed), made(wasm, pixels, seed + 1)];
    // few different numbers, so that some windows have two that are the largest
    for (const tensor of [x.own, x.exact]) tensor.data.set(tensor.data.map((value) => Math.round(2 * value) / 2));
    const [out, dx] = [output(wasm, pixels), output(wasm, images)];
    kernels.forward(out.own, x.own);
    twin.forward(out.exact, x.exact);
    expectClose(out.own, out.exact, dtype);
    kernels.backward(dx.own, dout.own);
    twin.backward(dx.exact, dout.exact);
    expectClose(dx.own, dx.exact, dtype);
  }

  test.each(pools)('%s agrees with the textbook', (pool) => {
    fc.assert(
      fc.property(fc.oneof(windowShapes(channels), apart), batches, seeds, (shape, B, seed) => {
        agrees(pool, shape, B, seed);
      }),
      { numRuns: 60 },
    );
  });

  test.each(pools)('%s of whole images, small and large, and of more images than were planned for', (pool) => {
    agrees(pool, whole([7, 6, 5]), 2, 1);
    agrees(pool, whole([17, 16, 5]), 2, 1);
    agrees(pool, whole([7, 6, 5]), 4, 1, 2);
  });

  test.each([0, 1, 3])('a window with NaN gives NaN, and its gradient goes there: pixel %i', (pixel) => {
    const shape = whole([2, 2, 4]);
    const x = made(wasm, [1, 2, 2, 4], 1);
    for (const { data } of [x.own, x.exact]) {
      data.set([5, 0, Number.NEGATIVE_INFINITY]);
      data[4 * pixel] = Number.NaN;
    }
    const [kernels, twin] = [wasm.maxPool(shape, 1), textbook.maxPool(shape, 1)];
    const [out, dx] = [output(wasm, [1, 1, 1, 4]), output(wasm, [1, 2, 2, 4])];
    kernels.forward(out.own, x.own);
    twin.forward(out.exact, x.exact);
    expect(out.own.data[0]).toBeNaN();
    expect([...out.own.data]).toEqual([...out.exact.data]);
    const dout = made(wasm, [1, 1, 1, 4], 2);
    kernels.backward(dx.own, dout.own);
    twin.backward(dx.exact, dout.exact);
    expect(dx.own.data[4 * pixel]).toBe(dout.own.data[0]);
    expectClose(dx.own, dx.exact, dtype);
  });

  describe('tensors that lie elsewhere', () => {
    const shape: WindowShape = { ...whole([4, 6, 3]), window: [2, 2], stride: [2, 2] };
    const elsewhere = (length: number) => {
      const tensor = zeros([1, length], dtype);
      tensor.data.set(tensor.data.map((_, i) => (i * 7) % 11));
      return tensor;
    };
    const asMade = (length: number) => {
      const tensor = wasm.allocate([1, length]);
      tensor.data.set(elsewhere(length).data);
      return tensor;
    };
    const gradientOf = (pool: Pooling, make: { forward: typeof asMade; backward: typeof asMade }): number[] => {
      pool.forward(make.forward(18), make.forward(72));
      const dx = make.backward(72);
      pool.backward(dx, make.backward(18));
      return [...dx.data];
    };

    test.each(pools)('%s', (pool) => {
      const expected = gradientOf(textbook[pool](shape, 1), { forward: elsewhere, backward: elsewhere });
      for (const forward of [asMade, elsewhere]) {
        for (const backward of [asMade, elsewhere]) {
          expect(gradientOf(wasm[pool](shape, 1), { forward, backward })).toEqual(expected);
        }
      }
    });
  });
});

import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { ConvolutionShape } from '../../../src/core/kernels/convolution.js';
import { outputSize } from '../../../src/core/kernels/windows.js';
import { expectClose, made, output, textbook, variants, windowShapes } from './image-kit.js';

/** Channels and filters of a group: around what vectors and tiles divide. */
const few = fc.constantFrom(1, 2, 3, 4, 5, 8);
const some = fc.constantFrom(1, 3, 5, 8, 13, 16, 17, 30);
const batches = fc.integer({ min: 1, max: 3 });
const seeds = fc.nat({ max: 1_000_000 });

const ungrouped: fc.Arbitrary<ConvolutionShape> = fc
  .tuple(windowShapes(few), some)
  .map(([shape, filters]) => ({ ...shape, filters, groups: 1 }));

const grouped: fc.Arbitrary<ConvolutionShape> = fc
  .tuple(windowShapes(fc.constant(1)), fc.integer({ min: 2, max: 3 }), few, few)
  .map(
    ([
      {
        image: [H, W],
        ...shape
      },
      groups,
      channels,
      filters,
    ]) => ({
      ...shape,
      image: [H, W, groups * channels],
      filters: groups * filters,
      groups,
    }),
  );

const depthwise: fc.Arbitrary<ConvolutionShape> = windowShapes(fc.constantFrom(2, 3, 4, 5, 8, 30, 64)).map((shape) => ({
  ...shape,
  filters: shape.image[2],
  groups: shape.image[2],
}));

const square = (
  [H, W, C]: readonly [number, number, number],
  filters: number,
  side: number,
  padding = 0,
): ConvolutionShape => ({
  image: [H, W, C],
  filters,
  window: [side, side],
  stride: [1, 1],
  dilation: [1, 1],
  padding: [padding, padding, padding, padding],
  groups: 1,
});

describe.each(variants)('$dtype, $blocks', ({ dtype, wasm }) => {
  function agrees(shape: ConvolutionShape, B: number, seed: number, planned = B, tolerance?: number): void {
    const { image, window, filters: K, groups } = shape;
    const [kernels, twin] = [wasm.convolution(shape, planned), textbook.convolution(shape, B)];
    const pixels = [B, ...outputSize(shape), K];
    const weights = [...window, image[2] / groups, K];
    const [x, W, b] = [made(wasm, [B, ...image], seed), made(wasm, weights, seed + 1), made(wasm, [K], seed + 2)];
    const dout = made(wasm, pixels, seed + 3);
    const [out, dW, db, dx] = [pixels, weights, [K], [B, ...image]].map((each) => output(wasm, each));

    kernels.forward(out.own, x.own, W.own, b.own);
    twin.forward(out.exact, x.exact, W.exact, b.exact);
    expectClose(out.own, out.exact, dtype, tolerance);
    kernels.gradient(dW.own, db.own, dout.own, x.own);
    twin.gradient(dW.exact, db.exact, dout.exact, x.exact);
    expectClose(dW.own, dW.exact, dtype, tolerance);
    expectClose(db.own, db.exact, dtype, tolerance);
    kernels.inputGradient(dx.own, dout.own, W.own);
    twin.inputGradient(dx.exact, dout.exact, W.exact);
    expectClose(dx.own, dx.exact, dtype, tolerance);
  }

  test.each([
    ['of any strides, dilation and padding', ungrouped],
    ['in groups', grouped],
    ['of each channel by itself', depthwise],
  ])('convolutions %s agree with the textbook', (_, shapes) => {
    fc.assert(
      fc.property(shapes, batches, seeds, (shape, B, seed) => agrees(shape, B, seed)),
      { numRuns: 40 },
    );
  });

  test.each([
    ['as a first layer has them', square([28, 28, 1], 30, 5), 3],
    ['whose weights are cut into parts, not the images', square([6, 6, 64], 120, 3, 1), 2],
    ['of more images than there are bands', square([5, 5, 3], 6, 2), 40],
  ])('convolutions %s agree with the textbook', (_, shape, B) => {
    agrees(shape, B, 1);
  });

  test.each([
    ['of as many channels as filters', square([14, 14, 64], 64, 3, 1), 2],
    ['of not as many, and of more images than there are bands', square([8, 6, 32], 48, 3, 1), 14],
    ['in several groups of tiles', square([22, 20, 48], 32, 3, 1), 1],
  ])('convolutions of 3 x 3 %s are computed by transforms, within a millionth or so', (_, shape, B) => {
    agrees(shape, B, 1, B, dtype === 'float32' ? 1.5e-6 : undefined);
  });

  test('convolutions of fewer and of more images than were planned for agree with the textbook', () => {
    agrees(square([5, 5, 3], 6, 2), 2, 1, 20);
    agrees(square([5, 5, 3], 6, 2), 4, 1, 1);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kernels } from '../../../src/core/kernels/kernels.js';
import { createTextbookKernels } from '../../../src/core/kernels/textbook.js';
import { seededRandom } from '../../../src/core/random/random.js';
import { type DType, type Shape, type Tensor, zeros } from '../../../src/core/tensor.js';
import { WasmArena } from '../../../src/core/wasm/wasm-arena.js';
import { createWasmKernels } from '../../../src/core/wasm/wasm-kernels.js';
import { wasmFlavour, wasmIsSupported } from '../../../src/core/wasm/wasm-module.js';
import { allowFasterSimd } from '../../../src/node/simd.js';
import {
  elu,
  gelu,
  hardSwish,
  identity,
  leakyRelu,
  mish,
  relu,
  sigmoid,
  softplus,
  swish,
  tanh,
} from '../../../src/stages/index.js';

/** Sizes around what a vector of 4 or 2 floats and a tile of 7 vectors divide, and around MNIST's. */
const sizes = fc.constantFrom(1, 2, 3, 4, 5, 7, 10, 13, 14, 15, 27, 28, 29, 49, 50, 51, 56, 57);
const seeds = fc.integer({ min: 0, max: 1_000_000 });
const dtypes: readonly DType[] = ['float32', 'float64'];
const toleranceOf = { float32: 1e-5, float64: 1e-13 };
/** A few roundings, of a slope that was multiplied by 3, too; the sigmoid makes fewer. */
const lastBits = { float32: 1e-6, float64: 1.4e-15 };
const lastBitsOfSigmoid = { float32: 3e-7, float64: 3e-16 };
/** The textbook takes a difference from 1 for Φ of numbers far below 0. */
const lastBitsOfGelu = { float32: 1e-6, float64: 2e-15 };
const lastBitsOfMish = { float32: 1e-6, float64: 3e-15 };

/** Fills with numbers around 0; this share of them is exactly 0. */
function fill({ data }: Tensor, seed: number, zeroShare = 0): void {
  const random = seededRandom(seed).stream(`fill ${data.length}`);
  for (let i = 0; i < data.length; i++) data[i] = random.uniform() < zeroShare ? 0 : random.normal();
}

/** Bytes of which four in five are 0, as in a picture of a digit. */
function picture(count: number, seed: number, zeroShare = 0.8): Uint8Array {
  const random = seededRandom(seed).stream('picture');
  return Uint8Array.from({ length: count }, () => (random.uniform() < zeroShare ? 0 : 255 * random.uniform()));
}

function expectClose(found: Tensor, expected: Tensor, tolerance: number): void {
  const [wanted, seen] = [expected.data, found.data];
  let [scale, worst] = [1, 0];
  for (let i = 0; i < wanted.length; i++) {
    scale = Math.max(scale, Math.abs(wanted[i]));
    worst = Math.max(worst, Math.abs(wanted[i] - seen[i])); // NaN stays NaN, and is not small
  }
  expect(worst / scale).toBeLessThanOrEqual(tolerance);
}

/** The same numbers in a back end's own memory. */
function allocateLike(kernels: { allocate(shape: Shape): Tensor }, source: Tensor): Tensor {
  const copy = kernels.allocate(source.shape);
  copy.data.set(source.data);
  return copy;
}

test('this machine runs them', () => {
  expect(wasmIsSupported()).toBe(true);
});

// Node 20 knows fused multiply-add behind a flag, later versions without. Plain kernels are made before it is set.
const variants = [
  ...dtypes.map((dtype) => ({ dtype, fused: 'without fused multiply-add', wasm: createWasmKernels(dtype) })),
  ...dtypes.map((dtype) => {
    allowFasterSimd();
    return { dtype, fused: 'with fused multiply-add', wasm: createWasmKernels(dtype) };
  }),
];

test('fused multiply-add is used where it may be', () => {
  expect(wasmFlavour()).toBe('relaxed SIMD');
});

describe.each(variants)('$dtype kernels $fused agree with the textbook', ({ dtype, wasm }) => {
  const textbook = createTextbookKernels(dtype);
  const tolerance = toleranceOf[dtype];
  const made = (shape: Shape, seed: number, zeroShare = 0): Tensor => {
    const tensor = zeros(shape, dtype);
    fill(tensor, seed, zeroShare);
    return tensor;
  };

  test('one-hot labels', () => {
    fc.assert(
      fc.property(sizes, sizes, seeds, (B, C, seed) => {
        const random = seededRandom(seed).stream('labels');
        const labels = Int32Array.from({ length: B }, () => Math.floor(C * random.uniform()));
        const [expected, found] = [zeros([B, C], dtype), wasm.allocate([B, C])];
        found.data.fill(Number.NaN);
        textbook.oneHot(expected, labels);
        wasm.oneHot(found, labels);
        expectClose(found, expected, 0);
      }),
    );
  });

  test('rows of bytes and of floats, scaled column by column', () => {
    const [N, C, B] = [5, 3, 7];
    const rows = Int32Array.of(4, 0, 3, 3, 1, 2, 0);
    const bytes = Uint8Array.from({ length: N * 4 * C }, (_, i) => (i * 37) % 256);
    const scalings = [
      { mean: [1, 2, 3], std: [2, 4, 8] },
      { mean: 0, std: [255, 51, 17] },
      { mean: [0, 0, 0], std: 255 },
      { mean: 0, std: 255 },
    ];
    // the same buffer for all: what it knew of the batch before must not show
    const found = wasm.allocate([B, 4, C]);
    for (const features of [bytes, Float32Array.from(bytes)]) {
      for (const scaling of scalings) {
        const expected = zeros([B, 4, C], dtype);
        textbook.gather(expected, features, rows, scaling);
        wasm.prefetch(found, features, rows, scaling);
        wasm.gather(found, features, rows, scaling);
        expectClose(found, expected, 0);
        const [mean, std] = [scaling.mean, scaling.std].map((value) => (typeof value === 'number' ? value : value[1]));
        expect(found.data[1]).toBeCloseTo((bytes[rows[0] * 4 * C + 1] - mean) / std, 5);
      }
    }
  });

  test('dense, forward', () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, seeds, (B, D, H, seed) => {
        const [x, W, b] = [made([B, D], seed, 0.3), made([D, H], seed + 1), made([H], seed + 2)];
        const expected = zeros([B, H], dtype);
        textbook.dense(expected, x, W, b);
        const found = wasm.allocate([B, H]);
        found.data.fill(Number.NaN); // outputs are overwritten, whatever they held
        wasm.dense(found, allocateLike(wasm, x), allocateLike(wasm, W), allocateLike(wasm, b));
        expectClose(found, expected, tolerance);
      }),
    );
  });

  test('dense, gradients', () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, seeds, (B, D, H, seed) => {
        const [x, W, dout] = [made([B, D], seed), made([D, H], seed + 1), made([B, H], seed + 2)];
        const expected = { dW: zeros([D, H], dtype), db: zeros([H], dtype), dx: zeros([B, D], dtype) };
        textbook.denseGradient(expected.dW, expected.db, dout, x);
        textbook.denseInputGradient(expected.dx, dout, W);
        const found = { dW: wasm.allocate([D, H]), db: wasm.allocate([H]), dx: wasm.allocate([B, D]) };
        const own = allocateLike(wasm, dout);
        wasm.denseGradient(found.dW, found.db, own, allocateLike(wasm, x));
        wasm.denseInputGradient(found.dx, own, allocateLike(wasm, W));
        expectClose(found.dW, expected.dW, tolerance);
        expectClose(found.db, expected.db, tolerance);
        expectClose(found.dx, expected.dx, tolerance);
      }),
    );
  });

  test.each([
    [1, 784, 50],
    [2, 801, 51],
    [100, 784, 50],
    [99, 784, 10],
    [100, 49, 801],
    [100, 784, 86],
    [100, 784, 95],
    [100, 784, 320],
    [60, 3000, 50], // transposed in two groups of rows
    [1000, 784, 60],
    [9000, 5, 60],
  ])('pictures of %i x %i, read from bytes, through %i units', (B, D, H) => {
    const N = B + 7;
    const features = picture(N * D, B * D);
    const scaling = { mean: 0, std: 255 };
    const [W, b, dout] = [made([D, H], 1), made([H], 2), made([B, H], 3)];
    const expected = {
      x: zeros([B, D], dtype),
      y: zeros([B, H], dtype),
      dW: zeros([D, H], dtype),
      db: zeros([H], dtype),
    };
    const found = {
      x: wasm.allocate([B, D]),
      y: wasm.allocate([B, H]),
      dW: wasm.allocate([D, H]),
      db: wasm.allocate([H]),
    };
    const own = { W: allocateLike(wasm, W), b: allocateLike(wasm, b), dout: allocateLike(wasm, dout) };
    for (const shift of [0, 3, 7]) {
      const rows = Int32Array.from({ length: B }, (_, i) => (i * 5 + shift) % N);
      textbook.gather(expected.x, features, rows, scaling);
      textbook.dense(expected.y, expected.x, W, b);
      textbook.denseGradient(expected.dW, expected.db, dout, expected.x);
      wasm.gather(found.x, features, rows, scaling);
      wasm.dense(found.y, found.x, own.W, own.b);
      wasm.denseGradient(found.dW, found.db, own.dout, found.x);
      expectClose(found.x, expected.x, 0);
      expectClose(found.y, expected.y, tolerance);
      expectClose(found.dW, expected.dW, tolerance);
      expectClose(found.db, expected.db, tolerance);
    }
  });

  test.each([
    ['few', 3],
    ['many', 40], // so many that it pays to transpose them
  ])('%s pictures through as many units as fill any number of vectors: tiles of every width', (_, B) => {
    const D = 40;
    const features = picture(B * D, 1);
    const scaling = { mean: 0, std: 255 };
    const rows = Int32Array.from({ length: B }, (_, i) => i);
    for (let H = 3; H <= 320; H += dtype === 'float32' ? 4 : 2) {
      const [W, b, dout] = [made([D, H], 1), made([H], 2), made([B, H], 3)];
      const own = { W: allocateLike(wasm, W), b: allocateLike(wasm, b), dout: allocateLike(wasm, dout) };
      const [x, y, dW, db] = [[B, D], [B, H], [D, H], [H]].map((shape) => wasm.allocate(shape));
      const expected = { x: zeros([B, D], dtype), y: zeros([B, H], dtype), dW: zeros([D, H], dtype) };
      textbook.gather(expected.x, features, rows, scaling);
      textbook.dense(expected.y, expected.x, W, b);
      textbook.denseGradient(expected.dW, zeros([H], dtype), dout, expected.x);
      wasm.gather(x, features, rows, scaling);
      wasm.dense(y, x, own.W, own.b);
      wasm.denseGradient(dW, db, own.dout, x);
      wasm.descend(own.W, dW, 0.5);
      textbook.descend(W, expected.dW, 0.5);
      expectClose(y, expected.y, tolerance);
      expectClose(own.W, W, tolerance);
      expectClose(dW, expected.dW, tolerance);
    }
  });

  test.each([
    [4, 2500, 9], // deeper than what is packed at a time
    [5, 2500, 52],
    [50, 1030, 28],
    [1000, 50, 10],
    [100, 801, 13],
  ])('dense rows of %i x %i through %i units', (B, D, H) => {
    const [x, W, b, dout] = [made([B, D], 1, 0.2), made([D, H], 2), made([H], 3), made([B, H], 4)];
    const expected = {
      y: zeros([B, H], dtype),
      dW: zeros([D, H], dtype),
      db: zeros([H], dtype),
      dx: zeros([B, D], dtype),
    };
    textbook.dense(expected.y, x, W, b);
    textbook.denseGradient(expected.dW, expected.db, dout, x);
    textbook.denseInputGradient(expected.dx, dout, W);
    const own = { x: allocateLike(wasm, x), W: allocateLike(wasm, W), dout: allocateLike(wasm, dout) };
    const found = {
      y: wasm.allocate([B, H]),
      dW: wasm.allocate([D, H]),
      db: wasm.allocate([H]),
      dx: wasm.allocate([B, D]),
    };
    wasm.dense(found.y, own.x, own.W, allocateLike(wasm, b));
    wasm.denseGradient(found.dW, found.db, own.dout, own.x);
    wasm.denseInputGradient(found.dx, own.dout, own.W);
    expectClose(found.y, expected.y, tolerance);
    expectClose(found.dW, expected.dW, tolerance);
    expectClose(found.db, expected.db, tolerance);
    expectClose(found.dx, expected.dx, tolerance);
  });

  test('dense rows through as many units as fill any number of vectors: tiles of every width, in several bands', () => {
    const [B, D] = [5, 450];
    const x = made([B, D], 1);
    const own = allocateLike(wasm, x);
    for (let H = 3; H <= 160; H += dtype === 'float32' ? 4 : 2) {
      const [W, b] = [made([D, H], 2), made([H], 3)];
      const [expected, found] = [zeros([B, H], dtype), wasm.allocate([B, H])];
      textbook.dense(expected, x, W, b);
      wasm.dense(found, own, allocateLike(wasm, W), allocateLike(wasm, b));
      expectClose(found, expected, tolerance);
    }
  });

  // From the rows of x where there is little to transpose, which rounds after every product, and elsewhere from its columns,
  // transposed here or beforehand, which rounds as the step against the gradient does.
  test.each([
    [10, 51, 'about'],
    [30, 51, 'to the last bit'],
    [30, 141, 'to the last bit'],
  ])('a step against a gradient of %i rows and %i columns that was never read, %s the step against it', (B, H, how) => {
    const D = 784;
    const features = picture(B * D, 1);
    const dout = allocateLike(wasm, made([B, H], 2));
    const [looked, blind] = [made([D, H], 3), made([D, H], 3)].map((W) => allocateLike(wasm, W));
    const gradient = wasm.allocate([D, H]);
    const db = wasm.allocate([H]);
    const x = wasm.allocate([B, D]);
    const rows = Int32Array.from({ length: B }, (_, i) => (i * 7) % B);
    for (const look of [false, true]) {
      wasm.gather(x, features, rows, { mean: 0, std: 255 });
      wasm.denseGradient(gradient, db, dout, x);
      if (look) expect(gradient.data[400 * H]).not.toBe(0);
      wasm.descend(look ? looked : blind, gradient, 0.1);
    }
    if (how === 'about') expectClose(blind, looked, tolerance);
    else expect(blind.data).toEqual(looked.data);
    const expected = { x: zeros([B, D], dtype), dW: zeros([D, H], dtype) };
    textbook.gather(expected.x, features, rows, { mean: 0, std: 255 });
    textbook.denseGradient(expected.dW, zeros([H], dtype), dout, expected.x);
    expectClose(gradient, expected.dW, tolerance);
  });

  // A step against sparse rows rounds in an order of its own: the same bits, so the same way.
  test('pictures are as sparse as rows of their pixels', () => {
    const [B, H] = [10, 51];
    const features = picture(B * 784, 1);
    const rows = Int32Array.from({ length: B }, (_, i) => (i * 7) % B);
    const learned = (inputs: Tensor, look: boolean) => {
      const [W, b] = [allocateLike(wasm, made([784, H], 3)), allocateLike(wasm, made([H], 4))];
      const [y, dW, db] = [wasm.allocate([B, H]), wasm.allocate([784, H]), wasm.allocate([H])];
      wasm.prefetch(inputs, features, rows, { mean: 0, std: 255 });
      wasm.gather(inputs, features, rows, { mean: 0, std: 255 });
      if (look) expect(inputs.data).toHaveLength(B * 784);
      wasm.dense(y, inputs, W, b);
      wasm.denseGradient(dW, db, y, inputs);
      wasm.descend(W, dW, 0.1);
      return [...y.data, ...W.data];
    };
    const pictures = learned(wasm.allocate([B, 28, 28]), false);
    expect(pictures).toEqual(learned(wasm.allocate([B, 784]), false));
    expect(pictures).not.toEqual(learned(wasm.allocate([B, 28, 28]), true));
  });

  // one, two and more narrow tiles; and wide ones of eleven, twelve and thirteen vectors
  test.each([1, 27, 28, 29, 51, 60, 86, 95, 164, 801])(
    'weights of %i units that live in tiles, and are looked at and changed now and then',
    (H) => {
      const [B, D] = [30, 784];
      const features = picture(B * D, 1);
      const scaling = { mean: 0, std: 255 };
      const rows = Int32Array.from({ length: B }, (_, i) => (i * 7) % B);
      const dout = allocateLike(wasm, made([B, H], 2));
      const own = { W: allocateLike(wasm, made([D, H], 3)), b: allocateLike(wasm, made([H], 4)) };
      const [x, y, gradient, db] = [[B, D], [B, H], [D, H], [H]].map((shape) => wasm.allocate(shape));
      const expected = {
        W: made([D, H], 3),
        x: zeros([B, D], dtype),
        y: zeros([B, H], dtype),
        dW: zeros([D, H], dtype),
      };
      textbook.gather(expected.x, features, rows, scaling);
      textbook.denseGradient(expected.dW, zeros([H], dtype), dout, expected.x);

      const turns: ((kernels: Kernels, W: Tensor) => void)[] = [
        () => {},
        (kernels, W) => kernels.scale(W, 0.9),
        (_, { data }) => {
          data[H * 400] = 3;
        },
        (kernels, W) => kernels.descend(W, W, 0.5),
        () => {},
      ];
      for (const between of turns) {
        wasm.gather(x, features, rows, scaling);
        wasm.dense(y, x, own.W, own.b);
        wasm.denseGradient(gradient, db, dout, x);
        wasm.descend(own.W, gradient, 0.01);
        between(wasm, own.W);
        textbook.dense(expected.y, expected.x, expected.W, own.b);
        textbook.descend(expected.W, expected.dW, 0.01);
        between(textbook, expected.W);
        expectClose(y, expected.y, tolerance);
      }
      expectClose(own.W, expected.W, tolerance);
    },
  );

  // 51 units need the first half of the columns transposed, 300 all of them, and 200 rows are too many to transpose at once
  test.each([30, 200])('layers of different widths that learn from the same %i rows', (B) => {
    const D = 784;
    const features = picture(2 * B * D, 1);
    const scaling = { mean: 0, std: 255 };
    const x = wasm.allocate([B, D]);
    const expectedX = zeros([B, D], dtype);
    const layers = [51, 300, 60].map((H) => ({
      dout: allocateLike(wasm, made([B, H], 2)),
      W: allocateLike(wasm, made([D, H], 3)),
      gradient: wasm.allocate([D, H]),
      db: wasm.allocate([H]),
      expected: { W: made([D, H], 3), dW: zeros([D, H], dtype), db: zeros([H], dtype) },
    }));
    for (let step = 0; step < 3; step++) {
      const rows = Int32Array.from({ length: B }, (_, i) => (i * 7 + step * B) % (2 * B));
      wasm.gather(x, features, rows, scaling);
      textbook.gather(expectedX, features, rows, scaling);
      for (const { gradient, db, dout } of layers) wasm.denseGradient(gradient, db, dout, x);
      for (const { W, gradient, dout, expected } of layers) {
        wasm.descend(W, gradient, 0.01);
        textbook.denseGradient(expected.dW, expected.db, dout, expectedX);
        textbook.descend(expected.W, expected.dW, 0.01);
      }
    }
    for (const { W, expected } of layers) expectClose(W, expected.W, tolerance);
  });

  test('a gradient of dense rows after a deferred one that was never read', () => {
    const [B, D, H] = [6, 40, 5];
    const scaling = { mean: 0, std: 255 };
    const rows = Int32Array.from({ length: B }, (_, i) => i);
    const dout = allocateLike(wasm, made([B, H], 2));
    const [x, gradient, db] = [wasm.allocate([B, D]), wasm.allocate([D, H]), wasm.allocate([H])];
    const W = allocateLike(wasm, made([D, H], 3));
    const expected = { x: zeros([B, D], dtype), dW: zeros([D, H], dtype), W: made([D, H], 3) };
    for (const features of [picture(B * D, 1), picture(B * D, 2, 0)]) {
      wasm.gather(x, features, rows, scaling);
      wasm.denseGradient(gradient, db, dout, x);
      wasm.descend(W, gradient, 0.1);
      textbook.gather(expected.x, features, rows, scaling);
      textbook.denseGradient(expected.dW, zeros([H], dtype), dout, expected.x);
      textbook.descend(expected.W, expected.dW, 0.1);
    }
    expectClose(W, expected.W, tolerance);
    expectClose(gradient, expected.dW, tolerance);
  });

  test('a batch that was prefetched, and one that was prefetched and never read', () => {
    const [N, D] = [20, 30];
    const features = picture(N * D, 1);
    const scaling = { mean: 0, std: 255 };
    const x = wasm.allocate([4, D]);
    const other = wasm.allocate([2, D]);
    const [first, second, third] = [Int32Array.of(1, 2, 3, 4), Int32Array.of(9, 8, 7, 7), Int32Array.of(0, 19, 5, 6)];
    const expectRead = (found: Tensor, rows: Int32Array): void => {
      const expected = zeros([rows.length, D], dtype);
      textbook.gather(expected, features, rows, scaling);
      wasm.gather(found, features, rows, scaling);
      expect(found.data).toEqual(expected.data);
    };
    wasm.prefetch(x, features, first, scaling);
    expectRead(x, first);
    wasm.prefetch(x, features, second, scaling);
    expectRead(other, Int32Array.of(3, 3));
    expectRead(x, third);
    wasm.prefetch(x, features, second, scaling);
    expectRead(x, second);
  });

  test('pictures without background, and floats, and a mean that moves the zeros', () => {
    const [B, D, H] = [5, 30, 9];
    const rows = Int32Array.of(4, 2, 0, 1, 1);
    const [W, b] = [made([D, H], 1), made([H], 2)];
    const own = { W: allocateLike(wasm, W), b: allocateLike(wasm, b) };
    const x = wasm.allocate([B, D]);
    const y = wasm.allocate([B, H]);
    // one after another into the same x: what was known of the batch before must not outlive it
    for (const [features, mean] of [
      [picture(B * D, 1), 0],
      [picture(B * D, 2, 0), 0],
      [picture(B * D, 3), 128],
      [Float64Array.from(picture(B * D, 4), Math.sqrt), 0],
      [picture(B * D, 5), 0],
    ] as const) {
      const expected = { x: zeros([B, D], dtype), y: zeros([B, H], dtype) };
      textbook.gather(expected.x, features, rows, { mean, std: 50 });
      textbook.dense(expected.y, expected.x, W, b);
      wasm.gather(x, features, rows, { mean, std: 50 });
      wasm.dense(y, x, own.W, own.b);
      expect(x.data).toEqual(expected.x.data);
      expectClose(y, expected.y, tolerance);
    }
  });

  test('pixels that a stage changed after they were read', () => {
    const [B, D, H] = [4, 20, 6];
    const [W, b, dout] = [made([D, H], 1), made([H], 2), made([B, H], 3)];
    const own = { W: allocateLike(wasm, W), b: allocateLike(wasm, b), dout: allocateLike(wasm, dout) };
    const x = wasm.allocate([B, D]);
    wasm.gather(x, picture(B * D, 1), Int32Array.of(0, 1, 2, 3), { mean: 0, std: 255 });
    x.data[5] += 1;
    const expected = { y: zeros([B, H], dtype), dW: zeros([D, H], dtype), db: zeros([H], dtype) };
    textbook.dense(expected.y, x, W, b);
    textbook.denseGradient(expected.dW, expected.db, dout, x);
    const found = { y: wasm.allocate([B, H]), dW: wasm.allocate([D, H]), db: wasm.allocate([H]) };
    wasm.dense(found.y, x, own.W, own.b);
    wasm.denseGradient(found.dW, found.db, own.dout, x);
    expectClose(found.y, expected.y, tolerance);
    expectClose(found.dW, expected.dW, tolerance);
  });

  test('a short last batch in the buffer of a long one', () => {
    const D = 20;
    const features = picture(10 * D, 1);
    const [W, b] = [made([D, 6], 1), made([6], 2)];
    const own = { W: allocateLike(wasm, W), b: allocateLike(wasm, b) };
    const whole = { x: wasm.allocate([8, D]), y: wasm.allocate([8, 6]) };
    for (const B of [8, 3, 8]) {
      const rows = Int32Array.from({ length: B }, (_, i) => i + 1);
      const x = { shape: [B, D], data: whole.x.data.subarray(0, B * D) };
      const y = { shape: [B, 6], data: whole.y.data.subarray(0, B * 6) };
      wasm.gather(x, features, rows, { mean: 0, std: 1 });
      wasm.dense(y, x, own.W, own.b);
      const expected = zeros([B, 6], dtype);
      textbook.dense(expected, x, W, b);
      expectClose(y, expected, tolerance);
    }
  });

  test('relu, its corner, and what is no number', () => {
    const loops = wasm.elementwise({
      value: (x) => Math.max(0, x),
      derivative: (x) => (x > 0 ? 1 : 0),
      kernel: 'relu',
    });
    const x = wasm.allocate([1, 5]);
    const [y, dy, dx] = [wasm.allocate([1, 5]), wasm.allocate([1, 5]), wasm.allocate([1, 5])];
    x.data.set([-1, 0, 2, Number.NaN, Number.NEGATIVE_INFINITY]);
    dy.data.set([10, 20, 30, 40, 50]);
    loops.forward(y, x);
    loops.backward(dx, dy, x, y);
    expect([...y.data]).toEqual([0, 0, 2, Number.NaN, 0]);
    expect([...dx.data]).toEqual([0, 0, 30, 0, 0]);
  });

  const activations = {
    identity: identity(),
    relu: relu(),
    leakyRelu: leakyRelu({ negativeSlope: 0.1 }),
    elu: elu({ alpha: 1.5 }),
    sigmoid: sigmoid(),
    tanh: tanh(),
    gelu: gelu(),
    hardSwish: hardSwish(),
    mish: mish(),
    swish: swish(),
    softplus: softplus(),
  };

  test.each(Object.entries(activations))('%s, from one end to the other', (name, stage) => {
    const formula = stage.definition.formula?.(stage.options);
    if (formula === undefined) throw new Error(`${name} has no formula`);
    const ends = [-1000, -100, -87.5, -20, -1, -1e-3, 0, 1e-30, 0.5, 3, 17, 88, 1000, Number.NaN, Infinity, -Infinity];
    const xs = [...ends, ...Array.from({ length: 400 }, (_, i) => (i - 200) / 10.3), 2];
    const own = { x: wasm.allocate([xs.length]), y: wasm.allocate([xs.length]), dx: wasm.allocate([xs.length]) };
    const expected = { x: zeros([xs.length], dtype), y: zeros([xs.length], dtype), dx: zeros([xs.length], dtype) };
    const bounds: Record<string, typeof lastBits> = {
      sigmoid: lastBitsOfSigmoid,
      gelu: lastBitsOfGelu,
      mish: lastBitsOfMish,
    };
    const bound = (bounds[name] ?? lastBits)[dtype];
    const dy = wasm.allocate([xs.length]);
    dy.data.fill(3);
    const neverCalled = () => {
      throw new Error('the formula was computed in place of the kernel');
    };
    for (const [loops, { x, y, dx }] of [
      [wasm.elementwise({ ...formula, value: neverCalled, derivative: neverCalled }), own],
      [textbook.elementwise(formula), expected],
    ] as const) {
      x.data.set(xs);
      loops.forward(y, x);
      loops.backward(dx, dy, x, y);
    }
    xs.forEach((x, i) => {
      for (const [found, wanted] of [
        [own.y.data[i], expected.y.data[i]],
        [own.dx.data[i], expected.dx.data[i]],
      ]) {
        // infinity times what has become 0, or not quite: none is a number
        if (Number.isNaN(wanted) && !Number.isNaN(x)) expect(Number.isFinite(found), `at ${x}`).toBe(false);
        else if (!Number.isFinite(wanted)) expect(found, `at ${x}`).toBe(wanted);
        // to the last bits of the number, or of 1 where it is small
        else expect(Math.abs(found - wanted) / Math.max(1, Math.abs(wanted)), `at ${x}`).toBeLessThan(bound);
      }
    });
    // near 0 no digit may be lost to a difference of two larger numbers
    const small = expected.y.data[xs.indexOf(-1e-3)];
    expect(Math.abs(own.y.data[xs.indexOf(-1e-3)] - small)).toBeLessThanOrEqual(bound * Math.abs(small));
  });

  test('softmax cross-entropy: the loss and its gradient', () => {
    fc.assert(
      fc.property(sizes, sizes, seeds, fc.constantFrom(0, 1e-7), fc.boolean(), (B, C, seed, epsilon, smooth) => {
        const [x, t] = [made([B, C], seed), zeros([B, C], dtype)];
        if (smooth) t.data.fill(0.1 / C);
        for (let i = 0; i < B; i++) t.data[i * C + ((i * 7) % C)] += smooth ? 0.9 : 1;
        for (let i = 0; i < B * C; i += 5) x.data[i] *= 50; // far apart
        const expected = zeros([B, C], dtype);
        const wanted = textbook.softmaxCrossEntropy(expected, x, t, epsilon);
        const found = wasm.allocate([B, C]);
        found.data.fill(Number.NaN);
        const loss = wasm.softmaxCrossEntropy(found, allocateLike(wasm, x), allocateLike(wasm, t), epsilon);
        expect(Math.abs(loss - wanted) / Math.max(1, wanted)).toBeLessThan(tolerance);
        expectClose(found, expected, tolerance);
      }),
    );
  });

  test('softmax cross-entropy of what is no number', () => {
    const [x, t, dx] = [wasm.allocate([2, 3]), wasm.allocate([2, 3]), wasm.allocate([2, 3])];
    x.data.set([1, Number.NaN, 2, 1, 2, 3]);
    t.data.set([1, 0, 0, 0, 0, 1]);
    expect(wasm.softmaxCrossEntropy(dx, x, t)).toBeNaN();
    expect([...dx.data.subarray(0, 3)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([...dx.data.subarray(3)].every(Number.isFinite)).toBe(true);
  });

  test('descent', () => {
    fc.assert(
      fc.property(sizes, seeds, (n, seed) => {
        const [value, gradient] = [made([n], seed), made([n], seed + 1)];
        const own = allocateLike(wasm, value);
        wasm.descend(own, allocateLike(wasm, gradient), 0.1);
        textbook.descend(value, gradient, 0.1);
        expectClose(own, value, tolerance);
      }),
    );
  });

  /** Kernels that work in place, on as many tensors as they say. */
  const inPlace: Readonly<Record<string, [count: number, run: (kernels: Kernels, tensors: Tensor[]) => unknown]>> = {
    add: [3, (kernels, [out, a, b]) => kernels.add(out, a, b)],
    multiply: [3, (kernels, [out, a, b]) => kernels.multiply(out, a, b)],
    scale: [1, (kernels, [value]) => kernels.scale(value, 0.7)],
    momentum: [3, (kernels, [value, velocity, dW]) => kernels.momentum(value, velocity, dW, update, 0.9)],
    nesterov: [3, (kernels, [value, velocity, dW]) => kernels.nesterov(value, velocity, dW, update, 0.9)],
    adaGrad: [3, (kernels, [value, squares, dW]) => kernels.adaGrad(value, squares, dW, update, 1e-10)],
    rmsProp: [
      3,
      (kernels, [value, squares, dW]) => kernels.rmsProp(value, squares, dW, update, { decay: 0.99, epsilon: 1e-8 }),
    ],
    adam: [
      4,
      (kernels, [value, squares, dW, means]) =>
        kernels.adam(value, means, squares, dW, update, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }),
    ],
  };
  const update = { count: 3, rate: 0.1, scale: 0.5, decay: 0.01 };

  test.each(Object.keys(inPlace))('%s, wherever its tensors lie', (name) => {
    const [count, run] = inPlace[name];
    fc.assert(
      fc.property(sizes, seeds, fc.boolean(), (n, seed, elsewhere) => {
        const tensors = Array.from({ length: count }, (_, i) => made([n], seed + i));
        // what may be squares is no less than 0, and not so near it that a rounding is magnified
        if (count > 1) tensors[1].data.set(tensors[1].data.map((number) => Math.abs(number) + 0.1));
        const own = tensors.map((tensor, i) => {
          const copy = allocateLike(wasm, tensor);
          return elsewhere && i === count - 1 ? { shape: copy.shape, data: copy.data.slice() } : copy;
        });
        for (let times = 0; times < 3; times++) {
          run(textbook, tensors);
          run(wasm, own);
        }
        for (const [i, tensor] of own.entries()) expectClose(tensor, tensors[i], tolerance);
      }),
    );
  });

  test('the sum of squares, and nothing from behind the end', () => {
    fc.assert(
      fc.property(sizes, seeds, (n, seed) => {
        const x = made([n], seed);
        const own = allocateLike(wasm, x);
        new Uint8Array(own.data.buffer, own.data.byteOffset + own.data.byteLength, 16).fill(255);
        const expected = textbook.sumOfSquares(x);
        expect(Math.abs(wasm.sumOfSquares(own) - expected)).toBeLessThanOrEqual(1e-13 * expected);
        expect(wasm.sumOfSquares(x)).toBe(expected);
      }),
    );
  });

  test('tensors that a plug-in allocated elsewhere', () => {
    const [x, W, b] = [made([3, 5], 1), made([5, 2], 2), made([2], 3)];
    const expected = zeros([3, 2], dtype);
    textbook.dense(expected, x, W, b);
    const found = wasm.allocate([3, 2]);
    wasm.dense(found, x, allocateLike(wasm, W), b);
    expectClose(found, expected, 0);
  });
});

describe('the memory', () => {
  test('grows while tensors live on', () => {
    const arena = new WasmArena();
    const small = arena.tensor([3], 'float32');
    small.data.set([1, 2, 3]);
    const large = arena.tensor([1000, 1000], 'float64');
    expect([...small.data]).toEqual([1, 2, 3]);
    expect(large.data.length).toBe(1_000_000);
    expect([small, large, zeros([3])].map((tensor) => arena.holds(tensor))).toEqual([true, true, false]);
  });

  test('hands out no piece twice, each on a cache line with room behind it', () => {
    const arena = new WasmArena();
    const pieces = [1, 7, 64, 100_000, 3].map((bytes) => ({ bytes, start: arena.reserve(bytes) }));
    let end = 0;
    for (const { bytes, start } of pieces) {
      expect(start % 64).toBe(0);
      expect(start).toBeGreaterThanOrEqual(end);
      end = start + bytes + 64;
    }
  });
});

/** The textbook's loops against definitions that are as naive as can be: one output number after another, in float64. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTextbookKernels } from '../../../src/core/kernels/textbook.js';
import { type DType, type Shape, sizeOf, type Tensor } from '../../../src/core/tensor.js';

const oddSize = fc.constantFrom(1, 3, 7, 13);
const number = fc.double({ min: -10, max: 10, noNaN: true });

/** A tensor of random numbers of the float type. */
const tensorOf = (dtype: DType, shape: Shape, numbers: fc.Arbitrary<number> = number): fc.Arbitrary<Tensor> =>
  fc
    .array(numbers, { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((values) => ({ shape, data: dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values) }));

/** One-hot rows. */
const targetsOf = (dtype: DType, B: number, C: number): fc.Arbitrary<Tensor> =>
  fc.array(fc.nat({ max: C - 1 }), { minLength: B, maxLength: B }).map((labels) => {
    const data = dtype === 'float32' ? new Float32Array(B * C) : new Float64Array(B * C);
    labels.forEach((label, b) => {
      data[b * C + label] = 1;
    });
    return { shape: [B, C], data };
  });

/** Zeros half of the time, as the background of a picture is. */
const sparse = fc.oneof(number, fc.constant(0));

const at = ({ shape, data }: Tensor, row: number, column: number): number => data[row * shape[1] + column];

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const sum = (n: number, term: (i: number) => number): number => upTo(n).reduce((total, i) => total + term(i), 0);

/** f(row, column) for every place of a matrix. */
const matrix = (B: number, C: number, f: (row: number, column: number) => number): number[] =>
  upTo(B).flatMap((row) => upTo(C).map((column) => f(row, column)));

const zerosAndOnes = (labels: readonly number[], C: number): number[] =>
  labels.flatMap((label) => upTo(C).map((c) => (c === label ? 1 : 0)));

describe.each<DType>(['float32', 'float64'])('the textbook kernels, in %s', (dtype) => {
  const kernels = createTextbookKernels(dtype);
  // 13 terms of 10 x 10 and a rounding each
  const tolerance = dtype === 'float32' ? 5e-3 : 1e-11;

  /** An output buffer full of what must not be seen again. */
  const dirty = (...shape: number[]): Tensor => {
    const buffer = kernels.allocate(shape);
    buffer.data.fill(Number.NaN);
    return buffer;
  };

  const expectClose = ({ data }: Tensor, expected: readonly number[]): void => {
    expect(data).toHaveLength(expected.length);
    const difference = Math.max(...expected.map((value, i) => Math.abs(data[i] - value)));
    expect(difference).toBeLessThan(tolerance);
  };

  const check = <Ts extends [unknown, ...unknown[]]>(
    ...args: [...arbitraries: { [K in keyof Ts]: fc.Arbitrary<Ts[K]> }, predicate: (...values: Ts) => void]
  ): void => fc.assert(fc.property(...args), { numRuns: 60 });

  it('allocate zeros of their float type', () => {
    const { shape, data } = kernels.allocate([3, 7]);
    expect(kernels.dtype).toBe(dtype);
    expect(shape).toEqual([3, 7]);
    expect(data).toEqual(dtype === 'float32' ? new Float32Array(21) : new Float64Array(21));
  });

  it('gather takes rows in any order and scales them: x = (feature - mean) / std', () => {
    const problem = fc.tuple(oddSize, oddSize).chain(([N, D]) =>
      fc.record({
        D: fc.constant(D),
        features: fc.uint8Array({ minLength: N * D, maxLength: N * D }),
        rows: fc.array(fc.nat({ max: N - 1 }), { minLength: 1, maxLength: 13 }),
      }),
    );
    check(
      problem,
      fc.double({ min: -300, max: 300, noNaN: true }),
      fc.integer({ min: 1, max: 300 }),
      ({ D, features, rows }, mean, std) => {
        const x = dirty(rows.length, D);
        kernels.gather(x, features, Int32Array.from(rows), { mean, std });
        expectClose(
          x,
          matrix(rows.length, D, (b, d) => (features[rows[b] * D + d] - mean) / std),
        );
      },
    );
  });

  it('oneHot writes 1 at each label and 0 elsewhere', () => {
    const problem = oddSize.chain((C) => fc.tuple(fc.constant(C), fc.array(fc.nat({ max: C - 1 }), { minLength: 1 })));
    check(problem, ([C, labels]) => {
      const t = dirty(labels.length, C);
      kernels.oneHot(t, Int32Array.from(labels));
      expect([...t.data]).toEqual(zerosAndOnes(labels, C));
    });
  });

  const layer = fc.tuple(oddSize, oddSize, oddSize).chain(([B, D, H]) =>
    fc.record({
      x: tensorOf(dtype, [B, D], sparse),
      W: tensorOf(dtype, [D, H]),
      b: tensorOf(dtype, [H]),
      dout: tensorOf(dtype, [B, H], sparse),
    }),
  );

  it('dense is x W + b', () => {
    check(layer, ({ x, W, b }) => {
      const [[B, D], H] = [x.shape, b.data.length];
      const out = dirty(B, H);
      kernels.dense(out, x, W, b);
      expectClose(
        out,
        matrix(B, H, (row, h) => b.data[h] + sum(D, (d) => at(x, row, d) * at(W, d, h))),
      );
    });
  });

  it('dense gives the very same numbers as if it did not skip zeros', () => {
    check(layer, ({ x, W, b }) => {
      const [[B, D], H] = [x.shape, b.data.length];
      const out = dirty(B, H);
      const unskipped = kernels.allocate([B, H]);
      kernels.dense(out, x, W, b);
      for (let row = 0; row < B; row++) {
        for (let h = 0; h < H; h++) {
          unskipped.data[row * H + h] = b.data[h];
          for (let d = 0; d < D; d++) unskipped.data[row * H + h] += at(x, row, d) * at(W, d, h);
        }
      }
      // + 0 makes 0 of -0, which the skipped addition of 0 would have done
      expect([...out.data].map((value) => value + 0)).toEqual([...unskipped.data].map((value) => value + 0));
    });
  });

  it('denseGradient is xᵀ dout, and the column sums of dout', () => {
    check(layer, ({ x, b, dout }) => {
      const [[B, D], H] = [x.shape, b.data.length];
      const [dW, db] = [dirty(D, H), dirty(H)];
      kernels.denseGradient(dW, db, dout, x);
      expectClose(
        dW,
        matrix(D, H, (d, h) => sum(B, (row) => at(x, row, d) * at(dout, row, h))),
      );
      expectClose(
        db,
        upTo(H).map((h) => sum(B, (row) => at(dout, row, h))),
      );
    });
  });

  it('denseInputGradient is dout Wᵀ', () => {
    check(layer, ({ x, W, dout }) => {
      const [[B, D], H] = [x.shape, dout.shape[1]];
      const dx = dirty(B, D);
      kernels.denseInputGradient(dx, dout, W);
      expectClose(
        dx,
        matrix(B, D, (row, d) => sum(H, (h) => at(dout, row, h) * at(W, d, h))),
      );
    });
  });

  it('dense passes NaN from x, from W and from b to what it touches, and to nothing else', () => {
    const tensors = () => ({
      x: { shape: [2, 1], data: Float64Array.of(1, 2) },
      W: { shape: [1, 2], data: Float64Array.of(3, 4) },
      b: { shape: [2], data: Float64Array.of(5, 6) },
    });
    const outputWithNaNIn = (place: 'x' | 'W' | 'b') => {
      const { x, W, b } = tensors();
      ({ x, W, b })[place].data[0] = Number.NaN;
      const out = dirty(2, 2);
      kernels.dense(out, x, W, b);
      return [...out.data];
    };
    expect(outputWithNaNIn('x')).toEqual([NaN, NaN, 11, 14]);
    expect(outputWithNaNIn('W')).toEqual([NaN, 10, NaN, 14]);
    expect(outputWithNaNIn('b')).toEqual([NaN, 10, NaN, 14]);
  });

  it('elementwise writes f(x), and dout f′(x) with y at hand', () => {
    const cube = kernels.elementwise({ value: (x) => x ** 3, derivative: (x, y) => 3 * (x === 0 ? 0 : y / x) });
    const problem = fc
      .tuple(oddSize, oddSize)
      .chain(([B, D]) => fc.tuple(tensorOf(dtype, [B, D], fc.integer({ min: -9, max: 9 })), tensorOf(dtype, [B, D])));
    check(problem, ([x, dout]) => {
      const [y, dx] = [dirty(...x.shape), dirty(...x.shape)];
      cube.forward(y, x);
      expect([...y.data]).toEqual(Array.from(x.data, (value) => value ** 3));
      cube.backward(dx, dout, x, y);
      expectClose(
        dx,
        Array.from(x.data, (value, i) => dout.data[i] * 3 * value ** 2),
      );
    });
  });

  const rowsAndGradient = fc
    .tuple(oddSize, oddSize)
    .chain(([B, C]) => fc.tuple(tensorOf(dtype, [B, C]), tensorOf(dtype, [B, C])));

  const softmaxAt = (x: Tensor, b: number, c: number): number =>
    Math.exp(at(x, b, c)) / sum(x.shape[1], (i) => Math.exp(at(x, b, i)));

  it('softmax is exp(x) over its row sums', () => {
    check(rowsAndGradient, ([x]) => {
      const [B, C] = x.shape;
      const y = dirty(B, C);
      kernels.softmax(y, x);
      expectClose(
        y,
        matrix(B, C, (b, c) => softmaxAt(x, b, c)),
      );
    });
  });

  it('softmaxBackward is dout times the matrix of all slopes', () => {
    check(rowsAndGradient, ([x, dout]) => {
      const [B, C] = x.shape;
      const [y, dx] = [dirty(B, C), dirty(B, C)];
      kernels.softmax(y, x);
      kernels.softmaxBackward(dx, dout, y);
      // ∂y_i / ∂x_c = y_i ((i is c) - y_c)
      const slope = (b: number, i: number, c: number) => softmaxAt(x, b, i) * ((i === c ? 1 : 0) - softmaxAt(x, b, c));
      expectClose(
        dx,
        matrix(B, C, (b, c) => sum(C, (i) => at(dout, b, i) * slope(b, i, c))),
      );
    });
  });

  it('softmax stays finite, with row sums of 1, for any finite numbers', () => {
    const huge = fc.double({ min: -1e30, max: 1e30, noNaN: true });
    const problem = fc.tuple(oddSize, oddSize).chain(([B, C]) => tensorOf(dtype, [B, C], huge));
    check(problem, (x) => {
      const [B, C] = x.shape;
      const y = dirty(B, C);
      kernels.softmax(y, x);
      for (let b = 0; b < B; b++) expect(sum(C, (c) => at(y, b, c))).toBeCloseTo(1, 5);
    });
  });

  const judged = fc
    .tuple(oddSize, oddSize)
    .chain(([B, C]) => fc.tuple(tensorOf(dtype, [B, C]), targetsOf(dtype, B, C)));

  it('softmaxCrossEntropy is the mean of -log softmax(x) at the label', () => {
    check(judged, ([x, t]) => {
      const [B, C] = x.shape;
      const dx = dirty(B, C);
      const loss = kernels.softmaxCrossEntropy(dx, x, t);
      const expected = -sum(B, (b) => sum(C, (c) => at(t, b, c) * Math.log(softmaxAt(x, b, c)))) / B;
      expect(Math.abs(loss - expected)).toBeLessThan(tolerance);
      expectClose(
        dx,
        matrix(B, C, (b, c) => (softmaxAt(x, b, c) - at(t, b, c)) / B),
      );
    });
  });

  it('crossEntropy is the mean of -log(y + epsilon) at the label', () => {
    const probability = fc.double({ min: 0.01, max: 1, noNaN: true });
    const problem = fc
      .tuple(oddSize, oddSize)
      .chain(([B, C]) => fc.tuple(tensorOf(dtype, [B, C], probability), targetsOf(dtype, B, C)));
    check(problem, fc.constantFrom(0, 1e-7, 0.5), ([y, t], epsilon) => {
      const [B, C] = y.shape;
      const dy = dirty(B, C);
      const loss = kernels.crossEntropy(dy, y, t, epsilon);
      const expected = -sum(B, (b) => sum(C, (c) => at(t, b, c) * Math.log(at(y, b, c) + epsilon))) / B;
      expect(Math.abs(loss - expected)).toBeLessThan(tolerance);
      expectClose(
        dy,
        matrix(B, C, (b, c) => -at(t, b, c) / (at(y, b, c) + epsilon) / B),
      );
    });
  });

  it('meanSquaredError is the mean of (x - t)²', () => {
    check(judged, ([x, t]) => {
      const [B, C] = x.shape;
      const dx = dirty(B, C);
      const error = (b: number, c: number) => at(x, b, c) - at(t, b, c);
      const expected = sum(B, (b) => sum(C, (c) => error(b, c) ** 2)) / (B * C);
      expect(Math.abs(kernels.meanSquaredError(dx, x, t) - expected)).toBeLessThan(tolerance);
      expectClose(
        dx,
        matrix(B, C, (b, c) => (2 * error(b, c)) / (B * C)),
      );
    });
  });

  it('descend takes rate times the gradient off', () => {
    check(rowsAndGradient, fc.double({ min: 0, max: 2, noNaN: true }), ([value, gradient], rate) => {
      const expected = Array.from(value.data, (v, i) => v - rate * gradient.data[i]);
      kernels.descend(value, gradient, rate);
      expectClose(value, expected);
    });
  });

  it('smoothTargets moves an even share of the truth to every class', () => {
    const smoothing = fc.double({ min: 0, max: 0.9, noNaN: true });
    const targets = fc.tuple(oddSize, oddSize).chain(([B, C]) => fc.tuple(targetsOf(dtype, B, C)));
    check(targets, smoothing, ([t], ε) => {
      const [B, C] = t.shape;
      const out = dirty(B, C);
      kernels.smoothTargets(out, t, ε);
      expectClose(
        out,
        matrix(B, C, (b, c) => (at(t, b, c) === 1 ? 1 - ε + ε / C : ε / C)),
      );
    });
  });

  it('add, multiply, scale and sumOfSquares do as they say', () => {
    check(rowsAndGradient, number, ([a, b], factor) => {
      const out = dirty(...a.shape);
      kernels.add(out, a, b);
      expectClose(
        out,
        Array.from(a.data, (value, i) => value + b.data[i]),
      );
      kernels.multiply(out, a, b);
      expectClose(
        out,
        Array.from(a.data, (value, i) => value * b.data[i]),
      );
      const squares = Array.from(a.data, (value) => value ** 2);
      expect(Math.abs(kernels.sumOfSquares(a) - sum(squares.length, (i) => squares[i]))).toBeLessThan(tolerance);
      const scaled = Array.from(a.data, (value) => factor * value);
      kernels.scale(a, factor);
      expectClose(a, scaled);
    });
  });
});

/** Stages whose gradients are right in a first batch of five rows, and wrong in the second. */
import { loss, networkStage, noOptions, type Tensor } from 'marblenet';

/** What a pullback does wrong. */
export type Fault =
  | 'nothing'
  | 'adds'
  | 'takes 5 rows'
  | 'keeps the first batch'
  | 'keeps a batch for its number of rows'
  | 'compares with what it keeps';

/** What is seen of a batch: what is kept, where that is the fault. */
function keeper(fault: Fault): (given: Tensor) => Float64Array | Float32Array {
  let kept: Float64Array | undefined;
  return ({ data }) => {
    if (fault === 'nothing' || fault === 'adds' || fault === 'takes 5 rows') return data;
    if (kept === undefined || (fault !== 'keeps the first batch' && kept.length !== data.length)) {
      kept = Float64Array.from(data);
    }
    return kept;
  };
}

/** A buffer for each number of rows, kept. */
function buffers(): (like: Tensor) => Tensor {
  const kept = new Map<number, Tensor>();
  return ({ shape, data }) => {
    const buffer = kept.get(shape[0]) ?? { shape, data: new Float64Array(data.length) };
    kept.set(shape[0], buffer);
    return buffer;
  };
}

/** y = a x / B, where a = 3 is learned. The gradient of `a` or of x is wrong, as is said. */
export const scaled = (of: 'a' | 'x', fault: Fault) =>
  networkStage({
    name: 'scaled',
    summary: 'y = a x / B',
    options: noOptions,
    example: 'scaled',
    build(_, { shape }, { kernels }) {
      const [value, gradient] = [kernels.allocate([1]), kernels.allocate([1])];
      value.data[0] = 3;
      const [outputs, inputs] = [buffers(), buffers()];
      const keep = keeper(fault);
      return {
        output: shape,
        parameters: [{ name: 'a', value, gradient }],
        forward(x) {
          const out = outputs(x);
          const B = x.shape[0];
          for (const [i, number] of x.data.entries()) out.data[i] = (value.data[0] * number) / B;
          const seen = keep(x);
          const rows = fault === 'takes 5 rows' ? 5 : B;
          return [
            out,
            (dy) => {
              const dx = inputs(x);
              if (of === 'x' || fault !== 'adds') gradient.data.fill(0);
              for (const [i, number] of dy.data.entries()) {
                gradient.data[0] += (number * seen[i]) / (of === 'a' ? rows : B);
                const slope = (number * value.data[0]) / (of === 'x' ? rows : B);
                dx.data[i] = of === 'x' && fault === 'adds' ? dx.data[i] + slope : slope;
              }
              return dx;
            },
          ];
        },
      };
    },
  })();

/** y = s (x + b), where s = 1 and b = 0 are learned: the gradient of x forgets s, or that of s forgets b. */
export const shifted = (forgets: 'nothing' | 's' | 'b') =>
  networkStage({
    name: 'shifted',
    summary: 'y = s (x + b)',
    options: noOptions,
    example: 'shifted',
    build(_, { shape }, { kernels }) {
      const [s, b] = ['s', 'b'].map((name) => ({
        name,
        value: kernels.allocate([1]),
        gradient: kernels.allocate([1]),
      }));
      s.value.data[0] = 1;
      return {
        output: shape,
        parameters: [s, b],
        forward: (x) => [
          { shape: x.shape, data: x.data.map((value) => s.value.data[0] * (value + b.value.data[0])) },
          (dy) => {
            const [times, plus] = [s.value.data[0], b.value.data[0]];
            s.gradient.data[0] = b.gradient.data[0] = 0;
            for (const [i, slope] of dy.data.entries()) {
              s.gradient.data[0] += slope * (x.data[i] + (forgets === 'b' ? 0 : plus));
              b.gradient.data[0] += slope * times;
            }
            return { shape: dy.shape, data: dy.data.map((slope) => slope * (forgets === 's' ? 1 : times)) };
          },
        ],
      };
    },
  })();

/** y = x² / B, an activation by its family, with a pullback of its own. */
export const square = (fault: Fault) =>
  networkStage({
    name: 'square',
    summary: 'y = x² / B',
    family: 'activations',
    options: noOptions,
    example: 'square',
    build(_, { shape }) {
      const [outputs, inputs] = [buffers(), buffers()];
      const keep = keeper(fault);
      return {
        output: shape,
        forward(x) {
          const out = outputs(x);
          const B = x.shape[0];
          for (const [i, number] of x.data.entries()) out.data[i] = number ** 2 / B;
          const seen = keep(x);
          return [
            out,
            (dy) => {
              const dx = inputs(x);
              for (const [i, number] of dy.data.entries()) {
                const slope = (2 * seen[i] * number) / (fault === 'takes 5 rows' ? 5 : B);
                dx.data[i] = fault === 'adds' ? dx.data[i] + slope : slope;
              }
              return dx;
            },
          ];
        },
      };
    },
  })();

/** L = Σ (x - t)² / B */
export const distance = (fault: Fault) =>
  loss({
    name: 'distance',
    summary: 'Σ (x - t)² / B',
    options: noOptions,
    example: 'distance',
    loss: () => {
      const keep = keeper(fault);
      return (dx, x, t) => {
        const B = x.shape[0];
        const truth = keep(t);
        const compared = fault === 'compares with what it keeps' ? truth : t.data;
        let sum = 0;
        for (const [i, value] of x.data.entries()) {
          sum += (value - compared[i]) ** 2;
          const slope = (2 * (value - truth[i])) / (fault === 'takes 5 rows' ? 5 : B);
          dx.data[i] = fault === 'adds' ? dx.data[i] + slope : slope;
        }
        return sum / B;
      };
    },
  })();

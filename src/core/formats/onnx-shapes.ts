/** The shape of what an operator of ONNX gives, for one sample: without the axis of the batch. */
import type { OnnxAttribute } from '../onnx-rule.js';
import { type Shape, sizeOf } from '../tensor.js';

/** An input: a value of a sample, or a tensor that is the same for all. */
export interface ShapedInput {
  readonly sample: Shape | undefined;
  readonly tensor: Shape | undefined;
}

type Attributes = Readonly<Record<string, OnnxAttribute>>;

/** Of operators that change the shape; what others give has the shape of the first value that they read. */
const changing: Readonly<Record<string, (x: Shape, inputs: readonly ShapedInput[], attributes: Attributes) => Shape>> =
  {
    Constant: () => [],
    Flatten: (x) => [sizeOf(x)],
    Gemm: (x, inputs) => inputs.at(1)?.tensor?.slice(1) ?? x,
    MatMul: (x, inputs) => inputs.at(1)?.tensor?.slice(1) ?? x,
    Unsqueeze: (x) => [1, ...x],
    Transpose: (x, _, { perm }) =>
      numbersOf(perm)
        .slice(1)
        .map((axis) => x[axis - 1]),
    GlobalAveragePool: ([C]) => [C, 1, 1],
    Conv: (x, inputs, attributes) => [inputs.at(1)?.tensor?.[0] ?? 1, ...slid(x, attributes)],
    MaxPool: (x, _, attributes) => [x[0], ...slid(x, attributes)],
    AveragePool: (x, _, attributes) => [x[0], ...slid(x, attributes)],
  };

/** The height and width that windows over [C, H, W] leave. */
function slid([, ...lengths]: Shape, attributes: Attributes): Shape {
  const { window, strides, pads, dilations } = windowsOf(attributes);
  return lengths.map((length, axis) => {
    const padded = length + pads[axis] + pads[axis + 2];
    return Math.floor((padded - dilations[axis] * (window[axis] - 1) - 1) / strides[axis]) + 1;
  });
}

/** The attributes of operators with windows; pads are those above, on the left, below and on the right. */
export const windowsOf = ({ kernel_shape, strides, pads, dilations = [1n, 1n] }: Attributes) => ({
  window: numbersOf(kernel_shape),
  strides: numbersOf(strides),
  pads: numbersOf(pads),
  dilations: numbersOf(dilations),
});

const numbersOf = (given: OnnxAttribute): readonly number[] => (Array.isArray(given) ? given.map(Number) : []);

export function outputShapeOf(op: string, inputs: readonly ShapedInput[], attributes: Attributes): Shape {
  const x = inputs.find(({ sample }) => sample !== undefined)?.sample ?? [];
  return Object.hasOwn(changing, op) ? changing[op](x, inputs, attributes) : x;
}

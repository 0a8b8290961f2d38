import type { WindowShape } from '../kernels/windows.js';
import type { OnnxAttribute } from '../onnx-rule.js';

/** Windows as the attributes of ONNX's Conv, MaxPool and AveragePool. */
export const onnxWindows = ({ window, stride, padding }: WindowShape): Readonly<Record<string, OnnxAttribute>> => ({
  kernel_shape: window.map(BigInt),
  strides: stride.map(BigInt),
  pads: padding.map(BigInt),
});

import type { Convolution, ConvolutionShape } from '../kernels/convolution.js';
import { planConvolution } from './convolution-plan.js';
import type { guardOf } from './or-textbook.js';
import type { Planner } from './planner.js';
import { overwritten, written } from './wasm-arena.js';
import type { ConvolutionForward, ConvolutionGradient, ConvolutionInputGradient } from './wasm-exports.js';
import { isForWinograd, planWinograd } from './winograd-plan.js';

/** The kernel of each product, with a pointer to its plan. */
interface Kernels {
  readonly forward: readonly [ConvolutionForward, number];
  readonly gradient: readonly [ConvolutionGradient, number];
  readonly inputGradient: readonly [ConvolutionInputGradient, number];
}

/** Those that suit a convolution, planned for batches of `size` images. */
function kernelsFor(shape: ConvolutionShape, size: number, planner: Planner): Kernels {
  const { wasm } = planner;
  if (isForWinograd(shape, planner.dtype)) {
    const { forward, back } = planWinograd(shape, size, planner);
    return {
      forward: [wasm.winograd, forward],
      gradient: [wasm.winogradGradient, forward],
      inputGradient: [wasm.winogradInputGradient, back],
    };
  }
  const { pointer, isDepthwise } = planConvolution(shape, size, planner);
  return isDepthwise
    ? {
        forward: [wasm.depthwise, pointer],
        gradient: [wasm.depthwiseGradient, pointer],
        inputGradient: [wasm.depthwiseInputGradient, pointer],
      }
    : {
        forward: [wasm.convolution, pointer],
        gradient: [wasm.convolutionGradient, pointer],
        inputGradient: [wasm.convolutionInputGradient, pointer],
      };
}

export function wasmConvolution(
  shape: ConvolutionShape,
  size: number,
  planner: Planner,
  orTextbook: ReturnType<typeof guardOf>,
  textbook: Convolution,
): Convolution {
  const kernels = kernelsFor(shape, size, planner);
  const [forward, forwardPlan] = kernels.forward;
  const [gradient, gradientPlan] = kernels.gradient;
  const [inputGradient, inputGradientPlan] = kernels.inputGradient;
  return {
    forward: orTextbook(4, textbook.forward, (out, x, W, b) => {
      forward(forwardPlan, overwritten(out), written(x), written(W), written(b), x.shape[0]);
    }),
    gradient: orTextbook(4, textbook.gradient, (dW, db, dout, x) => {
      gradient(gradientPlan, overwritten(dW), overwritten(db), written(dout), written(x), x.shape[0]);
    }),
    inputGradient: orTextbook(3, textbook.inputGradient, (dx, dout, W) => {
      inputGradient(inputGradientPlan, overwritten(dx), written(dout), written(W), dx.shape[0]);
    }),
  };
}

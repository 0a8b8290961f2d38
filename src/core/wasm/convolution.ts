import type { Convolution } from '../kernels/convolution.js';
import type { ConvolutionPlan } from './convolution-plan.js';
import type { guardOf } from './or-textbook.js';
import { overwritten, written } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/** The kernels of a convolution as it was planned. */
export function wasmConvolution(
  { pointer, isDepthwise }: ConvolutionPlan,
  wasm: WasmExports,
  orTextbook: ReturnType<typeof guardOf>,
  textbook: Convolution,
): Convolution {
  const [forward, gradient, inputGradient] = isDepthwise
    ? [wasm.depthwise, wasm.depthwiseGradient, wasm.depthwiseInputGradient]
    : [wasm.convolution, wasm.convolutionGradient, wasm.convolutionInputGradient];
  return {
    forward: orTextbook(4, textbook.forward, (out, x, W, b) => {
      forward(pointer, overwritten(out), written(x), written(W), written(b), x.shape[0]);
    }),
    gradient: orTextbook(4, textbook.gradient, (dW, db, dout, x) => {
      gradient(pointer, overwritten(dW), overwritten(db), written(dout), written(x), x.shape[0]);
    }),
    inputGradient: orTextbook(3, textbook.inputGradient, (dx, dout, W) => {
      inputGradient(pointer, overwritten(dx), written(dout), written(W), dx.shape[0]);
    }),
  };
}

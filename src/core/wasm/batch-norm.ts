import type { BatchNorm } from '../kernels/batch-norm.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { overwritten, type WasmArena, written } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/** The kernels of a batch normalization of C columns, with memory of its own to work in. */
export function wasmBatchNorm(
  C: number,
  epsilon: number,
  { arena, wasm }: { arena: WasmArena; wasm: WasmExports },
  textbook: BatchNorm,
): BatchNorm {
  const work = arena.reserve(wasm.normalizationBytes(C));
  const hold = (...tensors: readonly Tensor[]): boolean => tensors.every((tensor) => arena.holds(tensor));
  const rowsOf = ({ shape }: Tensor): number => sizeOf(shape) / C;
  return {
    statistics(of, x) {
      const { mean, variance } = of;
      if (!hold(mean, variance, x)) return textbook.statistics(of, x);
      wasm.columnStatistics(overwritten(mean), overwritten(variance), written(x), rowsOf(x), C, work);
    },

    forward(y, x, gamma, beta, by) {
      const { mean, variance } = by;
      if (!hold(y, x, gamma, beta, mean, variance)) return textbook.forward(y, x, gamma, beta, by);
      wasm.batchNorm(
        overwritten(y),
        written(x),
        written(gamma),
        written(beta),
        written(mean),
        written(variance),
        epsilon,
        rowsOf(x),
        C,
        work,
      );
    },

    inputGradient: textbook.inputGradient, // nothing trains by it

    backward(dx, dgamma, dbeta, dy, x, gamma, by) {
      const { mean, variance } = by;
      if (!hold(dx, dgamma, dbeta, dy, x, gamma, mean, variance)) {
        return textbook.backward(dx, dgamma, dbeta, dy, x, gamma, by);
      }
      wasm.batchNormBackward(
        overwritten(dx),
        overwritten(dgamma),
        overwritten(dbeta),
        written(dy),
        written(x),
        written(gamma),
        written(mean),
        written(variance),
        epsilon,
        rowsOf(x),
        C,
        work,
      );
    },
  };
}

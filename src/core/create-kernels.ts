import type { Backend, Kernels, Threads } from './kernels/kernels.js';
import { createOutlineKernels } from './kernels/outline.js';
import { createTextbookKernels } from './kernels/textbook.js';
import type { DType } from './tensor.js';
import { createWasmKernels } from './wasm/wasm-kernels.js';
import { wasmFlavour, wasmIsSupported } from './wasm/wasm-module.js';

/** The kernels of a back end; the textbook's, with the reason, where this machine cannot run WebAssembly with SIMD. */
export function createKernels(dtype: DType, backend: Backend, threads?: Threads): Kernels {
  if (backend === 'typescript') return createTextbookKernels(dtype);
  if (!wasmIsSupported()) return textbookBecause(dtype, 'there is no WebAssembly with SIMD');
  try {
    return createWasmKernels(dtype, threads);
  } catch (error) {
    if (error instanceof RangeError) {
      const limit = 'ulimit -v or the like may set a limit that it does not fit into';
      return textbookBecause(dtype, `there are too few addresses for WebAssembly; ${limit} (${error.message})`);
    }
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    // what is valid and yet not compiled was forbidden
    const advice = "a Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src";
    return textbookBecause(dtype, `WebAssembly is not compiled here; ${advice} (${error.message})`);
  }
}

/** Kernels that stand for those of a back end as long as nothing is computed. */
export const outlineKernels = (dtype: DType, backend: Backend): Kernels =>
  createOutlineKernels(dtype, wasmIsSupported() ? backend : 'typescript');

const textbookBecause = (dtype: DType, reason: string): Kernels => ({
  ...createTextbookKernels(dtype),
  fallback: `backend: typescript, not wasm: ${reason}`,
});

/** What computes where `wasm` is asked for, in words. */
export const wasmInWords = (): string =>
  wasmIsSupported() ? `WebAssembly, ${wasmFlavour()}` : "the textbook's loops: there is no WebAssembly with SIMD";

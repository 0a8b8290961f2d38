import type { Backend, Kernels, Threads } from './kernels/kernels.js';
import { createTextbookKernels } from './kernels/textbook.js';
import type { DType } from './tensor.js';
import { createWasmKernels } from './wasm/wasm-kernels.js';
import { wasmFlavour, wasmIsSupported } from './wasm/wasm-module.js';

/** The kernels of a back end; the textbook's where the host cannot run WebAssembly with SIMD. */
export const createKernels = (dtype: DType, backend: Backend, threads?: Threads): Kernels =>
  backend === 'wasm' && wasmIsSupported() ? createWasmKernels(dtype, threads) : createTextbookKernels(dtype);

/** What computes where `wasm` is asked for, in words. */
export const wasmInWords = (): string =>
  wasmIsSupported() ? `WebAssembly, ${wasmFlavour()}` : "the textbook's loops: there is no WebAssembly with SIMD";

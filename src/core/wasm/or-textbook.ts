import type { Tensor } from '../tensor.js';
import type { WasmArena } from './wasm-arena.js';

/**
 * Guards kernels that read and write this memory. A tensor may lie elsewhere, since a plug-in may allocate its own; then the
 * textbook's loops compute in place of the kernel.
 *
 * The guard takes how many of the arguments, from the first, are tensors. It costs no time that could be measured: a
 * kernel is compiled into its guard.
 */
export const guardOf =
  (arena: WasmArena) =>
  <Args extends readonly unknown[], Result>(
    tensors: number,
    textbook: (...args: Args) => Result,
    kernel: (...args: Args) => Result,
  ) =>
  (...args: Args): Result => {
    for (let i = 0; i < tensors; i++) if (!arena.holds(args[i] as Tensor)) return textbook(...args);
    return kernel(...args);
  };

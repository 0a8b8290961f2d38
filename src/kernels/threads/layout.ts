/**
 * The bottom of the memory, which every thread knows: words that threads communicate through (parallel.ts), a cache line for
 * each group of them; blocks for the arguments of kernels; zeros; and the kernels' constants. docs/kernels.md has a map.
 *
 * What must fit is checked by the compiler: ERROR is a compile error, unless the condition before it is false.
 */

/** Chunks not yet taken: [front, end), front in the low half, end in the high half. */
export const OPEN: usize = 64;
/** How many chunks the workers have finished. */
export const FINISHED: usize = 128;
/** Whether the calling thread sleeps until a worker has finished something. */
export const CALLER_SLEEPS: usize = 132;
/** Where workers sleep, and how many do. */
export const WAKE_UPS: usize = 192;
export const SLEEPING: usize = 196;
/** How many workers there are. */
export const WORKERS: usize = 200;
/** The state of the prefetch, and the function that runs it. */
export const PREFETCH: usize = 256;
export const PREFETCH_FUNCTION: usize = 260;
/** The function that runs a chunk of the kernel that is dispatched, and how many chunks are reserved for workers. */
export const KERNEL: usize = 320;
export const RESERVED: usize = 324;
/** Whether V8 makes one vector of two, which kernels cannot see by themselves. */
export const PAIRED: usize = 328;

/** Bytes of each block of arguments. */
const BLOCK_BYTES: usize = 128;

/** The arguments of a kernel that is joined before it returns. */
export const ARGUMENTS: usize = 384;
/** The arguments of a prefetch. */
export const PREFETCH_ARGUMENTS: usize = ARGUMENTS + BLOCK_BYTES;
/** The arguments of a kernel that may be joined later: others are called before it is. */
export const DEFERRED_ARGUMENTS: usize = PREFETCH_ARGUMENTS + BLOCK_BYTES;

/** Zeros, which are never written: a bias where there is none. */
export const ZEROS: usize = DEFERRED_ARGUMENTS + BLOCK_BYTES;

/** Where the compiler puts the kernels' constants: `--memoryBase` in scripts/kernels.mjs. */
const CONSTANTS: usize = 1024;

export const ZEROS_BYTES: usize = CONSTANTS - ZEROS;

/** Bytes of the kernels' constants; behind them begins what the arena hands out (src/core/wasm/wasm-arena.ts). */
export const CONSTANTS_BYTES: i32 = <i32>(__heap_base - CONSTANTS);

/** A block of arguments. The compiler refuses a T that does not fit. */
// @ts-ignore: decorator
@inline
export function argumentsAt<T>(block: usize): T {
  if (offsetof<T>() > BLOCK_BYTES) ERROR('the arguments of a kernel do not fit their block');
  return changetype<T>(block);
}

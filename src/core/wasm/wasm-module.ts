/** The compiled kernels: which of the four there are suits the machine and the type of floats. */
import type { DType } from '../tensor.js';
import { binaries } from './kernels-wasm-binary.js';

let isValid: boolean | undefined;

/** Whether this machine can run them: 128-bit SIMD and shared memory. It is found out once: a sweep asks for each of its trials. */
export function wasmIsSupported(): boolean {
  if (typeof WebAssembly !== 'object') return false;
  isValid ??= Object.values(binaries).some(({ float32 }) => WebAssembly.validate(decoded(float32))); // a page may load but one
  return isValid;
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** Relaxed SIMD has fused multiply-add, where the JavaScript engine lets WebAssembly use it. */
export const wasmFlavour = (): 'relaxed SIMD' | 'plain SIMD' =>
  WebAssembly.validate(decoded(binaries.relaxed.float32)) ? 'relaxed SIMD' : 'plain SIMD';

/** What was compiled, by its text: a second pipeline finds it compiled, and optimized by the first one's runs. */
const modules = { shared: new Map<string, WebAssembly.Module>(), plain: new Map<string, WebAssembly.Module>() };

/** @throws WebAssembly.CompileError where a page's Content-Security-Policy forbids it. */
export function moduleFor(dtype: DType, onSharedMemory: boolean): WebAssembly.Module {
  const text = binaries[wasmFlavour() === 'relaxed SIMD' ? 'relaxed' : 'plain'][dtype];
  const known = onSharedMemory ? modules.shared : modules.plain;
  const bytes = () => (onSharedMemory ? decoded(text) : forPlainMemory(decoded(text)));
  const module = known.get(text) ?? new WebAssembly.Module(bytes());
  known.set(text, module);
  return module;
}

/** What a memory may be, both with a maximum. */
const SHARED = 3;
const PLAIN = 1;

/** How the import of the memory begins: its name in two parts, that it is a memory, and which. */
const MEMORY_IMPORT = [3, ...latin('env'), 6, ...latin('memory'), 2, SHARED];

/**
 * The same kernels for memory that is not shared: a byte of the import says so. Atomic operations are as valid there, but
 * for waiting, which only threads do. Source: https://webassembly.github.io/threads/core/binary/types.html#limits
 */
function forPlainMemory(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const start = bytes.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => bytes[i + j] === byte));
  if (start < 0) throw new Error('the kernels import no shared memory');
  bytes[start + MEMORY_IMPORT.length - 1] = PLAIN;
  return bytes;
}

function latin(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}

/** The compiled kernels: which of the four there are suits the machine and the type of floats. */
import type { DType } from '../tensor.js';
import { binaries } from './kernels-wasm-binary.js';

/** Whether this machine can run them: 128-bit SIMD and shared memory. */
export const wasmIsSupported = (): boolean =>
  typeof WebAssembly === 'object' && WebAssembly.validate(decoded(binaries.plain.float32));

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
const modules = new Map<string, WebAssembly.Module>();

export function moduleFor(dtype: DType): WebAssembly.Module {
  const text = binaries[wasmFlavour() === 'relaxed SIMD' ? 'relaxed' : 'plain'][dtype];
  const module = modules.get(text) ?? new WebAssembly.Module(decoded(text));
  modules.set(text, module);
  return module;
}

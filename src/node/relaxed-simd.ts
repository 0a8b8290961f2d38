import { setFlagsFromString } from 'node:v8';

/**
 * Lets the WebAssembly of this process use relaxed SIMD on Node 20, whose V8 has it, one version before it became the
 * default: its fused multiply-add takes up to an eighth off a step. Later versions of Node need not be told.
 *
 * A setting of the whole process, so it is for the process to make: before the first pipeline is built. `pipeline` does.
 */
export function allowRelaxedSimd(): void {
  // others do not know the flag, and would complain on stderr
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}

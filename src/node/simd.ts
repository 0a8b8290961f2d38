import { setFlagsFromString } from 'node:v8';

/** Versions of Node that are known to know `--experimental-wasm-revectorize`, and to make something of it. */
const REVECTORIZING = ['24', '25', '26'];

/**
 * Lets the WebAssembly of this process use what its V8 has, but leaves alone by itself:
 *
 * - On Node 20, relaxed SIMD, one version before it became the default: its fused multiply-add takes up to an eighth off a
 *   step.
 * - On Node 24 and later, on a processor with AVX2, vectors of 32 bytes: V8 makes one of two that lie side by side and have
 *   the same done to them. That takes a quarter to a third off a step, and changes no bit of what comes out. V8 calls it
 *   experimental, and it has been seen to err (src/kernels/activations/gelu.ts): every kernel is tested as that machine code, too.
 *
 * A setting of the whole process, so it is for the process to make: before the first pipeline is built. `pipeline` does.
 * Returns the flags of V8 that it set; none where the environment variable MARBLENET_SIMD is `standard`.
 */
export function allowFasterSimd(): readonly string[] {
  if (process.env.MARBLENET_SIMD === 'standard') return [];
  const flags = flagsFor(process.versions.node.split('.')[0]);
  for (const flag of flags) setFlagsFromString(flag);
  return flags;
}

// Others do not know these flags, and would complain on stderr.
function flagsFor(version: string): readonly string[] {
  if (version === '20') return ['--experimental-wasm-relaxed-simd'];
  if (process.arch === 'x64' && REVECTORIZING.includes(version)) return ['--experimental-wasm-revectorize'];
  return [];
}

import { setFlagsFromString } from 'node:v8';
import { pairVectors } from '../core/paired-vectors.js';

/** Makes one vector of two that lie side by side and have the same done to them. */
const PAIRING = '--experimental-wasm-revectorize';

/**
 * The versions of V8 whose vectors of 32 bytes may be used, each with a version of Node that has it: those whose machine
 * code of these kernels the project's own tests have run and read (.ci/run). V8 calls what makes them experimental, and it
 * has been seen to err (src/kernels/activations/gelu.ts), so a version that is not listed does without.
 */
const PAIRING_V8: Readonly<Record<string, string>> = {
  '13.6.233.17': '24.21',
  '14.1.146.11': '25.9',
  '14.6.202.34': '26.10',
};

/** What WebAssembly may use in this process beside what V8 gives it anyway, or why it may not. */
export interface SimdChoice {
  /** Flags of V8; none where it is left as it is. */
  readonly flags: readonly string[];
  /** A sentence for `pipeline doctor`. */
  readonly reason: string;
}

/** What `allowFasterSimd` does in such a process. */
export function chooseSimd(
  { node, v8 }: { readonly node: string; readonly v8: string },
  arch: string,
  setting = process.env.MARBLENET_SIMD,
): SimdChoice {
  if (setting === 'standard') return { flags: [], reason: 'MARBLENET_SIMD=standard leaves V8 as it is' };
  // Other versions do not know these flags, and would complain on stderr.
  if (node.startsWith('20.')) {
    return { flags: ['--experimental-wasm-relaxed-simd'], reason: 'fused multiply-add, by a flag of V8' };
  }
  if (arch !== 'x64') return { flags: [], reason: 'vectors of 16 bytes: those of 32 are for x64 processors' };
  const [version] = v8.split('-'); // without Node's own revision: 13.6.233.17-node.53
  if (Object.hasOwn(PAIRING_V8, version)) {
    return { flags: [PAIRING], reason: 'vectors of 32 bytes, by a flag of V8' };
  }
  const tested = Object.entries(PAIRING_V8).map(([known, release]) => `${known} (Node ${release})`);
  return {
    flags: [],
    reason: `vectors of 16 bytes: those of 32 are tested on V8 ${tested.join(', ')} alone, and this is ${version}`,
  };
}

/**
 * Lets the WebAssembly of this process use what its V8 has, but leaves alone by itself:
 *
 * - On Node 20, relaxed SIMD, one version before it became the default: its fused multiply-add takes up to an eighth off a
 *   step.
 * - On later versions that are known to do it right, on a processor with AVX2, vectors of 32 bytes: V8 makes one of two
 *   that lie side by side and have the same done to them. That takes a quarter to a third off a step, and changes no bit of
 *   what comes out.
 *
 * A setting of the whole process, so it is for the process to make: before the first pipeline is built. `pipeline` does.
 *
 * @returns the flags of V8 that it set; none where the environment variable MARBLENET_SIMD is `standard`.
 */
export function allowFasterSimd(): readonly string[] {
  const { flags } = chooseSimd(process.versions, process.arch);
  for (const flag of flags) setFlagsFromString(flag);
  if (flags.includes(PAIRING)) pairVectors();
  return flags;
}

/** Which exports compute an activation that a formula declares. */
import type { ActivationKernel } from '../kernels/kernels.js';
import type { Backward, Forward, WasmExports } from './wasm-exports.js';

/** An activation's kernels, and which of x and y = f(x) the derivative is computed from. */
interface Activation {
  readonly forward: Forward;
  readonly backward: Backward;
  readonly saves: 'x' | 'y';
}

export const activationsOf = (wasm: WasmExports): Readonly<Record<ActivationName, Activation>> => ({
  elu: { forward: wasm.elu, backward: wasm.eluBackward, saves: 'y' },
  gelu: { forward: wasm.gelu, backward: wasm.geluBackward, saves: 'x' },
  hardSwish: { forward: wasm.hardSwish, backward: wasm.hardSwishBackward, saves: 'x' },
  identity: { forward: wasm.identity, backward: wasm.identityBackward, saves: 'x' },
  leakyRelu: { forward: wasm.leakyRelu, backward: wasm.leakyReluBackward, saves: 'x' },
  mish: { forward: wasm.mish, backward: wasm.mishBackward, saves: 'x' },
  relu: { forward: wasm.relu, backward: wasm.reluBackward, saves: 'y' },
  sigmoid: { forward: wasm.sigmoid, backward: wasm.sigmoidBackward, saves: 'y' },
  softplus: { forward: wasm.softplus, backward: wasm.softplusBackward, saves: 'x' },
  swish: { forward: wasm.swish, backward: wasm.swishBackward, saves: 'x' },
  tanh: { forward: wasm.tanh, backward: wasm.tanhBackward, saves: 'y' },
});

type ActivationName = Extract<ActivationKernel, string> | Exclude<ActivationKernel, string>[0];

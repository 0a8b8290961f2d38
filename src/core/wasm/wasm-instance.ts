import { vectorsArePaired } from '../paired-vectors.js';
import type { DType } from '../tensor.js';
import { Panels } from './panels.js';
import { WasmArena } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';
import { moduleFor } from './wasm-module.js';

/** The kernels, on a memory of their own. */
export interface WasmInstance {
  readonly arena: WasmArena;
  readonly wasm: WasmExports;
  /** What workers instantiate on the same memory, each with a panel of its own. */
  readonly module: WebAssembly.Module;
  readonly panels: Panels;
}

export function instantiate(dtype: DType): WasmInstance {
  const arena = new WasmArena();
  const module = moduleFor(dtype, arena.isShared);
  const imports = { env: { memory: arena.memory, log: Math.log } };
  const wasm = new WebAssembly.Instance(module, imports).exports as unknown as WasmExports;
  if (vectorsArePaired()) wasm.pairVectors();
  // The compiler puts the constants where the arena's first piece begins.
  arena.reserve(wasm.CONSTANTS_BYTES.value);
  return { arena, wasm, module, panels: new Panels(arena, wasm) };
}

import type { WasmArena } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/**
 * The panels of all threads, memory of its own that each packs into (src/kernels/threads/panel.ts): as large as what was
 * planned needs, and at least PANEL_BYTES.
 */
export class Panels {
  #bytes: number;
  /** Those that workers have; undefined as long as there are none. */
  #bytesOfWorkers: number | undefined;

  constructor(
    private readonly arena: WasmArena,
    private readonly wasm: WasmExports,
  ) {
    this.#bytes = wasm.PANEL_BYTES.value;
    wasm.setPanel(arena.reserve(this.#bytes));
  }

  /**
   * Sees to it that the calling thread's panel has so many bytes, and those of workers that are still to start.
   *
   * @returns whether those of workers that have started do, too: else they must not run what needs so many.
   */
  widen(bytes: number): boolean {
    if (bytes > this.#bytes) {
      this.#bytes = bytes;
      this.wasm.setPanel(this.arena.reserve(bytes));
    }
    return this.#bytesOfWorkers === undefined || bytes <= this.#bytesOfWorkers;
  }

  /** A pointer to a panel for a worker. */
  reserve(): number {
    this.#bytesOfWorkers = this.#bytes;
    return this.arena.reserve(this.#bytes);
  }
}

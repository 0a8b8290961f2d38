import type { WasmExports } from './kernels-wasm.js';
import type { Lists, SparseBatches } from './sparse-batches.js';
import type { Tensor } from './tensor.js';
import type { TiledMatrices } from './tiled-matrices.js';
import type { WasmTensor } from './wasm-arena.js';

/**
 * dW = xᵀ dout of a sparse x, put off until somebody looks at it; plain descent need not: it steps against a gradient that
 * is never written to memory.
 */
export class DeferredGradient {
  #dout: Tensor | undefined;
  /** x, by row where there are few tiles, by column where there are many. */
  #x: Lists | undefined;
  /** In few tiles, each of which is one thread's, it is taken from the rows of x; in more, it pays to turn x into columns. */
  readonly #fromRows: boolean;

  constructor(
    private readonly dW: WasmTensor,
    private readonly wasm: WasmExports,
    private readonly tiled: TiledMatrices,
    private readonly sparse: SparseBatches,
  ) {
    this.#fromRows = wasm.hasFewTiles(dW.shape[1]) !== 0;
  }

  /** From here on, dW is that of this dout and this x. Returns false, and does nothing, where x is not sparse. */
  putOff(dout: Tensor, x: Tensor): boolean {
    this.#x = this.#fromRows ? this.sparse.rowsOf(x) : this.sparse.columnsOf(x);
    if (this.#x === undefined) return false;
    this.#dout = dout;
    this.dW.pending = this.#write;
    return true;
  }

  get isDeferred(): boolean {
    return this.dW.pending === this.#write;
  }

  /** value -= rate dW, without dW. */
  descend(value: WasmTensor, rate: number): void {
    if (this.#x === undefined || this.#dout === undefined) return;
    const tiles = this.tiled.change(value);
    if (this.#fromRows) {
      this.#addOuter(tiles, -rate, false, this.#x, this.#dout);
    } else {
      const { lists, ends, table, entries } = this.#x;
      const [D, H] = this.dW.shape;
      const B = this.#dout.shape[0];
      this.wasm.sparseDescend(tiles, lists, ends, table, this.tiled.read(this.#dout), B, rate, D, H, entries);
    }
  }

  readonly #write = (): void => {
    const [x, dout] = [this.#x, this.#dout];
    if (x === undefined || dout === undefined) return;
    if (this.#fromRows) {
      this.tiled.write(this.dW, (tiles) => this.#addOuter(tiles, 1, true, x, dout));
    } else {
      const { lists, middles, ends, table, entries } = x;
      const [D, H] = this.dW.shape;
      const tiles = this.tiled.read(dout);
      this.wasm.sparseProduct(this.dW.pointer, lists, middles, ends, table, tiles, dout.shape[0], 0, D, H, entries);
    }
  };

  #addOuter(tiles: number, factor: number, afresh: boolean, x: Lists, dout: Tensor): void {
    const { lists, middles, ends, table, entries } = x;
    const [B, H] = dout.shape;
    const D = this.dW.shape[0];
    this.wasm.sparseOuter(tiles, D, lists, middles, ends, table, dout.data.byteOffset, factor, afresh, B, H, entries);
  }
}

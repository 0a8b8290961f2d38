import type { Tensor } from '../tensor.js';
import type { SparseBatches, SparseMatrix } from './sparse-batches.js';
import type { TiledMatrices } from './tiled-matrices.js';
import type { WasmTensor } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/**
 * dW = xᵀ dout of a sparse x, computed when dW.data is read. Plain descent never reads it: it updates the weights in the same
 * pass over the nonzeros, and dW is not written at all.
 *
 * x and dout are read when dW is computed, so they must not change before.
 */
export class DeferredGradient {
  #dout: Tensor | undefined;
  /** x where dW has few tiles, xᵀ where it has many. */
  #x: SparseMatrix | undefined;
  /** The first half of the columns, transposed by the prefetch, beside x: where that pays. */
  #firstHalf: SparseMatrix | undefined;
  /** A matrix with few tiles is cut into halves of its rows, one a thread, each computed from the rows of x. */
  readonly #hasFewTiles: boolean;

  constructor(
    private readonly dW: WasmTensor,
    private readonly wasm: WasmExports,
    private readonly tiled: TiledMatrices,
    private readonly sparse: SparseBatches,
  ) {
    this.#hasFewTiles = wasm.hasFewTiles(dW.shape[1]) !== 0;
  }

  /** From here on, dW is that of this dout and this x. Returns false, and does nothing, where x is not sparse. */
  defer(dout: Tensor, x: Tensor): boolean {
    this.#x = this.#hasFewTiles ? this.sparse.csrOf(x) : this.sparse.transposeOf(x, 'all');
    if (this.#x === undefined) return false;
    const [D, H] = this.dW.shape;
    const isTransposed = this.#hasFewTiles && this.wasm.firstHalfIsTransposed(this.#x.nonzeros, x.shape[0], D, H);
    this.#firstHalf = isTransposed ? this.sparse.transposeOf(x, 'first half') : undefined;
    this.#dout = dout;
    this.tiled.reserveScratch(this.#hasFewTiles ? this.dW : dout);
    this.dW.pending = this.#write;
    return true;
  }

  get isDeferred(): boolean {
    return this.dW.pending === this.#write;
  }

  /** value -= rate dW, without dW. */
  descend(value: WasmTensor, rate: number): void {
    const tiles = this.tiled.update(value);
    if (this.#hasFewTiles) this.#outer(tiles, rate, false);
    else this.#transposed(this.wasm.sparseDescend, tiles, rate);
  }

  readonly #write = (): void => {
    if (this.#hasFewTiles) this.tiled.write(this.dW, (tiles) => this.#outer(tiles, -1, true));
    else this.#transposed(this.wasm.sparseProduct, this.dW.pointer, 0);
  };

  /** tiles -= rate xᵀ dout, from x; or tiles = -rate xᵀ dout. */
  #outer(tiles: number, rate: number, overwrite: boolean): void {
    if (this.#x === undefined || this.#dout === undefined) return;
    const { starts, middles, ends, table, nonzeros } = this.#x;
    const [B, H] = this.#dout.shape;
    this.wasm.sparseOuter(
      tiles,
      starts,
      middles,
      ends,
      table,
      this.#dout.data.byteOffset,
      this.dW.shape[0],
      rate,
      overwrite,
      B,
      H,
      nonzeros,
      this.#firstHalf?.starts ?? 0,
      this.#firstHalf?.ends ?? 0,
    );
  }

  /** The product of xᵀ and dout, by a kernel that writes it or subtracts it. The last argument is a bias, or a rate. */
  #transposed(kernel: WasmExports['sparseProduct' | 'sparseDescend'], out: number, biasOrRate: number): void {
    if (this.#x === undefined || this.#dout === undefined) return;
    const { starts, middles, ends, table, nonzeros } = this.#x;
    const [D, H] = this.dW.shape;
    const B = this.#dout.shape[0];
    kernel(out, starts, middles, ends, table, this.tiled.read(this.#dout), B, biasOrRate, D, H, nonzeros);
  }
}

import type { Tensor } from '../tensor.js';
import type { Lists, SparseBatches } from './sparse-batches.js';
import type { TiledMatrices } from './tiled-matrices.js';
import type { WasmTensor } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/**
 * dW = xᵀ dout of a sparse x, put off until somebody looks at it; plain descent need not: it steps against a gradient that
 * is never written to memory.
 */
export class DeferredGradient {
  #dout: Tensor | undefined;
  /** x, by row where there are few tiles, by column where there are many. */
  #x: Lists | undefined;
  /** The first half of the columns, beside the rows, where it pays to have turned it beforehand. */
  #firstHalf: Lists | undefined;
  /** In few tiles, half of which is one thread's, it is taken from the rows of x; in more, x is turned beforehand. */
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
    this.#x = this.#fromRows ? this.sparse.rowsOf(x) : this.sparse.columnsOf(x, 'all');
    if (this.#x === undefined) return false;
    const [D, H] = this.dW.shape;
    const isTurned = this.#fromRows && this.wasm.firstHalfIsTransposed(this.#x.entries, x.shape[0], D, H);
    this.#firstHalf = isTurned ? this.sparse.columnsOf(x, 'first half') : undefined;
    this.#dout = dout;
    this.tiled.makeRoomFor(this.#fromRows ? this.dW : dout);
    this.dW.pending = this.#write;
    return true;
  }

  get isDeferred(): boolean {
    return this.dW.pending === this.#write;
  }

  /** value -= rate dW, without dW. */
  descend(value: WasmTensor, rate: number): void {
    const tiles = this.tiled.change(value);
    if (this.#fromRows) this.#descendOuter(tiles, rate, false);
    else this.#multiply(this.wasm.sparseDescend, tiles, rate);
  }

  readonly #write = (): void => {
    if (this.#fromRows) this.tiled.write(this.dW, (tiles) => this.#descendOuter(tiles, -1, true));
    else this.#multiply(this.wasm.sparseProduct, this.dW.pointer, 0);
  };

  #descendOuter(tiles: number, rate: number, afresh: boolean): void {
    if (this.#x === undefined || this.#dout === undefined) return;
    const { lists, middles, ends, table, entries } = this.#x;
    const [B, H] = this.#dout.shape;
    const D = this.dW.shape[0];
    const dout = this.#dout.data.byteOffset;
    const turned = this.#firstHalf?.lists ?? 0;
    const turnedEnds = this.#firstHalf?.ends ?? 0;
    const { wasm } = this;
    wasm.sparseOuter(tiles, lists, middles, ends, table, dout, D, rate, afresh, B, H, entries, turned, turnedEnds);
  }

  /** Both kernels run over the same lists; what they take besides is a bias, or a rate. */
  #multiply(kernel: WasmExports['sparseProduct' | 'sparseDescend'], out: number, extra: number): void {
    if (this.#x === undefined || this.#dout === undefined) return;
    const { lists, middles, ends, table, entries } = this.#x;
    const [D, H] = this.dW.shape;
    kernel(out, lists, middles, ends, table, this.tiled.read(this.#dout), this.#dout.shape[0], extra, D, H, entries);
  }
}

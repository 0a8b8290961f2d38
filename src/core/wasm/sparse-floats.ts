import { bytesOf, type DType, type Tensor } from '../tensor.js';
import type { TiledMatrices } from './tiled-matrices.js';
import { overwritten, type WasmArena, type WasmTensor, written } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/** Above this share of nonzeros, dense products are faster. */
const MAX_DENSITY = 0.35;

/** One row in so many is counted before all are, and a batch of fewer rows is not counted at all. */
const SAMPLED = 16;

/**
 * Products of batches of floats that happen to have many zeros: distorted digits, what dropout has left. Each product looks
 * for itself whether there are enough of them, and takes the nonzeros out of the dense rows (src/kernels/sparse/unpack-floats.ts).
 */
export class SparseFloats {
  readonly #bytes: number;
  /** How many nonzeros each row has, and each column. */
  #rows: WasmTensor;
  #columns: WasmTensor;

  constructor(
    private readonly arena: WasmArena,
    private readonly wasm: WasmExports,
    private readonly tiled: TiledMatrices,
    private readonly dtype: DType,
  ) {
    this.#bytes = bytesOf(dtype);
    this.#rows = arena.tensor([0], dtype);
    this.#columns = arena.tensor([0], dtype);
  }

  /** out[B, H] = x[B, D] W[D, H] + b[H]. Returns false, and does nothing, where a dense product is faster. */
  product(out: Tensor, x: Tensor, W: Tensor, b: Tensor): boolean {
    const [D, H] = W.shape;
    const B = out.shape[0];
    const nonzeros = this.#count(x, B, D, H);
    if (nonzeros === undefined) return false;
    const [row, column] = [D * this.#bytes, this.#bytes];
    const { pointer: counts } = this.#rows;
    const tiles = this.tiled.read(W);
    this.wasm.floatsProduct(overwritten(out), written(x), row, column, counts, tiles, D, written(b), B, H, nonzeros);
    return true;
  }

  /** dW[D, H] = x[B, D]ᵀ dout[B, H], likewise. */
  gradient(dW: Tensor, dout: Tensor, x: Tensor): boolean {
    const [D, H] = dW.shape;
    const B = dout.shape[0];
    const nonzeros = this.#count(x, B, D, H);
    if (nonzeros === undefined) return false;
    const [row, column] = [this.#bytes, D * this.#bytes]; // the rows of x as columns
    const { pointer: counts } = this.#columns;
    const tiles = this.tiled.read(dout);
    this.wasm.floatsProduct(overwritten(dW), written(x), row, column, counts, tiles, B, 0, D, H, nonzeros);
    return true;
  }

  /** Counts the nonzeros of x[B, D]; undefined where they are too many, or H columns too few. */
  #count(x: Tensor, B: number, D: number, H: number): number | undefined {
    if (B < SAMPLED || Math.max(B, D) > this.wasm.MAX_COLUMNS.value || !this.wasm.areUnpacked(H)) return undefined;
    if (this.#rows.shape[0] < B) this.#rows = this.arena.tensor([B], this.dtype);
    if (this.#columns.shape[0] < D) this.#columns = this.arena.tensor([D], this.dtype);
    const nonzerosIn = (rows: number): number =>
      this.wasm.countFloats(this.#rows.pointer, this.#columns.pointer, written(x), rows, D);
    const sample = Math.floor(B / SAMPLED);
    if (nonzerosIn(sample) > MAX_DENSITY * sample * D) return undefined;
    const nonzeros = nonzerosIn(B);
    return nonzeros > MAX_DENSITY * B * D ? undefined : nonzeros;
  }
}

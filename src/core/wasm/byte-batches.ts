import type { Tensor } from '../tensor.js';
import type { UniformScaling } from './byte-floats.js';
import type { SparseBatches, SparseMatrix } from './sparse-batches.js';
import { pointerOf, WasmTensor } from './wasm-arena.js';

/** A batch of bytes that is neither sparse nor dense yet: it must become so before the bytes change, in its own step. */
interface Unread {
  readonly x: WasmTensor;
  readonly features: Uint8Array;
  readonly rows: Int32Array;
  readonly scaling: UniformScaling;
  /** What x has pending as long as it is so. */
  readonly write: () => void;
}

/**
 * Batches of bytes, as sparse matrices where a product asks for one. Only `dense` does: before a convolution, compressing the
 * data set would be in vain, and so would be the addresses of each batch. So the first batch of a tensor waits until it is
 * either asked for or read; once it was asked for, every batch after it is sparse from the start, and prefetched.
 */
export class ByteBatches {
  /** By the pointer of x. */
  readonly #unread = new Map<number, Unread>();
  /** The pointers of those that a product has asked for. */
  readonly #asked = new Set<number>();

  constructor(
    private readonly sparse: SparseBatches,
    /** Writes dense rows. */
    private readonly lookUp: (x: Tensor, features: Uint8Array, rows: Int32Array, scaling: UniformScaling) => void,
  ) {}

  prefetch(x: Tensor, features: ArrayLike<number>, rows: Int32Array): void {
    if (this.#asked.has(pointerOf(x))) this.sparse.prefetch(x, features, rows);
  }

  /** x = features[rows] / std. Returns false, and does nothing, where dense rows must be written at once. */
  read(x: Tensor, features: ArrayLike<number>, rows: Int32Array, scaling: UniformScaling): boolean {
    const pointer = pointerOf(x);
    if (this.#asked.has(pointer)) return this.sparse.read(x, features, rows, scaling.std);
    if (!(x instanceof WasmTensor) || !this.sparse.canCompress(x, features)) return false;
    const write = () => this.lookUp(x, features, rows, scaling);
    this.#unread.set(pointer, { x, features, rows, scaling, write });
    x.pending = write;
    return true;
  }

  /** x as a sparse matrix, and from here on all that is read into it; undefined where its dense rows are what counts. */
  csrOf(x: Tensor): SparseMatrix | undefined {
    const unread = this.#unread.get(pointerOf(x));
    if (unread !== undefined && unread.x === x && unread.x.pending === unread.write) {
      this.#unread.delete(unread.x.pointer);
      this.#asked.add(unread.x.pointer);
      this.sparse.read(x, unread.features, unread.rows, unread.scaling.std);
    }
    return this.sparse.csrOf(x);
  }
}

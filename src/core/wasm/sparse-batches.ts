/**
 * Batches as sparse matrices. Four of five MNIST pixels are 0, and a product over the others alone is exact and does a fifth
 * of the work.
 *
 * The images of a data set are compressed once, before the first of them is read (src/kernels/sparse/csr.ts). A batch then
 * only holds the addresses of its images' nonzeros. Every buffer of batches has several slots, so that the next batch can
 * be prefetched, by a worker if there is one, while this one is being learned from.
 */
import { sizeOf, type Tensor, widthOf } from '../tensor.js';
import type { ByteFloats } from './byte-floats.js';
import { pointerOf, type WasmArena, type WasmIntegers, WasmTensor } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/** Pointers to where the nonzeros of each row start, where its second half does, and where they end. */
interface Rows {
  readonly starts: number;
  readonly middles: number;
  readonly ends: number;
}

/** The images of a data set, compressed. */
interface Images extends Rows {
  /** Memory for the nonzeros of each part of them. */
  readonly parts: Part[];
  /** Whether the bytes have changed since. */
  isStale: boolean;
}

interface Part {
  readonly pointer: number;
  readonly bytes: number;
}

/** Compressed sparse rows, as kernels read them. A row of a transposed matrix has no second half. */
export interface SparseMatrix extends Rows {
  /** A pointer to [256] floats: what the bytes of the nonzeros stand for. */
  readonly table: number;
  /** How many nonzeros there are in all rows. */
  readonly nonzeros: number;
}

/** Which columns of a batch become rows of its transpose: all, or those in the first halves of its rows. */
type Columns = 'all' | 'first half';

/** Memory for one batch, and which batch is in it. */
interface Slot extends Rows {
  /** [1] How many nonzeros the batch has. */
  readonly nonzeros: WasmIntegers<Uint32Array>;
  /** The rows of the data set that the batch has, as WebAssembly reads them. */
  readonly rows: WasmIntegers<Uint32Array>;
  /** Pointers for the transposed batch; undefined until it is asked for. */
  transpose: { readonly starts: number; readonly ends: number; readonly nonzeros: number } | undefined;
  /** Which batch it is: the object with its rows, as the caller passed it, and the images that they are rows of. */
  batch: Int32Array | undefined;
  images: Rows | undefined;
  /** Which columns are transposed, or are being transposed by a prefetch. */
  transposed: Columns | undefined;
}

/** The batches that are read into one tensor x. */
interface Buffer {
  /** In rows. */
  readonly capacity: number;
  /** A ring: the current batch, the next one, and those before. */
  readonly slots: readonly Slot[];
  /** How many batches were read: the last of them is the current one. */
  batches: number;
  /** Whether the current batch has few enough nonzeros for a sparse product. */
  isSparse: boolean;
  /** A pointer to [256] floats. */
  table: number;
  /** Which columns were asked for: a batch that is only predicted from needs no transpose. */
  wanted: Columns | undefined;
  /** Writes the current batch to x as dense rows, which are what counts from then on. */
  readonly toDense: () => void;
}

/** Above this share of nonzeros, dense products are faster. */
const MAX_DENSITY = 0.75;

/**
 * Slots of a buffer. Two would do; but what a thread has read stays in its cache, and a thread that writes there has to wait
 * until the other one gives it up. After four batches it has left that cache by itself.
 */
const SLOTS = 4;

/** How many images are compressed at a time: enough for several threads. */
const IMAGES_AT_ONCE = 2048;

export class SparseBatches {
  readonly #maxColumns: number;
  readonly #images = new WeakMap<object, Images>();
  /** By the pointer of x. */
  readonly #buffers = new Map<number, Buffer>();
  /** Images on their way to be compressed. */
  #dense: WasmIntegers<Uint8Array>;

  constructor(
    private readonly arena: WasmArena,
    private readonly wasm: WasmExports,
    private readonly floats: ByteFloats,
  ) {
    this.#maxColumns = wasm.MAX_COLUMNS.value;
    this.#dense = arena.bytes(0);
  }

  /** Begins with what `read` will be called for next, with the same `rows` object. */
  prefetch(x: Tensor, features: ArrayLike<number>, rows: Int32Array): void {
    if (!this.canCompress(x, features)) return;
    this.wasm.awaitPrefetch();
    const buffer = this.#bufferOf(x);
    this.#fill(slotOf(buffer, 1), buffer, features, rows, widthOf(x));
  }

  /**
   * x[B, D] = features[rows] / std, as a sparse matrix; x.data is written when it is read. Returns false, and does nothing,
   * where the features are not bytes, or have more columns or rows than a nonzero can name.
   */
  read(x: Tensor, features: ArrayLike<number>, rows: Int32Array, std: number): boolean {
    if (!this.canCompress(x, features)) return false;
    const buffer = this.#bufferOf(x);
    const slot = slotOf(buffer, 1);
    if (slot.batch !== rows) {
      this.wasm.awaitPrefetch();
      this.#fill(slot, buffer, features, rows, widthOf(x));
    }
    this.wasm.awaitPrefetch();
    slotOf(buffer, 0).batch = undefined;
    buffer.batches++;
    buffer.isSparse = slot.nonzeros.numbers[0] <= MAX_DENSITY * sizeOf(x.shape);
    buffer.table = this.floats.tableFor({ mean: 0, std });
    if (x instanceof WasmTensor) x.pending = buffer.toDense;
    else buffer.toDense();
    return true;
  }

  /** To be called when x is written by other means: the batch that was read into it is no longer there. */
  forget(x: Tensor): void {
    const buffer = this.#buffers.get(pointerOf(x));
    if (buffer !== undefined) buffer.isSparse = false;
    if (x instanceof WasmTensor) x.pending = undefined;
  }

  /** x as a sparse matrix; undefined where its dense rows are what counts, or are faster. */
  csrOf(x: Tensor): SparseMatrix | undefined {
    const buffer = this.#sparseBuffer(x);
    if (buffer === undefined) return undefined;
    const { starts, middles, ends, nonzeros } = slotOf(buffer, 0);
    return { starts, middles, ends, table: buffer.table, nonzeros: nonzeros.numbers[0] };
  }

  /** xᵀ as a sparse matrix, or the rows of it that are the first half of the columns of x; undefined as for `csrOf`. */
  transposeOf(x: Tensor, wanted: Columns): SparseMatrix | undefined {
    const buffer = this.#sparseBuffer(x);
    if (buffer === undefined) return undefined;
    const slot = slotOf(buffer, 0);
    // all columns include those of the first half, at the same addresses
    if (slot.transposed !== 'all' && slot.transposed !== wanted) {
      buffer.wanted = wanted;
      this.wasm.awaitPrefetch();
      this.#startPrefetch(slot, buffer, widthOf(x));
      this.wasm.awaitPrefetch();
    }
    const { starts, ends } = this.#transposeIn(slot, buffer, widthOf(x));
    return { starts, middles: ends, ends, table: buffer.table, nonzeros: slot.nonzeros.numbers[0] };
  }

  /** Whether the features are bytes, and have so few columns and rows that a nonzero can name them. */
  canCompress(x: Tensor, features: ArrayLike<number>): features is Uint8Array {
    return features instanceof Uint8Array && x.shape[0] <= this.#maxColumns && widthOf(x) <= this.#maxColumns;
  }

  /** The buffer of x, if its current batch is sparse and is what x holds. */
  #sparseBuffer(x: Tensor): Buffer | undefined {
    const buffer = this.#buffers.get(pointerOf(x));
    return buffer?.isSparse && slotOf(buffer, 0).batch?.length === x.shape[0] ? buffer : undefined;
  }

  /** Puts a batch into a slot. Its memory belongs to the prefetch until `awaitPrefetch`. */
  #fill(slot: Slot, buffer: Buffer, features: Uint8Array, rows: Int32Array, D: number): void {
    slot.batch = rows;
    slot.rows.numbers.set(rows);
    slot.images = this.#compressed(features, D);
    this.#startPrefetch(slot, buffer, D);
  }

  #startPrefetch(slot: Slot, buffer: Buffer, D: number): void {
    const { batch, images } = slot;
    if (batch === undefined || images === undefined) return;
    const { wanted } = buffer;
    const transpose = wanted ? this.#transposeIn(slot, buffer, D) : { starts: 0, ends: 0, nonzeros: 0 };
    this.wasm.prefetch(
      slot.starts,
      slot.middles,
      slot.ends,
      slot.nonzeros.pointer,
      transpose.starts,
      transpose.ends,
      transpose.nonzeros,
      images.starts,
      images.middles,
      images.ends,
      slot.rows.pointer,
      batch.length,
      D,
      wanted === 'first half',
    );
    slot.transposed = wanted;
  }

  #transposeIn(slot: Slot, { capacity }: Buffer, D: number) {
    slot.transpose ??= {
      starts: this.arena.reserve(4 * D),
      ends: this.arena.reserve(4 * D),
      nonzeros: this.arena.reserve(4 * capacity * D),
    };
    return slot.transpose;
  }

  /** Other images are in the same array now. Their compressed rows take the place of these, where there is room. */
  changed(features: ArrayLike<number>): void {
    const known = this.#images.get(features);
    if (known === undefined) return;
    this.wasm.awaitPrefetch(); // it may be reading them
    known.isStale = true;
  }

  /** All images of a data set, compressed when they are first seen. */
  #compressed(features: Uint8Array, D: number): Rows {
    const known = this.#images.get(features);
    if (known !== undefined && !known.isStale) return known;
    const N = features.length / D;
    const reserve = () => this.arena.reserve(4 * N);
    const images = known ?? { starts: reserve(), middles: reserve(), ends: reserve(), parts: [], isStale: false };
    const { starts, middles, ends, parts } = images;
    const bytes = this.#denseBytes(IMAGES_AT_ONCE * D);
    for (let first = 0; first < N; first += IMAGES_AT_ONCE) {
      const some = features.subarray(first * D, (first + IMAGES_AT_ONCE) * D);
      bytes.numbers.set(some);
      const rows = some.length / D;
      const [startsFrom, middlesFrom, endsFrom] = [starts, middles, ends].map((pointer) => pointer + 4 * first);
      const part = this.#partFor(
        parts[first / IMAGES_AT_ONCE],
        this.wasm.countNonzeros(endsFrom, bytes.pointer, rows, D),
      );
      parts[first / IMAGES_AT_ONCE] = part;
      this.wasm.compressRows(part.pointer, startsFrom, middlesFrom, endsFrom, bytes.pointer, rows, D);
    }
    images.isStale = false;
    this.#images.set(features, images);
    return images;
  }

  /** The same each time: the arena takes nothing back, and a streamed data set is compressed again and again. */
  #denseBytes(length: number): WasmIntegers<Uint8Array> {
    if (length > this.#dense.numbers.length) this.#dense = this.arena.bytes(length);
    return this.#dense;
  }

  /** Memory for so many bytes: what there is, or some that leaves room for others that are a little larger. */
  #partFor(known: Part | undefined, needed: number): Part {
    if (known !== undefined && known.bytes >= needed) return known;
    const bytes = known === undefined ? needed : Math.ceil(needed * 1.1);
    return { pointer: this.arena.reserve(bytes), bytes };
  }

  #bufferOf(x: Tensor): Buffer {
    const pointer = pointerOf(x);
    const rows = x.shape[0];
    const known = this.#buffers.get(pointer);
    if (known !== undefined && known.capacity >= rows) return known;
    const D = widthOf(x);
    const fresh: Buffer = {
      capacity: rows,
      slots: Array.from({ length: SLOTS }, () => this.#slot(rows)),
      batches: 0,
      isSparse: false,
      table: 0,
      wanted: known?.wanted,
      toDense: () => {
        // A reader of x.data may also write to it: from here on, the dense rows are what counts.
        fresh.isSparse = false;
        const { starts, ends, batch } = slotOf(fresh, 0);
        this.wasm.toDense(pointer, starts, ends, fresh.table, batch?.length ?? 0, D);
      },
    };
    this.#buffers.set(pointer, fresh);
    return fresh;
  }

  #slot(capacity: number): Slot {
    return {
      starts: this.arena.reserve(4 * capacity),
      middles: this.arena.reserve(4 * capacity),
      ends: this.arena.reserve(4 * capacity),
      nonzeros: this.arena.integers(1),
      rows: this.arena.integers(capacity),
      transpose: undefined,
      batch: undefined,
      images: undefined,
      transposed: undefined,
    };
  }
}

/** The slot of the current batch, or of one so many batches later. */
const slotOf = ({ slots, batches }: Buffer, later: number): Slot => slots[(batches + later) % SLOTS];

/**
 * Which pixels of a batch are not 0. Four of five MNIST pixels are background, and a product over the others alone is
 * exact and does a fifth of the work.
 *
 * Each image is listed once, when it is first read: an entry for each byte that is not 0, `column << 16 | byte`. A batch
 * then only notes where the lists of its images lie.
 */
import type { WasmExports } from './kernels-wasm.js';
import { type DType, sizeOf, type Tensor } from './tensor.js';
import { pointerOf, type WasmArena, WasmTensor } from './wasm-arena.js';

/** Pointers to lists of entries: the addresses, the lengths, and a table with the float that each byte stands for. */
export interface Lists {
  readonly lists: number;
  readonly counts: number;
  readonly table: number;
}

/** The images of one data set: a list's address and length a row; address 0 for one that was not read yet. */
interface ListedImages {
  readonly lists: Uint32Array;
  readonly counts: Uint32Array;
}

/** What is known of the batch that lies in one buffer. */
interface Batch {
  /** Room for so many rows. */
  readonly capacity: number;
  readonly byRow: { readonly lists: number; readonly counts: number };
  /** How many rows the batch at hand has. */
  size: number;
  /** Whether it has zeros enough for lists to be worth it. */
  sparse: boolean;
  /** Pointer to 256 floats. */
  table: number;
  byColumn: { readonly lists: number; readonly counts: number; readonly entries: number } | undefined;
  /** Whether `byColumn` was made of the batch at hand. */
  turned: boolean;
  /** Writes the batch as dense rows, which then take the place of the lists. */
  readonly expand: () => void;
}

/** Above this share of numbers that are not 0, dense rows are faster. */
const WORTHWHILE = 0.5;

/** Entries hold a column, or a row of the batch, in 16 bits. */
const LONGEST_AXIS = 65_536;

/** Bytes of entries that are reserved at a time. */
const CHUNK = 1 << 20;

export class SparseBatches {
  readonly #images = new WeakMap<Uint8Array, ListedImages>();
  /** By the pointer of x. */
  readonly #batches = new Map<number, Batch>();
  /** By the std of the scaling. */
  readonly #tables = new Map<number, number>();
  /** Where the next list goes, and how far there is room. */
  #next = 0;
  #end = 0;

  constructor(
    private readonly arena: WasmArena,
    private readonly wasm: WasmExports,
    private readonly dtype: DType,
  ) {}

  /**
   * x[B, D] = features[rows] / std, remembered as lists; as dense rows only when somebody looks at them. Returns false,
   * and does nothing, where lists cannot serve.
   */
  read(x: Tensor, features: ArrayLike<number>, rows: Int32Array, std: number): boolean {
    const [B] = x.shape;
    const D = sizeOf(x.shape) / B;
    if (!(features instanceof Uint8Array) || B > LONGEST_AXIS || D > LONGEST_AXIS) return false;
    const images = this.#listedImages(features, D);
    const batch = this.#batchAt(pointerOf(x), B, D);
    const lists = this.arena.integers(batch.byRow.lists, B);
    const counts = this.arena.integers(batch.byRow.counts, B);
    let entries = 0;
    for (let b = 0; b < B; b++) {
      const row = rows[b];
      if (images.lists[row] === 0) this.#listImage(images, features, row, D);
      lists[b] = images.lists[row];
      counts[b] = images.counts[row];
      entries += counts[b];
    }
    batch.size = B;
    batch.sparse = entries <= WORTHWHILE * B * D;
    batch.table = this.#tableFor(std);
    batch.turned = false;
    this.wasm.touch(batch.byRow.lists, batch.byRow.counts, B);
    if (x instanceof WasmTensor) x.pending = batch.expand;
    else batch.expand();
    return true;
  }

  /** x was written by other means: what was known of it no longer holds. */
  forget(x: Tensor): void {
    const batch = this.#batches.get(pointerOf(x));
    if (batch !== undefined) batch.sparse = false;
    if (x instanceof WasmTensor) x.pending = undefined;
  }

  /** The rows of x as lists: entries `column << 16 | byte`. */
  rowsOf(x: Tensor): Lists | undefined {
    const batch = this.#sparseBatch(x);
    return batch && { ...batch.byRow, table: batch.table };
  }

  /** The columns of x as lists: entries `row << 16 | byte`. */
  columnsOf(x: Tensor): Lists | undefined {
    const batch = this.#sparseBatch(x);
    if (batch === undefined) return undefined;
    const B = batch.size;
    const D = sizeOf(x.shape) / B;
    batch.byColumn ??= {
      lists: this.arena.reserve(4 * D),
      counts: this.arena.reserve(4 * D),
      entries: this.arena.reserve(4 * batch.capacity * D),
    };
    const { lists, counts, entries } = batch.byColumn;
    if (!batch.turned) {
      this.wasm.turn(lists, counts, entries, batch.byRow.lists, batch.byRow.counts, B, D);
      batch.turned = true;
    }
    return { lists, counts, table: batch.table };
  }

  /** The batch that lies in x, if it is one that lists are worth it for. */
  #sparseBatch(x: Tensor): Batch | undefined {
    const batch = this.#batches.get(pointerOf(x));
    return batch?.sparse && batch.size === x.shape[0] ? batch : undefined;
  }

  #listedImages(features: Uint8Array, D: number): ListedImages {
    const known = this.#images.get(features);
    if (known !== undefined) return known;
    const N = features.length / D;
    const fresh = { lists: new Uint32Array(N), counts: new Uint32Array(N) };
    this.#images.set(features, fresh);
    return fresh;
  }

  #listImage({ lists, counts }: ListedImages, features: Uint8Array, row: number, D: number): void {
    // Room for the bytes themselves too, which the kernel reads from behind the longest list that they can make.
    const longest = 4 * D;
    if (this.#next + longest + D > this.#end) {
      const size = Math.max(CHUNK, longest + D);
      this.#next = this.arena.reserve(size);
      this.#end = this.#next + size;
    }
    const bytes = this.#next + longest;
    this.arena.bytes(bytes, D).set(features.subarray(row * D, (row + 1) * D));
    lists[row] = this.#next;
    counts[row] = this.wasm.listEntries(this.#next, bytes, D);
    this.#next += 4 * counts[row];
  }

  #batchAt(pointer: number, rows: number, D: number): Batch {
    const known = this.#batches.get(pointer);
    if (known !== undefined && known.capacity >= rows) return known;
    const fresh: Batch = {
      capacity: rows,
      byRow: { lists: this.arena.reserve(4 * rows), counts: this.arena.reserve(4 * rows) },
      size: 0,
      sparse: false,
      table: 0,
      byColumn: undefined,
      turned: false,
      expand: () => {
        // Whoever looks may also write: from here on, the dense rows are what counts.
        fresh.sparse = false;
        const { byRow, table, size } = fresh;
        this.wasm.expand(pointer, byRow.lists, byRow.counts, table, size, D);
      },
    };
    this.#batches.set(pointer, fresh);
    return fresh;
  }

  #tableFor(std: number): number {
    const known = this.#tables.get(std);
    if (known !== undefined) return known;
    const table = this.arena.tensor([256], this.dtype);
    for (let byte = 0; byte < sizeOf(table.shape); byte++) table.data[byte] = byte / std;
    this.#tables.set(std, table.pointer);
    return table.pointer;
  }
}

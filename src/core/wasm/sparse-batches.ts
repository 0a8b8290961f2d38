/**
 * Which pixels of a batch are not 0. Four of five MNIST pixels are background, and a product over the others alone is
 * exact and does a fifth of the work.
 *
 * The images of a data set are listed once, before the first of them is read: an entry for each byte that is not 0, which
 * tells its column (src/kernels/sparse/csr.ts). A batch then only notes where the lists of its images lie. Every buffer has
 * places for several batches, so that the next one can be prepared, on another thread if there is one, while this one is
 * being learned from.
 */
import { sizeOf, type Tensor, widthOf } from '../tensor.js';
import type { ByteFloats } from './byte-floats.js';
import { pointerOf, type WasmArena, type WasmIntegers, WasmTensor } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/**
 * Pointers to lists of entries: where each begins, where its second half does, and where it ends; and a table with the
 * float that each byte stands for. The second half of a list by column is empty.
 */
export interface Lists {
  readonly lists: number;
  readonly middles: number;
  readonly ends: number;
  readonly table: number;
  /** How many entries there are in all. */
  readonly entries: number;
}

/** Of which columns there are lists: of all, or of those in the first halves of the rows' lists. */
type Columns = 'all' | 'first half';

/** The images of one data set: pointers to where each one's list begins, is halved, and ends. */
interface ListedImages {
  readonly lists: number;
  readonly middles: number;
  readonly ends: number;
}

/** Room for the lists of one batch, and which batch it is. */
interface Place {
  /** A list a row, and how many entries they have together. */
  readonly lists: number;
  readonly middles: number;
  readonly ends: number;
  readonly entries: WasmIntegers<Uint32Array>;
  /** Which rows of the data set the batch has, as WebAssembly reads them. */
  readonly rows: WasmIntegers<Uint32Array>;
  /** A list a column, once somebody has wanted them. */
  columns: { readonly lists: number; readonly ends: number; readonly entries: number } | undefined;
  /** Which batch it is, by the object that told its rows, and the images that they are rows of. */
  batch: Int32Array | undefined;
  images: ListedImages | undefined;
  /** Which column lists were made, or are being made. */
  turned: Columns | undefined;
}

/** What is known of the batch that lies in one buffer. */
interface Buffer {
  /** Room for so many rows. */
  readonly capacity: number;
  /** Batches go round them: the one at hand, the one after it, and those before. */
  readonly places: readonly Place[];
  /** How many batches were read: the last of them is the one at hand. */
  batches: number;
  /** Whether the batch at hand has zeros enough for lists to be worth it. */
  sparse: boolean;
  /** Pointer to 256 floats. */
  table: number;
  /** Which lists by column somebody has wanted: a batch that is only predicted from needs none. */
  wanted: Columns | undefined;
  /** Writes the batch as dense rows, which then take the place of the lists. */
  readonly expand: () => void;
}

/** Above this share of numbers that are not 0, dense rows are faster. */
const WORTHWHILE = 0.75;

/**
 * Places of a buffer. Two would do; but what a thread has read stays in its cache, and another that writes there must first
 * take it away. After four batches it has gone by itself.
 */
const PLACES = 4;

/** How many images are listed at a time: enough for several threads. */
const PILE = 2048;

export class SparseBatches {
  readonly #mostPlaces: number;
  readonly #images = new WeakMap<Uint8Array, ListedImages>();
  /** By the pointer of x. */
  readonly #buffers = new Map<number, Buffer>();

  constructor(
    private readonly arena: WasmArena,
    private readonly wasm: WasmExports,
    private readonly floats: ByteFloats,
  ) {
    this.#mostPlaces = wasm.MAX_COLUMNS.value;
  }

  /** Begins with what `read` will ask for next. */
  prefetch(x: Tensor, features: ArrayLike<number>, rows: Int32Array): void {
    if (!this.#canList(x, features)) return;
    this.wasm.awaitPrefetch();
    const buffer = this.#bufferOf(x);
    this.#note(placeOf(buffer, 1), buffer, features, rows, widthOf(x));
  }

  /**
   * x[B, D] = features[rows] / std, remembered as lists; as dense rows only when somebody looks at them. Returns false,
   * and does nothing, where lists cannot serve.
   */
  read(x: Tensor, features: ArrayLike<number>, rows: Int32Array, std: number): boolean {
    if (!this.#canList(x, features)) return false;
    const buffer = this.#bufferOf(x);
    const place = placeOf(buffer, 1);
    if (place.batch !== rows) {
      this.wasm.awaitPrefetch();
      this.#note(place, buffer, features, rows, widthOf(x));
    }
    this.wasm.awaitPrefetch();
    placeOf(buffer, 0).batch = undefined;
    buffer.batches++;
    buffer.sparse = place.entries.numbers[0] <= WORTHWHILE * sizeOf(x.shape);
    buffer.table = this.floats.tableFor({ mean: 0, std });
    if (x instanceof WasmTensor) x.pending = buffer.expand;
    else buffer.expand();
    return true;
  }

  /** x was written by other means: what was known of it no longer holds. */
  forget(x: Tensor): void {
    const buffer = this.#buffers.get(pointerOf(x));
    if (buffer !== undefined) buffer.sparse = false;
    if (x instanceof WasmTensor) x.pending = undefined;
  }

  /** The rows of x as lists. */
  rowsOf(x: Tensor): Lists | undefined {
    const buffer = this.#sparseBuffer(x);
    if (buffer === undefined) return undefined;
    const { lists, middles, ends, entries } = placeOf(buffer, 0);
    return { lists, middles, ends, table: buffer.table, entries: entries.numbers[0] };
  }

  /** Columns of x as lists. */
  columnsOf(x: Tensor, wanted: Columns): Lists | undefined {
    const buffer = this.#sparseBuffer(x);
    if (buffer === undefined) return undefined;
    const place = placeOf(buffer, 0);
    // those of all columns have the first half's among them, where they would be without the others
    if (place.turned !== 'all' && place.turned !== wanted) {
      buffer.wanted = wanted;
      this.wasm.awaitPrefetch();
      this.#prepare(place, buffer, widthOf(x));
      this.wasm.awaitPrefetch();
    }
    const { lists, ends } = this.#columns(place, buffer, widthOf(x));
    return { lists, middles: ends, ends, table: buffer.table, entries: place.entries.numbers[0] };
  }

  /** Entries have room for so many columns and rows, and name bytes. */
  #canList(x: Tensor, features: ArrayLike<number>): features is Uint8Array {
    return features instanceof Uint8Array && x.shape[0] <= this.#mostPlaces && widthOf(x) <= this.#mostPlaces;
  }

  /** The buffer of x, if a batch lies in it that lists are worth it for. */
  #sparseBuffer(x: Tensor): Buffer | undefined {
    const buffer = this.#buffers.get(pointerOf(x));
    return buffer?.sparse && placeOf(buffer, 0).batch?.length === x.shape[0] ? buffer : undefined;
  }

  /** Says which batch a place is for, and lets it be prepared. */
  #note(place: Place, buffer: Buffer, features: Uint8Array, rows: Int32Array, D: number): void {
    place.batch = rows;
    place.rows.numbers.set(rows);
    place.images = this.#listedImages(features, D);
    this.#prepare(place, buffer, D);
  }

  #prepare(place: Place, buffer: Buffer, D: number): void {
    const { batch, images } = place;
    if (batch === undefined || images === undefined) return;
    const { wanted } = buffer;
    const columns = wanted ? this.#columns(place, buffer, D) : { lists: 0, ends: 0, entries: 0 };
    this.wasm.prefetch(
      place.lists,
      place.middles,
      place.ends,
      place.entries.pointer,
      columns.lists,
      columns.ends,
      columns.entries,
      images.lists,
      images.middles,
      images.ends,
      place.rows.pointer,
      batch.length,
      D,
      wanted === 'first half',
    );
    place.turned = wanted;
  }

  #columns(place: Place, { capacity }: Buffer, D: number) {
    place.columns ??= {
      lists: this.arena.reserve(4 * D),
      ends: this.arena.reserve(4 * D),
      entries: this.arena.reserve(4 * capacity * D),
    };
    return place.columns;
  }

  #listedImages(features: Uint8Array, D: number): ListedImages {
    const known = this.#images.get(features);
    if (known !== undefined) return known;
    const N = features.length / D;
    const [lists, middles, ends] = [0, 0, 0].map(() => this.arena.reserve(4 * N));
    const bytes = this.arena.bytes(PILE * D);
    for (let first = 0; first < N; first += PILE) {
      const pile = features.subarray(first * D, (first + PILE) * D);
      bytes.numbers.set(pile);
      const [begins, halves, sizes] = [lists, middles, ends].map((pointer) => pointer + 4 * first);
      const rows = pile.length / D;
      const entries = this.arena.reserve(this.wasm.countNonzeros(sizes, bytes.pointer, rows, D));
      this.wasm.compressRows(entries, begins, halves, sizes, bytes.pointer, rows, D);
    }
    const fresh = { lists, middles, ends };
    this.#images.set(features, fresh);
    return fresh;
  }

  #bufferOf(x: Tensor): Buffer {
    const pointer = pointerOf(x);
    const rows = x.shape[0];
    const known = this.#buffers.get(pointer);
    if (known !== undefined && known.capacity >= rows) return known;
    const D = widthOf(x);
    const fresh: Buffer = {
      capacity: rows,
      places: Array.from({ length: PLACES }, () => this.#place(rows)),
      batches: 0,
      sparse: false,
      table: 0,
      wanted: known?.wanted,
      expand: () => {
        // Whoever looks may also write: from here on, the dense rows are what counts.
        fresh.sparse = false;
        const { lists, ends, batch } = placeOf(fresh, 0);
        this.wasm.toDense(pointer, lists, ends, fresh.table, batch?.length ?? 0, D);
      },
    };
    this.#buffers.set(pointer, fresh);
    return fresh;
  }

  #place(capacity: number): Place {
    return {
      lists: this.arena.reserve(4 * capacity),
      middles: this.arena.reserve(4 * capacity),
      ends: this.arena.reserve(4 * capacity),
      entries: this.arena.integers(1),
      rows: this.arena.integers(capacity),
      columns: undefined,
      batch: undefined,
      images: undefined,
      turned: undefined,
    };
  }
}

/** The place of the batch at hand, or of one so many batches later. */
const placeOf = ({ places, batches }: Buffer, later: number): Place => places[(batches + later) % PLACES];

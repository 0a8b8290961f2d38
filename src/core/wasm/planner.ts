import { bytesOf, type DType } from '../tensor.js';
import { type BlockShapes, blockShapes, type ColumnTile, columnTiles } from './column-tiles.js';
import type { Panels } from './panels.js';
import type { WasmArena } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/** Parts that the kernels of images are cut into at most: 2, 3, 4 and 6 threads have the same number each. */
const PARTS = 12;

/** Writes to memory what kernels read again and again and never change: their plans, tables of offsets, and tiles of columns. */
export class Planner {
  readonly bytes: number;
  /** By how many rows a block may be too long: tables have as many more. */
  readonly spareRows: number;
  readonly #lanes: number;
  readonly #blocks: BlockShapes = blockShapes();

  constructor(
    readonly arena: WasmArena,
    readonly wasm: WasmExports,
    private readonly panels: Panels,
    readonly dtype: DType,
  ) {
    this.bytes = bytesOf(dtype);
    this.spareRows = wasm.MAX_ROWS.value;
    this.#lanes = 16 / this.bytes;
  }

  /** A pointer to words of 32 bits, in the order of their names: that of the class which reads them. */
  write(words: Readonly<Record<string, number>>): number {
    const { numbers, pointer } = this.arena.integers(Object.keys(words).length);
    numbers.set(Object.values(words));
    return pointer;
  }

  /** A pointer to offsets, of so many floats each, in bytes. */
  table(length: number, floats: (i: number) => number): number {
    const { numbers, pointer } = this.arena.integers(length + this.spareRows);
    for (let i = 0; i < numbers.length; i++) numbers[i] = this.bytes * floats(Math.min(i, length - 1));
    return pointer;
  }

  /** How many vectors so many floats take. */
  vectors(floats: number): number {
    return Math.ceil(floats / this.#lanes);
  }

  tiles(columns: number): ColumnTile[] {
    return columnTiles(columns, this.#lanes, this.#blocks);
  }

  /** A pointer to a list of tiles, as src/kernels/conv/column-tiles.ts reads it. */
  tileList(tiles: readonly ColumnTile[]): number {
    const { numbers, pointer } = this.arena.integers(1 + 4 * tiles.length);
    numbers[0] = tiles.length;
    for (const [i, { column, width, vectors, rows }] of tiles.entries()) {
      numbers.set([column * this.bytes, width, vectors, rows], 1 + 4 * i);
    }
    return pointer;
  }

  /** How many parts so many images, or other things, are cut into. */
  parts(count: number): number {
    return Math.min(count, PARTS);
  }

  /** Makes room for a block and so many bytes in panels. Returns whether workers have it too, as a word: 1 or 0. */
  widenPanels(bytes: number): number {
    return this.panels.widen(this.wasm.BLOCK_BYTES.value + bytes) ? 1 : 0;
  }
}

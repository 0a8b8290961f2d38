/**
 * Matrices in tiles of columns (src/kernels/dense/tiles.ts), which sparse products read and update. Weights that only take
 * part in products and updates stay in tiles from their first update on; a read of `data` copies them back row by row.
 */
import { bytesOf, type DType, type Tensor, widthOf } from '../tensor.js';
import { type WasmArena, WasmTensor } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/** Memory for the tiles of one matrix. */
interface Tiles {
  readonly pointer: number;
  /** Copies the tiles to the matrix, row by row. While this is what the matrix has pending, the tiles are what counts. */
  readonly untile: () => void;
}

export class TiledMatrices {
  readonly #tiles = new WeakMap<WasmTensor, Tiles>();
  /** Memory for tiles that one kernel reads or writes, and that are not kept. */
  #scratch = { pointer: 0, bytes: 0 };

  constructor(
    private readonly arena: WasmArena,
    private readonly wasm: WasmExports,
    private readonly dtype: DType,
  ) {}

  /** A pointer to the tiles of a matrix, to be read before the next call, which may overwrite them. */
  read(matrix: Tensor): number {
    const current = this.#currentTiles(matrix);
    if (current !== undefined) return current.pointer;
    return this.#tile(this.#scratchFor(matrix), matrix);
  }

  /** A pointer to the tiles of a matrix, to be updated in place: from here on they are what counts. */
  update(matrix: WasmTensor): number {
    const current = this.#currentTiles(matrix);
    if (current !== undefined) return current.pointer;
    const tiles = this.#tiles.get(matrix) ?? this.#reserveTiles(matrix);
    this.#tile(tiles.pointer, matrix);
    matrix.pending = tiles.untile;
    return tiles.pointer;
  }

  /** Reserves the memory that `read` and `write` of such a matrix need, for callers that must not reserve any then. */
  reserveScratch(matrix: Tensor): void {
    this.#scratchFor(matrix);
  }

  /** matrix = what `fill` writes to tiles, all of them. */
  write(matrix: WasmTensor, fill: (tiles: number) => void): void {
    const pointer = this.#scratchFor(matrix);
    fill(pointer);
    const [R, H] = matrix.shape;
    this.wasm.untile(matrix.pointer, pointer, R, H);
  }

  /**
   * Where all numbers of a matrix are whose tiles are what counts, for a kernel that does not depend on their order;
   * undefined where its rows are. Behind the last column there are zeros, which count too.
   */
  numbersOf(matrix: Tensor): { readonly pointer: number; readonly count: number } | undefined {
    const current = this.#currentTiles(matrix);
    if (current === undefined) return undefined;
    this.wasm.join();
    return { pointer: current.pointer, count: this.#bytesFor(matrix) / bytesOf(this.dtype) };
  }

  /** The tiles of a matrix, if they are what counts. */
  #currentTiles(matrix: Tensor): Tiles | undefined {
    if (!(matrix instanceof WasmTensor) || matrix.pending === undefined) return undefined;
    const tiles = this.#tiles.get(matrix);
    return tiles?.untile === matrix.pending ? tiles : undefined;
  }

  #reserveTiles(matrix: WasmTensor): Tiles {
    const [R, H] = matrix.shape;
    const pointer = this.arena.reserve(this.#bytesFor(matrix));
    const tiles = { pointer, untile: () => this.wasm.untile(matrix.pointer, pointer, R, H) };
    this.#tiles.set(matrix, tiles);
    return tiles;
  }

  #scratchFor(matrix: Tensor): number {
    const bytes = this.#bytesFor(matrix);
    if (bytes > this.#scratch.bytes) this.#scratch = { pointer: this.arena.reserve(bytes), bytes };
    return this.#scratch.pointer;
  }

  #tile(pointer: number, matrix: Tensor): number {
    this.wasm.tile(pointer, matrix.data.byteOffset, matrix.shape[0], widthOf(matrix));
    return pointer;
  }

  #bytesFor(matrix: Tensor): number {
    return this.wasm.bytesInTiles(matrix.shape[0], widthOf(matrix));
  }
}

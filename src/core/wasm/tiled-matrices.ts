/**
 * Matrices in tiles of columns (src/kernels/dense/tiles.ts), which products over lists run on. Weights that are only learned
 * and multiplied with live in tiles from their first step on; whoever looks at their numbers gets them row by row, as if
 * they had never been elsewhere.
 */
import { type DType, type Tensor, widthOf } from '../tensor.js';
import { bytesOf, type WasmArena, WasmTensor } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/** Tiles that are a matrix's own. */
interface Home {
  readonly pointer: number;
  /** Writes the matrix row by row, for somebody who looks. While it is pending, the tiles are what counts. */
  readonly untile: () => void;
}

export class TiledMatrices {
  readonly #homes = new WeakMap<WasmTensor, Home>();
  /** Where tiles lie that serve once. */
  #passing = { pointer: 0, bytes: 0 };

  constructor(
    private readonly arena: WasmArena,
    private readonly wasm: WasmExports,
    private readonly dtype: DType,
  ) {}

  /** The tiles of a matrix, to be read at once: the next call may write others in their place. */
  read(matrix: Tensor): number {
    const home = this.#inhabited(matrix);
    if (home !== undefined) return home.pointer;
    return this.#tile(this.#passingFor(matrix), matrix);
  }

  /** The tiles of a matrix, to be changed: from here on it lives in them. */
  change(matrix: WasmTensor): number {
    const known = this.#inhabited(matrix);
    if (known !== undefined) return known.pointer;
    const home = this.#homes.get(matrix) ?? this.#build(matrix);
    this.#tile(home.pointer, matrix);
    matrix.pending = home.untile;
    return home.pointer;
  }

  /** Reserves what `read` and `write` of such a matrix take, for a caller that must not then. */
  makeRoomFor(matrix: Tensor): void {
    this.#passingFor(matrix);
  }

  /** matrix = what `fill` writes into tiles. */
  write(matrix: WasmTensor, fill: (tiles: number) => void): void {
    const pointer = this.#passingFor(matrix);
    fill(pointer);
    const [R, H] = matrix.shape;
    this.wasm.untile(matrix.pointer, pointer, R, H);
  }

  /** All numbers of a matrix that lives in tiles, in no order that matters; undefined where it does not. */
  numbersOf(matrix: Tensor): { readonly pointer: number; readonly count: number } | undefined {
    const home = this.#inhabited(matrix);
    if (home === undefined) return undefined;
    this.wasm.join();
    return { pointer: home.pointer, count: this.#bytesFor(matrix) / bytesOf(this.dtype) };
  }

  #inhabited(matrix: Tensor): Home | undefined {
    if (!(matrix instanceof WasmTensor) || matrix.pending === undefined) return undefined;
    const home = this.#homes.get(matrix);
    return home?.untile === matrix.pending ? home : undefined;
  }

  #build(matrix: WasmTensor): Home {
    const [R, H] = matrix.shape;
    const pointer = this.arena.reserve(this.#bytesFor(matrix));
    const home = { pointer, untile: () => this.wasm.untile(matrix.pointer, pointer, R, H) };
    this.#homes.set(matrix, home);
    return home;
  }

  #passingFor(matrix: Tensor): number {
    const bytes = this.#bytesFor(matrix);
    if (bytes > this.#passing.bytes) this.#passing = { pointer: this.arena.reserve(bytes), bytes };
    return this.#passing.pointer;
  }

  #tile(pointer: number, matrix: Tensor): number {
    this.wasm.tile(pointer, matrix.data.byteOffset, matrix.shape[0], widthOf(matrix));
    return pointer;
  }

  #bytesFor(matrix: Tensor): number {
    return this.wasm.bytesInTiles(matrix.shape[0], widthOf(matrix));
  }
}

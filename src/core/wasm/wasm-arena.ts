import type { DType, Floats, Shape, Tensor } from '../tensor.js';
import { sizeOf } from '../tensor.js';

const PAGE = 65_536;

/** Bytes of a number. */
export const bytesOf = (dtype: DType): number => (dtype === 'float32' ? 4 : 8);

/** A tensor in WebAssembly memory, whose numbers may be put off until somebody looks at them. */
export class WasmTensor implements Tensor {
  /** Writes the numbers; undefined when they are there. */
  pending: (() => void) | undefined;

  constructor(
    readonly arena: WasmArena,
    readonly shape: Shape,
    readonly pointer: number,
    private readonly numbers: Floats,
  ) {}

  get data(): Floats {
    const write = this.pending;
    if (write !== undefined) {
      this.pending = undefined;
      write();
    }
    return this.numbers;
  }
}

/** Where a tensor begins, without a look at its numbers. */
export const pointerOf = (tensor: Tensor): number =>
  tensor instanceof WasmTensor ? tensor.pointer : tensor.data.byteOffset;

/**
 * The memory of one WebAssembly instance, handed out from the bottom up and given back all at once, with the instance.
 *
 * The memory is of the shared kind because a shared memory may grow while views of it live on; a plain one empties them.
 * Every piece begins at a multiple of 64 bytes, a cache line, and has 64 spare bytes behind it, so that a loop over
 * vectors may read and write past the end.
 */
export class WasmArena {
  readonly memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536, shared: true });
  /** Every growth gives the memory a new buffer object; views made before keep theirs. */
  readonly #buffers = new Set<ArrayBufferLike>([this.memory.buffer]);
  // What the threads of src/kernels/threads/parallel.ts tell each other lies at the bottom, so pointer 0 can mean "none".
  #top = 1024;

  /** A pointer to so many bytes, all 0. */
  reserve(bytes: number): number {
    const pointer = this.#top;
    this.#top = Math.ceil((pointer + bytes + 64) / 64) * 64;
    const missing = this.#top - this.memory.buffer.byteLength;
    if (missing > 0) {
      // Some room ahead, so that a data set read row by row does not grow the memory a row at a time.
      const pages = Math.ceil(missing / PAGE) + 64;
      this.memory.grow(Math.min(pages, 65_536 - this.memory.buffer.byteLength / PAGE));
      this.#buffers.add(this.memory.buffer);
    }
    return pointer;
  }

  /** A tensor of zeros. */
  tensor(shape: Shape, dtype: DType): WasmTensor {
    const size = sizeOf(shape);
    const pointer = this.reserve(size * bytesOf(dtype));
    const { buffer } = this.memory;
    const numbers: Floats =
      dtype === 'float32' ? new Float32Array(buffer, pointer, size) : new Float64Array(buffer, pointer, size);
    return new WasmTensor(this, shape, pointer, numbers);
  }

  /** A view of so many whole numbers. */
  integers(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, pointer, length);
  }

  bytes(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }

  /** Whether a tensor lies in this memory. */
  holds(tensor: Tensor): boolean {
    return tensor instanceof WasmTensor ? tensor.arena === this : this.#buffers.has(tensor.data.buffer);
  }
}

import type { DType, Floats, Shape, Tensor } from '../tensor.js';
import { bytesOf, sizeOf, wholeOf } from '../tensor.js';

const PAGE = 65_536;

/** In pages; 4 GiB at most. */
const SIZE = { initial: 16, maximum: 65_536 };

/** A tensor in WebAssembly memory, whose numbers may be written only when `data` is read. */
export class WasmTensor implements Tensor {
  /** Writes the numbers, and reserves no memory for it; undefined when they are there. */
  pending: (() => void) | undefined;

  constructor(
    readonly arena: WasmArena,
    readonly shape: Shape,
    readonly pointer: number,
    private numbers: Floats,
  ) {}

  renew(buffer: ArrayBufferLike): void {
    this.numbers = floatsIn(
      buffer,
      this.numbers instanceof Float32Array ? 'float32' : 'float64',
      this.pointer,
      sizeOf(this.shape),
    );
  }

  get data(): Floats {
    const write = this.pending;
    if (write !== undefined) {
      this.pending = undefined;
      write();
    }
    return this.numbers;
  }
}

/** Where a tensor begins; what is pending stays so. */
export function pointerOf(tensor: Tensor): number {
  const whole = wholeOf(tensor);
  return whole instanceof WasmTensor ? whole.pointer : whole.data.byteOffset;
}

/** The pointer of a tensor that a kernel reads. What is pending is written first. */
export const written = ({ data }: Tensor): number => data.byteOffset;

/** The pointer of a tensor that a kernel overwrites, all of it. What is pending is dropped. */
export function overwritten(tensor: Tensor): number {
  if (tensor instanceof WasmTensor) tensor.pending = undefined;
  return pointerOf(tensor);
}

const floatsIn = (buffer: ArrayBufferLike, dtype: DType, pointer: number, length: number): Floats =>
  dtype === 'float32' ? new Float32Array(buffer, pointer, length) : new Float64Array(buffer, pointer, length);

/** Whole numbers in WebAssembly memory. */
export class WasmIntegers<Numbers extends Uint32Array | Uint8Array> {
  numbers: Numbers;

  constructor(
    readonly pointer: number,
    private readonly view: (buffer: ArrayBufferLike) => Numbers,
    buffer: ArrayBufferLike,
  ) {
    this.numbers = view(buffer);
  }

  renew(buffer: ArrayBufferLike): void {
    this.numbers = this.view(buffer);
  }
}

/**
 * The memory of one WebAssembly instance, handed out from the bottom up and given back all at once, with the instance.
 *
 * It is shared memory, which threads need, where there is any, else plain memory. A growth empties the views of plain
 * memory, so the arena makes those of its tensors anew: keep a tensor, not its `data`.
 *
 * Every piece begins at a multiple of 64 bytes, a cache line, and has 64 spare bytes behind it, so that a loop over
 * vectors may read and write past the end.
 */
export class WasmArena {
  readonly memory: WebAssembly.Memory;
  /** Undefined where the memory is shared. */
  readonly whyNotShared: string | undefined;
  /** Every growth gives the memory a new buffer object; views of shared memory made before keep theirs. */
  readonly #buffers = new Set<ArrayBufferLike>();
  /** What has views of plain memory. */
  readonly #viewers: { renew(buffer: ArrayBufferLike): void }[] = [];
  // What the threads of src/kernels/threads/parallel.ts tell each other lies at the bottom, so pointer 0 can mean "none".
  #top = 1024;

  constructor() {
    const shared = sharedMemory();
    this.memory = typeof shared === 'string' ? new WebAssembly.Memory(SIZE) : shared;
    this.whyNotShared = typeof shared === 'string' ? shared : undefined;
    this.#buffers.add(this.memory.buffer);
  }

  get isShared(): boolean {
    return this.whyNotShared === undefined;
  }

  /** A pointer to so many bytes, all 0. */
  reserve(bytes: number): number {
    const pointer = this.#top;
    this.#top = Math.ceil((pointer + bytes + 64) / 64) * 64;
    const missing = this.#top - this.memory.buffer.byteLength;
    if (missing > 0) {
      // Some room ahead, so that a data set read row by row does not grow the memory a row at a time.
      const needed = Math.ceil(missing / PAGE);
      this.#grow(Math.max(needed, Math.min(needed + 64, SIZE.maximum - this.memory.buffer.byteLength / PAGE)));
    }
    return pointer;
  }

  #grow(pages: number): void {
    this.memory.grow(pages);
    const { buffer } = this.memory;
    if (!this.isShared) this.#buffers.clear();
    this.#buffers.add(buffer);
    for (const viewer of this.#viewers) viewer.renew(buffer);
  }

  /** A tensor of zeros. */
  tensor(shape: Shape, dtype: DType): WasmTensor {
    const size = sizeOf(shape);
    const pointer = this.reserve(size * bytesOf(dtype));
    return this.#viewing(new WasmTensor(this, shape, pointer, floatsIn(this.memory.buffer, dtype, pointer, size)));
  }

  /** So many whole numbers, all 0. */
  integers(length: number): WasmIntegers<Uint32Array> {
    const pointer = this.reserve(4 * length);
    const view = (buffer: ArrayBufferLike) => new Uint32Array(buffer, pointer, length);
    return this.#viewing(new WasmIntegers(pointer, view, this.memory.buffer));
  }

  /** So many bytes, all 0. */
  bytes(length: number): WasmIntegers<Uint8Array> {
    const pointer = this.reserve(length);
    const view = (buffer: ArrayBufferLike) => new Uint8Array(buffer, pointer, length);
    return this.#viewing(new WasmIntegers(pointer, view, this.memory.buffer));
  }

  #viewing<Viewer extends { renew(buffer: ArrayBufferLike): void }>(viewer: Viewer): Viewer {
    if (!this.isShared) this.#viewers.push(viewer);
    return viewer;
  }

  /** Whether a tensor lies in this memory. */
  holds(tensor: Tensor): boolean {
    const whole = wholeOf(tensor);
    return whole instanceof WasmTensor ? whole.arena === this : this.#buffers.has(whole.data.buffer);
  }
}

/** Memory that threads can share; where there is none, why. */
function sharedMemory(): WebAssembly.Memory | string {
  const { crossOriginIsolated = true } = globalThis as { crossOriginIsolated?: boolean }; // Node does not know the word
  if (!crossOriginIsolated) return NOT_ISOLATED;
  if (typeof SharedArrayBuffer !== 'function') return 'there is no SharedArrayBuffer';
  try {
    return new WebAssembly.Memory({ ...SIZE, shared: true });
  } catch {
    // a phone may not have 4 GiB of addresses to set aside, as shared memory does and plain does not
    return 'there are too few addresses for memory that threads share';
  }
}

const NOT_ISOLATED =
  'threads cannot share memory here; a page must be cross-origin isolated, by the headers ' +
  'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';

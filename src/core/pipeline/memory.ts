import type { Kernels } from '../kernels/kernels.js';
import { bytesOf, describeGiven, formatShape, isShape, sizeOf } from '../tensor.js';

/** How many bytes WebAssembly can address. */
const WEBASSEMBLY = 2 ** 32;

/** The bytes of a pipeline's tensors: counted before they are allocated, and held against what there is. */
export class Memory {
  #bytes = 0;

  /** @param available what the machine has; undefined where it is not known, or does not matter */
  constructor(readonly available: number | undefined) {}

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The same kernels, counting.
   *
   * @throws TypeError, by `allocate`, for what is no shape; RangeError before more is allocated than there is.
   */
  counting(kernels: Kernels): Kernels {
    const { available = Number.POSITIVE_INFINITY } = this;
    const limit = kernels.backend === 'wasm' ? Math.min(available, WEBASSEMBLY) : available;
    const allocate: Kernels['allocate'] = (shape) => {
      if (!isShape(shape)) {
        const found = Array.isArray(shape) ? formatShape(shape) : describeGiven(shape);
        throw new TypeError(`kernels.allocate was asked for ${found}, expected sizes, as [784, 50]`);
      }
      this.#bytes += sizeOf(shape) * bytesOf(kernels.dtype);
      if (this.available !== undefined && this.#bytes > limit) {
        const whose = limit === WEBASSEMBLY ? 'WebAssembly has' : 'this machine has';
        throw new RangeError(
          `with it, the pipeline takes at least ${inWords(this.#bytes)}, and ${whose} ${inWords(limit)}`,
        );
      }
      return kernels.allocate(shape);
    };
    return { ...kernels, allocate };
  }
}

/** `17.2 GB` */
export function inWords(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(Math.max(3, Math.ceil(Math.log10(value + 1))))} ${units[power]}`;
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

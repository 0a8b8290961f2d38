import { type Floats, type Shape, sizeOf, type Tensor } from '../tensor.js';
import type { Kernels } from './kernels.js';

/**
 * One buffer of [size, ...shape] for every batch of a run: ask for n rows and get the first n, the same memory each
 * time. A larger n, which only a plain `pipe(...)` can bring, makes a larger buffer.
 */
export function rowBuffer(kernels: Kernels, size: number, shape: Shape): (n: number) => Tensor {
  let buffer = kernels.allocate([size, ...shape]);
  let rows = buffer;
  return (n) => {
    if (n > buffer.shape[0]) buffer = kernels.allocate([n, ...shape]);
    if (n !== rows.shape[0]) rows = n === buffer.shape[0] ? buffer : new FirstRows(buffer, n);
    return rows;
  };
}

/** The first n rows of a tensor, in the same memory. */
export const firstRows = (tensor: Tensor, n: number): Tensor => new FirstRows(tensor, n);

/** The first n rows of a tensor, wherever its memory goes on growing. */
class FirstRows implements Tensor {
  readonly shape: Shape;
  #all: Floats;
  #first: Floats;

  constructor(
    private readonly tensor: Tensor,
    n: number,
  ) {
    this.shape = [n, ...tensor.shape.slice(1)];
    this.#all = tensor.data;
    this.#first = this.#all.subarray(0, sizeOf(this.shape));
  }

  get data(): Floats {
    const { data } = this.tensor;
    if (data !== this.#all) {
      this.#all = data;
      this.#first = data.subarray(0, sizeOf(this.shape));
    }
    return this.#first;
  }
}

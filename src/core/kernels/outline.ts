import { type DType, type Floats, type Shape, type Tensor, zeros } from '../tensor.js';
import type { Backend, Kernels } from './kernels.js';
import { createTextbookKernels } from './textbook.js';

/**
 * Kernels to look at a pipeline with, not to run it: tensors have their shapes, first weights are not drawn, and memory is
 * taken only where a stage reads or writes a number of its own accord.
 *
 * @param backend which one would run it
 */
export const createOutlineKernels = (dtype: DType, backend: Backend): Kernels => ({
  ...createTextbookKernels(dtype),
  backend,
  allocate: (shape) => new UnreadTensor(shape, dtype),
  fill() {},
});

class UnreadTensor implements Tensor {
  #data: Floats | undefined;

  constructor(
    readonly shape: Shape,
    private readonly dtype: DType,
  ) {}

  get data(): Floats {
    this.#data ??= zeros(this.shape, this.dtype).data;
    return this.#data;
  }
}

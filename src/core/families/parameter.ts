import type { Kernels } from '../kernels/kernels.js';
import type { Parameter } from '../kinds.js';
import type { Shape } from '../tensor.js';

/** Numbers for a layer to learn, and memory for their gradient; both 0. */
export const parameterOf = (
  kernels: Kernels,
  name: string,
  shape: Shape,
  marks: Pick<Parameter, 'frozen' | 'undecayed'> = {},
): Parameter => ({ name, value: kernels.allocate(shape), gradient: kernels.allocate(shape), ...marks });

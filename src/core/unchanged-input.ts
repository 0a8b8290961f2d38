import { type Floats, firstDifference, type Tensor } from './tensor.js';

/**
 * Asked in time, says whether a tensor is what it was: what a stage is given, the stage before goes back by.
 *
 * @param tapeLength how many layers are behind. What a batcher gives may be sparse, and to read it would make it dense: of
 * that, nothing is said.
 */
export function changeIn(x: Tensor, tapeLength: number): (method: string) => string | undefined {
  const isReadable = tapeLength > 0 || Object.hasOwn(x, 'data');
  const before: Floats | undefined = isReadable ? x.data.slice() : undefined;
  return (method) =>
    before === undefined || firstDifference(x.data, before) === -1 ? undefined : changedInput(method);
}

export const changedInput = (method: string): string =>
  `its ${method} changed its input x, which the stage before needs on the way back; write to a tensor of its own`;

export const changedGradient =
  'its pullback changed dout, the gradient that it was given, which a block around it needs; write to a tensor of its own';

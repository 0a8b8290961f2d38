/** What was learned under the names that other programs give it, and in their layout. */
import type { Model } from '../model/model.js';
import type { Tensor } from '../tensor.js';
import { carriedTensors } from './carried-tensors.js';
import { type Convention, laidOut } from './foreign-layout.js';

/** Names of tensors: PyTorch's state_dict of an nn.Sequential, or the notebook's W1, b1. */
export type Naming = 'pytorch' | 'notebook';
export const namings: readonly Naming[] = ['pytorch', 'notebook'];

/** Both have channels before rows and columns. */
const conventions: Readonly<Record<Naming, Convention>> = {
  pytorch: { channelsFirst: true, outputsFirst: true },
  notebook: { channelsFirst: true, outputsFirst: false },
};

/**
 * `pytorch`: `0.weight` [outputs, inputs], `0.bias`, by the place in the network as `nn.Sequential` counts its modules, with
 * an `nn.Flatten` where images become rows; those of a stage inside another one are `1.0.weight`.
 * `notebook`: `W1` [inputs, outputs], `b1`, by the layers that have any.
 *
 * @throws PipelineError when PyTorch has numbers in another order than they can be added in.
 */
export function namedTensors(model: Model, naming: Naming): ReadonlyMap<string, Tensor> {
  const carried = carriedTensors(model.stages, model.shape, model.state());
  const layers = [...new Set(carried.map(({ place }) => place))];
  return new Map(
    carried.map(({ place, name, value, pytorch, layout }) => [
      naming === 'notebook' ? `${name}${layers.indexOf(place) + 1}` : `${pytorch.module}.${pytorch.name}`,
      laidOut(value, layout(conventions[naming])),
    ]),
  );
}

/** What was learned under the names that other programs give it. */
import type { Model } from '../model/model.js';
import { splitName } from '../pipeline/assembly.js';
import type { Tensor } from '../tensor.js';

/** Names of tensors: PyTorch's state_dict of an nn.Sequential, or the notebook's W1, b1. */
export type Naming = 'pytorch' | 'notebook';
export const namings: readonly Naming[] = ['pytorch', 'notebook'];

/**
 * `pytorch`: `0.weight` [outputs, inputs], `0.bias`, by the place in the network, as `nn.Sequential` counts its modules; those
 * of a stage inside another one are `1.0.weight`.
 * `notebook`: `W1` [inputs, outputs], `b1`, by the layers that have parameters.
 */
export function namedTensors({ parameters }: Pick<Model, 'parameters'>, naming: Naming): ReadonlyMap<string, Tensor> {
  const layers = [...new Set(parameters.map(({ name }) => placeOf(name).position))];
  return new Map(
    parameters.map(({ name: full, value }) => {
      const { position, name } = placeOf(full);
      if (naming === 'notebook') return [`${name}${layers.indexOf(position) + 1}`, value];
      return [`${position}.${pytorchNames[name] ?? name}`, name === 'W' ? transposed(value) : value];
    }),
  );
}

const pytorchNames: Readonly<Record<string, string>> = { W: 'weight', b: 'bias' };

/** `network.0.W`; inside another stage, `network.1.0.W`. */
function placeOf(parameter: string): { readonly position: string; readonly name: string } {
  const { place, name } = splitName(parameter);
  return { position: place.slice('network.'.length), name };
}

/** [D, H] as [H, D]; other tensors as they are. */
function transposed(value: Tensor): Tensor {
  if (value.shape.length !== 2) return value;
  const [D, H] = value.shape;
  const data = value.data.slice();
  for (let d = 0; d < D; d++) for (let h = 0; h < H; h++) data[h * D + d] = value.data[d * H + h];
  return { shape: [H, D], data };
}

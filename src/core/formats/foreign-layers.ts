/** Weights that another program named, and how they fit the parameters of a network. */
import { DataError } from '../errors.js';
import type { Parameter } from '../kinds.js';
import { splitName } from '../pipeline/assembly.js';
import { firstNotFinite, formatShape, indexIn, type Shape, sameShape } from '../tensor.js';

/** A tensor of a file. */
export interface ForeignTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** A layer of a file: its tensors by what they are. */
interface ForeignLayer {
  readonly prefix: string;
  readonly parts: ReadonlyMap<string, ForeignTensor>;
}

/** What other programs call a dense layer's parameters: PyTorch, Keras, the notebook. */
const partNames: Readonly<Record<string, string>> = { weight: 'W', kernel: 'W', W: 'W', w: 'W', bias: 'b', b: 'b' };

/**
 * The numbers of each parameter, in its own layout, from tensors of a file: layer by layer in their order. Names are
 * `0.weight` and `0.bias`, [outputs, inputs], as PyTorch has them; `W1` and `b1`, [inputs, outputs], as the notebook has
 * them; or `network.0.W`. Layers with numbers in their names are taken in the order of these.
 *
 * @param path the file's name, for the messages.
 * @throws DataError that names what does not fit, with both shapes.
 */
export function fitParameters(
  tensors: readonly ForeignTensor[],
  parameters: readonly Parameter[],
  path: string,
): ReadonlyMap<string, Float64Array> {
  const fail = (problem: string): never => {
    throw new DataError(path, problem);
  };
  const layers = layersOf(tensors, fail);
  const places = [...new Set(parameters.map(({ name }) => placeOf(name)))];
  if (layers.length !== places.length) {
    fail(
      `it has ${layers.length} layers with weights, ${listOf(tensors)}; ` +
        `the pipeline has ${places.length}, ${listOf(parameters.map(({ name, value }) => ({ name, shape: value.shape })))}`,
    );
  }
  const fitted = new Map<string, Float64Array>();
  const turned = layoutOf(
    places.flatMap((place, i) =>
      parameters.flatMap(({ name, value }) => {
        const part = placeOf(name) === place ? layers[i].parts.get(name.slice(place.length + 1)) : undefined;
        return part === undefined ? [] : [{ part, shape: value.shape }];
      }),
    ),
  );
  for (const [i, place] of places.entries()) {
    const { prefix, parts } = layers[i];
    const own = parameters.filter(({ name }) => placeOf(name) === place);
    for (const { name, value } of own) {
      const part = parts.get(name.slice(place.length + 1));
      const wanted = `${name} ${formatShape(value.shape)}`;
      if (part === undefined)
        return fail(`it has nothing for ${wanted}: the layer ${prefix} has ${listOf([...parts.values()])}`);
      fitted.set(
        name,
        inLayoutOf(value.shape, part, turned(part)) ??
          fail(`${part.name} ${formatShape(part.shape)} does not fit ${wanted}`),
      );
      const isSingle = value.data instanceof Float32Array;
      const wrong = firstNotFinite(isSingle ? Float32Array.from(part.data) : part.data);
      if (wrong !== -1) {
        const found = part.data[wrong];
        const why = Number.isFinite(found) ? ', which is too large for float32' : ', expected finite numbers';
        fail(`${part.name} holds ${found} at ${formatShape(indexIn(part.shape, wrong))}${why}`);
      }
    }
    const known = own.map(({ name }) => name.slice(place.length + 1));
    const extra = [...parts].find(([part]) => !known.includes(part))?.[1];
    if (extra !== undefined) {
      fail(
        `${extra.name} ${formatShape(extra.shape)} has no place in the pipeline: ${place} has ${known.join(', ')} alone`,
      );
    }
  }
  return fitted;
}

/** `network.0` of `network.0.W` */
const placeOf = (parameter: string): string => splitName(parameter).place;

const listOf = (tensors: readonly { readonly name: string; readonly shape: Shape }[]): string =>
  tensors.length === 0 ? 'none' : tensors.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');

/**
 * Whether a square matrix of a file is PyTorch's [outputs, inputs]: as the file's other matrices are, where their shapes show
 * it, and else by its name.
 */
function layoutOf(
  pairs: readonly { readonly part: ForeignTensor; readonly shape: Shape }[],
): (part: ForeignTensor) => boolean {
  const shown = pairs.flatMap(({ part: { shape: found }, shape }) => {
    if (shape.length !== 2 || shape[0] === shape[1]) return [];
    return sameShape(found, shape) ? [false] : sameShape(found, shape.toReversed()) ? [true] : [];
  });
  const [first] = shown;
  const agree = first !== undefined && shown.every((turned) => turned === first);
  return ({ name }) => (agree ? first : /(^|\.)weight$/.test(name));
}

/**
 * [D, H] from [D, H], or from PyTorch's [H, D]. Undefined where it does not fit.
 *
 * @param turned which of the two it is where both are one shape
 */
function inLayoutOf(shape: Shape, { shape: found, data }: ForeignTensor, turned: boolean): Float64Array | undefined {
  const isTurned = shape.length === 2 && sameShape(found, shape.toReversed());
  if (isTurned && (!sameShape(found, shape) || turned)) {
    const [D, H] = shape;
    return Float64Array.from({ length: D * H }, (_, i) => data[(i % H) * D + Math.floor(i / H)]);
  }
  const isRow =
    shape.length === 1 &&
    sameShape(
      found.filter((size) => size !== 1),
      shape,
    ); // [1, H], as NumPy keeps it
  return isRow || sameShape(found, shape) ? Float64Array.from(data) : undefined;
}

function layersOf(tensors: readonly ForeignTensor[], fail: (problem: string) => never): ForeignLayer[] {
  const layers = new Map<string, Map<string, ForeignTensor>>();
  for (const tensor of tensors) {
    const [, dotted, word, number] = /^(?:(.*)\.)?([A-Za-z]+)(\d*)$/.exec(tensor.name) ?? [];
    const part = Object.hasOwn(partNames, word ?? '') ? partNames[word] : undefined;
    const prefix = [dotted ?? '', number ?? ''].join('');
    if (part === undefined) {
      fail(
        `it has a tensor ${tensor.name} ${formatShape(tensor.shape)}, expected names as 0.weight and 0.bias, or W1 and b1`,
      );
    } else {
      const parts = layers.get(prefix) ?? new Map<string, ForeignTensor>();
      if (parts.has(part)) fail(`it has two tensors for one: ${parts.get(part)?.name} and ${tensor.name}`);
      layers.set(prefix, parts.set(part, tensor));
    }
  }
  const found = [...layers].map(([prefix, parts]) => ({ prefix: prefix || 'without a name', parts }));
  // a file may hold them by their names, "10" before "2"; without numbers, its own order is all there is
  return [...layers.keys()].every((prefix) => /\d/.test(prefix))
    ? found.sort((a, b) => a.prefix.localeCompare(b.prefix, 'en', { numeric: true }))
    : found;
}

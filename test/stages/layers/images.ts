/** Images to try layers on, and what comes of them. */
import { type Batch, type Floats, type Spec, type Stage, seededRandom, type Tensor, tensor } from 'marblenet';
import { batchOf } from 'marblenet/testing';
import { of } from 'rxjs';
import { expect } from 'vitest';
import { contextWith } from '../context.js';
import { emissionsOf } from '../emissions.js';

/** Numbers by axes: a sample [H, W, C] is three levels deep. */
export type Nested = readonly number[] | readonly Nested[];

/** Numbers that look like nothing, none near another one: [B, H, W, C]. */
export function imagesOf(shape: readonly [B: number, H: number, W: number, C: number], seed = 1): Nested {
  const random = seededRandom(seed).stream('images');
  const build = ([length, ...others]: readonly number[]): Nested =>
    others.length === 0 ? Array.from({ length }, () => random.normal()) : Array.from({ length }, () => build(others));
  return build(shape);
}

/** A tensor as nested rows. */
function nested({ shape, data }: Tensor): Nested {
  const build = (axis: number, begin: number): Nested => {
    const width = shape.slice(axis + 1).reduce((size, length) => size * length, 1);
    const places = Array.from({ length: shape[axis] }, (_, i) => begin + i * width);
    return axis === shape.length - 1
      ? places.map((place) => data[place])
      : places.map((place) => build(axis + 1, place));
  };
  return build(0, 0);
}

interface Passed {
  readonly y: Nested;
  readonly weights: Readonly<Record<string, Floats>>;
  readonly gradients: Readonly<Record<string, Floats>>;
  back(dy: Nested): Nested;
}

/** Sends images through one layer, in float64, and keeps the way back. */
export function passImages(layer: Stage<'batch', 'batch'>, images: Nested, split: Batch['split'] = 'train'): Passed {
  const batch = { ...batchOf(images, { dtype: 'float64' }), split };
  const [{ y, entry }] = emissionsOf(of(batch).pipe(layer), ({ x, tape }) => ({ y: nested(x), entry: tape[0] }));
  const byName = (pick: 'value' | 'gradient') =>
    Object.fromEntries(entry.parameters.map((parameter) => [parameter.name, parameter[pick].data]));
  return {
    y,
    weights: byName('value'),
    gradients: byName('gradient'),
    back: (dy) => nested(entry.pullback(tensor(dy, 'float64'), true) ?? expect.fail('no gradient for the input')),
  };
}

/** The spec of what a layer makes of samples of this shape. */
export const outputOf = (layer: Stage<'batch', 'batch'>, shape: readonly number[]): readonly number[] =>
  layer.build({ kind: 'batch', size: 2, shape, classes: undefined } satisfies Spec<'batch'>, contextWith()).output
    .shape;

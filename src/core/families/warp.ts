/** What stages that move the pixels of images have in common: their options, and the map from each pixel to where it is from. */
import * as z from 'zod';
import type { DistortionKind, ElasticField, Fill } from '../kernels/distortion.js';
import type { CounterRandom } from '../random/counter-random.js';
import type { Shape } from '../tensor.js';
import type { Augmentation } from './augmentation.js';
import { imageOf } from './image-windows.js';

/** The option `fill`. */
export const fillOption = z
  .union([z.number(), z.literal('edge')])
  .default(0)
  .describe('What comes in from outside of an image: a number, as the network is given them, or its nearest pixel');

/** An angle, as an option. */
export const degreesOption = z.number().min(0).max(180);

/** A distance, as an option, in pixels. */
const pixelsOption = z.number().min(0).max(1000);

/** A change of size, as an option: 0.1 is a tenth more, or less. */
export const shareOption = z.number().min(0).lt(1);

/** The options of each of the four ways to move pixels by a straight line, none of them by default. */
export const affineOptions = {
  rotate: degreesOption.default(0).describe('Turns by up to so many degrees, to either side'),
  shift: pixelsOption.default(0).describe('Shifts by up to so many pixels, each way'),
  scale: shareOption.default(0).describe('Makes height and width larger or smaller, each by up to this share of it'),
  shear: degreesOption.max(80).default(0).describe('Slants by up to so many degrees, to either side'),
};

/** How far an image is moved at most, each way. */
export interface Moves {
  /** In degrees. */
  readonly rotate: number;
  /** In pixels. */
  readonly shift: number;
  /** A share of height and width. */
  readonly scale: number;
  /** In degrees. */
  readonly shear: number;
}

export const noMoves: Moves = { rotate: 0, shift: 0, scale: 0, shear: 0 };

/** How an image is moved: first scaled, then sheared, then rotated about its centre, then shifted. */
export interface Move {
  /** Counter-clockwise, in degrees. */
  readonly rotate?: number;
  /** To the right, and down, in pixels. */
  readonly shift?: readonly [across: number, down: number];
  /** A factor of its width, and one of its height. */
  readonly scale?: readonly [across: number, down: number];
  /** In degrees: how far what is below the centre moves to the right. */
  readonly shear?: number;
}

/** An augmentation of images that moves their pixels as `move` says, drawn anew for each. */
export function moving(
  name: string,
  shape: Shape,
  fill: Fill,
  move: (random: CounterRandom) => Move,
  elastic?: ElasticField,
): Augmentation {
  const image = imageOf(name, shape);
  const distortion: DistortionKind = { kind: 'warp', image, fill, ...(elastic && { elastic }) };
  return { distortion, draw: (random) => [...originOf(move(random), image), random.newKey()] };
}

/** A move within these bounds. */
export const moveWithin =
  ({ rotate, shift, scale, shear }: Moves) =>
  (random: CounterRandom): Move => ({
    rotate: random.between(-rotate, rotate),
    shear: random.between(-shear, shear),
    scale: [random.between(1 - scale, 1 + scale), random.between(1 - scale, 1 + scale)],
    shift: [random.between(-shift, shift), random.between(-shift, shift)],
  });

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/**
 * Where the pixel at (x, y) of a moved image [H, W] is from: (a x + b y + c, d x + e y + f), the inverse of the move. Columns x
 * count to the right, rows y count down.
 */
function originOf(
  { rotate = 0, shift: [right, down] = [0, 0], scale: [across, along] = [1, 1], shear = 0 }: Move,
  [H, W]: Shape,
): readonly [a: number, b: number, c: number, d: number, e: number, f: number] {
  const [cos, sin, slant] = [Math.cos(radians(rotate)), Math.sin(radians(rotate)), Math.tan(radians(shear))];
  const [a, b] = [(cos - slant * sin) / across, (-sin - slant * cos) / across];
  const [d, e] = [sin / along, cos / along];
  const [x, y] = [(W - 1) / 2, (H - 1) / 2]; // the centre, which comes to lie at (x + right, y + down)
  return [a, b, x - a * (x + right) - b * (y + down), d, e, y - d * (x + right) - e * (y + down)];
}

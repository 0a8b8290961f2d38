/** How a picture of any size becomes a sample: what a source of pictures is given, and its model remembers. */
import type { Shape } from './tensor.js';

/** The same for every picture of a data set. */
export interface PictureForm {
  /** [H, W] */
  readonly size: readonly [height: number, width: number];
  /** C: 1 is grey; 3 are red, green and blue. */
  readonly channels: 1 | 3;
  readonly fit: PictureFit;
}

/**
 * `cover`: scaled until both sides are filled, and cut evenly; `contain`: scaled until all of it is inside, with black
 * around it; `digit`: made like a digit of MNIST.
 */
export type PictureFit = 'cover' | 'contain' | 'digit';

/** The shape of a sample: [H, W] in grey, as MNIST has it, [H, W, 3] in colour. */
export const shapeOfForm = ({ size, channels }: PictureForm): Shape => (channels === 1 ? size : [...size, channels]);

/** What layers with windows over images have in common: their options, and the image that they are given. */
import * as z from 'zod';
import { PipelineError } from '../errors.js';
import { outputSize, type Pair, reachOf, type WindowShape } from '../kernels/windows.js';
import { formatShape, type Shape } from '../tensor.js';

/** Height and width alike, or each for itself: `3` is `[3, 3]`. */
export const pairOf = (number: z.ZodNumber) => z.union([number, z.tuple([number, number])]);

/** The option `padding`. */
export const paddingOption = z.union([
  z.enum(['valid', 'same']),
  z.int().min(0).max(64),
  z.tuple([z.int().min(0).max(64), z.int().min(0).max(64)]),
]);

const pair = (given: number | Pair): Pair => (typeof given === 'number' ? [given, given] : given);

/** The image of a sample; [H, W] is one of one channel. */
export function imageOf(name: string, shape: Shape): WindowShape['image'] {
  const [H, W, C = 1] = shape;
  if (shape.length === 2 || shape.length === 3) return [H, W, C];
  throw new PipelineError(
    `${name} takes images, [height, width] or [height, width, channels], but gets the shape ${formatShape(shape)}`,
  );
}

/** How windows lie on an image, as options say it. */
export interface WindowOptions {
  readonly window: number | Pair;
  readonly stride: number | Pair;
  readonly dilation?: number | Pair;
  readonly padding: z.output<typeof paddingOption>;
}

/**
 * The windows of a stage over images of this shape. `valid` adds nothing around an image, so that every window lies on it.
 * `same` adds what makes the output as large as the image, a stride of 1 given: ⌈H / stride⌉; where that is odd, the larger
 * half goes to the bottom and to the right.
 *
 * @throws PipelineError where samples are no images, or not one window fits.
 */
export function windowsOnImage(name: string, shape: Shape, options: WindowOptions): WindowShape {
  const [window, stride, dilation] = [options.window, options.stride, options.dilation ?? 1].map(pair);
  const image = imageOf(name, shape);
  const reach = reachOf({ window, dilation });
  const around = ([0, 1] as const).map((axis) => {
    const { padding } = options;
    if (padding === 'valid') return [0, 0];
    if (padding !== 'same') return [pair(padding)[axis], pair(padding)[axis]];
    const last = (Math.ceil(image[axis] / stride[axis]) - 1) * stride[axis];
    const missing = Math.max(0, last + reach[axis] - image[axis]);
    return [Math.floor(missing / 2), Math.ceil(missing / 2)];
  });
  const [[top, bottom], [left, right]] = around;
  const windows: WindowShape = { image, window, stride, dilation, padding: [top, left, bottom, right] };
  if (outputSize(windows).every((length) => length >= 1)) return windows;
  const isDilated = reach.some((length, axis) => length > window[axis]);
  const why = isDilated ? `, which reaches over ${reach.join(' by ')} with dilation ${dilation.join(' by ')},` : '';
  throw new PipelineError(
    `${name}: a window of ${window.join(' by ')}${why} does not fit on an image of ${image[0]} by ${image[1]}; ` +
      `make it${isDilated ? ', or its dilation,' : ''} smaller, or give it padding: same`,
  );
}

/** Pictures as samples of a network. */
import { formatShape, type Shape } from '../tensor.js';
import { onBackground } from './background.js';
import { digitOf, digitsOn } from './digit.js';
import { greyOf, type Picture } from './picture.js';
import { resize } from './resize.js';

/** How a picture becomes a sample. */
export interface PictureOptions {
  /** As the pixels are: nothing is cut, inverted or resized, so that the picture must have the network's own size. */
  readonly asIs?: boolean;
}

/** What samples of a network look like, if they are pictures. */
interface PictureShape {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/**
 * A picture as a sample of the given shape, [H, W], [H, W, 1] or [H, W, 3]: numbers from 0 to 255, row by row, as training
 * data are before they are normalized. For [28, 28] it is made like a digit of MNIST (`digitOf`); for other shapes it
 * covers the sample (scaled as far as both sides are filled, and cut evenly), in grey or in colour. A network of
 * [784] is taken for one of [28, 28] whose rows were put one after another.
 *
 * @throws RangeError when samples of this shape are no pictures, when there is no ink where a digit is expected, and
 * `asIs` when the picture is of another size.
 */
export function pictureSample(picture: Picture, shape: Shape, { asIs = false }: PictureOptions = {}): Uint8Array {
  const { width, height, channels } = pictureShape(shape);
  if (asIs) {
    if (picture.width !== width || picture.height !== height) {
      const found = `${picture.width} x ${picture.height} pixels`;
      throw new RangeError(`found ${found}, expected ${width} x ${height} where a picture is taken as it is`);
    }
    return inChannels(picture, channels);
  }
  if (isDigit({ width, height, channels })) return digitOf(picture);
  return covering(picture, width, height, channels);
}

/** What is remarkable about a picture that was made a sample; undefined where nothing is. */
export function pictureRemark(
  picture: Picture,
  shape: Shape,
  { asIs = false }: PictureOptions = {},
): string | undefined {
  const count = asIs || !isDigit(pictureShape(shape)) ? 1 : digitsOn(picture);
  return count > 1 ? `there seem to be ${count} digits side by side, and one is expected: cut them apart` : undefined;
}

/** Samples as MNIST has them. */
const isDigit = ({ width, height, channels }: PictureShape): boolean => width === 28 && height === 28 && channels === 1;

function pictureShape(shape: Shape): PictureShape {
  const [height, width, channels = 1, ...more] = shape.length === 1 && shape[0] === 784 ? [28, 28] : shape;
  if (width === undefined || more.length > 0 || (channels !== 1 && channels !== 3)) {
    const expected = 'a network of pictures: [H, W], [H, W, 1] or [H, W, 3]';
    throw new RangeError(
      `found a picture, but samples of the network have the shape ${formatShape(shape)}, not ${expected}`,
    );
  }
  return { width, height, channels };
}

/** Opaque, as one number a pixel or three. */
function inChannels(picture: Picture, channels: 1 | 3): Uint8Array {
  const opaque = onBackground(picture);
  if (channels === 1) return Uint8Array.from(greyOf(opaque).data, Math.round);
  if (opaque.channels === 3) return Uint8Array.from(opaque.data);
  return Uint8Array.from({ length: opaque.data.length * 3 }, (_, i) => opaque.data[Math.floor(i / 3)]);
}

/** As `object-fit: cover` in CSS: the largest part from the middle that has the form of the sample. */
function covering(picture: Picture, width: number, height: number, channels: 1 | 3): Uint8Array {
  const scale = Math.min(picture.width / width, picture.height / height);
  const [boxWidth, boxHeight] = [scale * width, scale * height];
  const left = (picture.width - boxWidth) / 2;
  const top = (picture.height - boxHeight) / 2;
  const box = { left, top, width: boxWidth, height: boxHeight };
  return Uint8Array.from(
    resize(inChannels(picture, channels), picture.width, channels, box, width, height),
    Math.round,
  );
}

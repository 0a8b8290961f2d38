/** Pictures as samples of a network. */
import type { PictureForm } from '../picture-form.js';
import { formatShape, type Shape } from '../tensor.js';
import { onBackground } from './background.js';
import { digitOf, digitsOn } from './digit.js';
import { greyOf, type Picture } from './picture.js';
import { type Box, resize } from './resize.js';

/** How a picture becomes a sample. */
export interface PictureOptions {
  /** As the pixels are: nothing is cut, inverted or resized, so that the picture must have the network's own size. */
  readonly asIs?: boolean;
}

/** A model, or the shape of its samples where these are made as their shape alone says. */
export type PicturesFor =
  | Shape
  | { readonly shape: Shape; readonly description: { readonly pictures?: PictureForm | undefined } };

/**
 * A picture as a sample of the given shape, [H, W], [H, W, 1] or [H, W, 3]: numbers from 0 to 255, row by row, as training
 * data are before they are normalized. A model that learned from pictures says itself how they are made (`PictureForm`).
 * Otherwise it is made like a digit of MNIST (`digitOf`) for [28, 28]; for other shapes it covers the sample, in grey or in
 * colour. A network of [784] is taken for one of [28, 28] whose rows were put one after another.
 *
 * @throws RangeError when samples of this shape are no pictures, when there is no ink where a digit is expected, and
 * `asIs` when the picture is of another size.
 */
export function pictureSample(picture: Picture, of: PicturesFor, { asIs = false }: PictureOptions = {}): Uint8Array {
  const form = formFor(of);
  if (!asIs) return pictureAs(picture, form);
  const [height, width] = form.size;
  if (picture.width !== width || picture.height !== height) {
    const found = `${picture.width} x ${picture.height} pixels`;
    throw new RangeError(`found ${found}, expected ${width} x ${height} where a picture is taken as it is`);
  }
  return inChannels(picture, form.channels);
}

/**
 * A picture in a form, [H, W, C] row by row.
 *
 * @throws RangeError when there is no ink where a digit is expected.
 */
export function pictureAs(picture: Picture, { size: [height, width], channels, fit }: PictureForm): Uint8Array {
  switch (fit) {
    case 'digit':
      return digitOf(picture);
    case 'cover':
      return covering(picture, width, height, channels);
    case 'contain':
      return contained(picture, width, height, channels);
  }
}

/** What is remarkable about a picture that was made a sample; undefined where nothing is. */
export function pictureRemark(
  picture: Picture,
  of: PicturesFor,
  { asIs = false }: PictureOptions = {},
): string | undefined {
  const count = asIs || formFor(of).fit !== 'digit' ? 1 : digitsOn(picture);
  return count > 1 ? `there seem to be ${count} digits side by side, and one is expected: cut them apart` : undefined;
}

function formFor(of: PicturesFor): PictureForm {
  if (!('description' in of)) return formOfShape(of);
  return of.description.pictures ?? formOfShape(of.shape);
}

function formOfShape(shape: Shape): PictureForm {
  const [height, width, channels = 1, ...more] = shape.length === 1 && shape[0] === 784 ? [28, 28] : shape;
  if (width === undefined || more.length > 0 || (channels !== 1 && channels !== 3)) {
    const expected = 'a network of pictures: [H, W], [H, W, 1] or [H, W, 3]';
    throw new RangeError(
      `found a picture, but samples of the network have the shape ${formatShape(shape)}, not ${expected}`,
    );
  }
  const isDigit = height === 28 && width === 28 && channels === 1; // as MNIST has them
  return { size: [height, width], channels, fit: isDigit ? 'digit' : 'cover' };
}

/** Opaque, as one number a pixel or three. */
function inChannels(picture: Picture, channels: 1 | 3): Uint8Array {
  const opaque = onBackground(picture);
  if (channels === 1) return rounded(greyOf(opaque).data);
  if (opaque.channels === 3) return new Uint8Array(opaque.data);
  const colours = new Uint8Array(opaque.data.length * 3);
  for (let i = 0; i < colours.length; i++) colours[i] = opaque.data[Math.floor(i / 3)];
  return colours;
}

/** Element by element, since `from` goes through an iterator: seconds for a photo. */
function rounded(numbers: Float64Array): Uint8Array {
  const bytes = new Uint8Array(numbers.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(numbers[i]);
  return bytes;
}

/** As `object-fit: cover` in CSS: the largest part from the middle that has the form of the sample. */
function covering(picture: Picture, width: number, height: number, channels: 1 | 3): Uint8Array {
  const scale = Math.min(picture.width / width, picture.height / height);
  const [boxWidth, boxHeight] = [scale * width, scale * height];
  const left = (picture.width - boxWidth) / 2;
  const top = (picture.height - boxHeight) / 2;
  return resized(picture, { left, top, width: boxWidth, height: boxHeight }, width, height, channels);
}

/** As `object-fit: contain` in CSS: all of the picture, in whole pixels, in the middle of a black sample. */
function contained(picture: Picture, width: number, height: number, channels: 1 | 3): Uint8Array {
  const scale = Math.max(picture.width / width, picture.height / height);
  const [innerWidth, innerHeight] = [picture.width, picture.height].map((side) =>
    Math.max(1, Math.round(side / scale)),
  );
  const box = { left: 0, top: 0, width: picture.width, height: picture.height };
  const inner = resized(picture, box, innerWidth, innerHeight, channels);
  const [left, top] = [Math.floor((width - innerWidth) / 2), Math.floor((height - innerHeight) / 2)];
  const sample = new Uint8Array(width * height * channels);
  const row = innerWidth * channels;
  for (let y = 0; y < innerHeight; y++) {
    sample.set(inner.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * channels);
  }
  return sample;
}

function resized(picture: Picture, box: Box, width: number, height: number, channels: 1 | 3): Uint8Array {
  const pixels = inChannels(picture, channels);
  return rounded(resize(pixels, picture.width, channels, box, width, height));
}

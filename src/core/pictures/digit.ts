/** A digit as a person has it, made like those of MNIST. */
import { onBackground } from './background.js';
import { digitIn, piecesOf } from './components.js';
import { inkOf } from './ink.js';
import { withMargin } from './margin.js';
import { windowed } from './morphology.js';
import { type Grey, greyOf, type Picture } from './picture.js';
import { type Box, resize } from './resize.js';
import { unruled } from './ruling.js';

/** MNIST: digits of 20 pixels, their centre of mass in the middle of 28. */
const BOX = 20;
const FIELD = 28;

/** Where the middle is, counted from the middle of the first pixel: that of MNIST's own digits. */
const CENTRE = 14;

/** A photo is made so small before its ink is looked for; noise averages out, and a digit still has pixels enough. */
const WORKING_SIZE = 256;

/** The thinnest strokes, in pixels of the digit's 20: a fine pen in a large picture would hardly be seen after that. */
const THINNEST = 1.8;

/**
 * [28 x 28] bytes, white ink on black: laid on its background, grey, inverted where the edge is lighter, cut to the ink, its
 * longer side 20 pixels, its centre of mass in the middle. Takes any size, colour and light; thin strokes become as thick
 * as those of a pen on a form.
 *
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", on how NIST's digits became MNIST's.
 *
 * @throws RangeError when there is nothing on the picture but paper.
 */
export function digitOf(picture: Picture): Uint8Array {
  const { ink: found, width: wide } = inkOn(picture);
  const ink = thickened(found, wide);
  const box = boxOf(ink, wide);
  if (box === undefined) {
    throw new RangeError(
      'found no ink on it, expected one digit that is clearly darker, or lighter, than its background',
    );
  }
  const scale = BOX / Math.max(box.width, box.height);
  const width = Math.max(1, Math.round(box.width * scale));
  const height = Math.max(1, Math.round(box.height * scale));
  return centred(resize(ink, wide, 1, box, width, height), width);
}

/** How many digits there seem to be, side by side: pieces of ink that are about as high as all of it. */
export function digitsOn(picture: Picture): number {
  const { ink, width } = inkOn(picture);
  const boxes = piecesOf(ink, width).map(({ pixels }) => {
    const [columns, rows] = [pixels.map((i) => i % width), pixels.map((i) => Math.floor(i / width))];
    return { left: least(columns), right: most(columns), height: most(rows) - least(rows) };
  });
  const all = boxOf(ink, width)?.height ?? 0;
  let [count, end] = [0, -1];
  for (const { left, right, height } of boxes.toSorted((a, b) => a.left - b.left)) {
    if (height < AS_HIGH * all || left <= end) continue;
    count++;
    end = right;
  }
  return count;
}

/** A stroke of a digit that hangs together with nothing, as the bar of a 5, is less high. */
const AS_HIGH = 0.6;

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b));

/** The digit's ink on a working copy. */
function inkOn(picture: Picture): { readonly ink: Float64Array; readonly width: number } {
  const grey = withMargin(workingCopy(greyOf(onBackground(picture))));
  return { ink: digitIn(unruled(inkOf(grey), grey.width), grey.width), width: grey.width };
}

function workingCopy({ width, height, data }: Grey): Grey {
  const scale = WORKING_SIZE / Math.max(width, height);
  if (scale >= 1) return { width, height, data };
  const [w, h] = [width, height].map((length) => Math.max(1, Math.round(length * scale)));
  return { width: w, height: h, data: resize(data, width, 1, { left: 0, top: 0, width, height }, w, h) };
}

/** The smallest box around all ink; undefined where there is none. */
function boxOf(ink: Float64Array, width: number): Box | undefined {
  let [left, top, right, bottom] = [width, ink.length, -1, -1];
  ink.forEach((amount, i) => {
    if (amount === 0) return;
    const [x, y] = [i % width, Math.floor(i / width)];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  });
  return right < 0 ? undefined : { left, top, width: right + 1 - left, height: bottom + 1 - top };
}

function thickened(ink: Float64Array, width: number): Float64Array {
  const box = boxOf(ink, width);
  if (box === undefined) return ink;
  const unit = Math.max(box.width, box.height) / BOX;
  const missing = THINNEST * unit - strokeWidth(ink, width);
  return windowed(ink, width, Math.max(0, Math.round(missing / 2)), Math.max);
}

/** How wide strokes are on the average, in pixels: twice the area for each pixel of outline. */
function strokeWidth(ink: Float64Array, width: number): number {
  let [area, outline] = [0, 0];
  ink.forEach((amount, i) => {
    area += amount;
    if (i % width > 0) outline += Math.abs(amount - ink[i - 1]);
    if (i >= width) outline += Math.abs(amount - ink[i - width]);
  });
  return (2 * area) / (outline * (Math.PI / 4)); // a slanted line crosses more pixels than it is long
}

/** Bytes of a field, with the centre of mass of the ink in the middle of it, as far as the digit stays within. */
function centred(ink: Float64Array, width: number): Uint8Array {
  const height = ink.length / width;
  let [total, x, y] = [0, 0, 0];
  ink.forEach((amount, i) => {
    total += amount;
    x += amount * (i % width);
    y += amount * Math.floor(i / width);
  });
  const left = Math.max(0, Math.min(FIELD - width, Math.round(CENTRE - x / total)));
  const top = Math.max(0, Math.min(FIELD - height, Math.round(CENTRE - y / total)));
  const most = ink.reduce((largest, amount) => Math.max(largest, amount), 0);
  const field = new Uint8Array(FIELD * FIELD);
  ink.forEach((amount, i) => {
    field[(top + Math.floor(i / width)) * FIELD + left + (i % width)] = Math.round((255 * amount) / most);
  });
  return field;
}

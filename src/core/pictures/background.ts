/** Transparent pictures, laid on the background that their painter had in mind. */
import { type Channels, greyOf, type Picture } from './picture.js';

/** Opaque pixels whose brightness differs by no more than this (of 255) are of one colour: ink without a paper. */
const ONE_COLOUR = 64;

/**
 * The same picture without alpha, [height, width, 1 or 3]. What is behind it is not in the file, so it is guessed: ink of
 * one colour is laid on white where it is dark, on black where it is light; a card with ink on it, on the card's own colour.
 * A picture that is transparent all over becomes white.
 */
export function onBackground(picture: Picture): Picture {
  const { width, height, channels, data } = picture;
  if (channels === 1 || channels === 3) return picture;
  const colours: Channels = channels === 4 ? 3 : 1;
  const background = backgroundOf(picture);
  const laid = new Uint8Array(width * height * colours);
  for (let i = 0; i < width * height; i++) {
    const alpha = data[i * channels + colours] / 255;
    for (let c = 0; c < colours; c++) {
      laid[i * colours + c] = Math.round(alpha * data[i * channels + c] + (1 - alpha) * background);
    }
  }
  return { width, height, channels: colours, data: laid };
}

/** From 0 (black) to 255 (white). */
function backgroundOf(picture: Picture): number {
  const { channels, data } = picture;
  const weights = new Float64Array(256); // how much of the picture is that bright, by its alpha
  greyOf(picture).data.forEach((grey, i) => {
    weights[Math.round(grey)] += data[(i + 1) * channels - 1];
  });
  const [low, middle, high] = [0.05, 0.5, 0.95].map((part) => quantile(weights, part));
  if (high - low > ONE_COLOUR) return middle;
  return middle < 128 ? 255 : 0;
}

/** The first brightness up to which there is this part of the picture; 0 where there is nothing. */
function quantile(weights: Float64Array, part: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let below = 0;
  return weights.findIndex((weight) => {
    below += weight;
    return below >= part * total;
  });
}

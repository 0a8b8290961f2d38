/** Ink on paper, chalk on a board: how much of it there is at each pixel, whatever the colours and the light. */
import { closing } from './morphology.js';
import type { Grey } from './picture.js';

/** What is less contrast than this (of 255) is no ink. */
const LEAST_CONTRAST = 16;

/** How far noise reaches, in medians of its deviation: three standard deviations of a normal one. */
const NOISE = 4.5;

/**
 * How much ink is at each pixel, from 0 (none) to 1 (as dark as the pen writes), [height, width].
 *
 * Which of the two is ink: what differs more from the edge of the picture. The paper's own brightness, with shadows and
 * vignettes, is what is left when all that is narrower than half of the picture is filled up with its surroundings
 * (a "top hat"); noise of the paper counts as none.
 *
 * Where there is nothing but paper, there is none.
 */
export function inkOf({ width, height, data }: Grey): Float64Array {
  const bright = isLightInk(data, width, height) ? data : data.map((grey) => 255 - grey);
  const reach = Math.ceil(Math.max(width, height) / 4);
  const paper = closing(
    bright.map((value) => -value),
    width,
    reach,
  ); // the negative of an opening
  const contrast = bright.map((value, i) => value + paper[i]);
  const noise = noiseOf(contrast);
  const most = contrast.reduce((largest, value) => Math.max(largest, value)) - noise;
  const strong = contrast.filter((value) => value - noise > most / 2);
  const full = median(strong) - noise;
  if (!(full >= LEAST_CONTRAST)) return new Float64Array(data.length);
  return contrast.map((value) => Math.min(1, Math.max(0, (value - noise) / full)));
}

/** Whether what differs most from the edge of the picture is lighter than it. */
function isLightInk(data: Float64Array, width: number, height: number): boolean {
  const border = Math.max(1, Math.round(Math.min(width, height) / 40));
  const edge = data.filter((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x < border || y < border || x >= width - border || y >= height - border;
  });
  const mean = edge.reduce((sum, value) => sum + value) / edge.length; // of light and shadow, where both are there
  const sorted = data.slice().sort();
  const few = Math.floor(sorted.length / 1000); // dust and reflections
  return sorted[sorted.length - 1 - few] - mean > mean - sorted[few];
}

/** Up to where the contrast is that of bare paper: most of a picture is that. */
function noiseOf(contrast: Float64Array): number {
  const middle = median(contrast);
  return middle + NOISE * median(contrast.map((value) => Math.abs(value - middle)));
}

/** NaN of nothing. */
function median(values: Float64Array): number {
  return values.slice().sort()[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** A tall digit that was cut out at its own edge, as a "1": it gets paper around it, or nothing would say which of the two is ink. */
import type { Grey } from './picture.js';

/** How much longer than wide a picture is that is cut so closely. */
const TALL = 1.5;

/** How much of such a picture is ink at least. */
const MUCH_INK = 0.2;

/** How much of the variance lies between ink and paper at least: of light that slopes it is 0.75, of noise less. */
const TWO_TONES = 0.8;

/** The same picture with paper around it where it is tall, and all of it is ink or paper, much of it ink. */
export function withMargin(grey: Grey): Grey {
  const { width, height, data } = grey;
  if (height < TALL * width) return grey;
  const tones = tonesOf(data);
  if (tones === undefined) return grey;
  const { dark, light, darkShare } = tones;
  const corners = [0, width - 1, data.length - width, data.length - 1];
  const lightCorners = corners.filter((i) => data[i] > (dark + light) / 2).length;
  const isLightPaper = lightCorners === 2 ? darkShare < 0.5 : lightCorners > 2;
  if ((isLightPaper ? darkShare : 1 - darkShare) < MUCH_INK) return grey;
  const margin = Math.ceil(height / 4);
  const wide = width + 2 * margin;
  const padded = new Float64Array(wide * (height + 2 * margin)).fill(isLightPaper ? light : dark);
  for (let y = 0; y < height; y++) {
    padded.set(data.subarray(y * width, (y + 1) * width), (y + margin) * wide + margin);
  }
  return { width: wide, height: height + 2 * margin, data: padded };
}

interface Tones {
  /** The mean brightness of the darker pixels, and of the others. */
  readonly dark: number;
  readonly light: number;
  /** The darker ones, of all. */
  readonly darkShare: number;
}

/**
 * The two that a picture consists of; undefined where it has none, or more.
 *
 * Source: Otsu, A threshold selection method from gray-level histograms (1979).
 */
function tonesOf(data: Float64Array): Tones | undefined {
  const histogram = new Float64Array(256);
  for (const grey of data) histogram[Math.min(255, Math.round(grey))]++;
  const sum = histogram.reduce((total, count, grey) => total + count * grey, 0);
  const mean = sum / data.length;
  const variance = histogram.reduce((total, count, grey) => total + count * (grey - mean) ** 2, 0) / data.length;
  let best: Tones | undefined;
  let most = TWO_TONES * variance;
  for (let grey = 0, below = 0, sumBelow = 0; grey < 255; grey++) {
    below += histogram[grey];
    sumBelow += histogram[grey] * grey;
    const darkShare = below / data.length;
    const [dark, light] = [sumBelow / below, (sum - sumBelow) / (data.length - below)];
    const between = darkShare * (1 - darkShare) * (light - dark) ** 2;
    if (!(between > most)) continue;
    most = between;
    best = { dark, light, darkShare };
  }
  return best;
}

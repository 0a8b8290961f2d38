import { halfBlocks, sideBySide } from './half-blocks.js';
import { columnsOf } from './text/layout.js';

/** As many images as fit side by side are drawn of these. */
export const IMAGES = 12;

/** Less high or wide, there is nothing to see. */
const LEAST = 3;

/** Columns between two images. */
const GAP = 2;

/** What the images are, and how many there are in all. */
interface Drawn {
  readonly each: 'channel' | 'filter' | 'sample';
  readonly count: number;
}

/**
 * Images side by side, as many as fit, under a line that says which ones where they are not all; nothing where they are too small
 * to see anything, or too wide.
 */
export function imagesText(
  images: readonly (readonly number[])[],
  [height, width]: readonly number[],
  { each, count }: Drawn,
): string {
  const room = Math.min(76, columnsOf(process.stdout) - 2);
  const shown = images.slice(0, Math.floor((room + GAP) / (width + GAP)));
  if (shown.length === 0 || Math.min(height, width) < LEAST) return '';
  const which = shown.length === 1 ? `${each} 0` : `${each}s 0 to ${shown.length - 1}`;
  const pictures = shown.map((pixels) => halfBlocks(pixels, width));
  return `${shown.length < count ? `  ${which} of ${count}\n` : ''}${sideBySide(pictures, width + GAP)}`;
}

/** How a camera was held: EXIF says which way up its pixels are, and a viewer turns them. */
import type { Picture } from './picture.js';

/** From the upright picture's pixel [x, y] to that of the stored one, `w` x `h`. Source: EXIF 2.3, tag 274, Orientation. */
const SOURCES: readonly ((x: number, y: number, w: number, h: number) => readonly [number, number])[] = [
  (x, y) => [x, y], // 1: as it is
  (x, y, w) => [w - 1 - x, y], // 2: mirrored
  (x, y, w, h) => [w - 1 - x, h - 1 - y], // 3: upside down
  (x, y, _, h) => [x, h - 1 - y], // 4: upside down, mirrored
  (x, y) => [y, x], // 5: on its side, mirrored
  (x, y, _, h) => [y, h - 1 - x], // 6: to be turned clockwise
  (x, y, w, h) => [w - 1 - y, h - 1 - x], // 7: on its other side, mirrored
  (x, y, w) => [w - 1 - y, x], // 8: to be turned counterclockwise
];

/** The picture upright. @param orientation 1 to 8, as EXIF counts; anything else leaves it as it is. */
export function upright(picture: Picture, orientation: number): Picture {
  const source = SOURCES[orientation - 1];
  if (source === undefined || orientation === 1) return picture;
  const { width: w, height: h, channels, data } = picture;
  const [width, height] = orientation >= 5 ? [h, w] : [w, h];
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = source(x, y, w, h);
      for (let c = 0; c < channels; c++) {
        turned[(y * width + x) * channels + c] = data[(fromY * w + fromX) * channels + c];
      }
    }
  }
  return { width, height, channels, data: turned };
}

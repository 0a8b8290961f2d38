/** Pictures as bytes, whoever decoded them: a file in Node, a canvas in a page. */

/** 1 grey, 2 grey and alpha, 3 red, green, blue, 4 those and alpha. */
export type Channels = 1 | 2 | 3 | 4;

/** That of a page's canvas is `{ width, height, channels: 4, data: context.getImageData(0, 0, width, height).data }`. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: Channels;
  /** [height, width, channels] Bytes, row by row. Alpha: 0 is transparent, 255 opaque; colours are not multiplied by it. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A picture of one number a pixel, from 0 (black) to 255 (white). */
export interface Grey {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly data: Float64Array;
}

/** The most pixels that a picture may have, before a byte of them is unpacked: about 5,800 x 5,800. */
const MAX_PIXELS = 2 ** 25;

/** `found 5 x 0 pixels, expected ...` where a picture has no pixels or too many; undefined where it may be decoded. */
export function sizeProblem(width: number, height: number): string | undefined {
  if (width >= 1 && height >= 1 && width * height <= MAX_PIXELS) return undefined;
  const limit = MAX_PIXELS.toLocaleString('en-US');
  return `found a picture of ${width} x ${height} pixels, expected at least 1 and at most ${limit}. Resize it.`;
}

/** How bright a colour looks. Source: ITU-R BT.601, whose weights every picture program uses for grey. */
const luminance = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue;

/** An opaque picture as brightness alone. */
export function greyOf({ width, height, channels, data }: Picture): Grey {
  const grey = new Float64Array(width * height);
  for (let i = 0, first = 0; i < grey.length; i++, first += channels) {
    grey[i] = channels >= 3 ? luminance(data[first], data[first + 1], data[first + 2]) : data[first];
  }
  return { width, height, data: grey };
}

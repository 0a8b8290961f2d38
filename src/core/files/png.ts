/**
 * PNG, of every colour type, depth and interlacing. Its chunks are checked, and its size is, before anything is unpacked.
 * By hand, so that what is read, and how much memory that takes, is decided here alone; it was not compared with packages.
 *
 * Source: the PNG specification, third edition (W3C 2025): 5 chunks, 8 interlacing, 9 filters, 11.2.1 IHDR, 11.3.1 tRNS.
 */
import { joined, latin1Of, viewOf } from '../bytes.js';
import { crc32 } from '../crc32.js';
import { DataError } from '../errors.js';
import { type Channels, type Picture, sizeProblem } from '../pictures/picture.js';
import { BrokenData, type Inflate } from './unpack.js';
import { GET_IT_AGAIN } from './unpacked-bytes.js';

const SIGNATURE = '\x89PNG\r\n\x1a\n';

export const isPng = (bytes: Uint8Array): boolean => latin1Of(bytes.subarray(0, SIGNATURE.length)) === SIGNATURE;

interface Header {
  readonly width: number;
  readonly height: number;
  /** Bits of one number. */
  readonly depth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
}

/** By colour type: how many numbers a pixel has in the file, and which depths there are. */
const COLOUR_TYPES: Readonly<Record<number, { readonly numbers: Channels; readonly depths: readonly number[] }>> = {
  0: { numbers: 1, depths: [1, 2, 4, 8, 16] }, // grey
  2: { numbers: 3, depths: [8, 16] }, // red, green, blue
  3: { numbers: 1, depths: [1, 2, 4, 8] }, // an index into the palette
  4: { numbers: 2, depths: [8, 16] }, // grey and alpha
  6: { numbers: 4, depths: [8, 16] }, // red, green, blue and alpha
};

const PALETTE = 3;

/**
 * Decodes a PNG file. Numbers of 16 bits are rounded to 8, smaller ones spread over 0 to 255, indices looked up, and
 * transparent colours become alpha.
 *
 * @param path For the messages.
 * @throws DataError with the byte where there is one, when the file is cut short, damaged, too large or not PNG.
 */
export function decodePng(path: string, bytes: Uint8Array, inflate: Inflate): Picture {
  const { header, palette, transparency, packed } = readChunks(path, bytes);
  const { width, height, colourType, depth } = header;
  const { numbers } = COLOUR_TYPES[colourType];
  const passes = passesOf(header);
  const raw = unpack(path, packed, passes, depth * numbers, inflate);
  const samples = new Uint16Array(width * height * numbers);
  let start = 0;
  for (const pass of passes) start = readPass(path, raw, start, pass, header, numbers, samples);

  if (colourType === PALETTE) return lookUp(path, header, samples, palette, transparency);
  const most = 2 ** depth - 1;
  const key = transparency && numbers <= 3 ? keyOf(transparency, numbers) : undefined;
  const channels = (key ? numbers + 1 : numbers) as Channels;
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < numbers; c++) data[i * channels + c] = Math.round((samples[i * numbers + c] * 255) / most);
    if (key) data[i * channels + numbers] = key.every((value, c) => samples[i * numbers + c] === value) ? 0 : 255;
  }
  return { width, height, channels, data };
}

interface Chunks {
  readonly header: Header;
  /** [n, 3] */
  readonly palette: Uint8Array | undefined;
  /** Alpha of the first colours of a palette; without one, the one colour that is transparent. */
  readonly transparency: Uint8Array | undefined;
  /** The pixels, as zlib packed them. */
  readonly packed: Uint8Array;
}

/** @throws DataError at the first chunk that is not whole, not the one that its checksum is of, or not known. */
function readChunks(path: string, bytes: Uint8Array): Chunks {
  const view = viewOf(bytes);
  let header: Header | undefined;
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  const packed: Uint8Array[] = [];
  for (let at = SIGNATURE.length; ; ) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (at + 12 + length > bytes.length) {
      const problem = `found the end of the file after ${bytes.length} bytes, expected more of the PNG: it was cut off`;
      throw new DataError(path, `${problem}. ${GET_IT_AGAIN}`, { byte: at });
    }
    const type = latin1Of(bytes.subarray(at + 4, at + 8));
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(at + 8 + length)) {
      const problem = `found a part "${type}" that does not match its own checksum, expected it to: it was damaged`;
      throw new DataError(path, `${problem}. ${GET_IT_AGAIN}`, { byte: at });
    }
    if ((type === 'IHDR') !== (header === undefined)) {
      throw new DataError(path, `found a part "${type}", expected one header, as the first part`, { byte: at });
    }
    if (type === 'IHDR') header = parseHeader(path, content, at + 8);
    else if (type === 'PLTE') palette = content;
    else if (type === 'tRNS') transparency = content;
    else if (type === 'IDAT') packed.push(content);
    else if (type === 'IEND') break;
    else if (/^[A-Z]/.test(type)) {
      throw new DataError(path, `found a part "${type}", which is none of a PNG that can be read here`, { byte: at });
    }
    at += 12 + length;
  }
  if (header === undefined) throw new DataError(path, 'found no header, expected one as the first part of the PNG');
  return { header, palette, transparency, packed: joined(packed) };
}

function parseHeader(path: string, content: Uint8Array, byte: number): Header {
  const wrong = (found: string) =>
    new DataError(path, `found ${found} in the header of the PNG. ${GET_IT_AGAIN}`, { byte });
  if (content.length !== 13) throw wrong(`${content.length} bytes, expected 13,`);
  const [width, height] = [viewOf(content).getUint32(0), viewOf(content).getUint32(4)];
  const [depth, colourType, compression, filter, interlacing] = content.subarray(8);
  const tooLarge = sizeProblem(width, height);
  if (tooLarge !== undefined) throw new DataError(path, tooLarge, { byte });
  if (!COLOUR_TYPES[colourType]?.depths.includes(depth)) {
    throw wrong(`the colour type ${colourType} with ${depth} bits, which there is not,`);
  }
  if (compression !== 0 || filter !== 0 || interlacing > 1) {
    throw wrong(`methods ${compression}, ${filter}, ${interlacing}, expected 0, 0, and 0 or 1,`);
  }
  return { width, height, depth, colourType, interlaced: interlacing === 1 };
}

/** Pixels that are stored together: from the first, every `stepX`-th of every `stepY`-th row. */
interface Pass {
  readonly width: number;
  readonly height: number;
  readonly startX: number;
  readonly startY: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** Adam7: first column and row, and the steps between columns and rows. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

const passesOf = ({ width, height, interlaced }: Header): Pass[] =>
  (interlaced ? ADAM7 : [[0, 0, 1, 1]])
    .map(([startX, startY, stepX, stepY]) => ({
      width: Math.ceil((width - startX) / stepX),
      height: Math.ceil((height - startY) / stepY),
      startX,
      startY,
      stepX,
      stepY,
    }))
    .filter((pass) => pass.width > 0 && pass.height > 0);

/** Bytes of a row of pixels, without the one that names its filter. */
const rowBytes = ({ width }: Pass, bitsPerPixel: number): number => Math.ceil((width * bitsPerPixel) / 8);

/** What zlib packed: exactly as many bytes as the header says, and no more memory than those. */
function unpack(
  path: string,
  packed: Uint8Array,
  passes: readonly Pass[],
  bitsPerPixel: number,
  inflate: Inflate,
): Uint8Array {
  const expected = passes.reduce((sum, pass) => sum + pass.height * (1 + rowBytes(pass, bitsPerPixel)), 0);
  let raw: Uint8Array | undefined;
  try {
    raw = inflate.zlib(packed, expected);
  } catch (cause) {
    if (!(cause instanceof BrokenData)) throw cause;
    throw new DataError(path, `found broken pixels (${cause.message}), expected zlib data. ${GET_IT_AGAIN}`, { cause });
  }
  if (raw?.length === expected) return raw;
  const found = raw === undefined ? 'more' : `${raw.length} bytes`;
  throw new DataError(path, `found ${found}, expected the ${expected} bytes of pixels that the header of the PNG says`);
}

/** Undoes the filters of a pass, and spreads its numbers over the picture. Returns where the next pass begins. */
function readPass(
  path: string,
  raw: Uint8Array,
  start: number,
  pass: Pass,
  { width, depth }: Header,
  numbers: number,
  samples: Uint16Array,
): number {
  const length = rowBytes(pass, depth * numbers);
  const back = Math.max(1, (depth * numbers) / 8); // to the same number of the pixel on the left
  let above: Uint8Array = new Uint8Array(length);
  let at = start;
  for (let y = 0; y < pass.height; y++) {
    const row = raw.subarray(at + 1, at + 1 + length);
    if (raw[at] > 4) throw new DataError(path, `found the filter ${raw[at]} in a row of the PNG, expected 0 to 4`);
    unfilter(raw[at], row, above, back);
    for (let i = 0; i < pass.width * numbers; i++) {
      const x = pass.startX + Math.floor(i / numbers) * pass.stepX;
      samples[((pass.startY + y * pass.stepY) * width + x) * numbers + (i % numbers)] = numberAt(row, i, depth);
    }
    above = row;
    at += 1 + length;
  }
  return at;
}

/** The i-th number of a row: bits from the highest on, two bytes the higher one first. */
function numberAt(row: Uint8Array, i: number, depth: number): number {
  if (depth === 8) return row[i];
  if (depth === 16) return row[2 * i] * 256 + row[2 * i + 1];
  const bit = i * depth;
  return (row[bit >> 3] >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

/** Adds to each byte what its filter took away: the left one, the one above, their mean, or what Paeth predicts. */
function unfilter(filter: number, row: Uint8Array, above: Uint8Array, back: number): void {
  if (filter === 0) return;
  for (let i = 0; i < row.length; i++) {
    const left = i < back ? 0 : row[i - back];
    const up = above[i];
    if (filter === 1) row[i] += left;
    else if (filter === 2) row[i] += up;
    else if (filter === 3) row[i] += (left + up) >> 1;
    else row[i] += paeth(left, up, i < back ? 0 : above[i - back]);
  }
}

/** Whichever of the three is nearest to left + up - corner. */
function paeth(left: number, up: number, corner: number): number {
  const byLeft = Math.abs(up - corner);
  const byUp = Math.abs(left - corner);
  const byCorner = Math.abs(left + up - 2 * corner);
  if (byLeft <= byUp && byLeft <= byCorner) return left;
  return byUp <= byCorner ? up : corner;
}

/** The one colour that is transparent, if the chunk is whole: two bytes a number. */
const keyOf = (transparency: Uint8Array, numbers: number): number[] | undefined =>
  transparency.length === 2 * numbers
    ? Array.from({ length: numbers }, (_, c) => viewOf(transparency).getUint16(2 * c))
    : undefined;

/** @throws DataError when a pixel has an index that the palette does not reach. */
function lookUp(
  path: string,
  { width, height }: Header,
  indices: Uint16Array,
  palette: Uint8Array = new Uint8Array(),
  transparency: Uint8Array | undefined,
): Picture {
  const colours = Math.floor(palette.length / 3);
  const channels = transparency === undefined ? 3 : 4;
  const data = new Uint8Array(indices.length * channels);
  indices.forEach((index, i) => {
    if (index >= colours) {
      throw new DataError(path, `found the colour ${index} in a pixel, expected one of the ${colours} of the palette`);
    }
    data.set(palette.subarray(3 * index, 3 * index + 3), i * channels);
    if (transparency !== undefined) data[i * channels + 3] = transparency[index] ?? 255;
  });
  return { width, height, channels, data };
}

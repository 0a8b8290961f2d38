/** JPEG by jpeg-js, which is put into this file when the package is built; EXIF says which way up it is. */
import { decode } from 'jpeg-js';
import { latin1Of, viewOf } from '../bytes.js';
import { DataError, messageOf } from '../errors.js';
import { upright } from '../pictures/orientation.js';
import { type Picture, sizeProblem } from '../pictures/picture.js';
import { GET_IT_AGAIN } from './unpacked-bytes.js';

/** More than any camera writes: each goes over the whole picture, however few its bytes are. */
const MAX_SCANS = 100;

/** What jpeg-js may take for a picture of the most pixels: its numbers before they are pixels have 4 bytes. */
const MAX_MEGABYTES = 1024;

/** Of all colours together, each of which may be coarser than the picture: jpeg-js takes some 10 bytes for each. */
const MAX_NUMBERS = 3 * 2 ** 24;

/**
 * Decodes a JPEG file, baseline or progressive, grey, colour or CMYK, and turns it upright.
 *
 * @param path For the messages.
 * @throws DataError when the file is cut short, damaged, too large or of a rare kind.
 */
export function decodeJpeg(path: string, bytes: Uint8Array): Picture {
  const orientation = checkSegments(path, bytes);
  try {
    const limits = { maxResolutionInMP: Number.POSITIVE_INFINITY, maxMemoryUsageInMB: MAX_MEGABYTES };
    const { width, height, data } = decode(bytes, { useTArray: true, formatAsRGBA: false, ...limits });
    return upright({ width, height, channels: 3, data }, orientation);
  } catch (cause) {
    // jpeg-js reads beyond what it has where tables are missing, and the engine's words for that say nothing here
    const reason = cause instanceof TypeError || cause instanceof RangeError ? '' : ` (${messageOf(cause)})`;
    throw new DataError(path, `found a broken JPEG${reason}, expected a whole one. ${GET_IT_AGAIN}`, { cause });
  }
}

/**
 * Goes through the headers, up to the first pixels. Source: ITU-T T.81, annex B.
 *
 * @returns the orientation that EXIF gives, 1 where it gives none.
 * @throws DataError when the picture is too large, or of a kind that jpeg-js would decode wrongly.
 */
function checkSegments(path: string, bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let orientation = 1;
  let sized = false;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) throw new DataError(path, `found no marker of a JPEG. ${GET_IT_AGAIN}`, { byte: at });
    const marker = bytes[at + 1];
    if (marker === 0xff || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2; // a filling byte, or a marker without content
      continue;
    }
    const content = bytes.subarray(at + 4, at + 2 + view.getUint16(at + 2));
    if (marker === 0xe1) orientation = orientationOf(content) ?? orientation;
    if (isFrame(marker)) {
      checkFrame(path, marker, content, at);
      sized = true;
    }
    if (marker === 0xda) {
      if (!sized) break;
      checkScans(path, bytes, at);
      return orientation;
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new DataError(path, `found no picture in the JPEG, expected one: it was cut off or damaged. ${GET_IT_AGAIN}`);
}

/** SOF0 to SOF15, without the tables that have their numbers from the same row. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

function checkFrame(path: string, marker: number, content: Uint8Array, byte: number): void {
  if (content.length < 6) throw new DataError(path, `found a JPEG header cut short. ${GET_IT_AGAIN}`, { byte });
  const [precision] = content;
  const [height, width] = [viewOf(content).getUint16(1), viewOf(content).getUint16(3)];
  const tooLarge = sizeProblem(width, height) ?? colourProblem(width, height, content);
  if (tooLarge !== undefined) throw new DataError(path, tooLarge, { byte });
  if (marker > 0xc2 || precision !== 8) {
    const found = marker > 0xc2 ? 'a lossless, hierarchical or arithmetic JPEG' : `a JPEG of ${precision} bits`;
    throw new DataError(path, `found ${found}, expected a baseline or progressive one of 8 bits. Save it as PNG.`, {
      byte,
    });
  }
}

/** A colour has as many numbers a pixel as its sampling factors say, the largest ones meaning one. */
function colourProblem(width: number, height: number, frame: Uint8Array): string | undefined {
  const factors = Array.from({ length: frame[5] }, (_, i) => frame[6 + 3 * i + 1] ?? 0x11);
  const across = Math.max(...factors.map((factor) => factor >> 4));
  const down = Math.max(...factors.map((factor) => factor & 15));
  const share = factors.reduce((sum, factor) => sum + ((factor >> 4) * (factor & 15)) / (across * down), 0);
  const numbers = Math.round(width * height * share);
  if (!(numbers > MAX_NUMBERS)) return undefined;
  return (
    `found a JPEG of ${width} x ${height} pixels, which are ${numbers.toLocaleString('en-US')} numbers in its ` +
    `${factors.length} colours, expected at most ${MAX_NUMBERS.toLocaleString('en-US')}. Resize it.`
  );
}

/** In the data of pixels every 0xff is followed by 0, so 0xff 0xda is always a scan that begins. */
function checkScans(path: string, bytes: Uint8Array, first: number): void {
  let scans = 0;
  for (let at = first; at !== -1; at = bytes.indexOf(0xff, at + 1)) if (bytes[at + 1] === 0xda) scans++;
  if (scans > MAX_SCANS) {
    throw new DataError(path, `found ${scans} scans, expected at most ${MAX_SCANS}. Save the picture again.`);
  }
}

/**
 * Which way up the pixels are, by the first directory of EXIF, which has the layout of a TIFF file.
 *
 * @returns undefined where the content is not EXIF, or does not say so.
 */
function orientationOf(content: Uint8Array): number | undefined {
  const tiff = content.subarray(6);
  if (latin1Of(content.subarray(0, 6)) !== 'Exif\0\0' || tiff.length < 8) return undefined;
  const little = latin1Of(tiff.subarray(0, 2)) === 'II';
  const view = viewOf(tiff);
  const uint16 = (at: number): number => view.getUint16(at, little);
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return undefined;
  for (let entry = 0; entry < uint16(directory); entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > tiff.length) return undefined;
    if (uint16(at) === 0x0112) return uint16(at + 8);
  }
  return undefined;
}

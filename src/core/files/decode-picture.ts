/** A picture of any kind that is read here, and its sample: what a thread does that decodes. */
import { DataError, messageOf } from '../errors.js';
import type { PictureForm } from '../picture-form.js';
import type { Picture } from '../pictures/picture.js';
import { pictureAs } from '../pictures/sample.js';
import { recognizeFormat } from './file-signature.js';
import type { Inflate } from './unpack.js';

/**
 * A picture from the bytes of a PNG or JPEG file, upright; undefined where they are something else.
 *
 * @param path For the messages.
 * @throws DataError when the file is damaged, cut short, or has more pixels than are read.
 */
export async function decodePicture(path: string, bytes: Uint8Array, inflate: Inflate): Promise<Picture | undefined> {
  switch (recognizeFormat(bytes)) {
    case 'a PNG image':
      return (await import('./png.js')).decodePng(path, bytes, inflate);
    case 'a JPEG image':
      return (await import('./jpeg.js')).decodeJpeg(path, bytes);
    default:
      return undefined;
  }
}

/** What becomes of the bytes of a picture: numbers, or what is wrong with it, to stand behind its path. */
export type DecodedSample = { readonly sample: Uint8Array } | { readonly problem: string };

/** What a message begins with, for the caller to put the path in its place. */
const PATH = 'picture';

export async function decodeSample(bytes: Uint8Array, form: PictureForm, inflate: Inflate): Promise<DecodedSample> {
  try {
    const picture = await decodePicture(PATH, bytes, inflate);
    if (picture !== undefined) return { sample: pictureAs(picture, form) };
  } catch (error) {
    if (error instanceof DataError) return { problem: error.message.slice(`${PATH}: `.length) };
    if (error instanceof RangeError) return { problem: messageOf(error) };
    throw error;
  }
  const found = bytes.length === 0 ? 'an empty file' : (recognizeFormat(bytes) ?? 'other bytes');
  const advice = found.endsWith('image') ? '; save it as one of these' : '';
  return { problem: `found ${found}, expected a PNG or JPEG picture${advice}` };
}

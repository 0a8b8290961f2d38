/** Says what a file is that is not what it should be: nearly always something else was downloaded or named by mistake. */
import { DataError } from '../core/errors.js';

/** The first bytes that give a format away, written as Latin-1 text. */
const SIGNATURES: readonly (readonly [start: string | RegExp, format: string])[] = [
  ['\x1f\x8b', 'a gzip file'],
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  [/^BM.{4}\0{4}/s, 'a BMP image'],
  [/^RIFF.{4}WEBP/s, 'a WebP image'],
  [/^.{4}ftypavi[fs]/s, 'an AVIF image'],
  [/^.{4}ftyp(heic|heix|mif1)/s, 'a HEIC image'],
  [/^(II\*\0|MM\0\*)/, 'a TIFF image'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['7z\xbc\xaf', 'a 7z archive'],
  ['\xfd7zXZ', 'an xz archive'],
  ['BZh', 'a bzip2 archive'],
  ['\x93NUMPY', 'a NumPy .npy file'],
  ['\x89HDF', 'an HDF5 file'],
  ['PAR1', 'a Parquet file'],
  ['%PDF', 'a PDF document'],
];

const TEXT_STARTS: readonly (readonly [start: RegExp, format: string])[] = [
  [/^(<!doctype html|<html|<head|<body)/i, 'an HTML page'],
  [/^</, 'XML'],
  [/^[[{]/, 'JSON'],
  [/^[^\n]*,[^\n]*,/, 'CSV text'],
];

/** Bytes enough to recognize any format above. */
const ENOUGH = 256;

/** "a PNG image", "CSV text", ..., or undefined when the first bytes tell nothing. */
export function recognizeFormat(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, ENOUGH).toString('latin1');
  const binary = SIGNATURES.find(([signature]) =>
    typeof signature === 'string' ? start.startsWith(signature) : signature.test(start),
  );
  if (binary !== undefined) {
    return binary[1];
  }
  // `trimStart` takes a byte order mark away too.
  const text = bytes.subarray(0, ENOUGH).toString('utf8').trimStart();
  if (!looksLikeText(text)) {
    return undefined;
  }
  return TEXT_STARTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'plain text';
}

/**
 * @param start the first bytes of what should be a model
 * @throws DataError when they are those of another format.
 */
export function requireModel(path: string, start: Uint8Array): void {
  if (isSafetensors(start)) return;
  const found = recognizeFormat(Buffer.from(start.buffer, start.byteOffset, start.byteLength));
  if (found !== undefined) throw new DataError(path, `found ${found}, expected a model`);
}

/** Eight bytes, then JSON. */
export const isSafetensors = (start: Uint8Array): boolean => start[8] === '{'.charCodeAt(0);

/** Text has no control characters other than tab, line feed and carriage return. */
function looksLikeText(text: string): boolean {
  const isControl = (char: string): boolean => char < ' ' && !'\t\n\r'.includes(char);
  return text.length > 0 && ![...text].some(isControl);
}

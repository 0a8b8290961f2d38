/** Says what a file is that is not what it should be: nearly always something else was downloaded or named by mistake. */
import { latin1Of } from '../bytes.js';
import { DataError } from '../errors.js';

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

const TEXT_FORMATS: ReadonlySet<string> = new Set([...TEXT_STARTS.map(([, format]) => format), 'plain text']);

/** Bytes enough to recognize any format above. */
const ENOUGH = 256;

/** "a PNG image", "CSV text", ..., or undefined when the first bytes tell nothing. */
export function recognizeFormat(bytes: Uint8Array): string | undefined {
  const start = latin1Of(bytes.subarray(0, ENOUGH));
  const binary = SIGNATURES.find(([signature]) =>
    typeof signature === 'string' ? start.startsWith(signature) : signature.test(start),
  );
  if (binary !== undefined) {
    return binary[1];
  }
  const text = new TextDecoder('utf-8', { fatal: false }).decode(bytes.subarray(0, ENOUGH)).trimStart();
  if (!looksLikeText(text)) {
    return undefined;
  }
  return TEXT_STARTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'plain text';
}

/** Whether text begins with a line of JSON, or with one that only opens a list or an object. */
export function beginsWithJson(text: string): boolean {
  const [line] = text.trimStart().split('\n', 1);
  if (!/^[[{]/.test(line)) return false;
  if (/^[[{]\s*$/.test(line)) return true;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** @throws DataError when the first bytes are those of something else than text. */
export function requireText(path: string, start: Uint8Array, expected: string): void {
  const format = kindOf(start);
  const isText = format === undefined || TEXT_FORMATS.has(format);
  if (!isText) throw wrongKind(path, start, expected);
}

/** Which source reads a file of another format; empty where none does. */
const READERS: Readonly<Record<string, string>> = {
  'CSV text': 'the source csv reads it',
  'plain text': 'the source csv reads tables of text',
  JSON: 'the source jsonl reads one object a line',
  'a Parquet file': 'the source parquet reads it',
  'a NumPy .npy file': 'the source npy reads it',
  'a ZIP archive': 'if NumPy saved it (.npz), the source npz reads it',
  'a PNG image': 'the source images reads folders of pictures',
  'a JPEG image': 'the source images reads folders of pictures',
  'an ONNX model': 'a trained network comes in by import',
  'a safetensors model': 'a trained network comes in by import',
  'an IDX file': 'the source idx reads it',
};

/** What a file is that should be another, and what would read it: `found a ZIP archive, expected an IDX file; ...`. */
export function wrongKind(path: string, start: Uint8Array, expected: string): DataError {
  const format = start.length === 0 ? 'an empty file' : kindOf(start);
  return new DataError(path, `found ${format ?? 'other bytes'}, expected ${expected}${readerOf(start)}`);
}

function kindOf(bytes: Uint8Array): string | undefined {
  const format = recognizeFormat(bytes);
  if (format !== undefined) return format;
  const [first, second, third, fourth] = bytes;
  if (first === 0 && second === 0 && third >= 8 && third <= 14 && fourth >= 1 && fourth <= 4) return 'an IDX file';
  if (first === 8 && third === 18) return 'an ONNX model'; // its version, and who made it
  return isSafetensors(bytes) ? 'a safetensors model' : undefined;
}

/** What would read it, behind what was found: `; the source csv reads it`. */
export function readerOf(bytes: Uint8Array): string {
  const format = kindOf(bytes);
  const reader = format && READERS[format];
  return reader ? `; ${reader}` : '';
}

/**
 * @param start the first bytes of what should be a model
 * @throws DataError when they are those of another format.
 */
export function requireModel(path: string, start: Uint8Array): void {
  if (isSafetensors(start)) return;
  const found = recognizeFormat(start);
  if (found !== undefined) throw new DataError(path, `found ${found}, expected a model`);
}

/** Eight bytes, then JSON. */
export const isSafetensors = (start: Uint8Array): boolean => start[8] === '{'.charCodeAt(0);

/** Text has no control characters other than tab, line feed and carriage return. */
function looksLikeText(text: string): boolean {
  const isControl = (char: string): boolean => char < ' ' && !'\t\n\r'.includes(char);
  return text.length > 0 && ![...text].some(isControl);
}

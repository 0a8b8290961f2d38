/** The text of a file, whichever of the usual encodings it has. */
import { DataError } from '../errors.js';

/**
 * Yields text chunk by chunk: UTF-8, or UTF-16 where a byte order mark or zero bytes say so. Lines end with \n, however the
 * file ends them.
 *
 * @param path For the messages.
 * @param file The bytes of the file, unpacked.
 * @throws DataError with the byte where the file is not text.
 */
export async function* textOfFile(
  path: string,
  file: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  let decoder: Decoder | undefined;
  let byte = 0;
  let carriage = false;
  for await (const chunk of file) {
    decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
    const text: string = decode(decoder, chunk, path, byte);
    byte += chunk.length;
    const begun: string = carriage ? `\r${text}` : text;
    carriage = begun.endsWith('\r'); // its \n may be in the next chunk
    yield (carriage ? begun.slice(0, -1) : begun).replace(/\r\n?/g, '\n');
  }
  const rest = decoder === undefined ? '' : decode(decoder, undefined, path, byte);
  if (carriage || rest !== '') yield (carriage ? '\n' : '') + rest;
}

/** Node has the class, and the type of its objects under another name. */
type Decoder = InstanceType<typeof TextDecoder>;

function decode(decoder: Decoder, chunk: Uint8Array | undefined, path: string, byte: number): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    const problem = `found bytes that are not ${decoder.encoding.toUpperCase()} text, expected text`;
    const at = chunk === undefined ? byte : byte + wholeBytes(decoder.encoding, chunk);
    throw new DataError(path, `${problem}. Save the file as UTF-8.`, { byte: at, cause });
  }
}

/** How many bytes from the first on are text. */
function wholeBytes(encoding: string, chunk: Uint8Array): number {
  let [whole, broken] = [0, chunk.length];
  while (broken - whole > 1) {
    const middle = (whole + broken) >> 1;
    try {
      new TextDecoder(encoding, { fatal: true }).decode(chunk.subarray(0, middle), { stream: true });
      whole = middle;
    } catch {
      broken = middle;
    }
  }
  return whole;
}

/** ASCII in UTF-16 has a zero in every other byte. */
function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first !== 0 && second === 0 && bytes[3] === 0) return 'utf-16le';
  return first === 0 && second !== 0 && bytes[2] === 0 ? 'utf-16be' : 'utf-8';
}

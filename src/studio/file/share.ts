/** A pipeline file in the address of the page: packed, behind the `#`, so that no server is told of it. */
import type { GivenFile } from '../worker/protocol.js';

const KEY = 'file';

/** Characters of a file that may be shared, and bytes of one that is opened: larger ones are no pipeline files. */
const MOST = 64 * 1024;

/**
 * The address of the page with the file in it.
 *
 * @throws RangeError when the file is too large.
 */
export async function linkTo(file: GivenFile, page: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([file.name, file.text]));
  if (bytes.length > MOST) throw new RangeError('the file is too large for a link');
  const packed = await all(
    new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip')),
    Number.POSITIVE_INFINITY,
  );
  const link = new URL(page);
  link.hash = `${KEY}=${base64url(packed)}`;
  return link.href;
}

/** Whether an address holds a file. */
export const isLink = (fragment: string): boolean => fragment.startsWith(`#${KEY}=`);

/**
 * The file in the fragment of an address. It is a text, whatever it is: nothing of it is run.
 *
 * @throws Error when it is damaged, or too large.
 */
export async function fileOf(fragment: string): Promise<GivenFile> {
  const packed = bytesOf(fragment.slice(KEY.length + 2));
  const unpacked = await all(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip')), MOST);
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(unpacked));
  if (!Array.isArray(value) || value.length !== 2 || !value.every((one) => typeof one === 'string')) {
    throw new TypeError('it holds no file');
  }
  const [name, text] = value;
  return { name: plainName(name), text };
}

/** A name as files have it, whatever a link says. */
const plainName = (name: string): string => name.replace(/[^\p{L}\p{N} ._-]/gu, '').slice(0, 80) || 'shared.yaml';

/** @throws RangeError when there are more bytes than that: a small link may unpack to very much. */
async function all(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError('it is too large');
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const base64url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));

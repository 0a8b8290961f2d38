/** A pipeline file in the address of the page: packed, behind the `#`, so that no server is told of it. */
import type { GivenFile } from '../worker/protocol.js';

const KEY = 'file';

/** Bytes of a file that may be shared, and that is opened: larger ones are no pipeline files. */
const MOST = 64 * 1024;

/** Bytes that are unpacked at once: they become at most a thousand times as many. */
const AT_ONCE = 1024;

/** Why a link cannot be made, or opened. */
export class LinkError extends Error {
  constructor(readonly problem: 'tooLarge' | 'damaged') {
    super(problem);
  }
}

/**
 * The address of the page with the file in it.
 *
 * @throws LinkError when the file is too large.
 */
export async function linkTo(file: GivenFile, page: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([file.name, file.text]));
  if (bytes.length > MOST) throw new LinkError('tooLarge');
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
 * @throws LinkError when it is damaged, or too large.
 */
export async function fileOf(fragment: string): Promise<GivenFile> {
  try {
    const packed = bytesOf(fragment.slice(KEY.length + 2));
    const unpacked = await all(bitByBit(packed).pipeThrough(new DecompressionStream('gzip')), MOST);
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(unpacked));
    if (Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string')) {
      const [name, text] = value;
      return { name: plainName(name), text };
    }
  } catch (error) {
    if (error instanceof LinkError) throw error;
  }
  throw new LinkError('damaged');
}

/** A stream that gives more only when more is asked for. */
function bitByBit(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + AT_ONCE));
      at += AT_ONCE;
    },
  });
}

/** A name as files have it, whatever a link says. */
const plainName = (name: string): string => name.replace(/[^\p{L}\p{N} ._-]/gu, '').slice(0, 80) || 'shared.yaml';

/** @throws LinkError when there are more bytes than that: a small link may unpack to very much. */
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
      throw new LinkError('tooLarge');
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

/** One array of many, one after another. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

/** Bytes as text, as `atob` reads it. */
export const base64 = (bytes: Uint8Array): string => btoa(latin1Of(bytes));

/** How many arguments a call takes on every engine. */
const PIECE = 4096;

/** Each byte as the character with its number: Latin-1. */
export function latin1Of(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += PIECE) text += String.fromCharCode(...bytes.subarray(i, i + PIECE));
  return text;
}

/** Numbers of several bytes at their places. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);

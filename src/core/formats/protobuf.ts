/**
 * Protocol Buffers, as far as ONNX takes them: fields of a message one after another, each with its number and how it lies
 * there. Source: https://protobuf.dev/programming-guides/encoding
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** How a field lies in the message. */
const VARINT = 0;
const LENGTH = 2;
const FIXED32 = 5;

/** Seven bits a byte, the lowest first; all but the last have the highest bit set. A negative number takes all 64. */
function digits(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return bytes;
}

const tag = (field: number, wire: number): number[] => digits((field << 3) | wire);

/** A whole number. */
export const varint = (field: number, value: number | bigint): Bytes =>
  Uint8Array.from([...tag(field, VARINT), ...digits(value)]);

/** A float32. */
export function float(field: number, value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return join([Uint8Array.from(tag(field, FIXED32)), bytes]);
}

/** Bytes, or a message. */
export const bytesField = (field: number, content: Bytes): Bytes =>
  join([Uint8Array.from([...tag(field, LENGTH), ...digits(content.length)]), content]);

export const text = (field: number, content: string): Bytes => bytesField(field, new TextEncoder().encode(content));

/** A message of its fields. */
export function join(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

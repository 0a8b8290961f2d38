/**
 * Protocol Buffers, as far as ONNX and TensorBoard take them: fields of a message one after another, each with its number and how it lies
 * there. Source: https://protobuf.dev/programming-guides/encoding
 */
import { joined } from '../bytes.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** How a field lies in the message. */
const VARINT = 0;
const FIXED64 = 1;
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
  return joined([Uint8Array.from(tag(field, FIXED32)), bytes]);
}

/** A float64. */
export function double(field: number, value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return joined([Uint8Array.from(tag(field, FIXED64)), bytes]);
}

/** Bytes, or a message. */
export const bytesField = (field: number, content: Bytes): Bytes =>
  joined([Uint8Array.from([...tag(field, LENGTH), ...digits(content.length)]), content]);

export const text = (field: number, content: string): Bytes => bytesField(field, new TextEncoder().encode(content));

/** A field that was read: whole numbers are bigints, all else is bytes. */
export type Field = readonly [number: number, value: bigint | Uint8Array];

/**
 * The fields of a message, in their order.
 *
 * @param fail called where the message is cut, or is none.
 */
export function fieldsOf(message: Uint8Array, fail: (problem: string) => never): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const readDigits = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= message.length) fail('a message in it is cut');
      const byte = message[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    return fail('a number in it has too many bytes');
  };
  const take = (length: number): Uint8Array => {
    if (length > message.length - at) fail(`a field of ${length} bytes in it is cut`);
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const head = readDigits();
    const number = Number(head >> 3n);
    const wire = Number(head & 7n);
    if (number === 0) fail('it has a field without a number');
    if (wire === VARINT) fields.push([number, readDigits()]);
    else if (wire === LENGTH) fields.push([number, take(Number(readDigits()))]);
    else if (wire === FIXED32) fields.push([number, take(4)]);
    else if (wire === FIXED64) fields.push([number, take(8)]);
    else fail(`it has a field of the unknown kind ${wire}`);
  }
  return fields;
}

/**
 * Safetensors: named tensors and short texts in one file that runs no code when it is read. Eight bytes say how long the
 * header is, the header says in JSON where each tensor lies, and their bytes follow, little-endian, without a gap.
 * Source: https://github.com/huggingface/safetensors, whose reader refuses what this one refuses.
 */
import * as z from 'zod';
import { DataError } from '../errors.js';
import { formatShape, type Shape, sizeOf } from '../tensor.js';

/** The numbers of a tensor that JavaScript has an array for; others are widened when they are read. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A tensor of a file: `data` holds as many numbers as its shape says. */
export interface StoredTensor {
  readonly shape: Shape;
  readonly data: Numbers;
}

/** What a file holds, in the order in which it lies there. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** More than any header here takes; one that claims more is not read. */
const LONGEST_HEADER = 2 ** 24;

/** The bytes of such a file; the same content always gives the same. */
export function encodeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const begin = end;
    end += data.byteLength;
    entries[name] = { dtype: storedAs(data), shape, data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const length = Math.ceil(json.length / 8) * 8; // so that the numbers lie where they can be read in place
  const bytes = new Uint8Array(8 + length + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(SPACE, 8, 8 + length);
  bytes.set(json, 8);
  let offset = 8 + length;
  for (const { data } of Object.values(tensors)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

const SPACE = 0x20;

function storedAs(data: Numbers): keyof typeof readers {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

const headerSchema = z.record(
  z.string(),
  z.looseObject({
    dtype: z.string(),
    shape: z.array(z.int().nonnegative()).max(32),
    data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
  }),
);

/**
 * @param path the file's name, for the messages.
 * @throws DataError when the header is too long, is not JSON, or describes other bytes than those that are there: tensors
 * that overlap, leave gaps, or are longer or shorter than their shapes say.
 */
export function decodeSafetensors(bytes: Uint8Array, path: string): Safetensors {
  const fail = (problem: string, byte?: number): never => {
    throw new DataError(path, problem, byte === undefined ? {} : { byte });
  };
  if (bytes.length < 8) fail(`this is no safetensors file: it has ${bytes.length} bytes, expected at least 8`);
  const stated = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (stated > LONGEST_HEADER) fail(`this is no safetensors file: its header should have ${stated} bytes`, 0);
  const length = Number(stated);
  if (length > bytes.length - 8)
    fail(`the file is cut: its header has ${length} bytes, ${bytes.length - 8} are left`, 8);

  const { __metadata__: metadata = {}, ...entries } = headerOf(bytes.subarray(8, 8 + length), fail);
  const texts = z.record(z.string(), z.string()).safeParse(metadata);
  if (!texts.success) fail('__metadata__ in the header should hold texts alone', 8);
  const parsed = headerSchema.safeParse(entries);
  if (!parsed.success) {
    const { path: at, message } = parsed.error.issues[0];
    fail(`the header's ${at.join('.') || 'JSON'} is wrong: ${message}`, 8);
  }
  const start = 8 + length;
  const body = bytes.subarray(start);
  const tensors: Record<string, StoredTensor> = Object.create(null);
  let filled = 0;
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [begin, end],
    },
  ] of inOrder(parsed.data ?? {})) {
    if (!Object.hasOwn(readers, dtype))
      fail(`the tensor ${name} is ${dtype}, expected ${Object.keys(readers).join(', ')}`, 8);
    const { bytes: width, read } = readers[dtype as keyof typeof readers];
    const size = sizeOf(shape) * width;
    if (begin !== filled || end < begin)
      fail(`the tensor ${name} lies at ${begin} to ${end}, expected it from ${filled} on`, start + filled);
    if (end - begin !== size)
      fail(
        `the tensor ${name} has ${end - begin} bytes, expected ${size} for ${dtype} ${formatShape(shape)}`,
        start + begin,
      );
    if (end > body.length)
      fail(
        `the file is cut: the tensor ${name} ends at byte ${start + end}, the file at ${bytes.length}`,
        bytes.length,
      );
    // copied (not by slice, which a Buffer has otherwise): a view of 8-byte numbers wants its place in memory to be one of eight
    const own = new Uint8Array(body.subarray(begin, end)).buffer;
    tensors[name] = { shape, data: read(own) };
    filled = end;
  }
  if (filled !== body.length) fail(`${body.length - filled} bytes come after the last tensor`, start + filled);
  return { tensors, metadata: texts.data ?? {} };
}

type Entry = z.output<typeof headerSchema>[string];

/** By where they lie. */
const inOrder = (entries: Readonly<Record<string, Entry>>): [string, Entry][] =>
  Object.entries(entries).sort(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  );

function headerOf(bytes: Uint8Array, fail: (problem: string, byte: number) => never): Record<string, unknown> {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof header === 'object' && header !== null && !Array.isArray(header))
      return header as Record<string, unknown>;
  } catch {
    // said below
  }
  return fail('this is no safetensors file: its header is no JSON object', 8);
}

/** How many bytes a number of each type has, and what becomes of it. */
const readers = {
  F64: { bytes: 8, read: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  F32: { bytes: 4, read: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  F16: { bytes: 2, read: (buffer: ArrayBuffer) => Float32Array.from(new Uint16Array(buffer), halfToFloat) },
  BF16: { bytes: 2, read: (buffer: ArrayBuffer) => brainToFloats(new Uint16Array(buffer)) },
  I64: { bytes: 8, read: (buffer: ArrayBuffer) => Float64Array.from(new BigInt64Array(buffer), Number) },
  I32: { bytes: 4, read: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  U8: { bytes: 1, read: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
} as const;

/** IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
function halfToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = (half & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
}

/** bfloat16 is the upper half of a float32. */
function brainToFloats(halves: Uint16Array): Float32Array {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i] << 16;
  return floats;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '../../../src/core/model/safetensors.js';
import { sizeOf } from '../../../src/core/tensor.js';

/** A file by hand: its header as it is given, then its bytes. */
function fileOf(header: unknown, body: ArrayLike<number> = []): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(Uint8Array.from(body), 8 + json.length);
  return bytes;
}

const decode = (bytes: Uint8Array) => decodeSafetensors(bytes, 'x.safetensors');

describe('what was written is read again', () => {
  const numbers = (size: number) =>
    fc.oneof(
      fc.float32Array({ minLength: size, maxLength: size }),
      fc.float64Array({ minLength: size, maxLength: size }),
      fc.int32Array({ minLength: size, maxLength: size }),
      fc.uint8Array({ minLength: size, maxLength: size }),
    );
  const stored: fc.Arbitrary<StoredTensor> = fc
    .array(fc.nat(4), { maxLength: 3 })
    .chain((shape) => numbers(sizeOf(shape)).map((data) => ({ shape, data })));

  it('bit for bit, whatever the tensors are called', () => {
    const name = fc.string().filter((text) => text !== '__metadata__' && text !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(name, stored), fc.dictionary(name, fc.string()), (tensors, metadata) => {
        const bytes = encodeSafetensors({ tensors, metadata });
        const read = decode(bytes);
        expect({ ...read.metadata }).toEqual({ ...metadata });
        expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
        for (const [name, { shape, data }] of Object.entries(tensors)) {
          expect(read.tensors[name].shape).toEqual(shape);
          expect(read.tensors[name].data).toEqual(data);
        }
        expect(encodeSafetensors(read)).toEqual(bytes);
      }),
    );
  });

  it('also when it lies in the middle of other bytes', () => {
    const bytes = encodeSafetensors({ tensors: { a: { shape: [2], data: Float64Array.of(1, 2) } }, metadata: {} });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    for (const given of [shifted.subarray(3), Buffer.from(shifted.buffer, 3)]) {
      expect(decode(given).tensors.a.data).toEqual(Float64Array.of(1, 2));
    }
  });
});

it('numbers of other programs are widened: half precision, bfloat16 and 64-bit integers', () => {
  const header = {
    half: { dtype: 'F16', shape: [5], data_offsets: [0, 10] },
    brain: { dtype: 'BF16', shape: [2], data_offsets: [10, 14] },
    long: { dtype: 'I64', shape: [], data_offsets: [14, 22] },
  };
  const body = [
    0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0xff, 0x7b, 0x00, 0x7c, 0x80, 0x3f, 0x49, 0xc0, 5, 0, 0, 0, 0, 0, 0, 0,
  ];
  const { tensors } = decode(fileOf(header, body));
  expect(Array.from(tensors.half.data)).toEqual([1, -2, 2 ** -24, 65504, Number.POSITIVE_INFINITY]);
  expect(Array.from(tensors.brain.data)).toEqual([1, -3.140625]);
  expect(Array.from(tensors.long.data)).toEqual([5]);
});

describe('a hostile file is refused', () => {
  const one = (more: object) => ({ a: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...more } });
  const long = fileOf('{}');
  new DataView(long.buffer).setBigUint64(0, 2n ** 62n, true);
  const four = [0, 0, 0, 0];

  it.each([
    ['nothing at all', new Uint8Array(), 'this is no safetensors file: it has 0 bytes, expected at least 8'],
    [
      'an endless header',
      long,
      'byte 0: this is no safetensors file: its header should have 4611686018427387904 bytes',
    ],
    [
      'a header that is cut',
      fileOf('{}').subarray(0, 9),
      'byte 8: the file is cut: its header has 2 bytes, 1 are left',
    ],
    ['no JSON', fileOf('{]'), 'byte 8: this is no safetensors file: its header is no JSON object'],
    ['deep JSON', fileOf('['.repeat(1e6)), 'byte 8: this is no safetensors file: its header is no JSON object'],
    ['a list', fileOf([]), 'byte 8: this is no safetensors file: its header is no JSON object'],
    [
      'metadata that is no text',
      fileOf({ __metadata__: { a: 1 } }),
      'byte 8: __metadata__ in the header should hold texts alone',
    ],
    [
      'an unknown type',
      fileOf(one({ dtype: 'constructor' }), four),
      'byte 8: the tensor a is constructor, expected F64,',
    ],
    ['a size below 0', fileOf(one({ shape: [-1] }), four), "byte 8: the header's a.shape.0 is wrong"],
    [
      'a size beyond all numbers',
      fileOf(one({ shape: [2 ** 52, 2 ** 52] }), four),
      'the tensor a has 4 bytes, expected',
    ],
    [
      'another length than its shape says',
      fileOf(one({ shape: [2] }), four),
      'the tensor a has 4 bytes, expected 8 for F32 [2]',
    ],
    [
      'a gap',
      fileOf(one({ data_offsets: [4, 8] }), [...four, ...four]),
      'the tensor a lies at 4 to 8, expected it from 0 on',
    ],
    [
      'an end before its beginning',
      fileOf(one({ data_offsets: [0, -4] }), four),
      "byte 8: the header's a.data_offsets.1 is wrong",
    ],
    [
      'tensors that overlap',
      fileOf({ ...one({}), b: { dtype: 'F32', shape: [1], data_offsets: [2, 6] } }, [...four, 0, 0]),
      'the tensor b lies at 2 to 6, expected it from 4 on',
    ],
    ['a tensor that is not there', fileOf(one({})), 'the file is cut: the tensor a ends at byte'],
    ['bytes that are nothing', fileOf(one({}), [...four, 0]), '1 bytes come after the last tensor'],
    [
      'a name of its own',
      fileOf('{"__proto__": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}', four),
      '4 bytes come after the last tensor',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => decode(bytes)).toThrow(
      expect.objectContaining({ exitCode: 3, message: expect.stringContaining(message) }),
    );
  });
});

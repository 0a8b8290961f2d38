/** The loop that unpacks in a page, held against zlib: the same bytes, and the same words for what is wrong. */
import { constants, deflateRawSync, deflateSync, gzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gunzip, inflate } from '../../../src/core/files/inflate.js';
import { inflate as zlib } from '../../../src/node/unpacked-bytes.js';

/** Bytes of many kinds: of few values, of long repeats, of no order. */
const contents = fc
  .record({
    length: fc.oneof(fc.integer({ max: 300, min: 0 }), fc.integer({ max: 400_000, min: 0 })),
    values: fc.constantFrom(1, 2, 5, 256),
    repeat: fc.constantFrom(1, 3, 500, 40_000),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  })
  .map(({ length, values, repeat, seed }) => {
    let state = seed;
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      bytes[i] = i >= repeat && i % 7 > 0 ? bytes[i - repeat] : (state >>> 16) % values;
    }
    return bytes;
  });

const options = fc.record({
  level: fc.constantFrom(0, 1, 6, 9),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
    constants.Z_FILTERED,
  ),
});

async function gunzipped(packed: Uint8Array, step: number): Promise<{ bytes: Buffer; bytesRead: number }> {
  async function* pieces() {
    for (let at = 0; at < packed.length; at += step) yield packed.subarray(at, at + step);
  }
  const unpacking = gunzip(pieces());
  const chunks: Uint8Array[] = [];
  for await (const chunk of unpacking.unpacked) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), bytesRead: unpacking.bytesRead };
}

/** Bytes, `more` of too many, or the message. */
function outcome(unpack: () => Uint8Array | undefined): unknown {
  try {
    const bytes = unpack();
    return bytes === undefined ? 'more' : Buffer.from(bytes);
  } catch (error) {
    return String(error);
  }
}

describe('what zlib packed', () => {
  it('is unpacked by any steps, in one member and in two', async () => {
    await fc.assert(
      fc.asyncProperty(contents, contents, options, fc.constantFrom(5, 997, 65_536), async (a, b, how, step) => {
        const one = gzipSync(a, how);
        const two = Buffer.concat([one, gzipSync(b, how)]);
        expect((await gunzipped(one, step)).bytes.equals(a)).toBe(true);
        const both = await gunzipped(two, step);
        expect(both.bytes.equals(Buffer.concat([a, b]))).toBe(true);
        expect(both.bytesRead).toBe(two.length);
      }),
      { numRuns: 40 },
    );
  });

  it('is unpacked where it is in memory, if it is no more than was asked for', () => {
    fc.assert(
      fc.property(contents, options, (bytes, how) => {
        const { length } = bytes;
        expect(Buffer.from(inflate.zlib(deflateSync(bytes, how), length) ?? []).equals(bytes)).toBe(true);
        const raw = deflateRawSync(bytes, how);
        expect(Buffer.from(inflate.raw(raw, length) ?? []).equals(bytes)).toBe(true);
        if (length > 0) expect(inflate.raw(raw, length - 1)).toBeUndefined();
        const start = raw.subarray(0, raw.length >> 1);
        expect(outcome(() => inflate.rawStart(start))).toEqual(outcome(() => zlib.rawStart(start)));
      }),
      { numRuns: 60 },
    );
  });
});

it('says of damaged data what zlib says, or that there is too much', () => {
  const damage = fc.record({ at: fc.double({ min: 0, max: 0.999, noNaN: true }), bit: fc.nat(7), cut: fc.boolean() });
  fc.assert(
    fc.property(contents, options, damage, (content, how, { at, bit, cut }) => {
      const packed = Uint8Array.from(deflateSync(content.subarray(0, 2000), how));
      const place = Math.floor(at * packed.length);
      packed[place] ^= 1 << bit;
      const damaged = cut ? packed.subarray(0, Math.max(2, place)) : packed;
      const found = outcome(() => inflate.zlib(damaged, 4000));
      // zlib notices too much only where it is at the end of a piece
      if (found !== 'more') expect(found).toEqual(outcome(() => zlib.zlib(damaged, 4000)));
    }),
    { numRuns: 500 },
  );
});

describe('the header of gzip', () => {
  const content = Buffer.from('content');
  const packed = gzipSync(content);
  const withFlags = (flags: number, more: Uint8Array): Buffer =>
    Buffer.concat([packed.subarray(0, 3), Buffer.of(flags), packed.subarray(4, 10), more, packed.subarray(10)]);

  it('may have a name, a comment and other fields', async () => {
    const fields = Buffer.concat([Buffer.of(3, 0, 1, 2, 3), Buffer.from('name\0a comment\0')]);
    expect((await gunzipped(withFlags(4 + 8 + 16, fields), 3)).bytes).toEqual(content);
  });

  it.each([
    ['unknown header flags set', withFlags(0x20, Buffer.of())],
    ['header crc mismatch', withFlags(2, Buffer.of(1, 2))],
    ['unknown compression method', Buffer.from(packed).fill(7, 2, 3)],
    ['unexpected end of file', packed.subarray(0, 9)],
    ['incorrect header check', Buffer.concat([packed, content])],
  ])('is refused: %s', async (reason, bytes) => {
    await expect(gunzipped(bytes, 4)).rejects.toThrow(reason);
  });

  it('is not looked for behind a zero', async () => {
    const read = await gunzipped(Buffer.concat([packed, Buffer.alloc(9)]), 4);
    expect(read).toEqual({ bytes: content, bytesRead: packed.length });
  });
});

it('blocks that were stored as they are, are more than a window and follow others', () => {
  const mixed = Buffer.concat([
    Buffer.alloc(40_000, 'abc'),
    Buffer.from(Array.from({ length: 99_999 }, (_, i) => (i * i) % 251)),
  ]);
  const packed = deflateRawSync(mixed, { level: 0 });
  expect(Buffer.from(inflate.raw(packed, mixed.length) ?? []).equals(inflateRawSync(packed))).toBe(true);
});

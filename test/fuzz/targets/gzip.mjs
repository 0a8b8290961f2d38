// Gzip: IDX files that were packed, damaged after it, and bombs. What Node's own zlib makes of the bytes is what they are.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { encodeIdx } from '../../../dist/index.js';
import { problemOfError } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { problemOfReading } from './idx.mjs';
import { damage, damaged } from './mutated-bytes.mjs';

const content = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((data) => encodeIdx([data.length], data)),
  fc.uint8Array({ maxLength: 40 }),
);

/** 64 MB of zeros: 64 kB, packed. A gzip file may hold many members one after the other. */
const zeros = gzipSync(Buffer.alloc(2 ** 26));

const packed = fc.record({
  content,
  level: fc.integer({ min: 0, max: 9 }),
  damages: fc.oneof(fc.constant([]), fc.array(damage, { maxLength: 3 })),
});

/** A header that promises little, then gigabytes. */
const bomb = fc.record({ promised: fc.integer({ min: 1, max: 2 ** 20 }), members: fc.integer({ min: 1, max: 100 }) });

function bytesOf({ content, level, damages, promised, members }) {
  if (promised === undefined) return damaged(gzipSync(content, { level }), damages);
  const header = encodeIdx([1], Uint8Array.of(0)).slice(0, 8);
  new DataView(header.buffer).setUint32(4, promised);
  return Buffer.concat([gzipSync(header), ...Array.from({ length: members }, () => zeros)]);
}

/** Undefined where it cannot be unpacked. Bytes after the last member, which zlib passes over, are an error here. */
function unpacked(bytes) {
  try {
    return gunzipSync(bytes, { maxOutputLength: 2 ** 20 });
  } catch {
    return undefined;
  }
}

export const gzip = {
  trains: false,
  arbitrary: fc.oneof({ arbitrary: packed, weight: 99 }, { arbitrary: bomb, weight: 1 }),
  async attempt(input) {
    const bytes = bytesOf(input);
    writeFileSync('packed', bytes);
    const path = resolve('packed');
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const content = input.promised === undefined && isGzip ? unpacked(bytes) : undefined;
    if (!isGzip) return problemOfReading(path, bytes);
    try {
      const { data } = await product.readIdx(path);
      if (content === undefined) return `it takes what cannot be unpacked, as ${data.length} numbers`;
      return content.subarray(-data.byteLength).equals(Buffer.from(data.buffer)) || !(data instanceof Uint8Array)
        ? undefined
        : 'it reads other numbers';
    } catch (error) {
      const problem = problemOfError(error, path);
      if (problem !== undefined) return problem;
      return error.exitCode === 3 && error.message.includes(': byte ') ? undefined : `no byte: ${error.message}`;
    }
  },
  show: (input) =>
    input.promised === undefined
      ? `packed: ${bytesOf(input).toString('hex')}`
      : `a header for ${input.promised} bytes, then ${input.members} times 64 MB of zeros`,
};

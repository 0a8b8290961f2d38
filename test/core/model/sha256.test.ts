import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { sha256 } from '../../../src/core/model/sha256.js';

afterEach(() => vi.unstubAllGlobals());

const byNode = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Around one block and two, where the padding needs another. */
const lengths = [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000];

it.each(['Web Cryptography', 'a page on plain http'])('is what Node computes, with %s', async (where) => {
  if (where !== 'Web Cryptography') vi.stubGlobal('crypto', {});
  for (const length of lengths) {
    const bytes = Uint8Array.from({ length }, (_, i) => 251 * i);
    expect(await sha256(bytes), `of ${length} bytes`).toBe(byNode(bytes));
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (drawn) => {
      const bytes = Uint8Array.from(drawn);
      expect(await sha256(bytes)).toBe(byNode(bytes));
    }),
  );
});

/** Links that hold a pipeline file. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileOf, isLink, linkTo } from '../../src/studio/file/share.js';

const page = 'https://page.test/lessons/?lang=zh#old';
const packed = (value: string) => `#file=${gzipSync(value).toString('base64url')}`;

describe('a link', () => {
  it.each(['', 'network:\r\n  - relu # λ ≥ 0 \u{1f3b2}\n', 'x'.repeat(60_000)])(
    'holds a file as it is',
    async (text) => {
      const link = new URL(await linkTo({ name: 'my file.yaml', text }, page));
      expect(link.href.slice(0, -link.hash.length)).toBe('https://page.test/lessons/?lang=zh');
      expect(link.hash).toMatch(/^#file=[\w-]+$/);
      expect(isLink(link.hash)).toBe(true);
      expect(await fileOf(link.hash)).toEqual({ name: 'my file.yaml', text });
    },
  );

  it('is not made of a file that is too large', async () => {
    await expect(linkTo({ name: 'a.yaml', text: 'x'.repeat(70_000) }, page)).rejects.toThrow('tooLarge');
  });

  it('is refused where it unpacks to more than a file', async () => {
    await expect(fileOf(packed(JSON.stringify(['a', 'x'.repeat(10_000_000)])))).rejects.toThrow('tooLarge');
  });

  it.each([
    ['#file='],
    ['#file=***'],
    ['#file=AAAA'],
    [packed('{')],
    [packed('["a"]')],
    [packed('["a", 5]')],
    [packed('{"name":"a","text":"b"}')],
  ])('is refused where it is damaged: %s', async (fragment) => {
    await expect(fileOf(fragment)).rejects.toThrow('damaged');
  });

  it('has a name as files have, whatever it says', async () => {
    expect((await fileOf(packed('["../<b>/\\u0000x.yaml", ""]'))).name).toBe('..bx.yaml');
    expect((await fileOf(packed('["<>", ""]'))).name).toBe('shared.yaml');
  });

  it('is one by its key', () => {
    expect([isLink(''), isLink('#flow'), isLink('#file=a')]).toEqual([false, false, true]);
  });
});

import { expect, it } from 'vitest';
import { encodeZip } from '../../../src/core/formats/zip.js';

it('stores each file as it is under its path, and says in the directory at the end where it lies', () => {
  const bytes = encodeZip(
    new Map([
      ['runs/é.txt', new TextEncoder().encode('one')],
      ['two', Uint8Array.of(2)],
    ]),
  );
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  expect(view.getUint16(end + 10, true)).toBe(2);
  const found: [path: string, content: Uint8Array][] = [];
  for (let at = view.getUint32(end + 16, true); at < end; ) {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const [size, length, file] = [
      view.getUint32(at + 24, true),
      view.getUint16(at + 28, true),
      view.getUint32(at + 42, true),
    ];
    const content = file + 30 + length;
    expect(view.getUint32(file, true)).toBe(0x04034b50);
    found.push([
      new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)),
      bytes.slice(content, content + size),
    ]);
    at += 46 + length;
  }
  expect(found).toEqual([
    ['runs/é.txt', new TextEncoder().encode('one')],
    ['two', Uint8Array.of(2)],
  ]);
});

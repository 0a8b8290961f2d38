import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DataError, MissingDataError } from '../../src/core/errors.js';
import { encodeIdx } from '../../src/core/files/encode-idx.js';
import { readIdx } from '../../src/node/idx.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const GOOD = encodeIdx([2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6));

/** The message without the path that it must begin with. */
async function problemWith(path: string): Promise<string> {
  const thrown: unknown = await readIdx(path).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(DataError);
  expect(thrown).not.toBeInstanceOf(MissingDataError);
  const message = thrown instanceof Error ? thrown.message : '';
  expect(message.slice(0, path.length + 2)).toBe(`${path}: `);
  expect(message).not.toContain('\n');
  return message.slice(path.length + 2);
}

const problemOf = async (content: Uint8Array | string): Promise<string> => problemWith(await temporaryFile(content));

const header = (type: number, ...lengths: number[]): Buffer => {
  const bytes = Buffer.alloc(4 + 4 * lengths.length);
  bytes.set([0, 0, type, lengths.length]);
  lengths.forEach((length, axis) => {
    bytes.writeUInt32BE(length, 4 + 4 * axis);
  });
  return bytes;
};

describe('a path that is no readable file', () => {
  it('names a near file in the same folder', async () => {
    const path = join(await temporaryFolder(), 'train-imges.idx');
    expect(await problemWith(path)).toBe('found no such file, expected an IDX file. Check the path.');
    await writeFile(join(dirname(path), 'train-images.idx'), GOOD);
    expect(await problemWith(path)).toBe('found no such file, expected an IDX file; did you mean "train-images.idx"?');
  });

  it('says when the folder is missing too', async () => {
    const folder = join(await temporaryFolder(), 'nowhere');
    expect(await problemWith(join(folder, 'a.idx'))).toContain(`found no folder ${folder}, expected an IDX file in it`);
  });

  it('says when a part of the path is a file', async () => {
    expect(await problemWith(join(await temporaryFile(GOOD), 'a.idx'))).toContain('a part of the path is a file');
  });

  it('refuses a folder', async () => {
    const folder = join(await temporaryFolder(), 'images');
    await mkdir(folder);
    expect(await problemWith(folder)).toBe('found a folder, expected an IDX file. Name a file.');
  });

  it.runIf(process.platform === 'linux')('refuses a device', async () => {
    expect(await problemWith('/dev/zero')).toContain('found a device');
  });

  // The superuser may read everything.
  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('says when it may not be read', async () => {
    const path = await temporaryFile(GOOD);
    await chmod(path, 0);
    expect(await problemWith(path)).toContain('cannot be read: permission denied');
  });

  it('takes any other refusal of the operating system', async () => {
    expect(await problemWith(join(await temporaryFolder(), 'x'.repeat(300)))).toContain('cannot be read: ENAMETOOLONG');
    await expect(readIdx('a\0b')).rejects.toThrow(/^a\\x00b: cannot be read: /);
  });
});

describe('a file that is not IDX', () => {
  it.each([
    ['a PNG image', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a ZIP archive', 'PK\x03\x04\x14\0'],
    ['an HTML page', '\n <!DOCTYPE html><html>'],
    ['XML', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ['JSON', '{"message": "not found"}'],
    ['a NumPy .npy file', Buffer.from('\x93NUMPY\x01\0', 'latin1')],
    ['CSV text', 'label,pixel0,pixel1\n5,0,0\n'],
    ['plain text', '\uFEFFversion https://git-lfs.github.com/spec/v1\n'],
  ])('says that it looks like %s', async (format, content) => {
    expect(await problemOf(content)).toMatch(
      /^byte 0: found ([0-9a-f]{2} ?){4} \(this looks like .*\), expected 00 00, /,
    );
    expect(await problemOf(content)).toContain(`(this looks like ${format})`);
    expect(await problemOf(gzipSync(content))).toContain(`(this looks like ${format})`);
  });

  it('shows the bytes when it recognizes nothing', async () => {
    expect(await problemOf(Uint8Array.of(1, 2, 3, 4, 5))).toContain('byte 0: found 01 02 03 04, expected 00 00');
    expect(await problemOf(Uint8Array.of(0, 9, 8, 1))).toContain('byte 1: found 00 09 08 01, expected 00 00');
  });

  it('says when gzip was applied twice', async () => {
    expect(await problemOf(gzipSync(gzipSync(GOOD)))).toContain('it was compressed twice');
  });
});

describe('a header that is wrong', () => {
  it('refuses a type that the format does not have', async () => {
    expect(await problemOf(header(10, 1))).toBe(
      'byte 2: found type 10, expected one of 8 (uint8), 9 (int8), 11 (int16), 12 (int32), 13 (float32), 14 (float64). ' +
        'Check that the file is IDX.',
    );
  });

  it('refuses no dimension and more than four', async () => {
    expect(await problemOf(header(8))).toContain('byte 3: found 0 dimensions, expected 1 to 4');
    expect(await problemOf(header(8, 1, 1, 1, 1, 1))).toContain('byte 3: found 5 dimensions, expected 1 to 4');
  });

  it('refuses a dimension of length 0', async () => {
    expect(await problemOf(header(8, 5, 0, 3))).toContain(
      'byte 8: found dimension 2 with length 0, expected at least 1',
    );
  });

  it('refuses to be talked into more than 1 GiB', async () => {
    expect(await problemOf(header(8, 2 ** 30))).toContain(
      'byte 4: found the shape [1073741824], which takes 1073741832',
    );
    expect(await problemOf(header(13, 2 ** 28, 1))).toContain('expected at most 1 GiB');
    expect(await problemOf(header(8, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff))).toContain('at most 1 GiB');
    expect(await problemOf(gzipSync(header(8, 2 ** 31)))).toContain('expected at most 1 GiB');
  });
});

describe('a length that is wrong', () => {
  it('refuses an empty file', async () => {
    const problem = 'byte 0: found an empty file, expected an IDX header. Download or copy the file again.';
    expect(await problemOf('')).toBe(problem);
    expect(await problemOf(gzipSync(''))).toBe(problem);
  });

  it('refuses every file that is cut short, at every byte', async () => {
    const numbers = encodeIdx([2], Int32Array.of(1, 2));
    for (let length = 1; length < numbers.length; length++) {
      const expected = length < 8 ? 'an IDX header' : '16 for the shape [2]';
      const problem =
        `byte ${length}: found the end of the file after ${length} bytes, expected ${expected}. ` +
        'Download or copy the file again.';
      expect(await problemOf(numbers.subarray(0, length))).toBe(problem);
      expect(await problemOf(gzipSync(numbers.subarray(0, length)))).toBe(problem);
    }
  });

  it('refuses a header that promises what does not come', async () => {
    expect(await problemOf(header(13, 2 ** 27))).toContain(
      'after 8 bytes, expected 536870920 for the shape [134217728]',
    );
  });

  it('refuses bytes after the end', async () => {
    const problem =
      'byte 18: found more bytes, expected the end of the file after the shape [2, 3]. Download or copy the file again.';
    expect(await problemOf(Buffer.concat([GOOD, Buffer.alloc(1)]))).toBe(problem);
    expect(await problemOf(gzipSync(Buffer.concat([GOOD, Buffer.alloc(1)])))).toBe(problem);
  });
});

describe('broken gzip', () => {
  /** Larger than one chunk, so that the damage comes after numbers have been decoded. */
  const packed = gzipSync(
    encodeIdx(
      [700_000],
      Uint8Array.from({ length: 700_000 }, (_, i) => (i * i) % 253),
    ),
  );

  it('refuses what is cut off, wherever', async () => {
    for (const length of [2, 9, 10, 200, packed.length - 9, packed.length - 1]) {
      expect(await problemOf(packed.subarray(0, length))).toBe(
        `byte ${length}: found the end of the file in the middle of the gzip data, expected more: it was cut off. ` +
          'Download or copy the file again.',
      );
    }
  });

  it('refuses a wrong checksum and a wrong length', async () => {
    const wrongChecksum = Buffer.from(packed);
    wrongChecksum.writeUInt32LE(0, packed.length - 8);
    expect(await problemOf(wrongChecksum)).toContain('does not match its own checksum');
    const wrongLength = Buffer.from(packed);
    wrongLength.writeUInt32LE(1, packed.length - 4);
    expect(await problemOf(wrongLength)).toContain('does not match its own length');
  });

  it('refuses what only begins like gzip', async () => {
    expect(await problemOf(Uint8Array.of(0x1f, 0x8b, 0, 0, 0, 0, 0, 0, 0, 0, 0))).toContain('found broken gzip data');
  });

  it('refuses garbage after the gzip data', async () => {
    expect(await problemOf(Buffer.concat([gzipSync(GOOD), Buffer.from('garbage')]))).toContain(
      'found other bytes after the gzip data, expected the end of the file',
    );
    const end = gzipSync(GOOD).length;
    expect(await problemOf(Buffer.concat([gzipSync(GOOD), Buffer.alloc(9)]))).toBe(
      `byte ${end}: found 9 more bytes, expected the end of the gzip data. Download or copy the file again.`,
    );
    // more of it than is read at a time
    expect(await problemOf(Buffer.concat([gzipSync(GOOD), Buffer.alloc(700_000)]))).toContain(
      `byte ${end}: found 700000 more bytes, expected the end of the gzip data`,
    );
  });

  it('stops at the first byte too many of a gzip bomb', async () => {
    // Only as much of it as the check needs is unpacked: the checksum at its end, a wrong one, is never reached.
    const bomb = gzipSync(Buffer.concat([GOOD, Buffer.alloc(64 * 2 ** 20)]));
    bomb.writeUInt32LE(0, bomb.length - 8);
    expect(await problemOf(bomb)).toContain('byte 18: found more bytes, expected the end of the file');
  });
});

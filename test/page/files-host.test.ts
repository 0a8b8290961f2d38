/** Files in a page are read as Node reads those on disk: the same numbers, and the same words for what is wrong. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { encodeIdx } from '../../src/core/files/encode-idx.js';
import type { Host, PictureForm } from '../../src/index.js';
import { createNodeHost } from '../../src/node/host.js';
import { filesHost } from '../../src/page/index.js';
import { npyFile } from '../node/samples/npy-file.js';
import { chunk, pngFile } from '../node/samples/png-file.js';
import { temporaryFolder } from '../node/temporary-folder.js';

type Files = Readonly<Record<string, Uint8Array | string>>;

/** What comes of it, or the message of what is thrown. */
const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error) => ({ thrown: String(error), exitCode: error.exitCode }));

/** What a host in Node makes of files that a page has, too, with paths as a page has them. */
async function inBoth(files: Files, work: (host: Host) => Promise<unknown>): Promise<{ node: unknown; page: unknown }> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const node = await outcome(work(createNodeHost({ baseFolder: folder, cacheFolder: join(folder, '.cache') })));
  const blobs = Object.entries(files).map(([path, content]) => [path, new Blob([content])] as const);
  return { node: withoutFolder(node, folder), page: await outcome(work(filesHost(blobs))) };
}

function withoutFolder(value: unknown, folder: string): unknown {
  if (typeof value === 'string') return value.replaceAll(`${folder}/`, '');
  if (Array.isArray(value)) return value.map((item) => withoutFolder(item, folder));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, withoutFolder(item, folder)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutFolder(item, folder)]));
}

/** Both do the same, and it is this: numbers, or a refusal. */
async function expectSame(files: Files, work: (host: Host) => Promise<unknown>, refused: boolean): Promise<void> {
  const { node, page } = await inBoth(files, work);
  expect(page).toEqual(node);
  if (refused) expect(page).toMatchObject({ thrown: expect.stringMatching(/^DataError: /), exitCode: 3 });
  else expect(page).not.toHaveProperty('thrown');
}

const gzip = (content: Uint8Array | string): Buffer => gzipSync(content);
const flipped = (bytes: Uint8Array, at: number): Uint8Array => {
  const index = at < 0 ? bytes.length + at : at;
  return Uint8Array.from(bytes).with(index, bytes[index] ^ 0xff);
};

const FLOWERS = 'width,kind\n1.5,rose\n2.5,iris\n';
const utf16 = (text: string, swap: boolean): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return swap ? bytes.swap16() : bytes;
};

describe('tables', () => {
  const read = async (host: Host, given = {}): Promise<unknown> => {
    const table = await host.openTable?.('table.csv', given);
    const rows: unknown[] = [];
    for await (const block of table?.rows() ?? []) rows.push(...block.rows.map((row, i) => [block.lines[i], row]));
    const places = [await table?.placeOf(2, 1), await table?.placeOf(3, 0)];
    return { path: table?.path, dialect: table?.dialect, names: table?.names, rows: JSON.stringify(rows), places };
  };

  it.each<[string, Uint8Array | string]>([
    ['commas', FLOWERS],
    ['semicolons, decimal commas', 'width;kind\n1,5;rose\n2,5;iris\n'],
    ['tabs', FLOWERS.replaceAll(',', '\t')],
    ['bars', FLOWERS.replaceAll(',', '|')],
    ['no header', '1,2\n3,4\n5,6\n'],
    ['quotes around commas, ends of lines and quotes', 'a,b\n"1,5","x\ny ""z"""\n2,\n'],
    ['ends of lines of Windows', FLOWERS.replaceAll('\n', '\r\n')],
    ['ends of lines of old Macs', FLOWERS.replaceAll('\n', '\r')],
    ['empty lines, and none at the end', 'a,b\n\n1,2\n\n3,4'],
    ['a byte order mark', `\uFEFF${FLOWERS}`],
    ['umlauts and beyond', 'größe,種類\n1,雪\n2,🌷\n'],
    ['UTF-16, marked', utf16(`\uFEFF${FLOWERS}`, false)],
    ['UTF-16, marked, high bytes first', utf16(`\uFEFF${FLOWERS}`, true)],
    ['UTF-16, not marked', utf16(FLOWERS, false)],
    ['UTF-16, not marked, high bytes first', utf16(FLOWERS, true)],
    ['many rows', `a,b\n${Array.from({ length: 40_000 }, (_, i) => `${i},${i % 7}é\n`).join('')}`],
  ])('with %s, raw, packed, and packed in parts', async (_, content) => {
    await expectSame({ 'table.csv': content }, read, false);
    await expectSame({ 'table.csv': gzip(content) }, read, false);
    const bytes = Buffer.from(content);
    const parts = [bytes.subarray(0, 5), bytes.subarray(5)].map((part) => gzipSync(part));
    await expectSame({ 'table.csv': Buffer.concat(parts) }, read, false);
  });

  it('written as is said', async () => {
    const given = { delimiter: ';', decimal: ',', header: false };
    await expectSame({ 'table.csv': 'a;b,c\nd;e,f\n' }, (host) => read(host, given), false);
  });

  it.each<[string, Uint8Array | string]>([
    ['an empty file', ''],
    ['spaces alone', ' \n \n'],
    ['zeros', 'a,b\n1,\0\n'],
    ['a ragged row', 'a,b\n1,2\n3\n'],
    ['a quote that stays open', 'a,b\n1,2\n"3,4\n5,6\n'],
    ['a quote that begins within a cell', 'a,b\n1,x"y"\n'],
    ['more behind a quote', 'a,b\n1,"x"y\n'],
    ['bytes that are not UTF-8', Buffer.from([...Buffer.from('a,b\n1,'), 0xff, 0x0a])],
    ['text that ends in the middle of a character', Buffer.from('a,b\n1,é').subarray(0, -1)],
    ['one name twice', 'a,a\n1,2\n'],
    ['numbers of two signs', 'a;b\n1.5;1\n2,5;2\n'],
    ['a row without an end', `a,b\n${'x'.repeat(2 ** 20 + 9)}`],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a ZIP archive', 'PK\x03\x04\x14\0'],
    ['JSON Lines', '{"a": 1}\n{"a": 2}\n'],
    ['gzip that is cut', gzip(FLOWERS).subarray(0, 30)],
    ['gzip that is cut in its header', gzip(FLOWERS).subarray(0, 8)],
    ['gzip with other bytes behind', Buffer.concat([gzip(FLOWERS), Buffer.from('more')])],
    ['gzip with zeros behind', Buffer.concat([gzip(FLOWERS), Buffer.alloc(4)])],
    ['gzip with another checksum', flipped(gzip(FLOWERS), -5)],
    ['gzip with another length', flipped(gzip(FLOWERS), -1)],
    ['gzip with another method', flipped(gzip(FLOWERS), 2)],
    ['gzip with broken data', flipped(gzip(FLOWERS), 10)],
  ])('that are %s are refused in the same words', async (_, content) => {
    await expectSame({ 'table.csv': content }, read, true);
  });
});

describe('JSON Lines', () => {
  const read = async (host: Host): Promise<unknown> => {
    const table = await host.openJsonLines?.('table.jsonl');
    const rows: unknown[] = [];
    for await (const block of table?.rows() ?? []) rows.push(block);
    return { names: table?.names, rows, place: await table?.placeOf(1, 0) };
  };

  it('are read, raw and packed', async () => {
    const text = '{"a": 1, "b": "x"}\n\n{"a": null, "b": "é"}\r\n';
    for (const content of [text, gzip(text)]) await expectSame({ 'table.jsonl': content }, read, false);
  });

  it.each([
    '',
    '{}',
    '[{"a": 1}]\n',
    '{\n"a": 1}\n',
    'a,b,c\n1,2,3\n',
    '{"a": 1}\n{"a": \n',
    '{"a": 1}\n7\n',
    '%PDF-1',
  ])('%j is refused in the same words', (text) => expectSame({ 'table.jsonl': text }, read, true));
});

describe('IDX', () => {
  const read = async (host: Host): Promise<unknown> => ({
    header: await host.readIdxHeader('a.idx'),
    numbers: await host.readIdx('a.idx'),
  });
  const idx = (type: number, ...rest: number[]): Uint8Array => Uint8Array.of(0, 0, type, 1, 0, 0, 0, 2, ...rest);

  it.each<[string, Uint8Array]>([
    ['uint8', encodeIdx([2, 3], Uint8Array.of(1, 2, 3, 4, 5, 255))],
    ['int8', idx(9, 0x80, 0x7f)],
    ['int16', idx(11, 0x80, 0, 1, 2)],
    ['int32', encodeIdx([2, 1, 2, 1], Int32Array.of(-1, 2, 3, 2 ** 31 - 1))],
    ['float32', encodeIdx([3], Float32Array.of(0.1, -1e30, 5))],
    ['float64', encodeIdx([3], Float64Array.of(0.1, -1e300, 5))],
    [
      'more than a slice of uint8',
      encodeIdx(
        [600_001],
        new Uint8Array(600_001).map((_, i) => i % 251),
      ),
    ],
    [
      'more than a slice of int32',
      encodeIdx(
        [200_003],
        new Int32Array(200_003).map((_, i) => i * 7001),
      ),
    ],
  ])('%s, raw and packed', async (_, bytes) => {
    await expectSame({ 'a.idx': bytes }, read, false);
    await expectSame({ 'a.idx': gzip(bytes) }, read, false);
  });

  const GOOD = encodeIdx([2, 3], Uint8Array.of(1, 2, 3, 4, 5, 6));
  it.each<[string, Uint8Array | string]>([
    ['empty', ''],
    ['cut in the header', GOOD.subarray(0, 7)],
    ['cut in the numbers', GOOD.subarray(0, -1)],
    ['too long', Buffer.concat([GOOD, Buffer.alloc(1)])],
    ['of another type', idx(10, 1, 2)],
    ['of no axes', Uint8Array.of(0, 0, 8, 0)],
    ['of no samples', Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 0)],
    ['too large', Uint8Array.of(0, 0, 8, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 9)],
    ['CSV', 'a,b,c\n1,2,3\n'],
    ['a web page', '<!doctype html>'],
    ['other bytes', Uint8Array.of(1, 2, 3, 4)],
    ['packed twice', gzip(gzip(GOOD))],
    ['packed and cut', gzip(GOOD).subarray(0, 20)],
    ['packed and damaged', flipped(gzip(GOOD), -6)],
  ])('that is %s is refused in the same words', (_, content) => expectSame({ 'a.idx': content }, read, true));
});

/** An archive as `np.savez` and `np.savez_compressed` write it. */
function npz(arrays: Readonly<Record<string, Uint8Array>>, { method = 8, checksum = 0 } = {}): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  for (const [name, content] of Object.entries(arrays)) {
    const path = Buffer.from(`${name}.npy`);
    const packed = method === 0 ? content : deflateRawSync(content);
    const entry = Buffer.alloc(26);
    entry.writeUInt16LE(20, 0);
    entry.writeUInt16LE(method, 4);
    entry.writeUInt32LE((crc32(content) ^ checksum) >>> 0, 10);
    entry.writeUInt32LE(packed.length, 14);
    entry.writeUInt32LE(content.length, 18);
    entry.writeUInt16LE(path.length, 22);
    const offset = Buffer.alloc(4);
    offset.writeUInt32LE(Buffer.concat(files).length);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), entry, Buffer.alloc(10), offset, path);
    files.push(Buffer.from('PK\x03\x04', 'latin1'), entry, path, Buffer.from(packed));
  }
  const [entries, count] = [Buffer.concat(directory), Object.keys(arrays).length];
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(Buffer.concat(files).length, 16);
  return Buffer.concat([...files, entries, end]);
}

describe('arrays of NumPy', () => {
  const readNpy = async (host: Host): Promise<unknown> => host.readNpy?.('x.npy');
  const readNpz = async (host: Host): Promise<unknown> => host.readNpz?.('x.npz');
  const X = npyFile('<f4', [2, 3], [1, 2, 3, 4, 5, 0.1]);

  it.each(['|u1', '<i2', '>i4', '<i8', '<f4', '>f8'])('.npy of %s, in both orders', async (type) => {
    for (const fortran of [false, true]) {
      const bytes = npyFile(type, [2, 3], [1, 2, 3, 4, 5, 6], fortran);
      await expectSame({ 'x.npy': bytes }, readNpy, false);
    }
  });

  it.each<[string, Uint8Array | string]>([
    ['empty', ''],
    ['cut', X.subarray(0, -1)],
    ['cut in its header', X.subarray(0, 8)],
    ['of another version', Uint8Array.from(X).with(6, 9)],
    ['of a type that is not read', Buffer.from(X.toString('latin1').replace('<f4', '<c8'), 'latin1')],
    ['a pickle', Buffer.from(X.toString('latin1').replace('<f4', '|O '), 'latin1')],
    ['CSV', 'a,b,c\n1,2,3\n'],
  ])('.npy that is %s is refused in the same words', (_, content) => expectSame({ 'x.npy': content }, readNpy, true));

  it.each([0, 8])('.npz, packed by method %i', async (method) => {
    await expectSame({ 'x.npz': npz({ x: X, é: npyFile('<i8', [2], [7, 8]) }, { method }) }, readNpz, false);
  });

  const GOOD = npz({ x: X });
  it.each<[string, Uint8Array | string]>([
    ['empty', ''],
    ['cut', GOOD.subarray(0, -30)],
    ['of another method', npz({ x: X }, { method: 9 })],
    ['of another checksum', npz({ x: X }, { checksum: 1 })],
    ['damaged', flipped(GOOD, 35)],
    ['of something else', npz({ x: Buffer.from('no array') })],
    ['CSV', 'a,b,c\n1,2,3\n'],
  ])('.npz that is %s is refused in the same words', (_, content) => expectSame({ 'x.npz': content }, readNpz, true));
});

describe('pictures', () => {
  const noise = (length: number, most: number): number[] => Array.from({ length }, (_, i) => (i * 7919) % most);
  const png = (colourType: number, depth: number, numbers: number, more = {}): Buffer =>
    pngFile(noise(11 * 9 * numbers, 2 ** depth), { width: 11, height: 9, colourType, depth, ...more });
  const jpeg = encode({ width: 16, height: 9, data: Uint8Array.from(noise(16 * 9 * 4, 256)) }, 80).data;
  const GREY = png(0, 8, 1);
  const form: PictureForm = { size: [5, 6], channels: 3, fit: 'cover' };

  const read = async (host: Host): Promise<unknown> => {
    const found = await host.findPictures?.('pets');
    const paths = found?.classes.flatMap(({ pictures }) => pictures) ?? [];
    const samples: unknown[] = [];
    const signal = new AbortController().signal;
    for await (const sample of host.readPictures?.({ of: 'pets', paths }, form, signal) ?? []) {
      samples.push(sample instanceof Error ? String(sample) : sample);
    }
    return { found, samples };
  };

  it('are found in folders, and become the same samples, or are refused in the same words', async () => {
    const files = {
      'pets/cat/a.png': GREY,
      'pets/cat/b.PNG': png(2, 16, 3, { interlaced: true }),
      'pets/cat/c.jpg': jpeg,
      'pets/cat/no-name': png(6, 8, 4),
      'pets/dog/palette.png': png(3, 2, 1, { palette: noise(12, 256), transparency: [0, 128] }),
      'pets/dog/10.jpeg': jpeg.subarray(0, 300),
      'pets/dog/9.png': GREY.subarray(0, -20),
      'pets/dog/checksum.png': flipped(GREY, -20),
      'pets/dog/pixels.png': png(0, 8, 1, { packed: Buffer.from('no zlib data') }),
      'pets/dog/too-few.png': png(0, 8, 1, { packed: deflateSync(Buffer.alloc(3)) }),
      'pets/dog/too-many.png': png(0, 8, 1, { packed: deflateSync(Buffer.alloc(999_999)) }),
      'pets/dog/huge.png': pngFile([0], {
        width: 60_000,
        height: 60_000,
        colourType: 0,
        depth: 8,
        packed: Buffer.of(),
      }),
      'pets/dog/part.png': Buffer.concat([GREY.subarray(0, 33), chunk('ABCD', Buffer.of()), GREY.subarray(33)]),
      'pets/dog/empty.png': '',
      'pets/dog/gif.png': 'GIF89a',
      'pets/dog/page.jpg': '<!doctype html>',
      'pets/dog/other.gif': 'GIF89a',
      'pets/dog/notes.txt': 'a note',
      'pets/dog/.hidden': '',
      'pets/dog/more/x.png': GREY,
      'pets/loose.png': GREY,
      'pets/labels.csv': FLOWERS,
      'pets/.DS_Store': '',
      'other/x.png': GREY,
    };
    const { node, page } = await inBoth(files, read);
    expect(page).toEqual(node);
    expect(page).toMatchObject({ found: { classes: [{ name: 'cat' }, { name: 'dog', hasFolders: true }] } });
    const { samples } = page as { samples: unknown[] };
    expect(samples.filter((sample) => sample instanceof Uint8Array)).toHaveLength(5);
  });

  it('say what a file is where a folder is expected', async () => {
    await expectSame({ pets: GREY }, read, true);
    await expectSame({ pets: 'PK\x03\x04' }, read, true);
    await expectSame({ pets: FLOWERS }, read, false); // a table, which is opened as one
  });
});

describe('models', () => {
  const read = async (host: Host): Promise<unknown> => {
    const chunks: Uint8Array[] = [];
    for await (const bytes of host.readModel?.('m.safetensors') ?? []) chunks.push(bytes);
    return Buffer.concat(chunks);
  };

  it('are read, and other files refused in the same words', async () => {
    await expectSame({ 'm.safetensors': 'abcdefgh{...' }, read, false);
    await expectSame({ 'm.safetensors': GZIPPED }, read, true);
  });
  const GZIPPED = gzip(FLOWERS);
});

describe('files of a page', () => {
  const blob = new Blob([FLOWERS]);
  const failure = async (path: string, files: Iterable<readonly [string, Blob]>): Promise<string> =>
    String(await outcome(filesHost(files).readIdx(path)).then((it) => (it as { thrown: string }).thrown));

  it.each(['data/a.csv', './data/a.csv', '/data/a.csv', 'data/../data/./a.csv', '../data/a.csv'])(
    'are found as %s',
    async (path) => {
      for (const given of ['data/a.csv', '/data/a.csv', './data/a.csv']) {
        expect((await filesHost([[given, blob]]).openTable?.(path))?.names).toEqual(['width', 'kind']);
        expect((await filesHost(new Map([[given, blob]])).openTable?.(path))?.path).toBe('data/a.csv');
      }
    },
  );

  it('are named where there is not the one that is asked for', async () => {
    const files = [
      ['a.csv', blob],
      ['data/b.csv', blob],
    ] as const;
    expect(await failure('c.idx', files)).toBe(
      'DataError: c.idx: found no such file, expected an IDX file; found: a.csv, data/b.csv',
    );
    expect(await failure('data/c.csv', files)).toBe(
      'DataError: data/c.csv: found no such file, expected an IDX file; did you mean "data/b.csv"; found: a.csv, data/b.csv',
    );
    expect(await failure('data', files)).toBe('DataError: data: found a folder, expected an IDX file. Name a file.');
    expect(await failure('c.idx', [])).toContain('; found: no files at all');
    const many = Array.from({ length: 25 }, (_, i) => [`${i}.csv`, blob] as const);
    expect(await failure('x', many)).toMatch(/; found: 0\.csv, .*, 19\.csv and 5 more$/);
    expect(await failure('https://x.test/a.idx', files)).toContain('found an address, expected an IDX file among');
  });

  it('are no Parquet, which says what to do', async () => {
    await expect(filesHost([['a.parquet', blob]]).openParquet?.('a.parquet')).rejects.toThrow(
      'parquet: a page reads no Parquet files; save it as CSV',
    );
    await expect(filesHost().openParquet?.('a.parquet')).rejects.toThrow('a.parquet: found no such file');
  });

  it('that cannot be read any more say so', async () => {
    const gone = Object.assign(new Blob([FLOWERS]), {
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('the file was removed')) }),
    });
    expect(await failure('a.idx', [['a.idx', gone as unknown as Blob]])).toBe(
      'DataError: a.idx: cannot be read: the file was removed. Choose the file again.',
    );
  });

  it('are no longer read when the signal aborts', async () => {
    const reason = new Error('stopped by the test');
    const host = filesHost([['a.csv', blob]], { signal: AbortSignal.abort(reason) });
    await expect(host.readIdx('a.csv')).rejects.toBe(reason);
    await expect(host.openTable?.('a.csv')).rejects.toBe(reason);
    await expect(host.readNpy?.('a.csv')).rejects.toBe(reason);
  });

  it('only as much is read as is asked for', async () => {
    const large = new Blob([encodeIdx([4, 28, 28], new Uint8Array(4 * 784)), new Uint8Array(2 ** 22)]);
    const slices: number[] = [];
    const slice = large.slice.bind(large);
    large.slice = (start = 0, end = 0) => {
      slices.push(start);
      return slice(start, end);
    };
    expect(await filesHost([['a.idx', large]]).readIdxHeader('a.idx')).toMatchObject({ shape: [4, 28, 28] });
    expect(slices).toEqual([0]);
  });

  it('are refused where they are none', () => {
    const given = (files: unknown) => () => filesHost(files as []);
    expect(given([['a.csv', 'text']])).toThrow(
      'filesHost: the files should be paths, each with a Blob or File, but one is "a.csv" with the text "text"',
    );
    expect(given([[7, blob]])).toThrow('but one is 7');
    expect(() => filesHost([], { sginal: 1 } as object)).toThrow('signal');
  });
});

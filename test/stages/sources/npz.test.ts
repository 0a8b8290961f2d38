import { deflateRawSync } from 'node:zlib';
import { type Host, npz } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { encodeNpz } from '../../../src/core/formats/npz.js';
import { npyFile } from '../../node/samples/npy-file.js';
import { temporaryFile } from '../../node/temporary-folder.js';
import { contextWith, fakeHost, opened } from '../context.js';
import { readSource, refusalOf } from '../read-source.js';

const bytes = (shape: number[]) => ({
  shape,
  data: new Uint8Array(shape.reduce((size, length) => size * length, 1)),
  isWhole: true,
});

const hostOf = (names: readonly string[]): Host => ({
  ...fakeHost({}),
  readNpz: async () => new Map(names.map((name) => [name, bytes(/^(y|Y|.*labels|answers)/.test(name) ? [2] : [2, 3])])),
});

const shapeBy = async (names: readonly string[], options: Omit<Parameters<typeof npz>[0], 'file'> = {}) => {
  const source = await opened(npz({ file: 'digits.npz', ...options }), hostOf(names));
  return source.build({ kind: 'split' }, contextWith()).output;
};

describe('npz', () => {
  it.each([
    [['x_train', 'y_train', 'x_test', 'y_test']],
    [['train_images', 'train_labels', 'test_images', 'test_labels', 'val_images']],
  ])('finds the usual names among %j', async (names) => {
    expect(await shapeBy(names)).toMatchObject({ shape: [3], counts: { train: 2, test: 2 }, features: 'bytes' });
  });

  it('takes other names', async () => {
    const names = { features: 'inputs', labels: 'answers' };
    expect(await shapeBy(['inputs', 'answers'], { train: names, test: names })).toMatchObject({ shape: [3] });
  });

  it('says which arrays there are', async () => {
    expect(await refusalOf(shapeBy(['inputs', 'answers']))).toBe(
      'digits.npz: found the arrays inputs, answers, expected one of x_train, X_train, train_images, train_x for the ' +
        'features of train; name it: train: { features: NAME }',
    );
    expect(await refusalOf(shapeBy(['inputs', 'answers'], { train: { features: 'input' } }))).toContain(
      'expected input for the features of train; did you mean "inputs"?',
    );
    expect(await refusalOf(shapeBy(['x', 'y']))).toContain('or take some of train: holdOut: { test: 0.2 }');
  });

  describe('refuses an archive that says that it holds more than it does', () => {
    const archive = Buffer.from(
      encodeNpz(
        new Map([
          ['x', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
          ['y', { shape: [2, 1], data: Float32Array.of(0, 1) }],
        ]),
      ),
    );
    const first = archive.indexOf('PK\x01\x02', 0, 'latin1');
    const [METHOD, PACKED, SIZE] = [10, 20, 24].map((field) => first + field);
    const refusalWith = async (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(archive);
      change(bytes);
      return refusalOf(readSource(npz({ file: await temporaryFile(bytes, 'x.npz') }), 'train'));
    };

    it('as it was, it is read', async () => {
      const [examples] = await readSource(npz({ file: await temporaryFile(archive, 'x.npz') }), 'train');
      expect(Array.from(examples.features)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('a gigabyte of some bytes', async () => {
      const stored = await refusalWith((bytes) => bytes.writeUInt32LE(2 ** 29, SIZE));
      expect(stored).toContain('x: it says that it is 536870912 bytes, and 152 bytes of the archive cannot be');
      const packed = await refusalWith((bytes) => {
        bytes.writeUInt32LE(2 ** 29, SIZE);
        bytes.writeUInt16LE(8, METHOD);
      });
      expect(packed).toContain('x: it says that it is 536870912 bytes, and 152 bytes of the archive cannot be');
      expect(await refusalWith((bytes) => bytes.writeUInt32LE(2 ** 31, SIZE))).toMatch(/its arrays take 2\d{9} bytes/);
    });

    it('a packed array of many zeros, whose header says that it has few numbers: before they are unpacked', async () => {
      const zeros = Buffer.concat([npyFile('<f4', [2, 3], [1, 2, 3, 4, 5, 6]), Buffer.alloc(2 ** 24)]);
      const content = deflateRawSync(zeros);
      const local = Buffer.alloc(31, 0);
      local.write('PK\x03\x04', 'latin1');
      local.writeUInt16LE(1, 26);
      const central = Buffer.alloc(47, 0);
      central.write('PK\x01\x02', 'latin1');
      central.writeUInt16LE(8, 10);
      central.writeUInt32LE(content.length, 20);
      central.writeUInt32LE(zeros.length, 24);
      central.writeUInt16LE(1, 28);
      central.write('x', 46);
      const end = Buffer.alloc(22, 0);
      end.write('PK\x05\x06', 'latin1');
      end.writeUInt16LE(1, 10);
      end.writeUInt32LE(local.length + content.length, 16);
      const bytes = Buffer.concat([local, content, central, end]);
      const message = await refusalOf(readSource(npz({ file: await temporaryFile(bytes, 'x.npz') }), 'train'));
      // the checksum, which is wrong, is compared behind the unpacking
      expect(message).toContain('found 16777368 bytes, expected 152 for the shape [2, 3] of "<f4"');
    });

    it('arrays that overlap', async () => {
      expect(await refusalWith((bytes) => bytes.writeUInt32LE(bytes.length - 9, PACKED))).toContain(
        'its arrays overlap: together they are larger than it',
      );
    });
  });
});

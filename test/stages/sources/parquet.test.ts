import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parquet } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { temporaryFile } from '../../node/temporary-folder.js';
import { readSource, refusalOf } from '../read-source.js';

/** Written by pyarrow (bench/peers/parquet_fixture.py). */
const FLOWERS = fileURLToPath(new URL('../../fixtures/flowers.parquet', import.meta.url));

describe('parquet', () => {
  it('reads numbers, text, truth, dictionaries and nulls, over several row groups', async () => {
    const [examples] = await readSource(parquet({ train: FLOWERS, target: 'kind' }), 'train');
    // width, colour=blue, colour=red, height, wild=false, wild=true
    expect(Array.from(examples.features)).toEqual([
      ...[1.5, 0, 1, 10, 0, 1],
      ...[2.5, 1, 0, 20, 1, 0],
      ...[1.5, 0, 1, 2 ** 40, 0, 1],
      ...[-3, 0, 1, 7, 0, 1],
    ]);
    expect(examples).toMatchObject({ labels: Int32Array.of(1, 0, 1, 0), classNames: ['iris', 'rose'] });
  });

  it('refuses another file, and one that is cut short', async () => {
    const bytes = await readFile(FLOWERS);
    for (const content of [bytes.subarray(0, -40), Buffer.concat([bytes.subarray(0, 400), bytes.subarray(440)])]) {
      const train = await temporaryFile(content, 'flowers.parquet');
      expect(await refusalOf(readSource(parquet({ train, target: 'kind' }), 'train'))).toContain(
        'flowers.parquet: found no Parquet file that can be read',
      );
    }
  });

  it('refuses a file whose row groups have other columns than its schema says, and handles every rejection', async () => {
    const bytes = await readFile(FLOWERS);
    bytes[398] = 64; // a page that cannot be read, of the column whose name
    bytes[1512] = 0; // is no longer that of the schema
    const train = await temporaryFile(bytes, 'flowers.parquet');
    const unhandled: unknown[] = [];
    const keep = (error: unknown): number => unhandled.push(error);
    process.on('unhandledRejection', keep);
    const refusal = await refusalOf(readSource(parquet({ train, target: 'kind' }), 'train'));
    await new Promise(setImmediate); // rejections are reported when the microtasks are done
    process.off('unhandledRejection', keep);
    expect(unhandled).toEqual([]);
    expect(refusal).toMatch(/flowers\.parquet: .*: it is damaged, or is not Parquet as hyparquet reads it$/);
  });

  it('says what would read a file of another kind', async () => {
    const train = await temporaryFile('a,b,c\n1,2,3\n', 'flowers.parquet');
    expect(await refusalOf(readSource(parquet({ train, target: 'kind' }), 'train'))).toContain(
      'flowers.parquet: found CSV text, expected a Parquet file; the source csv reads it',
    );
  });

  it('refuses a column that is not there', async () => {
    const refusal = await refusalOf(readSource(parquet({ train: FLOWERS, target: 'kin' }), 'train'));
    expect(refusal).toContain('has no column "kin"; did you mean "kind"?');
  });
});

import { gzipSync } from 'node:zlib';
import {
  createNodeHost,
  csv,
  DataError,
  type Examples,
  impute,
  NotKnownError,
  PipelineError,
  type SourceSplit,
} from 'marblenet';
import { EMPTY, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { through } from '../../../src/core/through.js';
import { temporaryFile } from '../../node/temporary-folder.js';
import { contextWith } from '../context.js';
import { readSource, refusalOf } from '../read-source.js';

type Options = Parameters<typeof csv>[0];

const FLOWERS = `width,colour,height,kind
1.5,red,10,rose
2.5,blue,20,iris
-3,red,1e1,rose
`;

const read = (options: Options, ...splits: SourceSplit[]): Promise<Examples[]> => readSource(csv(options), ...splits);

/** Reads a table as the rows to learn from. */
async function readText(text: string | Uint8Array, options: Omit<Options, 'train'>): Promise<Examples> {
  const [examples] = await read({ ...options, train: await temporaryFile(text, 'table.csv') }, 'train');
  return examples;
}

const numbersOf = ({ features }: Examples): number[] => Array.from(features);

describe('csv', () => {
  it('reads numbers, makes a column of each word, and classes of a target of words', async () => {
    const examples = await readText(FLOWERS, { target: 'kind' });
    expect(examples).toMatchObject({
      split: 'train',
      shape: [4],
      labels: Int32Array.of(1, 0, 1),
      classNames: ['iris', 'rose'],
      targets: undefined,
      scaling: { mean: 0, std: 1 },
      origin: { source: 'csv' },
    });
    // width, colour=blue, colour=red, height
    expect(numbersOf(examples)).toEqual([1.5, 0, 1, 10, 2.5, 1, 0, 20, -3, 0, 1, 10]);
  });

  it('predicts real numbers where the target is one, or several', async () => {
    const one = await readText(FLOWERS, { target: 'height', ignore: ['kind'] });
    expect(one).toMatchObject({ labels: undefined, targets: { shape: [3, 1], data: Float64Array.of(10, 20, 10) } });
    const two = await readText(FLOWERS, { target: ['height', 'width'], features: ['colour'] });
    expect(two.targets).toEqual({ shape: [3, 2], data: Float64Array.of(10, 1.5, 20, 2.5, 10, -3) });
    expect(numbersOf(two)).toEqual([0, 1, 1, 0, 0, 1]);
  });

  it('takes numbers for names where it is told to, in the order of their size', async () => {
    const text = 'x,class\n1,10\n2,9\n3,10\n';
    const examples = await readText(text, { target: 'class', categories: ['class'] });
    expect(examples).toMatchObject({ classNames: ['9', '10'], labels: Int32Array.of(1, 0, 1) });
  });

  it('takes numbers and words for names where categories says so, in features and in the target', async () => {
    const text = 'x,class\nred,1\n7,b\n7,1\n10,a\n';
    const examples = await readText(text, { target: 'class', categories: ['x', 'class'] });
    expect(examples).toMatchObject({ classNames: ['1', 'a', 'b'], labels: Int32Array.of(0, 2, 0, 1) });
    expect(numbersOf(examples)).toEqual([0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0]);
  });

  it.each<[string, string | Uint8Array, Omit<Options, 'train'>?]>([
    ['tabs', FLOWERS.replaceAll(',', '\t')],
    ['semicolons and decimal commas', FLOWERS.replaceAll(',', ';').replaceAll('.', ',')],
    ['bars', FLOWERS.replaceAll(',', '|')],
    [
      'decimal commas with exponents alone',
      FLOWERS.replaceAll(',', '|').replace(/\d+\.\d+/g, (x) => `${x}e0`.replace('.', ',')),
    ],
    ['a byte order mark, and lines as on Windows', `\ufeff${FLOWERS.replaceAll('\n', '\r\n')}`],
    ['lines as on old Macs', FLOWERS.replaceAll('\n', '\r')],
    ['no end of the last line', FLOWERS.trimEnd()],
    ['quotes, blanks and empty lines', FLOWERS.replace(/[^,\n]+/g, ' "$&" ').replaceAll('\n', '\n\n')],
    ['UTF-16', Buffer.from(`\ufeff${FLOWERS}`, 'utf16le')],
    ['UTF-16 of the other order', Buffer.from(`\ufeff${FLOWERS}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(FLOWERS, 'utf16le')],
    ['gzip', gzipSync(FLOWERS)],
    [
      'a decimal comma in the first row alone',
      FLOWERS.slice(FLOWERS.indexOf('\n') + 1)
        .replaceAll(',', ';')
        .replaceAll('2.5', '25e-1')
        .replaceAll('.', ','),
      { target: '4' },
    ],
    ['a delimiter at the end of each line', FLOWERS.replaceAll('\n', ',\n')],
    ['no header', FLOWERS.slice(FLOWERS.indexOf('\n') + 1), { target: '4' }],
    ['a header that is said', FLOWERS, { target: 'kind', header: true }],
  ])('reads the same from a table with %s', async (_, text, options = { target: 'kind' }) => {
    const [expected, found] = [await readText(FLOWERS, { target: 'kind' }), await readText(text, options)];
    expect(numbersOf(found)).toEqual(numbersOf(expected));
    expect(found.labels).toEqual(expected.labels);
  });

  describe('numbers with points and numbers with commas', () => {
    const mixed = `x;y;c\n${'1.005;5,5;a\n2.250;6,5;b\n'.repeat(10)}`;

    it('are refused where no decimal sign is given', async () => {
      expect(await refusalOf(readText(mixed, { target: 'c' }))).toContain(
        `table.csv:2:7: found "5,5", and "1.005" on line 2, expected numbers of one decimal sign; decimal: "," or decimal: "." says which one it is`,
      );
      const typing = 'x;y\n1,5;2\n"2,5";3\n 3.5;4\n';
      expect(await refusalOf(readText(typing, { target: 'y' }))).toContain(
        'table.csv:4:2: found "3.5", and "1,5" on line 2, expected',
      );
    });

    it.each<[string, Omit<Options, 'train'>, string]>([
      [mixed, { target: 'c', decimal: ',' }, '2:1: found "1.005" for x, expected a number with a decimal comma, '],
      [mixed, { target: 'c', decimal: '.' }, '2:7: found "5,5" for y, expected a number with a decimal point, '],
      ['x;y\n1.000,5;1\n', { target: 'y' }, '2:1: found "1.000,5" for x, expected a number with a decimal comma, '],
      [
        'x;y\n-1.000.000;1\n',
        { target: 'y' },
        '2:1: found "-1.000.000" for x, expected a number with a decimal point, ',
      ],
      ['x,y\n2,3\n"1,000",1\n', { target: 'y' }, '3:1: found "1,000" for x, expected a number with a decimal point, '],
    ])('are refused in %j with %j', async (text, options, expected) => {
      expect(await refusalOf(readText(text, options))).toContain(
        `table.csv:${expected}without separators of thousands: `,
      );
    });

    it('are refused in rows that are read after those to learn from', async () => {
      const train = await temporaryFile('x;y\n1,5;1\n', 'train.csv');
      const test = await temporaryFile('x;y\n1.000,5;1\n', 'test.csv');
      expect(await refusalOf(read({ train, test, target: 'y' }, 'train', 'test'))).toContain(
        'test.csv:2:1: found "1.000,5" for x, expected a number with a decimal comma, without separators of thousands: 1000,5',
      );
    });

    it('are read where those of one sign are names, or among words', async () => {
      const named = await readText(mixed, { target: 'c', decimal: ',', categories: ['x'] });
      expect(numbersOf(named).slice(0, 6)).toEqual([1, 0, 5.5, 0, 1, 6.5]);
      const words = await readText('x;note;y\n1,5;see;1\n2,5;3.5;2\n3,5;see;3\n', { target: 'y', ignore: ['note'] });
      expect(numbersOf(words)).toEqual([1.5, 2.5, 3.5]);
    });
  });

  it('fills what is missing with the median, or the value that came most often', async () => {
    const text = 'size,colour,y\n1,red,1\nNA,red,2\n10,,3\n4,blue,4\n';
    const examples = await readText(text, { target: 'y' });
    expect(numbersOf(examples)).toEqual([1, 0, 1, 4, 0, 1, 10, 0, 1, 4, 1, 0]);
    const problem = 'table.csv:3:1: found no value for size, expected one, since missing: error';
    expect(await refusalOf(readText(text, { target: 'y', missing: 'error' }))).toContain(problem);
  });

  it('keeps what is missing, for impute to fill', async () => {
    const text = 'size,colour,y\n1,red,1\nNA,red,2\n10,,3\n4,blue,4\n';
    const path = await temporaryFile(text, 'table.csv');
    const host = createNodeHost({ offline: true });
    const source = await csv({ train: path, target: 'y', missing: 'keep' }).open?.(host, ['train']);
    const built = source?.build({ kind: 'split' }, contextWith({ host }));
    expect(built?.output).toMatchObject({ missing: true });
    const examples = await readText(text, { target: 'y', missing: 'keep' });
    expect(numbersOf(examples)).toEqual([1, 0, 1, Number.NaN, 0, 1, 10, 0, 0, 4, 1, 0]);
    expect(numbersOf(through(impute({ method: 'mean' }), examples))).toEqual([1, 0, 1, 5, 0, 1, 10, 0, 0, 4, 1, 0]);
  });

  it('weighs rows by a column', async () => {
    const text = 'x,y,times\n1,2,1\n3,4,0\n5,6,2.5\n';
    const examples = await readText(text, { target: 'y', weight: 'times' });
    expect(examples.weights).toEqual(Float64Array.of(1, 0, 2.5));
    expect(numbersOf(examples)).toEqual([1, 3, 5]);
    expect(await refusalOf(readText(text.replace('2.5', '-1'), { target: 'y', weight: 'times' }))).toContain(
      'table.csv:4:5: found -1 for times, expected a weight of 0 or more',
    );
    expect(await refusalOf(readText(text.replace('2.5', ''), { target: 'y', weight: 'times' }))).toContain(
      'table.csv:4:5: found no value for times',
    );
  });

  it('leaves rows out that have no target, and says how many', async () => {
    const examples = await readText('x,y\n1,2\n5,?\n3,4\n', { target: 'y' });
    expect(numbersOf(examples)).toEqual([1, 3]);
    expect(examples.origin.remark).toBe('1 row without y is left out');
  });

  it('reads the test as train was read: columns by their names, words that train has not as none of them', async () => {
    const train = await temporaryFile(FLOWERS, 'train.csv');
    const test = await temporaryFile('kind;colour;width;height\niris;green;1,5;NA\nrose;red;2;3\n', 'test.csv');
    const [, examples] = await read(
      { train: await temporaryFile(FLOWERS.replace('-3', 'NA')), test, target: 'kind', ignore: ['height'] },
      'train',
      'test',
    );
    expect(numbersOf(examples)).toEqual([1.5, 0, 0, 2, 0, 1]);
    expect(examples).toMatchObject({ split: 'test', labels: Int32Array.of(0, 1), classNames: ['iris', 'rose'] });
    expect(examples.origin.remark).toBe('1 cell of colour says what train never says, and is none of its values');
    const [, filled] = await read({ train, test, target: 'kind' }, 'train', 'test');
    expect(numbersOf(filled)).toEqual([1.5, 0, 0, 10, 2, 0, 1, 3]);
    expect(await refusalOf(read({ train, test, target: 'kind', missing: 'error' }, 'train', 'test'))).toContain(
      'test.csv:2:16: found no value for height, expected one, since missing: error',
    );
  });

  it.each<[string, string | Uint8Array, Omit<Options, 'train'>, string]>([
    [
      'a word among numbers',
      `x,y\n${'1,2\n'.repeat(20)}one,2\n`,
      { target: 'y' },
      'table.csv:22:1: found "one" for x, which has 20 numbers and 1 word, expected either; if all are names, categories: [x]; if "one" stands for a missing value, leave such cells empty; or ignore: [x]',
    ],
    [
      'a number among words',
      `x,y\n${'red,1\n'.repeat(20)} 7,1\n8,1\n`,
      { target: 'y' },
      'table.csv:22:2: found "7" for x, which has 2 numbers and 20 words',
    ],
    [
      'numbers of which some have thousands separators, at the first of these',
      `x,y\n${'840,1\n'.repeat(4)}${'"1,100",1\n'.repeat(6)}`,
      { target: 'y', header: true },
      'table.csv:6:1: found "1,100" for x, expected a number with a decimal point, without separators of thousands: 1100; if these',
    ],
    [
      'a target of classes, numbers and words',
      'x,y\n5,1\n5,x\n5,2\n5,y\n5,z\n',
      { target: 'y' },
      'table.csv:2:3: found "1" for y, which has 2 numbers and 3 words',
    ],
    [
      'a target of numbers with a word among them',
      'x,y\n5,1\n5,2\n5,8b\n',
      { target: 'y' },
      'table.csv:4:3: found "8b"',
    ],
    [
      'a weight with a word among numbers',
      'x,y,w\n5,1,1\n5,2,2\n5,3,much\n',
      { target: 'y', weight: 'w' },
      'table.csv:4:5: found "much" for w',
    ],
    [
      'a word behind a cell of several lines',
      `x,z,y\n${'1,"a\nb",2\n'.repeat(20)}1,"a\nb",two\n`,
      { target: 'y' },
      'table.csv:43:4: found "two" for y',
    ],
    [
      'a row of another width',
      'x,y\n1,2\n1,2,3\n',
      { target: 'y' },
      'table.csv:3:1: found 3 cells, expected 2, as many as there are columns',
    ],
    ['an empty file', '', { target: 'y' }, 'table.csv: found an empty file, expected a table of text'],
    ['no rows', 'x,y\n', { target: 'y' }, 'table.csv: found no rows, expected some below the names of the columns'],
    ['no row with a target', 'x,y\n1,\n', { target: 'y', header: true }, 'found no rows with a value for y'],
    ['a column that is not there', FLOWERS, { target: 'kindd' }, 'target: '],
    [
      'a column that is not there',
      FLOWERS,
      { target: 'kindd' },
      'has no column "kindd"; did you mean "kind"? (it has width, colour, height, kind)',
    ],
    ['a column for two things', FLOWERS, { target: 'kind', features: ['kind'] }, 'the column kind of'],
    [
      'too many words',
      `name,y\n${Array.from({ length: 60 }, (_, i) => `n${i},1\n`).join('')}`,
      { target: 'y' },
      'the column name has 60 different words, too many for categories; ignore: [name]',
    ],
    [
      'percentages that are not numbers',
      `share,y\n${Array.from({ length: 60 }, (_, i) => `${i}%,1\n`).join('')}`,
      { target: 'y' },
      'table.csv:2:1: the column share has 60 different words, too many for categories; if "0%" is a number, write numbers without thousands separators, percent signs and units, as 1100.5; ignore: [share]',
    ],
    [
      'a column of nothing',
      'x,z,y\n1,,2\n',
      { target: 'y', header: true },
      'the column z has no values at all; ignore: [z] leaves it out',
    ],
    [
      'two columns of one name',
      'x,x\n1,2\n',
      { target: 'x' },
      'table.csv:1:1: found two columns called "x", expected other names',
    ],
    [
      'a quote that is not closed, at the row in which it opens',
      `x,y\n1,"a\nb"\n1,"2\n${'1,2\n'.repeat(3000)}`,
      { target: 'y' },
      'table.csv:4:1: found a quote " that is not closed',
    ],
    [
      'JSON Lines',
      '{"x": 1, "y": 2}\n{"x": 3, "y": 4}\n',
      { target: 'y' },
      'found JSON, expected a table of text; the source jsonl reads one object a line',
    ],
    ['a JSON list', '[\n  {"x": 1}\n]\n', { target: 'y' }, 'found JSON, expected a table of text; the source jsonl'],
    [
      'bytes that are no text',
      Buffer.from([0x78, 0x2c, 0x79, 0x0a, 0xff, 0x2c, 0x31]),
      { target: 'y' },
      'table.csv: byte 4: found bytes that are not UTF-8 text',
    ],
    [
      'bytes that are no text, far behind the first rows',
      Buffer.from(`x,y\n${'1,2\n'.repeat(100_000)}\xff,1\n`, 'latin1'),
      { target: 'y' },
      'table.csv: byte 400004: found bytes that are not UTF-8 text',
    ],
    ['zeros', Buffer.alloc(100), { target: 'y' }, 'found other bytes, expected a table of text'],
    [
      'a number that is none',
      'x,y\n1e999,1\n',
      { target: 'y' },
      'table.csv:2:1: found 1e999 for x, which is too large for a number of 64 bits',
    ],
  ])('refuses %s', async (_, text, options, problem) => {
    expect(await refusalOf(readText(text, options))).toContain(problem);
  });

  it.each([
    [{ target: 5 }, "csv: target: expected text, or a list, found 5; put it in quotes: '5'"],
    [{ target: '5', ignore: [3] }, "csv: ignore.0: expected text, found 3; put it in quotes: '3'"],
  ])('says how a column without a name is named: %j', (options, problem) => {
    const given: Record<string, unknown> = { train: 'table.csv', ...options };
    expect(() => csv(given as Options)).toThrow(problem);
  });

  it('closes the file where it is left in the middle', async () => {
    const path = await temporaryFile(`x,y\n1\n${'1,2\n'.repeat(100_000)}`, 'table.csv');
    let open = 0;
    const host = createNodeHost();
    const readFile: typeof host.readFile = async function* (...given) {
      open++;
      try {
        yield* host.readFile(...given);
      } finally {
        open--;
      }
    };
    const { openTable } = await import('../../../src/node/open-table.js');
    const table = await openTable(path, () => readFile(path));
    await expect(table.rows()[Symbol.asyncIterator]().next()).rejects.toThrow('found 1 cell, expected 2');
    expect(open).toBe(0);
  });

  it('refuses a class in the test that train has not', async () => {
    const [train, test] = [
      await temporaryFile(FLOWERS),
      await temporaryFile(FLOWERS.replace('iris', 'tulip'), 'test.csv'),
    ];
    const refusal = await refusalOf(read({ train, test, target: 'kind' }, 'train', 'test'));
    expect(refusal).toContain(
      'test.csv:3:13: found "tulip" for kind, expected one of the classes to learn from: iris, rose',
    );
  });

  it('has no test where no table is named for it', async () => {
    const train = await temporaryFile(FLOWERS);
    await expect(read({ train, target: 'kind' }, 'train', 'test')).rejects.toThrow(PipelineError);
    await expect(read({ train: `${train}.none`, target: 'kind' }, 'train')).rejects.toThrow(DataError);
  });

  it('knows nothing of its columns before it is opened, and nothing flows from nothing', async () => {
    const stage = csv({ train: await temporaryFile(FLOWERS), target: 'kind' });
    const host = createNodeHost({ offline: true });
    expect(() => stage.build({ kind: 'split' }, contextWith({ host }))).toThrow(NotKnownError);
    const opened = await stage.open?.(host, ['train']);
    const built = opened?.build({ kind: 'split' }, contextWith({ host }));
    expect(built?.output).toEqual({
      kind: 'examples',
      shape: [4],
      classes: undefined,
      features: 'floats',
      columns: expect.objectContaining({
        features: [{ name: 'width' }, { name: 'colour' }, { name: 'height' }].map((column) =>
          expect.objectContaining(column),
        ),
      }),
      counts: { train: 3 },
      labels: { classes: 2, from: stage.options.train },
    });
    if (built !== undefined) expect(await lastValueFrom(EMPTY.pipe(built.operator, toArray()))).toEqual([]);
  });
});

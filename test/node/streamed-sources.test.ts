/** Samples that sources read while they are learned from: the same numbers as in memory, and the same figures of them. */
import { writeFileSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  type AnyStage,
  batch,
  createNodeHost,
  csv,
  DataError,
  type Examples,
  encodeIdx,
  idx,
  impute,
  npy,
  resumeRun,
  runPipeline,
  type Stage,
  standardize,
} from 'marblenet';
import { concatMap, lastValueFrom, of, toArray } from 'rxjs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { contextWith } from '../stages/context.js';
import { refusalOf } from '../stages/read-source.js';
import { npyFile } from './samples/npy-file.js';
import { temporaryFolder } from './temporary-folder.js';

let folder: string;
let cache: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  cache = join(folder, 'cache');
  vi.stubEnv('MARBLENET_CACHE', cache);
  return () => vi.unstubAllEnvs();
});

type DataStage = Stage<'examples', 'examples'>;

/** Opens a source, and lets data stages behind it have train and test. */
async function read(source: AnyStage, ...stages: readonly DataStage[]): Promise<Examples[]> {
  const splits = ['train', 'test'] as const;
  const host = createNodeHost({ baseFolder: folder, offline: true });
  const opened = (await source.open?.(host, splits)) ?? source;
  const built = opened.build({ kind: 'split' }, contextWith({ host }));
  let { operator, output } = built;
  for (const stage of stages) {
    const next = stage.build(output as never, contextWith());
    const before = operator;
    operator = (source) => before(source as never).pipe(next.operator as never);
    output = next.output as typeof output;
  }
  return lastValueFrom(of(...splits).pipe(operator as never, toArray())) as Promise<Examples[]>;
}

/** All that a network and a loss are given of examples. */
async function given(examples: Examples) {
  const { shape, classes, split } = examples;
  const targets = examples.targets?.shape[1];
  const { operator } = batch({ size: 7 }).build({ kind: 'examples', shape, classes, targets, split }, contextWith());
  const batches = of(examples).pipe(
    operator,
    concatMap(({ x, t, labels, weights }) => [
      [x, t].flatMap((one) => [...(one?.data ?? [])]),
      [...(labels ?? [])],
      [...(weights ?? [])],
    ]),
    toArray(),
  );
  return lastValueFrom(batches);
}

const row = (i: number): string =>
  [
    i % 11 === 3 ? '' : (i * 7.3) % 19,
    i % 4 === 0 ? 'red' : 'blue',
    i % 9 === 5 ? 'NA' : -(i % 13),
    (i % 5) / 4,
    i % 17 === 1 ? '' : 'abc'[i % 3],
  ].join();

const table = (rows: number): string =>
  `width,colour,height,say,kind\n${Array.from({ length: rows }, (_, i) => row(i)).join('\n')}\n`;

type CsvOptions = Omit<Parameters<typeof csv>[0], 'train' | 'test'>;

const tables = (options: CsvOptions) => csv({ train: 'train.csv', test: 'test.csv', ...options });

describe('csv', () => {
  beforeEach(async () => {
    await writeFile(join(folder, 'train.csv'), table(2345));
    await writeFile(join(folder, 'test.csv'), table(40).replace('blue', 'green'));
  });

  it.each<[string, CsvOptions]>([
    ['classes', { target: 'kind' }],
    ['real numbers', { target: ['say', 'width'], ignore: ['kind'] }],
    ['weights', { target: 'kind', weight: 'say' }],
  ])('%s: gives the numbers, and the remarks, that it gives in memory', async (_, options) => {
    const whole = await read(tables({ ...options, stream: false }));
    const first = await read(tables({ ...options, stream: true }));
    const again = await read(tables({ ...options, stream: true }));
    for (const [i, examples] of whole.entries()) {
      const { features: _, stream: none, ...rest } = examples;
      expect(none).toBeUndefined();
      for (const streamed of [first[i], again[i]]) {
        const { features, stream, ...others } = streamed;
        expect([features.length, stream?.file.count]).toEqual([0, examples.missingCells?.rows]);
        expect(others).toEqual(rest);
        expect(await given(streamed)).toEqual(await given(examples));
      }
    }
  });

  it('is in memory where it is small, and nothing says otherwise', async () => {
    const [train] = await read(tables({ target: 'kind' }));
    expect(train.stream).toBeUndefined();
    await expect(readdir(cache)).rejects.toThrow('ENOENT');
  });

  /** The files of the cache's rows, and what tells each from one that was written anew. */
  const keptFiles = async () => {
    const names = (await readdir(join(cache, 'rows'), { recursive: true })).filter((name) => /\./.test(name)).sort();
    return Promise.all(names.map(async (name) => [name, (await stat(join(cache, 'rows', name))).ino] as const));
  };

  it('is read once as long as it stays the same', async () => {
    const path = join(folder, 'train.csv');
    const [first] = await read(tables({ target: 'kind', stream: true }));
    const kept = await keptFiles();
    expect((await read(tables({ target: 'kind', stream: true })))[0].columns).toEqual(first.columns);
    expect(await keptFiles()).toEqual(kept);
    await writeFile(path, table(2345).replaceAll('red', 'RED').concat('1,blue,2,1,a\n'));
    const [changed] = await read(tables({ target: 'kind', stream: true }));
    expect([changed.stream?.file.count, changed.columns?.features[1]]).toMatchObject([
      (first.stream?.file.count ?? 0) + 1,
      { values: ['RED', 'blue'] },
    ]);
    expect(await read(tables({ target: 'kind', ignore: ['colour'], stream: true }))).toMatchObject([
      { shape: [3] },
      { shape: [3] },
    ]);
  });

  it('is read anew where it was edited, and given its former time again', async () => {
    const path = join(folder, 'train.csv');
    await utimes(path, 1e9, 1e9);
    await read(tables({ target: 'kind', stream: true }));
    const before = await stat(path);
    do {
      await writeFile(path, table(2345).replaceAll('red', 'RED')); // as long
      await utimes(path, 1e9, 1e9);
    } while ((await stat(path)).ctimeMs === before.ctimeMs); // within the grain of the clock, it is the same
    const [changed] = await read(tables({ target: 'kind', stream: true }));
    expect(changed.columns?.features[1]).toMatchObject({ values: ['RED', 'blue'] });
  });

  it('is refused where it changes while its rows are made', async () => {
    const host = createNodeHost({ baseFolder: folder, offline: true });
    const { keepRows } = host;
    if (keepRows === undefined) throw new Error('the host keeps rows');
    const making = keepRows('train.csv', 'as they are', [1], async (write) => {
      await write([Float64Array.of(1, 2)]);
      await utimes(join(folder, 'train.csv'), 2e9, 2e9);
      return {};
    });
    expect(await refusalOf(making)).toBe(
      `${join(folder, 'train.csv')}: changed while it was read. Leave it as it is until the run ends.`,
    );
    expect(await readdir(join(cache, 'rows'))).toEqual([]);
  });

  it.each<[string, RegExp, (bytes: Buffer) => Buffer]>([
    ['a table with a changed byte', /npy$/, (bytes) => bytes.fill(bytes[200] ^ 64, 200, 201)],
    ['a table cut short', /npy$/, (bytes) => bytes.subarray(0, bytes.length - 8)],
    ['an empty table', /npy$/, () => Buffer.alloc(0)],
    ['a note cut short', /json$/, (bytes) => bytes.subarray(0, 12)],
    ['a note that says something else', /json$/, (bytes) => Buffer.from(bytes.toString().replaceAll('red', 'rod'))],
    ['a note of another form', /json$/, () => Buffer.from('null')],
    ['no note', /json$/, () => Buffer.from('')],
  ])('is made anew where its rows are damaged in the cache: %s', async (_, name, damage) => {
    const first = await read(tables({ target: 'kind', stream: true }));
    const numbers = await Promise.all(first.map(given));
    const kept = await keptFiles();
    const damaged = kept.map(([file]) => join(cache, 'rows', file)).filter((file) => name.test(file));
    for (const file of damaged) await writeFile(file, damage(await readFile(file)));
    const again = await read(tables({ target: 'kind', stream: true }));
    expect(await Promise.all(again.map(given))).toEqual(numbers);
    expect((await keptFiles()).map(([file]) => file)).toEqual(kept.map(([file]) => file));
  });

  it('keeps rows of the tables of late', async () => {
    for (let time = 0; time < 6; time++) {
      await writeFile(join(folder, 'train.csv'), table(50 + time));
      await read(tables({ target: 'kind', stream: true }));
    }
    expect(await readdir(join(cache, 'rows'))).toHaveLength(12);
  });

  it.each([
    ['train.csv', 'word', 'train.csv:1202:1: found "word" for width'],
    ['test.csv', 'word', 'test.csv:32:1: found "word" for width, expected a number'],
    ['test.csv', '1e999', 'test.csv:32:1: found 1e999 for width, which is too large for a number of 64 bits'],
  ])('says where a cell of %s is none: %s', async (name, cell, message) => {
    const lines = table(name === 'test.csv' ? 40 : 2345).split('\n');
    lines[name === 'test.csv' ? 31 : 1201] = `${cell},red,1,1,a`;
    await writeFile(join(folder, name), lines.join('\n'));
    expect(await refusalOf(read(tables({ target: 'kind', stream: true })))).toContain(message);
    expect((await readdir(join(cache, 'rows'))).filter((entry) => entry.startsWith('.'))).toEqual([]);
  });

  it('says that it is not there', async () => {
    await rm(join(folder, 'train.csv'));
    const message = await refusalOf(read(tables({ target: 'kind', stream: true })));
    expect(message).toContain('train.csv: found no such file, expected a table of text');
  });

  it('says that its rows cannot be kept', async () => {
    await writeFile(cache, 'a file');
    const message = await refusalOf(read(tables({ target: 'kind', stream: true })));
    expect(message).toContain('train.csv: its rows cannot be written to');
    expect(message).toContain('MARBLENET_CACHE names another folder');
  });

  it.each(['standard', 'minMax', 'robust'] as const)(
    'standardize %s measures what it measures in memory',
    async (method) => {
      const both = [false, true].map((stream) => read(tables({ target: 'kind', stream }), standardize({ method })));
      const [whole, streamed] = await Promise.all(both);
      expect(streamed.map(({ scaling }) => scaling)).toEqual(whole.map(({ scaling }) => scaling));
      expect(await given(streamed[1])).toEqual(await given(whole[1]));
    },
  );

  it.each(['median', 'mean', 'mode', 'constant'] as const)(
    'impute %s fills in what it fills in in memory',
    async (method) => {
      const both = [false, true].map((stream) =>
        read(tables({ target: 'kind', missing: 'keep', stream }), impute({ method, value: 5 }), standardize()),
      );
      const [whole, streamed] = await Promise.all(both);
      expect(streamed.map(({ fill, scaling }) => [fill, scaling])).toEqual(
        whole.map(({ fill, scaling }) => [fill, scaling]),
      );
      for (const i of [0, 1]) expect(await given(streamed[i])).toEqual(await given(whole[i]));
    },
  );
});

describe('npy', () => {
  const numbers = Array.from({ length: 60 }, (_, i) => (i * 7) % 23);
  const source = (stream: boolean | 'auto') => {
    const files = { features: 'x.npy', labels: 'y.npy' };
    return npy({ train: files, test: files, stream });
  };

  beforeEach(() => writeFile(join(folder, 'y.npy'), npyFile('<i8', [20], numbers.slice(0, 20))));

  it.each(['|u1', '<i4', '>i4', '<f4', '>f4', '<f8', '>f8'])(
    '%s: gives the numbers that it gives in memory',
    async (type) => {
      await writeFile(join(folder, 'x.npy'), npyFile(type, [20, 3], numbers));
      const [whole, streamed] = await Promise.all([read(source('auto')), read(source(true))]);
      expect([whole[0].stream, streamed[0].stream?.file.count]).toEqual([undefined, 20]);
      expect(streamed[0].features.constructor).toBe(whole[0].features.constructor);
      expect(await given(streamed[0])).toEqual(await given(whole[0]));
    },
  );

  it.each([
    [
      'another type',
      npyFile('<i2', [20, 3], numbers),
      'found numbers of the type "i2", expected one of b1, u1, i4, f4, f8',
    ],
    [
      'another order',
      npyFile('<f4', [20, 3], numbers, true),
      "found an array in column order (Fortran's), expected one in row",
    ],
    [
      'too few',
      npyFile('<f4', [20, 3], numbers).subarray(0, 300),
      'found 300 bytes, expected 368 for the shape [20, 3]',
    ],
    ['another file', Buffer.from('a,b,c\n'), 'found CSV text, expected a .npy file'],
  ])('is refused: %s', async (_, bytes, message) => {
    await writeFile(join(folder, 'x.npy'), bytes);
    expect(await refusalOf(read(source(true)))).toContain(message);
  });

  it('is refused where it is not there', async () => {
    expect(await refusalOf(read(source(true)))).toContain('x.npy: found no such file, expected a .npy file');
  });

  it('names the sample that is no number, also where it is measured', async () => {
    await writeFile(
      join(folder, 'x.npy'),
      npyFile('<f4', [20, 3], [...numbers.slice(0, 40), Number.NaN, ...numbers.slice(41)]),
    );
    const problem = 'x.npy: found NaN at sample 13, expected a number';
    expect(await refusalOf(read(source(true), standardize()))).toContain(problem);
    const [train] = await read(source(true));
    expect(await refusalOf(given(train))).toContain(problem);
  });
});

describe('a file that does not stay as it was opened', () => {
  const numbers = Array.from({ length: 60 }, (_, i) => (i * 7) % 23);
  const bytes = (shift: number) =>
    encodeIdx(
      [20, 3],
      Uint8Array.from(numbers, (number) => number + shift),
    );
  const files = { train: { features: 'x', labels: 'y.npy' }, test: { features: 'x', labels: 'y.npy' } };
  const pairs = { train: { images: 'x', labels: 'y' }, test: { images: 'x', labels: 'y' } };
  const sources = {
    npy: {
      source: () => npy({ ...files, stream: true }),
      content: (shift: number): Uint8Array =>
        npyFile(
          '<f4',
          [20, 3],
          numbers.map((number) => number + shift),
        ),
    },
    idx: { source: () => idx({ ...pairs, stream: true }), content: bytes },
    'a packed idx': { source: () => idx({ ...pairs, stream: true }), content: bytes },
  };
  const changes = {
    'overwritten in place': (path: string, content: Uint8Array) => writeFile(path, content),
    'replaced by another of its size': async (path: string, content: Uint8Array) => {
      await writeFile(`${path}.new`, content);
      await utimes(`${path}.new`, 1e9, 1e9); // as the other
      await rename(`${path}.new`, path);
    },
    'cut short': (path: string) => truncate(path, 100),
  };
  /** The file that rows are read from: of a packed one, what it was unpacked to. */
  const rowsOf = async (name: keyof typeof sources): Promise<string> => {
    const path = join(folder, 'x');
    if (name !== 'a packed idx') return path;
    const [kept] = (await readdir(join(cache, 'decoded'))).filter((entry) => entry.endsWith('.raw'));
    return join(cache, 'decoded', kept);
  };

  beforeEach(async () => {
    await writeFile(join(folder, 'y.npy'), npyFile('<i8', [20], numbers.slice(0, 20)));
    await writeFile(join(folder, 'y'), encodeIdx([20], Uint8Array.from(numbers.slice(0, 20))));
  });

  async function opened(name: keyof typeof sources): Promise<Examples> {
    const { source, content } = sources[name];
    const bytes = content(0);
    await writeFile(join(folder, 'x'), name === 'a packed idx' ? gzipSync(bytes) : bytes);
    await utimes(join(folder, 'x'), 1e9, 1e9);
    const [train] = await read(source());
    await given(train); // an epoch
    return train;
  }

  const names = Object.keys(sources) as (keyof typeof sources)[];
  const ways = Object.keys(changes) as (keyof typeof changes)[];
  it.each(names.flatMap((name) => ways.map((way) => [name, way] as const)))('%s, %s', async (name, way) => {
    const train = await opened(name);
    const rows = await rowsOf(name);
    await changes[way](rows, sources[name].content(1));
    await utimes(rows, 2e9, 2e9); // another time, whatever the clock's grain
    const message = await refusalOf(given(train));
    expect(message).toContain(`${join(folder, 'x')}: changed while it was read`);
    expect(message.includes('.raw in the cache')).toBe(name === 'a packed idx');
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['a changed byte', (bytes) => bytes.fill(7, 40, 41)],
    ['its end missing', (bytes) => bytes.subarray(0, 50)],
  ])('a packed idx is unpacked anew where the cache holds it with %s', async (_, damage) => {
    const numbers = await given(await opened('a packed idx'));
    const kept = await rowsOf('a packed idx');
    const [bytes, { ino }] = [await readFile(kept), await stat(kept)];
    const again = async () => given((await read(sources['a packed idx'].source()))[0]);
    expect([await again(), (await stat(kept)).ino]).toEqual([numbers, ino]);
    await writeFile(kept, damage(Buffer.from(bytes)));
    expect(await again()).toEqual(numbers);
    expect(await readFile(kept)).toEqual(bytes);
  });

  it.each(names)('%s, removed', async (name) => {
    const train = await opened(name);
    await rm(await rowsOf(name));
    await expect(given(train)).rejects.toBeInstanceOf(DataError);
    expect(await refusalOf(given(train))).toMatch(/x: cannot be read any more.*: it does not exist$/);
  });

  it('ends a run behind the epoch in which it was changed', async () => {
    await opened('npy');
    await writeFile(
      join(folder, 'changed.yaml'),
      `name: changed
seed: 1
epochs: 3
data:
  - npy: { train: { features: x, labels: y.npy }, test: { features: x, labels: y.npy }, stream: true }
  - standardize
  - oneHot
network: [dense: { units: 23 }]
train: [shuffleBatch: { size: 4, buffer: 8 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 4 }, forward, softmaxCrossEntropy, accuracy]
`,
    );
    const run = runPipeline(join(folder, 'changed.yaml'), {
      onEvent: ({ event }) => void (event === 'epoch' && writeFileSync(join(folder, 'x'), sources.npy.content(1))),
    });
    await expect(run).rejects.toThrow(/x: changed while it was read/);
  });
});

it('standardize measures pictures that are streamed as those in memory', async () => {
  const bytes = Uint8Array.from({ length: 30 * 12 }, (_, i) => (i * 31) % 255);
  await writeFile(join(folder, 'x'), encodeIdx([30, 2, 2, 3], bytes));
  await writeFile(join(folder, 'y'), encodeIdx([30], bytes.slice(0, 30)));
  const files = { images: 'x', labels: 'y' };
  const both = [false, true].map((stream) => read(idx({ train: files, test: files, stream }), standardize()));
  const [whole, streamed] = await Promise.all(both);
  expect(streamed[0].scaling).toEqual(whole[0].scaling);
  expect(whole[0].scaling.mean).toHaveLength(3);
});

describe('a run on a table that is streamed', () => {
  const text = (stream: boolean, batcher: string) => `name: table
seed: 3
epochs: 2
data:
  - csv: { train: train.csv, test: test.csv, target: kind, stream: ${stream} }
  - standardize
  - oneHot
network: [dense: { units: 5 }, relu, dense: { units: 3 }]
train: [${batcher}, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }, mean: { of: loss }]
test: [batch: { size: 30 }, forward, softmaxCrossEntropy, accuracy]
`;
  const SHUFFLED = 'shuffleBatch: { size: 10, buffer: 150 }';

  async function file(stream: boolean, batcher: string): Promise<string> {
    await writeFile(join(folder, 'table.yaml'), text(stream, batcher));
    return join(folder, 'table.yaml');
  }

  beforeEach(async () => {
    await writeFile(join(folder, 'train.csv'), table(600));
    await writeFile(join(folder, 'test.csv'), table(40));
  });

  it('learns, in order, what it learns in memory', async () => {
    const whole = await runPipeline(await file(false, 'batch: { size: 10 }'));
    const streamed = await runPipeline(await file(true, 'batch: { size: 10 }'));
    expect([streamed.weights, streamed.test]).toEqual([whole.weights, whole.test]);
  });

  it.each([1, 14, 15, 29, 75])('goes on behind step %d as if it had not been stopped', async (step) => {
    const path = await file(true, SHUFFLED);
    const whole = await runPipeline(path);
    const controller = new AbortController();
    const reason = new Error('enough');
    const run = runPipeline(path, {
      out: join(folder, 'runs'),
      everyStep: true,
      signal: controller.signal,
      onEvent: (event) => void (event.event === 'step' && event.step === step && controller.abort(reason)),
    });
    await expect(run).rejects.toBe(reason);
    if (step === 29) await rm(cache, { recursive: true }); // rows are made anew
    expect((await resumeRun(join(folder, 'runs/table/1'))).weights).toBe(whole.weights);
  });
});

#!/usr/bin/env node
/**
 * Trains for an epoch on a table of numbers that is streamed, twice: the first time its rows are written to the cache, the
 * second time they are there. Each runs in a process of its own; printed is how much memory it took, and how long.
 *
 *     node bench/stream-table.mjs [ROWS] [FOLDER]
 *
 * ROWS is 10,000,000, of 8 columns and a class, which take about 0.6 GB in FOLDER, and 0.7 GB more in the cache there.
 */
import { createWriteStream, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { measure } from './whole-process.mjs';

const count = Number(process.argv[2] ?? 10_000_000);
const folder = process.argv[3] ?? join(tmpdir(), `marblenet-${count}-rows`);
const program = fileURLToPath(new URL('../bin/pipeline.js', import.meta.url));
const COLUMNS = 8;

/** Numbers in [0, 1), the same each time. Source: Numerical Recipes' linear congruential generator. */
function uniform(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lines of numbers of different size; the class is that of the quadrant of the first two, and one row in ten is of any. */
function* linesOf(rows, seed) {
  const draw = uniform(seed);
  yield `${Array.from({ length: COLUMNS }, (_, i) => `x${i}`).join()},class\n`;
  for (let first = 0; first < rows; first += 1000) {
    let text = '';
    for (let row = first; row < Math.min(rows, first + 1000); row++) {
      const numbers = Array.from({ length: COLUMNS }, () => draw() - 0.5);
      const quadrant = draw() < 0.1 ? Math.floor(draw() * 4) : (numbers[0] > 0 ? 2 : 0) + (numbers[1] > 0 ? 1 : 0);
      text += `${numbers.map((number, i) => (number * 10 ** i).toPrecision(5)).join()},${'abcd'[quadrant]}\n`;
    }
    yield text;
  }
}

async function tableIn(name, rows, seed) {
  const path = join(folder, name);
  if (existsSync(path)) return;
  await pipeline(Readable.from(linesOf(rows, seed)), createWriteStream(`${path}.part`));
  renameSync(`${path}.part`, path);
}

mkdirSync(folder, { recursive: true });
await tableIn(`train-${count}.csv`, count, 1);
await tableIn('test.csv', 10_000, 2);
const file = join(folder, 'table.yaml');
writeFileSync(
  file,
  `name: table
epochs: 1
data:
  - csv: { train: train-${count}.csv, test: test.csv, target: class, stream: true }
  - standardize
  - oneHot
network: [dense: { units: 16 }, relu, dense: { units: 4 }]
train: [shuffleBatch: { size: 100 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 1000 }, forward, softmaxCrossEntropy, accuracy]
`,
);
for (const what of ['first run', 'next run']) {
  const args = [program, 'run', file, '--json', '--no-out'];
  const { stdout, seconds, megabytes } = await measure(process.execPath, args, {
    MARBLENET_CACHE: join(folder, 'cache'),
  });
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const epoch = events.find(({ event }) => event === 'epoch');
  const end = events.find(({ event }) => event === 'end');
  console.log(
    `${what}  ${end.data.train.toLocaleString('en-US')} rows  ${seconds.toFixed(1)} s in all  ${epoch.seconds.toFixed(1)} s the epoch  ` +
      `${megabytes} MB at most  test accuracy ${end.test.accuracy}`,
  );
}

#!/usr/bin/env node
/**
 * Trains for an epoch on digits that are streamed from a file, and for ten on 60,000 of them in memory, each in a process of
 * its own, and says how much memory each took, and how long a sample of the first epoch and of the fastest.
 *
 *     node bench/stream.mjs [COUNT] [FOLDER]
 *
 * COUNT is 2,000,000, which take 1.6 GB of disk in FOLDER (`marblenet make-data`; about two minutes to draw, once).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './whole-process.mjs';

const count = Number(process.argv[2] ?? 2_000_000);
const folder = process.argv[3] ?? join(tmpdir(), `marblenet-${count}-digits`);
const program = fileURLToPath(new URL('../bin/pipeline.js', import.meta.url));

function digitsIn(name, digits) {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path))
    execFileSync(process.execPath, [program, 'make-data', '--count', String(digits), '--out', path]);
  return path;
}

const fileOf = (digits, stream, epochs) => {
  const files = (prefix) =>
    `{ images: ${digits}/${prefix}-images-idx3-ubyte, labels: ${digits}/${prefix}-labels-idx1-ubyte }`;
  return `name: stream
epochs: ${epochs}
data:
  - idx: { train: ${files('train')}, test: ${files('t10k')}, stream: ${stream} }
  - normalize: { divisor: 255 }
  - oneHot
network: [dense: { units: 50 }, relu, dense: { units: 10 }]
train: [shuffleBatch: { size: 100 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 1000 }, forward, softmaxCrossEntropy, accuracy]
`;
};

async function measured(what, digits, stream, epochs) {
  const file = join(folder, `${what}.yaml`);
  writeFileSync(file, fileOf(digits, stream, epochs));
  const { stdout, megabytes } = await measure(process.execPath, [program, 'run', file, '--json', '--no-out']);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const seconds = events.flatMap(({ event, seconds }) => (event === 'epoch' ? [seconds] : []));
  const end = events.find(({ event }) => event === 'end');
  return { seconds, samples: end.data.train, accuracy: end.test.accuracy, megabytes };
}

const [many, few] = [digitsIn('many', count), digitsIn('few', 60_000)];
const rows = [];
for (let round = 0; round < 3; round++) {
  rows.push(['in memory', await measured('few', few, false, 10)], ['streamed', await measured('many', many, true, 1)]);
}
for (const [name, { seconds, samples, accuracy, megabytes }] of rows) {
  const each = [seconds[0], Math.min(...seconds)].map((epoch) => ((epoch / samples) * 1e6).toFixed(2));
  console.log(
    `${name.padEnd(10)} ${samples.toLocaleString('en-US').padStart(10)} digits  ${seconds[0].toFixed(2).padStart(6)} s  ` +
      `${each[0]} us a sample, ${each[1]} in the fastest epoch  ${megabytes} MB at most  test accuracy ${accuracy}`,
  );
}

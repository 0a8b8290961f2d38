#!/usr/bin/env node
/**
 * Trains for an epoch on digits that are streamed from a file, and on 60,000 of them in memory, each in a process of its own,
 * and says how much memory and how long a sample each took.
 *
 *     node bench/stream.mjs [COUNT] [FOLDER]
 *
 * COUNT is 2,000,000, which take 1.6 GB of disk in FOLDER (`marblenet make-data`; about two minutes to draw, once).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const count = Number(process.argv[2] ?? 2_000_000);
const folder = process.argv[3] ?? join(tmpdir(), `marblenet-${count}-digits`);
const program = fileURLToPath(new URL('../bin/pipeline.js', import.meta.url));
const run = (args) => execFileSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });

function digitsIn(name, digits) {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path)) run(['make-data', '--count', String(digits), '--out', path]);
  return path;
}

const fileOf = (digits, stream) => {
  const files = (prefix) =>
    `{ images: ${digits}/${prefix}-images-idx3-ubyte, labels: ${digits}/${prefix}-labels-idx1-ubyte }`;
  return `name: stream
epochs: 1
data:
  - idx: { train: ${files('train')}, test: ${files('t10k')}, stream: ${stream} }
  - normalize: { divisor: 255 }
  - oneHot
network: [dense: { units: 50 }, relu, dense: { units: 10 }]
train: [shuffleBatch: { size: 100 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 1000 }, forward, softmaxCrossEntropy, accuracy]
`;
};

/** Runs in a process of its own, which says how much memory it took at most. */
const MEASURED = `
process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'));
process.argv.splice(1, 1);
await import(process.argv[1]);
`;

function measured(what, digits, stream) {
  const file = join(folder, `${what}.yaml`);
  writeFileSync(file, fileOf(digits, stream));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', MEASURED, 'x', program, 'run', file, '--json', '--no-out'],
    { encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const epoch = events.find(({ event }) => event === 'epoch');
  const end = events.find(({ event }) => event === 'end');
  const megabytes = Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024;
  return { seconds: epoch.seconds, samples: end.data.train, accuracy: end.test.accuracy, megabytes };
}

const [many, few] = [digitsIn('many', count), digitsIn('few', 60_000)];
const rows = [];
for (let round = 0; round < 3; round++) {
  rows.push(['in memory', measured('few', few, false)], ['streamed', measured('many', many, true)]);
}
for (const [name, { seconds, samples, accuracy, megabytes }] of rows) {
  const each = ((seconds / samples) * 1e6).toFixed(2);
  console.log(
    `${name.padEnd(10)} ${samples.toLocaleString('en-US').padStart(10)} digits  ${seconds.toFixed(2).padStart(6)} s  ` +
      `${each} us a sample  ${megabytes.toFixed(0)} MB at most  test accuracy ${accuracy}`,
  );
}

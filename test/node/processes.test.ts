/** The library beside itself: in a worker of the user's, and in two processes with one cache. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { fromRoot } from '../cli/pipeline-command.js';
import { good, startMirror } from './mirror-server.js';
import { withoutGivenData } from './no-given-data.js';
import { temporaryFolder } from './temporary-folder.js';
import { REMOTE_FILES, TINY_CHECKSUMS } from './tiny-mnist.js';

withoutGivenData();

const MARBLENET = JSON.stringify(pathToFileURL(fromRoot('dist/index.js')).href);

const TRAIN = `
const m = await import(${MARBLENET});
m.allowFasterSimd();
const { weights } = await m.runPipeline({
  seed: 5,
  threads: 2,
  data: [m.digits({ train: 300, test: 20 }), m.oneHot({ classes: 10 })],
  network: [m.dense({ units: 80 }), m.relu(), m.dense({ units: 10 })],
  train: [m.batch({ size: 100 }), m.forward(), m.softmaxCrossEntropy(), m.backward(), m.sgd({ learningRate: 0.001 })],
});`;

const script = (code: string): string => `(async () => {${code}})()`;

const run = async (code: string): Promise<string> =>
  (await promisify(execFile)(process.execPath, ['-e', script(code)])).stdout.trim();

it('trains in a worker as it does on the main thread', async () => {
  const worker = new Worker(script(`${TRAIN} require('node:worker_threads').parentPort.postMessage(weights);`), {
    eval: true,
  });
  const weights = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await new Promise((resolve) => worker.once('exit', resolve)); // nothing keeps it alive
  expect(weights).toBe(await run(`${TRAIN} console.log(weights);`));
});

it('trains on one thread, to the same weights, where there is no SharedArrayBuffer', async () => {
  const remark = TRAIN.replace(/\}\);$/, '}, { onEvent: ({ fallback }) => fallback && console.log(fallback) });');
  const lines = await run(`delete globalThis.SharedArrayBuffer;${remark} console.log(weights);`);
  expect(lines.split('\n')).toEqual([
    'threads: 1, not 2: there is no SharedArrayBuffer',
    await run(`${TRAIN} console.log(weights);`),
  ]);
});

it('two processes fill one empty cache, and both have whole files', async () => {
  const mirror = await startMirror(good);
  const cacheFolder = join(await temporaryFolder(), 'cache');
  const options = JSON.stringify({ checksums: TINY_CHECKSUMS, cacheFolder, mirrors: [mirror.url] });
  const find = `
const m = await import(${MARBLENET});
const host = m.createNodeHost(${options});
const { train } = await m.findMnist(host);
console.log((await host.readIdx(train.labels)).data.join());`;
  expect(await Promise.all([run(find), run(find)])).toEqual(['3,5', '3,5']);
  expect((await readdir(cacheFolder)).sort()).toEqual([...REMOTE_FILES].sort());
});

/** Users test code that trains, with timers that stand still. */
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { findMnist } from '../../src/core/families/mnist-files.js';
import * as marblenet from '../../src/index.js';
import { createNodeHost } from '../../src/node/host.js';
import { good, startMirror, status } from './mirror-server.js';
import { withoutGivenData } from './no-given-data.js';
import { temporaryFolder } from './temporary-folder.js';
import { TINY_CHECKSUMS } from './tiny-mnist.js';

withoutGivenData();

afterEach(() => {
  vi.useRealTimers();
});

const everyTimer = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
] as const;

it.each([1, 2])('a run goes on under fake timers: %i threads', async (threads) => {
  const { accuracy, backward, batch, dense, digits, forward, oneHot, runPipeline, sgd, softmaxCrossEntropy } =
    marblenet;
  vi.useFakeTimers({ toFake: [...everyTimer, 'performance', 'Date'] });
  const { status: ended, epochs } = await runPipeline({
    epochs: 3,
    threads,
    data: [digits({ train: 300, test: 20 }), oneHot({ classes: 10 })],
    network: [dense({ units: 10 })],
    train: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.001 })],
    test: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), accuracy()],
  });
  expect([ended, epochs]).toEqual(['completed', 3]);
});

it('a download is asked again, and files are read, under fake timers', async () => {
  let busy = true;
  const mirror = await startMirror((...args) => {
    (busy ? status(503) : good)(...args);
    busy = false;
  });
  const host = createNodeHost({
    checksums: TINY_CHECKSUMS,
    cacheFolder: join(await temporaryFolder(), 'cache'),
    mirrors: [mirror.url],
    retryDelay: 1,
  });
  vi.useFakeTimers({ toFake: [...everyTimer, 'performance', 'Date'] });
  const { train } = await findMnist(host);
  expect((await host.readIdx(train.labels)).data).toEqual(Uint8Array.of(3, 5));
});

// node --expose-gc bench/heap.mjs FOLDER
//
// What 10,000 training steps leave on JavaScript's heap, and how often it was collected meanwhile. Prints a line of JSON.
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import {
  backward,
  dense,
  drawBatch,
  forward,
  mean,
  mnist,
  normalize,
  oneHot,
  relu,
  runPipeline,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';

const collections = [];
new PerformanceObserver((list) => collections.push(...list.getEntries())).observe({ entryTypes: ['gc'] });

/** Epoch by epoch: when it was over, and what was on the heap without its garbage. */
const ends = [];
await runPipeline(
  {
    epochs: 11,
    data: [mnist(), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
    network: [dense({ units: 50 }), relu(), dense({ units: 10 })],
    train: [
      drawBatch({ size: 100, steps: 1000 }),
      forward(),
      softmaxCrossEntropy(),
      backward(),
      sgd({ learningRate: 0.1 }),
      mean({ of: 'loss' }),
    ],
  },
  {
    dataFolder: process.argv[2],
    onEvent({ event, epoch }) {
      if (event !== 'epoch' || (epoch !== 1 && epoch !== 11)) return;
      const before = performance.now();
      globalThis.gc();
      ends.push({ before, after: performance.now(), megabytes: process.memoryUsage().heapUsed / 1e6 });
    },
  },
);
await setTimeout(10); // the last collections are told a little later

const [first, last] = ends;
const during = collections.filter(({ startTime }) => startTime > first.after && startTime < last.before);
const milliseconds = during.reduce((sum, { duration }) => sum + duration, 0);
console.log(
  JSON.stringify({
    megabytes: [first.megabytes, last.megabytes],
    collections: during.length,
    milliseconds,
    share: milliseconds / (last.before - first.after),
  }),
);

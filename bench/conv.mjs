// node bench/conv.mjs [--net simple] [--rounds 3] [--seconds 2] [--threads 1,2] [--data FOLDER] [--no-peers]
//
// Times whole training steps of four convolutional networks at batch 100, plain SGD, on MNIST: those of this project, of a
// pipeline as users run it, beside PyTorch's, where Python has it, with either layout of its images. All take turns, round
// after round, and the medians of the rounds are printed, in milliseconds a step.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  allowFasterSimd,
  backward,
  batchNorm,
  conv2d,
  createNodeHost,
  dense,
  drawBatch,
  findMnist,
  forward,
  maxPool2d,
  normalize,
  oneHot,
  relu,
  runPipeline,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';
import { inMemory, mnistExamples } from './contenders.mjs';
import { median } from './microseconds.mjs';
import { peer } from './peers.mjs';
import { interpreter, pythonHas } from './python.mjs';

const BATCH = 100;

/** The layers, as the peers read them too: filters, side and padding of a convolution; units of a dense layer. */
const three = (filters) => [['conv', filters, 3, 1], ['norm'], ['relu']];
const nets = {
  simple: [['conv', 30, 5, 0], ['relu'], ['pool'], ['dense', 100], ['relu'], ['dense', 10]],
  lenet5: [
    ['conv', 6, 5, 2],
    ['relu'],
    ['pool'],
    ['conv', 16, 5, 0],
    ['relu'],
    ['pool'],
    ['dense', 120],
    ['relu'],
    ['dense', 84],
    ['relu'],
    ['dense', 10],
  ],
  lenet: [
    ['conv', 20, 5, 0],
    ['relu'],
    ['pool'],
    ['conv', 50, 5, 0],
    ['relu'],
    ['pool'],
    ['dense', 500],
    ['relu'],
    ['dense', 10],
  ],
  strong: [
    ...three(32),
    ...three(32),
    ['pool'],
    ...three(64),
    ...three(64),
    ['pool'],
    ['dense', 128],
    ['relu'],
    ['dense', 10],
  ],
};

const stages = {
  conv: (filters, kernel, padding) => conv2d({ filters, kernel, padding }),
  norm: () => batchNorm({}),
  relu: () => relu(),
  pool: () => maxPool2d({}),
  dense: (units) => dense({ units }),
};

const { values } = parseArgs({
  options: {
    net: { type: 'string', default: Object.keys(nets).join() },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    threads: { type: 'string', default: '1,2' },
    data: { type: 'string' },
    peers: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const threads = values.threads.split(',').map(Number);

allowFasterSimd(); // as the command line does
const host = createNodeHost(values.data ? { dataFolder: values.data } : {});
const { train } = await findMnist(host).catch(({ message }) => {
  console.error(message);
  process.exit(3);
});
const [images, labels] = [await host.readIdx(train.images), await host.readIdx(train.labels)];
const examples = mnistExamples(images.data, labels.data);

/** Milliseconds of a step of a pipeline: of the second epoch, behind one that warms up. */
async function ownStep(layers, steps, count) {
  let seconds = 0;
  await runPipeline(
    {
      seed: 1,
      epochs: 2,
      threads: count,
      data: [inMemory(examples), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
      network: layers.map(([kind, ...settings]) => stages[kind](...settings)),
      train: [
        drawBatch({ size: BATCH, steps }),
        forward(),
        softmaxCrossEntropy(),
        backward(),
        sgd({ learningRate: 0.01 }),
      ],
    },
    {
      onEvent(event) {
        if (event.event === 'epoch') seconds = event.seconds;
      },
    },
  );
  return (1000 * seconds) / steps;
}

const folder = mkdtempSync(join(tmpdir(), 'marblenet-bench-'));
const files = { pixels: join(folder, 'pixels'), labels: join(folder, 'labels') };
writeFileSync(files.pixels, images.data);
writeFileSync(files.labels, labels.data);

const contenders = {};
for (const count of threads) {
  contenders[`marblenet, threads ${count}`] = { step: (layers, steps) => ownStep(layers, steps, count) };
  if (!values.peers || !pythonHas('torch')) continue;
  for (const layout of ['channels-first', 'channels-last']) {
    const limits = { OMP_NUM_THREADS: count };
    const process = peer(interpreter, 'pytorch_conv_step.py', { ...files, threads: count, layout }, limits);
    contenders[`PyTorch ${layout}, threads ${count}`] = {
      step: async (layers, steps) => (await process.time({ layers, batch: BATCH, steps })) / 1000,
      stop: process.stop,
    };
  }
}

console.log(`Node ${process.versions.node}; milliseconds a step at batch ${BATCH}, medians of ${values.rounds} rounds`);
for (const name of values.net.split(',')) {
  const layers = nets[name];
  const steps = Math.max(5, Math.round(Number(values.seconds) / ((await ownStep(layers, 5, threads[0])) / 1000)));
  const times = Object.fromEntries(Object.keys(contenders).map((contender) => [contender, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [contender, { step }] of Object.entries(contenders)) times[contender].push(await step(layers, steps));
  }
  for (const [contender, each] of Object.entries(times)) {
    const [middle, least] = [median(each), Math.min(...each)].map((time) => time.toFixed(2).padStart(8));
    console.log(`${name.padEnd(8)} ${contender.padEnd(36)} ${middle}   at best ${least}`);
  }
}

for (const { stop } of Object.values(contenders)) stop?.();
rmSync(folder, { recursive: true });

// node bench/conv.mjs [--net simple] [--rounds 3] [--seconds 2] [--threads 1,2] [--data FOLDER] [--no-peers]
//
// Times whole training steps of four convolutional networks at batch 100, plain SGD, on MNIST: those of this project, of a
// pipeline as users run it, beside those of PyTorch, with either layout of its images, of NumPy in the way of textbooks, where
// Python has them, and of TensorFlow.js on its CPU back end, after `npm install --prefix bench/peers`. Before it is timed, each
// says the loss of the same digits by the same weights, before and after one step: they must agree. All take turns, round after
// round, and the medians of the rounds are printed, in milliseconds a step.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  allowFasterSimd,
  backward,
  batch,
  batchNorm,
  conv2d,
  createNodeHost,
  dense,
  drawBatch,
  exportModel,
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
import { hasTensorFlow, peer } from './peers.mjs';
import { interpreter, pythonHas } from './python.mjs';

const BATCH = 100;
const LEARNING_RATE = 0.01;
/** Of so many digits everyone says the loss. */
const CHECKED = 4;
/** TensorFlow.js takes seconds for a step, or minutes. */
const SLOW_STEPS = 1;

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

const definition = (given, layers, batcher, learningRate) => ({
  seed: 1,
  data: [inMemory(given), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: layers.map(([kind, ...settings]) => stages[kind](...settings)),
  train: [batcher, forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate })],
});

/** Milliseconds of a step of a pipeline: of the second epoch, behind one that warms up. */
async function ownStep(layers, steps, count) {
  let seconds = 0;
  const batcher = drawBatch({ size: BATCH, steps });
  await runPipeline(
    { ...definition(examples, layers, batcher, LEARNING_RATE), epochs: 2, threads: count },
    {
      onEvent(event) {
        if (event.event === 'epoch') seconds = event.seconds;
      },
    },
  );
  return (1000 * seconds) / steps;
}

/** The losses of the first digits of the set, before and after one step; the weights before it are written for the others. */
async function ownLosses(layers) {
  const [pixels, classes] = [images.data.subarray(0, CHECKED * 784), labels.data.subarray(0, CHECKED)];
  const train = async (epochs, learningRate) => {
    const losses = [];
    const { network } = await runPipeline(
      { ...definition(mnistExamples(pixels, classes), layers, batch({ size: CHECKED }), learningRate), epochs },
      {
        everyStep: true,
        onEvent(event) {
          if (event.event === 'step') losses.push(event.loss);
        },
      },
    );
    return { losses, network };
  };
  const { network } = await train(1, 1e-12); // too small a step to change what can be seen of the weights
  for (const names of ['pytorch', 'notebook']) {
    writeFileSync(join(folder, `${names}.npz`), (await exportModel(network, 'npz', { names }))[0].content);
  }
  const values = network.parameters.map(({ value: { data } }) => Buffer.from(Float32Array.from(data).buffer));
  writeFileSync(join(folder, 'weights.f32'), Buffer.concat(values));
  return (await train(2, LEARNING_RATE)).losses;
}

/** Sums in float32 that were taken in another order; batchNorm of few digits makes more of that. */
const agree = (losses, right) => right.every((loss, i) => Math.abs(losses[i] - loss) < 1e-3 * Math.max(1, loss));

const folder = mkdtempSync(join(tmpdir(), 'marblenet-bench-'));
const files = { pixels: join(folder, 'pixels'), labels: join(folder, 'labels') };
writeFileSync(files.pixels, images.data);
writeFileSync(files.labels, labels.data);

/** A program of bench/peers as a contender: which networks it has, and how many steps it makes at most. */
const other = (program, { has = () => true, most = Number.POSITIVE_INFINITY } = {}) => ({
  has,
  step: async (layers, steps) => (await program.time({ layers, batch: BATCH, steps: Math.min(steps, most) })) / 1000,
  losses: (layers) => program.ask({ layers, batch: CHECKED, weights: folder }),
  stop: program.stop,
});

const contenders = {};
const [hasPyTorch, hasNumPy] = ['torch', 'numpy'].map((name) => values.peers && pythonHas(name));
for (const count of threads) {
  contenders[`marblenet, threads ${count}`] = {
    has: () => true,
    step: (layers, steps) => ownStep(layers, steps, count),
  };
  const limits = { OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count };
  for (const layout of hasPyTorch ? ['channels-first', 'channels-last'] : []) {
    const program = peer(interpreter, 'pytorch_conv_step.py', { ...files, threads: count, layout }, limits);
    contenders[`PyTorch ${layout}, threads ${count}`] = other(program);
  }
  for (const dtype of hasNumPy ? ['float32', 'float64'] : []) {
    const program = peer(interpreter, 'numpy_conv_step.py', { ...files, dtype }, limits);
    const has = (layers) => layers.every(([kind]) => kind !== 'norm');
    contenders[`NumPy ${dtype}, threads ${count}`] = other(program, { has });
  }
}
if (values.peers && hasTensorFlow('tfjs')) {
  const program = peer(process.execPath, 'tfjs_conv_step.mjs', files);
  contenders['TensorFlow.js CPU'] = other(program, { most: SLOW_STEPS });
}

console.log(`Node ${process.versions.node}; milliseconds a step at batch ${BATCH}, medians of ${values.rounds} rounds`);
for (const name of values.net.split(',')) {
  const layers = nets[name];
  const those = Object.entries(contenders).filter(([, { has }]) => has(layers));
  const right = await ownLosses(layers);
  for (const [contender, { losses }] of those) {
    const found = await losses?.(layers);
    if (found === undefined || agree(found, right)) continue;
    throw new Error(`${name}: ${contender} has the losses ${found.join(', ')}, expected ${right.join(', ')}`);
  }
  const steps = Math.max(5, Math.round(Number(values.seconds) / ((await ownStep(layers, 5, threads[0])) / 1000)));
  const times = Object.fromEntries(those.map(([contender]) => [contender, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [contender, { step }] of those) times[contender].push(await step(layers, steps));
  }
  for (const [contender, each] of Object.entries(times)) {
    const [middle, least] = [median(each), Math.min(...each)].map((time) => time.toFixed(2).padStart(8));
    console.log(`${name.padEnd(8)} ${contender.padEnd(36)} ${middle}   at best ${least}`);
  }
}

for (const { stop } of Object.values(contenders)) stop?.();
rmSync(folder, { recursive: true });

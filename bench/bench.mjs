// npm run bench [-- --quick] [--data FOLDER]
//
// Times one training step side by side: every contender in turn, round after round, so that a machine whose speed drifts
// drifts for all of them. A gradient check stands beside each figure of ours: a step that does nothing would be fast. Then
// whole processes, the dense layer alone, every kernel alone, and what the machine could do at most. Prints what it finds,
// and writes bench/results.json and docs/performance.md; with --quick, which asks for less in 2 minutes, it only prints.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allowFasterSimd, createNodeHost, findMnist, wasmFlavour } from 'marblenet';
import { ablate } from './ablation.mjs';
import { gradientCheck, mnistExamples, pipeline, plainLoop } from './contenders.mjs';
import { alone, atDensity, denseProduct } from './dense-layer.mjs';
import { startHandovers } from './handover.mjs';
import { timeKernels } from './kernels.mjs';
import { machineRates } from './machine.mjs';
import { median } from './microseconds.mjs';
import { openBlasKernels } from './openblas.mjs';
import { hasTensorFlow, peer } from './peers.mjs';
import { interpreter, pythonHas } from './python.mjs';
import { say, writeReport } from './report.mjs';
import { measure } from './whole-process.mjs';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, data: { type: 'string' } } });
const rounds = values.quick ? 2 : 5;

const activations = values.quick ? ['relu'] : ['relu', 'sigmoid'];
const sizes = [
  { hidden: 50, batch: 100, steps: values.quick ? 400 : 1000 },
  { hidden: 800, batch: 100, steps: values.quick ? 40 : 100 },
  { hidden: 800, batch: 1000, steps: values.quick ? 6 : 24 },
].flatMap((shape) => activations.map((activation) => ({ ...shape, activation })));
/** Small networks are soon done, and feel most where their two threads are: they have several turns in a round. */
const often = values.quick ? 1 : 3;
const turnsOf = ({ hidden }) => (hidden === 50 ? often : 1);
const densitiesUpTo1 = values.quick ? [0.2, 1] : [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

const v8Flags = allowFasterSimd(); // as the command line does
/** Of the vectors that V8 works with. */
const vectorBytes = v8Flags.includes('--experimental-wasm-revectorize') ? 32 : 16;
const host = createNodeHost(values.data ? { dataFolder: values.data } : {});
const { train } = await findMnist(host).catch(({ message }) => {
  console.error(message);
  process.exit(3);
});
const dataFolder = dirname(train.images);
const [images, labels] = [await host.readIdx(train.images), await host.readIdx(train.labels)];
const examples = mnistExamples(images.data, labels.data);

const folder = mkdtempSync(join(tmpdir(), 'marblenet-bench-'));
const files = { pixels: join(folder, 'pixels'), labels: join(folder, 'labels') };
writeFileSync(files.pixels, images.data);
writeFileSync(files.labels, labels.data);

const own = {
  'marblenet, 1 thread': { dtype: 'float32', threads: 1 },
  'marblenet, 2 threads': { dtype: 'float32', threads: 2 },
  'marblenet float64, 1 thread': { dtype: 'float64', threads: 1 },
  'marblenet float64, 2 threads': { dtype: 'float64', threads: 2 },
};
const [hasNumPy, hasPyTorch] = ['numpy', 'torch'].map(pythonHas);
const peers = {};
const plural = (threads) => (threads === 1 ? '1 thread' : `${threads} threads`);
const openBlas = openBlasKernels();
const limitedTo = (threads) => ({
  OPENBLAS_NUM_THREADS: threads,
  OMP_NUM_THREADS: threads,
  ...(openBlas && { OPENBLAS_CORETYPE: openBlas }),
});
for (const threads of [1, 2]) {
  if (hasNumPy) {
    for (const dtype of ['float64', 'float32']) {
      peers[`NumPy ${dtype}, ${plural(threads)}`] = peer(
        interpreter,
        'numpy_step.py',
        { ...files, dtype },
        limitedTo(threads),
      );
    }
  }
  if (hasPyTorch) {
    peers[`PyTorch, ${plural(threads)}`] = peer(
      interpreter,
      'pytorch_step.py',
      { ...files, threads },
      limitedTo(threads),
    );
  }
}
if (hasTensorFlow('tfjs-core')) peers['TensorFlow.js WASM'] = peer(process.execPath, 'tfjs_step.mjs', files);
else say('TensorFlow.js is not there: npm install --prefix bench/peers');
if (openBlas) say.openBlas(openBlas);

/**
 * Milliseconds for which OpenBLAS and PyTorch, with two threads, keep a processor busy when they have done their work:
 * whoever comes next would have to share it with them.
 */
const SPINNING = 200;

/** What a contender is timed with at a size. */
const contenders = {
  ...Object.fromEntries(Object.entries(own).map(([name, options]) => [name, pipeline(examples, options)])),
  ...Object.fromEntries(
    Object.entries(peers).map(([name, { time }]) => [
      name,
      async (size) => {
        // far slower, so fewer steps say as much
        const steps = name.startsWith('TensorFlow') ? Math.ceil(size.steps / 100) : size.steps;
        const microseconds = await time({ ...size, steps });
        if (name.endsWith(plural(2))) await setTimeout(SPINNING);
        return microseconds;
      },
    ]),
  ),
};

const handover = startHandovers();
/** Nanoseconds, at the end of each round. */
const handovers = [];
/** GFLOP/s as a rule, at the end of each round. */
const paces = [];

/** What this machine can do: the best of all rounds, since a slow minute says nothing of what is possible. */
const atBest = { vectorBytes, gigaflops: 0, loads: 0 };

/** Microseconds of the first layer alone, the best of all rounds: one figure for a shape, whatever the activation. */
const layers = {};
const shapeOf = ({ hidden, batch }) => `${hidden} units, batch ${batch}`;

/** Returns when all peers have loaded what they need: until then they would share the processor with whoever is timed. */
const peersAreReady = () => Promise.all(Object.values(peers).map(({ time }) => time({ ...sizes[0], steps: 1 })));

/** Rounds go round the sizes, too: where the machine is slow for a while, it is so for a round of each. */
async function raceSteps() {
  const races = sizes.map((size) => ({
    size,
    times: Object.fromEntries(Object.keys(contenders).map((name) => [name, []])),
  }));
  const measureRates = await machineRates(vectorBytes);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < often; turn++) {
      for (const { size, times } of races.filter(({ size }) => turn < turnsOf(size))) {
        for (const [name, time] of Object.entries(contenders)) times[name].push(await time(size));
        layers[shapeOf(size)] = Math.min(layers[shapeOf(size)] ?? Number.POSITIVE_INFINITY, alone(images.data, size));
      }
    }
    handovers.push(handover.measure());
    const rates = await measureRates();
    for (const [name, { best }] of Object.entries(rates)) atBest[name] = Math.max(best, atBest[name]);
    paces.push(rates.gigaflops.usual);
    say(`round ${round + 1} of ${rounds}`);
  }
  const steps = [];
  for (const { size, times } of races) {
    const gradients = {};
    for (const [name, options] of Object.entries(own)) {
      gradients[name] = await gradientCheck(examples, options)(size);
      if (!(Math.abs(gradients[name] - 1) < 0.02))
        throw new Error(`${name} does not follow its gradient: ${gradients[name]} at ${JSON.stringify(size)}`);
    }
    const microseconds = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
    steps.push({ ...size, rounds, turns: turnsOf(size), microseconds, gradients, alone: layers[shapeOf(size)] });
  }
  return steps;
}

/**
 * What RxJS and the stages cost: a pipeline and the plain loop in turn, with nobody in between. The best of many short turns
 * of each: slow seconds, which add a third to whoever has them, are no cost of stages.
 */
async function raceLoops(size) {
  const [stages, loop] = [pipeline(examples, own['marblenet, 1 thread']), plainLoop(examples)];
  const times = { stages: [], loop: [] };
  const turns = values.quick ? 6 : 24;
  for (let turn = 0; turn < turns; turn++) {
    times.stages.push(await stages(size));
    times.loop.push(loop(size));
  }
  return { ...size, turns, stages: Math.min(...times.stages), loop: Math.min(...times.loop) };
}

async function raceProcesses() {
  const cli = fileURLToPath(new URL('../dist/bin/main.js', import.meta.url));
  const notebook = fileURLToPath(new URL('peers/notebook.py', import.meta.url));
  const pipelineRun = (file, ...more) => [
    process.execPath,
    [
      cli,
      'run',
      fileURLToPath(new URL(`../pipelines/${file}`, import.meta.url)),
      '--json',
      '--data',
      dataFolder,
      ...more,
    ],
  ];
  const commands = {
    'pipeline run, notebook.yaml in float32': pipelineRun('notebook.yaml', '--set', 'dtype=float32'),
    ...(!values.quick && { 'pipeline run, notebook.yaml (float64)': pipelineRun('notebook.yaml') }),
    ...(hasNumPy &&
      Object.fromEntries(
        (values.quick ? [1] : [1, 2]).map((threads) => [
          `notebook.py (NumPy, float64, ${plural(threads)})`,
          [interpreter, [notebook, '--data', dataFolder], limitedTo(threads)],
        ]),
      )),
    'pipeline run, relu.yaml': pipelineRun('relu.yaml'),
  };
  const runs = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < (values.quick ? 1 : 3); round++) {
    for (const [name, command] of Object.entries(commands)) runs[name].push(await measure(...command));
  }
  return Object.entries(runs).map(([name, all]) => ({
    name,
    seconds: median(all.map(({ seconds }) => seconds)),
    megabytes: median(all.map(({ megabytes }) => megabytes)),
    accuracy: accuracyIn(all[0].stdout),
  }));
}

/** What 10,000 steps leave on the heap. */
async function measureHeap() {
  const script = fileURLToPath(new URL('heap.mjs', import.meta.url));
  const { stdout } = await measure(process.execPath, ['--expose-gc', script, dataFolder]);
  return JSON.parse(stdout);
}

/** The last line of both is a JSON object that says how the test went. */
function accuracyIn(stdout) {
  const last = JSON.parse(stdout.trim().split('\n').at(-1));
  return last.test?.accuracy ?? last.accuracy ?? last.test_accuracy;
}

try {
  await peersAreReady();
  const steps = await raceSteps();
  for (const step of steps) say.step(step);
  say.handovers(handovers);
  say.paces(paces, atBest);
  for (const { stop } of Object.values(peers)) stop();
  const loops = [];
  for (const size of sizes.filter(
    ({ hidden, activation }) => activation === 'relu' && !(values.quick && hidden > 50),
  )) {
    loops.push(await raceLoops({ ...size, steps: values.quick ? 500 : size.steps / 2 }));
  }
  say.loops(loops, steps);
  const processes = await raceProcesses();
  say.processes(processes);
  const heap = await measureHeap();
  say.heap(heap);
  const products = ['float32', 'float64'].flatMap((dtype) => [50, 800].map((hidden) => denseProduct(hidden, dtype)));
  say.products(products);
  const densities = [50, 800].flatMap((hidden) => densitiesUpTo1.map((density) => atDensity(density, hidden)));
  say.densities(densities);
  const kernels = timeKernels();
  say.kernels(kernels);
  say.ceilings(atBest, steps);
  const ablation = await ablate(
    files,
    sizes.filter(({ activation }) => activation === 'relu'),
    rounds,
  );
  say.ablation(ablation);
  const flavour = [wasmFlavour(), ...v8Flags.map((flag) => `\`${flag}\``)].join(', ');
  const machine = `${cpus()[0].model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, ${flavour}`;
  if (!values.quick)
    writeReport({
      machine,
      openBlas,
      steps,
      handovers,
      paces,
      loops,
      processes,
      heap,
      products,
      densities,
      kernels,
      ceilings: atBest,
      ablation,
    });
} finally {
  handover.stop();
  for (const { stop } of Object.values(peers)) stop();
  rmSync(folder, { recursive: true, force: true });
}

// node bench/parity.mjs --data FOLDER [--activation sigmoid] [--seed 7] [--hidden 50] [--batch 100] [--rate 0.1]
//                       [--steps 10000] [--set path=value]
//
// Trains pipelines/notebook.yaml and the same network in NumPy, bench/peers/notebook.py, and says how far they are apart.
// Ends with 1 when a loss differs by more than 1e-9 of its size, a weight by more than 1e-8, or the test accuracy at all;
// with 2 when there is nothing to compare.
// --set changes the pipeline alone: --set backend=typescript, or --set dtype=float32 to see what that costs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runPipeline } from 'marblenet';
import { interpreter, pythonHas } from './python.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const files = { relu: path('../pipelines/notebook.yaml'), sigmoid: path('../pipelines/notebook-sigmoid.yaml') };

/** What stands on the command line. @throws Error that says what is wrong with it. */
function optionsGiven() {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', default: process.env.MARBLENET_DATA },
      activation: { type: 'string', default: 'relu' },
      seed: { type: 'string', default: '0' },
      hidden: { type: 'string', default: '50' },
      batch: { type: 'string', default: '100' },
      rate: { type: 'string', default: '0.1' },
      steps: { type: 'string', default: '10000' },
      set: { type: 'string', multiple: true, default: [] },
    },
  });
  if (!values.data) throw new Error('--data: expected the folder with the four MNIST files');
  if (!(values.activation in files)) throw new Error(`--activation: expected ${Object.keys(files).join(' or ')}`);
  if (!pythonHas('numpy')) throw new Error(`${interpreter} has no NumPy (PYTHON=... names another Python)`);
  return values;
}

/** The notebook in NumPy: { losses, accuracy, weights }. */
function inNumPy({ set: _, ...options }) {
  const folder = mkdtempSync(join(tmpdir(), 'marblenet-parity-'));
  const file = join(folder, 'weights');
  try {
    const args = Object.entries({ ...options, weights: file }).map(([name, value]) => `--${name}=${value}`);
    const told = execFileSync(interpreter, [path('peers/notebook.py'), ...args], { maxBuffer: 2 ** 30 });
    const bytes = readFileSync(file);
    return { ...JSON.parse(told), weights: new Float64Array(new Uint8Array(bytes).buffer) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same here. */
async function inStages({ data, activation, seed, hidden, batch, rate, steps, set }) {
  const losses = [];
  const { test, network } = await runPipeline(files[activation], {
    dataFolder: data,
    set: [
      `seed=${seed}`,
      `network.0.dense.units=${hidden}`,
      `train.0.drawBatch={ size: ${batch}, steps: ${steps} }`,
      `train.4.sgd.learningRate=${rate}`,
      ...set,
    ],
    everyStep: true,
    onEvent: (event) => {
      if (event.event === 'step') losses.push(event.loss);
    },
  });
  const weights = Float64Array.from(network.parameters.flatMap(({ value }) => [...value.data]));
  return { losses, accuracy: test.accuracy, weights };
}

/** The largest difference, and where it is: infinite where a number is missing, or is no number. */
function largest(found, expected, differenceOf) {
  let worst = { size: 0, at: 0 };
  for (let at = 0; at < Math.max(found.length, expected.length); at++) {
    const difference = differenceOf(found[at], expected[at]);
    const size = Number.isNaN(difference) ? Infinity : difference;
    if (size > worst.size) worst = { size, at };
  }
  return worst;
}

/** Runs both, prints how far they are apart, and returns whether they agree. */
async function compare(options) {
  const stages = await inStages(options); // first, because it says better what is wrong with the data or an option
  const numpy = inNumPy(options);
  const loss = largest(stages.losses, numpy.losses, (a, b) => Math.abs(a - b) / Math.abs(b));
  const weight = largest(stages.weights, numpy.weights, (a, b) => Math.abs(a - b));
  const agree = loss.size <= 1e-9 && weight.size <= 1e-8 && stages.accuracy === numpy.accuracy;
  const { activation, seed, hidden, batch, rate, steps, set } = options;
  console.log(
    [
      `784-${hidden}-10 ${activation}, seed ${seed}, batch ${batch}, rate ${rate}, ${steps} steps ${set.join(' ')}`.trim(),
      `largest relative difference of a loss  ${loss.size.toExponential(1)} at step ${loss.at + 1}`,
      `largest difference of a weight         ${weight.size.toExponential(1)}`,
      `test accuracy                          ${stages.accuracy}, in NumPy ${numpy.accuracy}`,
      agree ? 'the same, number for number' : 'NOT the same',
    ].join('\n'),
  );
  return agree;
}

try {
  process.exitCode = (await compare(optionsGiven())) ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}

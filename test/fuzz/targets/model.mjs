// Models: files that were damaged, and files that say and hold something else under a SHA-256 that is right.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import * as marblenet from '../../../dist/index.js';
import { problemOfError } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { changedFile, changes } from './sealed-bytes.mjs';

const { dense, dropout, normalize, oneHot, relu, sigmoid, softmax, tanh } = marblenet;

/** What a model is made of, how it is judged, and its numbers. */
const KINDS = [
  { network: [dense({ units: 6 }), relu(), dropout({ rate: 0.2 }), dense({ units: 10 })] },
  { network: [dense({ units: 5 }), tanh(), dense({ units: 10 }), softmax()], loss: marblenet.crossEntropy() },
  {
    network: [dense({ units: 4 }), sigmoid(), dense({ units: 10 })],
    loss: marblenet.meanSquaredError(),
    dtype: 'float64',
  },
];

/** By kind: its bytes, and what it says of two samples. */
const bases = new Map();

async function baseOf(kind) {
  if (bases.has(kind)) return bases.get(kind);
  const { network, loss = marblenet.softmaxCrossEntropy(), dtype = 'float32' } = KINDS[kind];
  const data = [marblenet.digits({ train: 20, test: 10 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })];
  const learning = [marblenet.batch({ size: 10 }), marblenet.forward(), loss, marblenet.backward()];
  const train = [...learning, marblenet.sgd({ learningRate: 0.1 })];
  const trained = await marblenet.runPipeline({ seed: kind, dtype, data, network, train });
  const base = { bytes: Buffer.from(await trained.network.encode()), said: await saidOf(trained.network) };
  bases.set(kind, base);
  return base;
}

/** What a model says of two samples, whatever their size. */
function saidOf(model) {
  const size = model.shape.reduce((product, length) => product * length, 1);
  return model.predict({ shape: [2, size], data: Uint8Array.from({ length: 2 * size }, (_, i) => (i * 7) % 256) });
}

async function attempt({ kind, ...change }) {
  const base = await baseOf(kind);
  const bytes = await changedFile(base.bytes, change);
  const path = resolve('model.safetensors');
  writeFileSync(path, bytes);
  let model;
  try {
    model = await product.loadModel(path);
  } catch (error) {
    if (bytes.equals(base.bytes)) return `it refuses a model that is whole: ${error?.message}`;
    const problem = problemOfError(error, path);
    return problem ?? (error.exitCode === 3 ? undefined : `exit code ${error.exitCode}, expected 3: ${error.message}`);
  }
  try {
    const said = await saidOf(model);
    if (!said.outputs.data.every(Number.isFinite)) return 'it says what is not finite';
    if (change.edits.length === 0 && !isDeepStrictEqual(said, base.said))
      return 'it takes damage, and says something else';
    const again = await product.loadModel(await model.encode());
    return isDeepStrictEqual(await saidOf(again), said) ? undefined : 'what it writes says something else';
  } catch (error) {
    return problemOfError(error); // numbers that are too large
  }
}

export const model = {
  trains: false,
  arbitrary: fc
    .record({ kind: fc.nat(KINDS.length - 1) })
    .chain(({ kind }) => changes.map((all) => ({ kind, ...all }))),
  attempt,
  show: (input) => fc.stringify(input),
};

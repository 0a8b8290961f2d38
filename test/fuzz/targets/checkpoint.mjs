// Checkpoints: files that were damaged, and files that say and hold something else under a SHA-256 that is right. Each stands
// alone in the folder of a run that was killed, which goes on.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as fc from 'fast-check';
import { runPipeline } from '../../../dist/index.js';
import { notFinite, problemOfError } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { tally } from '../tally.mjs';
import { changedFile, changes } from './sealed-bytes.mjs';

/** A run with all that a checkpoint has to hold: moments, a layer's draws, a best epoch, random numbers of both kinds. */
const pipelineOf = (random) => `name: left
random: ${random}
seed: 1
epochs: 3
checkpoint: { every: 1 step, keep: 99 }
best: { monitor: test.loss }
data:
  - digits: { train: 40, test: 10 }
  - normalize: { divisor: 255 }
  - oneHot: { classes: 10 }
network:
  - dense: { units: 6 }
  - relu
  - dropout: { rate: 0.2 }
  - dense: { units: 10 }
train:
  - shuffleBatch: { size: 10 }
  - forward
  - softmaxCrossEntropy
  - backward
  - adam: { learningRate: 0.01 }
  - mean: { of: loss }
test:
  - batch: { size: 10 }
  - forward
  - softmaxCrossEntropy
  - accuracy
  - mean: { of: loss }
`;
const KINDS = ['perStage', 'numpy'];

/** By kind: the folder of a whole run, the bytes of its checkpoints, and what it came to. */
const bases = new Map();

async function baseOf(kind) {
  if (bases.has(kind)) return bases.get(kind);
  const file = resolve(`${KINDS[kind]}.yaml`);
  writeFileSync(file, pipelineOf(KINDS[kind]));
  const { folder, weights } = await runPipeline(file, { out: resolve('whole') });
  const all = join(folder, 'checkpoints');
  const names = readdirSync(all).sort();
  const checkpoints = names.map((name) => ({ name, bytes: readFileSync(join(all, name)) }));
  rmSync(all, { recursive: true });
  const base = { folder, weights, checkpoints };
  bases.set(kind, base);
  return base;
}

/** The folder as a kill leaves it: with one checkpoint, and without a model. */
function leftFolder({ folder }, name, bytes) {
  const left = resolve('left');
  rmSync(left, { recursive: true, force: true });
  cpSync(folder, left, { recursive: true });
  for (const model of ['model.safetensors', 'model-last.safetensors']) rmSync(join(left, model), { force: true });
  const events = join(left, 'events.jsonl'); // without its end, or there is nothing to go on with
  writeFileSync(events, readFileSync(events, 'utf8').replace(/.*"event":"end".*\n/, ''));
  mkdirSync(join(left, 'checkpoints'));
  writeFileSync(join(left, 'checkpoints', name), bytes);
  return left;
}

async function attempt({ kind, which, ...change }) {
  const base = await baseOf(kind);
  const { name, bytes: whole } = base.checkpoints[which % base.checkpoints.length];
  const bytes = await changedFile(whole, change);
  const left = leftFolder(base, name, bytes);
  try {
    const result = await product.resumeRun(left);
    tally.trained++;
    tally.completed++;
    if (!existsSync(join(left, 'model.safetensors'))) return 'it completes, and leaves no model';
    // Damage is seen, and a run that has no other checkpoint begins anew: to the same end.
    if (change.edits.length === 0 && result.weights !== base.weights) return 'it comes to other weights';
    return notFinite(result);
  } catch (error) {
    if (change.edits.length === 0) return `it refuses to begin anew, or to go on: ${error?.stack ?? error}`;
    return problemOfError(error);
  }
}

export const checkpoint = {
  trains: true,
  arbitrary: fc
    .record({ kind: fc.nat(KINDS.length - 1), which: fc.nat(12) })
    .chain((first) => changes.map((all) => ({ ...first, ...all }))),
  attempt,
  show: (input) => fc.stringify(input),
};

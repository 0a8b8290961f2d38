// Trains the pipelines that learn from tables, and the same networks in PyTorch: the same rows of train and test, the same
// optimizer, first weights drawn the same way, five seeds. Prints the mean and the standard deviation of what the tests say.
//
//     node bench/peers/tables.mjs [--seeds 5]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { from, lastValueFrom, toArray } from 'rxjs';
import {
  builtInStages,
  createNodeHost,
  openPipeline,
  parsePipelineFile,
  resolvePipelineFile,
  runPipeline,
} from '../../dist/index.js';
import { interpreter } from '../python.mjs';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '5' } } });
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const pathOf = (name) => fileURLToPath(new URL(`../../pipelines/${name}.yaml`, import.meta.url));

/** What a pipeline of this seed learns from and is judged by, before it is standardized, and what its file says of training. */
async function runFor(name, seed) {
  const path = pathOf(name);
  const file = parsePipelineFile(readFileSync(path, 'utf8'), path, { set: [`seed=${seed}`] });
  const { definition } = resolvePipelineFile(file, builtInStages);
  const pipeline = await openPipeline(definition, { host: createNodeHost({ baseFolder: dirname(path) }) });
  const read = await lastValueFrom(from(pipeline.sources).pipe(pipeline.data, toArray()));
  const optionsOf = (section, stage) => definition[section].find(({ definition: { name } }) => name === stage).options;
  return {
    ...Object.fromEntries(read.map((examples) => [examples.split, rowsOf(examples)])),
    classes: read[0].classes ?? 0,
    hidden: optionsOf('network', 'dense').units,
    batch: optionsOf('train', 'shuffleBatch').size,
    rate: optionsOf('train', 'adam').learningRate,
    epochs: definition.epochs,
    seed,
  };
}

function rowsOf({ features, shape: [width], labels, targets }) {
  const x = Array.from({ length: features.length / width }, (_, i) =>
    Array.from(features.subarray(i * width, (i + 1) * width)),
  );
  return { x, y: Array.from(labels ?? targets.data) };
}

function summary(numbers) {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / (numbers.length - 1);
  return `${mean.toFixed(3)} ± ${Math.sqrt(variance).toFixed(3)}`;
}

console.log(`| pipeline   | test, ${seeds.length} seeds | marblenet     | PyTorch       |`);
console.log('| ---------- | ------------- | ------------: | ------------: |');
for (const [name, metric] of [
  ['iris', 'accuracy'],
  ['wine', 'accuracy'],
  ['regression', 'rootMeanSquaredError'],
]) {
  const runs = [];
  const ours = [];
  for (const seed of seeds) {
    runs.push(await runFor(name, seed));
    ours.push((await runPipeline(pathOf(name), { set: [`seed=${seed}`] })).test[metric]);
  }
  const script = fileURLToPath(new URL('tables.py', import.meta.url));
  const theirs = JSON.parse(execFileSync(interpreter, [script], { input: JSON.stringify(runs) }));
  const label = metric === 'accuracy' ? 'accuracy' : 'RMSE, mpg';
  console.log(`| ${name.padEnd(10)} | ${label.padEnd(13)} | ${summary(ours)} | ${summary(theirs)} |`);
}

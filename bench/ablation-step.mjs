// One turn of bench/ablation.mjs: prints the microseconds of a training step by the package that it lies in.
import { readFileSync } from 'node:fs';
import { allowFasterSimd } from 'marblenet';
import { pipeline } from './contenders.mjs';

const { files, size, options } = JSON.parse(process.argv[2]);
allowFasterSimd();
const [features, labels] = [files.pixels, files.labels].map((path) => new Uint8Array(readFileSync(path)));
const examples = {
  split: 'train',
  epoch: 1,
  shape: [28, 28],
  features,
  scaling: { mean: 0, std: 1 },
  labels,
  classes: undefined,
  origin: { source: 'mnist' },
};
console.log(await pipeline(examples, options)(size));

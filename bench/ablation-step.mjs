// One turn of bench/ablation.mjs: prints the microseconds of a training step by the package that it lies in.
import { readFileSync } from 'node:fs';
import { allowFasterSimd } from 'marblenet';
import { mnistExamples, pipeline } from './contenders.mjs';

const { files, size, options } = JSON.parse(process.argv[2]);
allowFasterSimd();
const [features, labels] = [files.pixels, files.labels].map((path) => new Uint8Array(readFileSync(path)));
console.log(await pipeline(mnistExamples(features, labels), options)(size));

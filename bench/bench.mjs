// npm run bench [-- --quick] [--data FOLDER]
//
// Times one training step side by side: every contender in turn, round after round, so that a machine whose speed drifts
// drifts for all of them. Prints medians and ratios, and writes bench/results.json and docs/performance.md.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createNodeHost } from 'marblenet';
import { pipeline, plainLoop, python, pythonHas } from './contenders.mjs';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, data: { type: 'string' } } });
const rounds = values.quick ? 3 : 7;

const sizes = [
  { hidden: 50, batch: 100, activation: 'relu', steps: 1000 },
  { hidden: 50, batch: 100, activation: 'sigmoid', steps: 1000 },
  { hidden: 800, batch: 100, activation: 'relu', steps: 100 },
  { hidden: 800, batch: 1000, activation: 'relu', steps: 15 },
];

const host = createNodeHost(values.data ? { dataFolder: values.data } : {});
const { train } = await host.mnist();
const [images, labels] = [await host.readIdx(train.images), await host.readIdx(train.labels)];
const examples = {
  split: 'train',
  epoch: 1,
  shape: [28, 28],
  features: images.data,
  scaling: { mean: 0, std: 1 },
  labels: labels.data,
  classes: undefined,
  origin: { source: 'mnist' },
};

const folder = mkdtempSync(join(tmpdir(), 'marblenet-bench-'));
const files = { pixels: join(folder, 'pixels'), labels: join(folder, 'labels') };
writeFileSync(files.pixels, images.data);
writeFileSync(files.labels, labels.data);

const contenders = {
  marblenet: pipeline(examples),
  'marblenet float64': pipeline(examples, { dtype: 'float64' }),
  'kernels in a plain loop': plainLoop(examples),
  ...(pythonHas('numpy') && {
    'NumPy float64': python('numpy_step', files, { dtype: 'float64' }),
    'NumPy float32': python('numpy_step', files, { dtype: 'float32' }),
  }),
  ...(pythonHas('torch') && {
    'PyTorch, 1 thread': python('pytorch_step', files, { threads: 1 }),
    'PyTorch, 2 threads': python('pytorch_step', files, { threads: 2 }),
  }),
};

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const results = [];
try {
  for (const size of sizes) {
    const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, time] of Object.entries(contenders)) {
        if (name === 'kernels in a plain loop' && size.activation !== 'relu') continue;
        times[name].push(await time(size));
      }
    }
    const medians = Object.fromEntries(
      Object.entries(times).flatMap(([name, all]) => (all.length === 0 ? [] : [[name, median(all)]])),
    );
    results.push({ ...size, rounds, microseconds: medians });
    console.log(`\n784-${size.hidden}-10 ${size.activation}, batch ${size.batch}`);
    for (const [name, time] of Object.entries(medians)) {
      const ratio = (time / medians.marblenet).toFixed(2);
      console.log(`  ${name.padEnd(24)}${time.toFixed(0).padStart(8)} us${ratio.padStart(8)} x`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const machine = `${cpus()[0].model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`;
writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify({ machine, results }, null, 2)}\n`);

const names = Object.keys(contenders);
const row = (cells) => `| ${cells.join(' | ')} |`;
const table = [
  row(['network, batch', ...names]),
  row(['---', ...names.map(() => '---:')]),
  ...results.map(({ hidden, batch, activation, microseconds }) =>
    row([
      `784-${hidden}-10 ${activation}, ${batch}`,
      ...names.map((name) =>
        microseconds[name] === undefined
          ? ''
          : `${microseconds[name].toFixed(0)} us (${(microseconds[name] / microseconds.marblenet).toFixed(2)})`,
      ),
    ]),
  ),
].join('\n');
writeFileSync(
  new URL('../docs/performance.md', import.meta.url),
  `# Performance

One training step (a batch of real MNIST, forward, loss, backward, SGD), median of ${rounds} rounds in which all
contenders take turns; in brackets, the time as a multiple of marblenet's float32. Written by \`npm run bench\` on
${machine}. The machine is a shared one: read the ratios, not the microseconds.

${table}

"marblenet" is a whole pipeline as \`pipeline run\` runs it, on one thread; "kernels in a plain loop" calls the same
kernels by hand, so the difference is what RxJS and the stages cost. The peers are in [bench/peers](../bench/peers).
`,
);

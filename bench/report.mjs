// What the bench found, for the terminal, and for docs/performance.md.
import { writeFileSync } from 'node:fs';

export const say = (line) => console.log(line);

const nameOf = ({ hidden, batch, activation }) => `784-${hidden}-10 ${activation}, batch ${batch}`;

/** The faster of what a contender's name begins. */
const best = (microseconds, ...beginnings) =>
  Math.min(
    ...Object.entries(microseconds).flatMap(([name, time]) =>
      beginnings.some((beginning) => name.startsWith(beginning)) ? [time] : [],
    ),
  );

/** How many times as long as ours each peer takes, the better of its settings against the better of ours. */
export function ratios({ microseconds }) {
  const ours = best(microseconds, 'marblenet, ');
  return Object.fromEntries(
    ['NumPy float64', 'NumPy float32', 'PyTorch', 'TensorFlow.js']
      .map((name) => [name, best(microseconds, name) / ours])
      .filter(([, ratio]) => Number.isFinite(ratio)),
  );
}

/** What RxJS and the stages cost, as a share of the plain loop. */
const overhead = ({ microseconds }) => {
  const loop = microseconds['kernels in a plain loop, 1 thread'];
  return loop === undefined ? undefined : microseconds['marblenet, 1 thread'] / loop - 1;
};

/** The share of MNIST's pixels that are not 0. */
const DENSITY = 0.191;

/** What a step has to compute at least: both products of each layer, over what is not 0, and the way back in between. */
const flopsOf = ({ hidden, batch }) => 2 * batch * hidden * (2 * DENSITY * 784 + 3 * 10);

/** Microseconds of that at the rate of the dense product, the best that plain loops reach here, on two threads. */
const floorOf = (step, products) => {
  const { gigaflops } = products.find(({ hidden, dtype }) => hidden === 800 && dtype === 'float32');
  return flopsOf(step) / (2 * gigaflops) / 1000;
};

const percent = (share) => `${(100 * share).toFixed(1)} %`;

say.step = (step) => {
  say(`\n${nameOf(step)}`);
  const ours = best(step.microseconds, 'marblenet, ');
  for (const [name, time] of Object.entries(step.microseconds)) {
    const check = step.gradients[name] === undefined ? '' : `   gradient check ${step.gradients[name].toFixed(4)}`;
    say(`  ${name.padEnd(34)}${time.toFixed(0).padStart(8)} us${(time / ours).toFixed(2).padStart(9)} x${check}`);
  }
  const cost = overhead(step);
  if (cost !== undefined) say(`  RxJS and the stages over the plain loop: ${percent(cost)}`);
};

say.products = (products) => {
  say('\ndense product, 100 rows of 784, one thread');
  for (const { hidden, dtype, microseconds, gigaflops } of products) {
    say(
      `  H=${hidden} ${dtype}`.padEnd(36) +
        `${microseconds.toFixed(0).padStart(8)} us${gigaflops.toFixed(1).padStart(9)} GFLOP/s`,
    );
  }
};

say.densities = (densities) => {
  say('\ndense layer, forward and backward with its step, by the share of pixels that are not 0, one thread');
  for (const { hidden, density, asChosen, dense } of densities) {
    say(
      `  H=${hidden} ${density.toFixed(2)}`.padEnd(36) +
        `${asChosen.toFixed(0).padStart(8)} us${dense.toFixed(0).padStart(8)} us over dense rows`,
    );
  }
};

say.processes = (processes) => {
  say('\nwhole processes, from the command to its exit');
  for (const { name, seconds, megabytes, accuracy } of processes) {
    say(
      `  ${name.padEnd(42)}${seconds.toFixed(2).padStart(6)} s${`${megabytes}`.padStart(6)} MB   accuracy ${accuracy}`,
    );
  }
};

const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) =>
  [row(head), row(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');

export function writeReport(results) {
  const { machine, steps, products, densities, processes } = results;
  writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`);

  const against = Object.keys(ratios(steps[0]));
  const contenders = Object.keys(steps[0].microseconds);
  writeFileSync(
    new URL('../docs/performance.md', import.meta.url),
    `# Performance

Written by \`npm run bench\` on ${machine}. The machine is a shared one: read the ratios, not the microseconds.

## One training step

A batch of real MNIST, forward, loss, backward, SGD: how many times as long each peer takes, the better of its settings
against the better of ours (float32, 1 or 2 threads).

${table(
  ['network, batch', 'marblenet', ...against],
  steps.map((step) => [
    nameOf(step),
    `${best(step.microseconds, 'marblenet, ').toFixed(0)} us`,
    ...against.map((name) => `${ratios(step)[name].toFixed(2)} x`),
  ]),
)}

Everybody, in microseconds: medians of ${steps[0].rounds} rounds in which all take turns.

${table(
  ['', ...steps.map((step) => nameOf(step))],
  contenders.map((name) => [name, ...steps.map(({ microseconds }) => microseconds[name]?.toFixed(0) ?? '')]),
)}

"marblenet" is a whole pipeline as \`pipeline run\` runs it; "kernels in a plain loop" calls the same kernels by hand. What
RxJS and the stages cost over it: ${steps
      .map((step) => [step, overhead(step)])
      .filter(([, cost]) => cost !== undefined)
      .map(([step, cost]) => `${percent(cost)} (${nameOf(step)})`)
      .join(', ')}. The peers are in [bench/peers](../bench/peers).

Beside each of our figures the bench checks the gradient of the very thing that it timed: how far a small step lowers the
loss, over what the gradient promises. Here it lies between ${Math.min(...steps.flatMap(({ gradients }) => Object.values(gradients))).toFixed(4)} and ${Math.max(...steps.flatMap(({ gradients }) => Object.values(gradients))).toFixed(4)}; more than 2 % off ends the bench.

How near that is to what the machine can do: the products of a step over the pixels that are not 0, at the rate of the
dense product below on both threads, with nothing else to do. A product over lists cannot reach that rate: it loads a
vector for every multiply and add, where the dense product uses each vector that it loads four times.

${table(
  ['network, batch', 'MFLOP', 'at that rate', 'marblenet', 'share'],
  steps.map((step) => {
    const ours = best(step.microseconds, 'marblenet, ');
    const floor = floorOf(step, products);
    return [
      nameOf(step),
      (flopsOf(step) / 1e6).toFixed(1),
      `${floor.toFixed(0)} us`,
      `${ours.toFixed(0)} us`,
      percent(floor / ours),
    ];
  }),
)}

## The dense layer alone, one thread

100 rows of 784 numbers, none of them 0, times a matrix:

${table(
  ['units', 'type', 'us', 'GFLOP/s'],
  products.map(({ hidden, dtype, microseconds, gigaflops }) => [
    hidden,
    dtype,
    microseconds.toFixed(0),
    gigaflops.toFixed(1),
  ]),
)}

Forward, and backward with its step, by the share of pixels that are not 0 (MNIST has 0.19), in microseconds: as the
kernels choose, and over dense rows.

${table(
  ['share', ...[50, 800].flatMap((H) => [`H=${H}`, `H=${H}, dense rows`])],
  [...new Set(densities.map(({ density }) => density))].map((density) => [
    density.toFixed(2),
    ...densities
      .filter((one) => one.density === density)
      .flatMap(({ asChosen, dense }) => [asChosen.toFixed(0), dense.toFixed(0)]),
  ]),
)}

## Whole processes

From the command to its exit: 10,000 steps of 784-50-10 and the evaluation, then relu.yaml as it is.

${table(
  ['command', 'seconds', 'peak memory', 'test accuracy'],
  processes.map(({ name, seconds, megabytes, accuracy }) => [name, seconds.toFixed(2), `${megabytes} MB`, accuracy]),
)}
`,
  );
}

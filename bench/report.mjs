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
const overhead = ({ stages, loop }) => stages / loop - 1;

/** How many of MNIST's 784 pixels are not 0. */
const PIXELS = 150;

/** How many vectors of 16 bytes share what is loaded of an entry (src/kernels/dense/tiles.ts). */
const WIDE = 13;

/**
 * What a step asks for at least. Floats go four to a vector of 16 bytes. The products of the first layer, forward and
 * backward, run over the pixels that are not 0: an entry of a list is loaded, and the float that it stands for; then, for
 * thirteen such vectors, or seven longer ones, as many vectors of weights, or of gradients. The three products of the second
 * layer, whose ten columns are three vectors, find all they need in registers.
 */
function demandOf({ hidden, batch }, vectorBytes) {
  const vectors = batch * PIXELS * Math.ceil(hidden / 4);
  return {
    loads: 2 * (vectors / WIDE) * (Math.ceil((WIDE * 16) / vectorBytes) + 2),
    firstLayerFlops: 2 * vectors * 8,
    secondLayerFlops: 3 * batch * hidden * 3 * 8,
  };
}

/**
 * Microseconds below which two threads cannot do that, whatever else they leave out: one layer, then the other. Alone: half
 * of what the first layer takes on one thread with nothing beside it.
 */
function boundsOf(step, { vectorBytes, gigaflops, loads }) {
  const demand = demandOf(step, vectorBytes);
  const microseconds = (count, rate) => count / (2 * rate) / 1000;
  const byFlops = microseconds(demand.firstLayerFlops, gigaflops);
  const byLoads = microseconds(demand.loads, loads);
  const alone = step.alone / 2;
  const secondLayer = microseconds(demand.secondLayerFlops, gigaflops);
  return { byFlops, byLoads, alone, secondLayer, atLeast: Math.max(byFlops, byLoads, alone) + secondLayer };
}

const percent = (share) => `${(100 * share).toFixed(1)} %`;

say.step = (step) => {
  say(`\n${nameOf(step)}`);
  const ours = best(step.microseconds, 'marblenet, ');
  for (const [name, time] of Object.entries(step.microseconds)) {
    const check = step.gradients[name] === undefined ? '' : `   gradient check ${step.gradients[name].toFixed(4)}`;
    say(`  ${name.padEnd(34)}${time.toFixed(0).padStart(8)} us${(time / ours).toFixed(2).padStart(9)} x${check}`);
  }
};

const handoverLine = (handovers) => handovers.map((ns) => ns.toFixed(0)).join(', ');

say.handovers = (handovers) =>
  say(`\na word from one thread to another, at the end of each round: ${handoverLine(handovers)} ns`);

/** How fast a thread was as a rule, over the best that was seen. */
const paceLine = (paces, { gigaflops }) => paces.map((pace) => ((100 * pace) / gigaflops).toFixed(0)).join(', ');

say.paces = (paces, ceilings) =>
  say(`how fast one thread was then, as a rule, where its best is 100 %: ${paceLine(paces, ceilings)} %`);

/** What a pipeline took on two threads. */
const onTwoThreads = (steps, loop) =>
  steps.find((step) => nameOf(step) === nameOf(loop)).microseconds['marblenet, 2 threads'];

say.loops = (loops, steps) => {
  say('\nthe pipeline, and the same kernels in a plain loop, one thread, at best');
  for (const one of loops) {
    const times = `${one.stages.toFixed(1).padStart(9)} us${one.loop.toFixed(1).padStart(9)} us`;
    const both = `half of the loop ${(one.loop / 2).toFixed(0)} us, two threads took ${onTwoThreads(steps, one).toFixed(0)} us`;
    say(`  ${nameOf(one).padEnd(34)}${times}   ${percent(overhead(one))} more; ${both}`);
  }
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

say.kernels = (kernels) => {
  say("\nevery kernel, batch 100, one thread, beside the textbook's loops");
  for (const { name, wasm, textbook } of kernels) {
    say(
      `  ${name.padEnd(38)}${wasm.toFixed(1).padStart(8)} us${textbook.toFixed(0).padStart(8)} us` +
        `${(textbook / wasm).toFixed(0).padStart(6)} x`,
    );
  }
};

say.ceilings = (ceilings, steps) => {
  const { vectorBytes, gigaflops, loads } = ceilings;
  say(
    `\nat most, one thread: ${gigaflops.toFixed(1)} GFLOP/s; ` +
      `${loads.toFixed(2)} vectors of ${vectorBytes} bytes loaded in a nanosecond`,
  );
  for (const step of steps) {
    const { byFlops, byLoads, alone, secondLayer, atLeast } = boundsOf(step, ceilings);
    const ours = best(step.microseconds, 'marblenet, ');
    say(
      `  ${nameOf(step).padEnd(34)}no less than ${atLeast.toFixed(0)} us (first layer ${byFlops.toFixed(0)} by flops, ` +
        `${byLoads.toFixed(0)} by loads, ${alone.toFixed(0)} alone; second ${secondLayer.toFixed(0)}); ` +
        `took ${ours.toFixed(0)} us`,
    );
  }
};

const heapLine = ({ megabytes: [before, after], collections, milliseconds, share }) =>
  `${before.toFixed(1)} MB before and ${after.toFixed(1)} MB after them, without garbage; ${collections} collections in between, ` +
  `${milliseconds.toFixed(1)} ms in all, ${percent(share)} of the time`;

say.heap = (heap) => say(`\n10,000 steps of 784-50-10 on the heap: ${heapLine(heap)}`);

say.processes = (processes) => {
  say('\nwhole processes, from the command to its exit');
  for (const { name, seconds, megabytes, accuracy } of processes) {
    say(
      `  ${name.padEnd(42)}${seconds.toFixed(2).padStart(6)} s${`${megabytes}`.padStart(6)} MB   accuracy ${accuracy}`,
    );
  }
};

const openBlasLine = (kernels) =>
  'OpenBLAS, which NumPy and PyTorch multiply with, does not know this processor and would fall back to kernels of 2004; ' +
  `it was told to use those for ${kernels} (OPENBLAS_CORETYPE).`;

say.openBlas = (kernels) => say(openBlasLine(kernels));

const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) =>
  [row(head), row(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(row)].join('\n');

const sizesOf = ([{ sizes }]) => sizes.map(({ hidden, batch }) => `(${hidden}, ${batch})`);

/** A row a technique: how many times as long a step takes without it. */
const ablationRows = ([everything, ...without]) =>
  without.map(({ name, microseconds }) => [
    name,
    ...microseconds.map((time, i) => `${(time / everything.microseconds[i]).toFixed(2)} x`),
  ]);

say.ablation = (ablation) => {
  say('\nhow many times as long a step takes without');
  for (const [name, ...ratios] of ablationRows(ablation))
    say(`${name.padEnd(44)}${ratios.map((ratio, i) => `${sizesOf(ablation)[i]} ${ratio}`).join('  ')}`);
};

export function writeReport(results) {
  const { machine, openBlas, steps, handovers, paces, loops, processes, heap, products, densities, kernels, ceilings } =
    results;
  const { ablation } = results;
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

Everybody, in microseconds: medians of ${steps[0].rounds} rounds in which all take turns, ${steps[0].turns} times
with the smallest network.

${table(
  ['', ...steps.map((step) => nameOf(step))],
  contenders.map((name) => [name, ...steps.map(({ microseconds }) => microseconds[name]?.toFixed(0) ?? '')]),
)}

A word that one thread had written took, at the end of each round, ${handoverLine(handovers)} ns to reach
another. Where two threads are far apart, all that they share takes longer, and small networks feel it most. One thread did
${paceLine(paces, ceilings)} % of its best then, as a rule, in registers alone: what is missing, somebody else
has had of the core.

"marblenet" is a whole pipeline as \`pipeline run\` runs it. The peers are in [bench/peers](../bench/peers).
${openBlas ? `${openBlasLine(openBlas)}\n` : ''}
Beside each of our figures the bench checks the gradient of the very thing that it timed: how far a small step lowers the
loss, over what the gradient promises. Here it lies between ${Math.min(...steps.flatMap(({ gradients }) => Object.values(gradients))).toFixed(4)} and ${Math.max(...steps.flatMap(({ gradients }) => Object.values(gradients))).toFixed(4)}; more than 2 % off ends the bench.

## What RxJS and the stages cost

The pipeline, and a plain loop that calls the same kernels by hand, in turn, one thread, the best of ${loops[0].turns} turns each. Half
of the loop is what two threads would take at best if they shared all of it, JavaScript included:

${table(
  ['network, batch', 'pipeline', 'plain loop', '', 'half of the loop', 'pipeline, 2 threads'],
  loops.map((one) => [
    nameOf(one),
    `${one.stages.toFixed(1)} us`,
    `${one.loop.toFixed(1)} us`,
    `${percent(overhead(one))} more`,
    `${(one.loop / 2).toFixed(0)} us`,
    `${onTwoThreads(steps, one).toFixed(0)} us`,
  ]),
)}

## Whole processes

From the command to its exit: 10,000 steps of 784-50-10 and the evaluation, then relu.yaml as it is.

${table(
  ['command', 'seconds', 'peak memory', 'test accuracy'],
  processes.map(({ name, seconds, megabytes, accuracy }) => [name, seconds.toFixed(2), `${megabytes} MB`, accuracy]),
)}

## What a step leaves behind

All tensors are there before the first step, and nothing large is made in one. 10,000 steps of 784-50-10 on JavaScript's
heap: ${heapLine(heap)}.

## How near a step is to what the machine can do

In the calmest of the rounds, with vectors of ${ceilings.vectorBytes} bytes, one thread does at most ${ceilings.gigaflops.toFixed(1)} GFLOP/s here, in
registers alone. In the first cache it loads at most ${ceilings.loads.toFixed(2)} vectors in a nanosecond. The first layer must at least
multiply the pixels that are not 0 with their weights, forward and backward, and for every multiply and add it must load a
vector; for every ${ceilings.vectorBytes === 32 ? 'seventh' : 'thirteenth'} an entry of the list and the float that it stands for, too. The second layer finds all it
needs in registers. "Alone" is what its own kernels take with nothing else to do, the same batch again and again. On two
threads, one layer after the other, a step takes at least what the table says.

${table(
  ['network, batch', 'first layer, by flops', 'by loads', 'alone', 'second layer', 'at least', 'marblenet', 'share'],
  steps.map((step) => {
    const ours = best(step.microseconds, 'marblenet, ');
    const { byFlops, byLoads, alone, secondLayer, atLeast } = boundsOf(step, ceilings);
    return [
      nameOf(step),
      ...[byFlops, byLoads, alone, secondLayer, atLeast, ours].map((time) => `${time.toFixed(0)} us`),
      percent(atLeast / ours),
    ];
  }),
)}

NumPy's and PyTorch's libraries work with vectors of 32 or 64 bytes, as long as the processor has them. WebAssembly has
none longer than 16; V8 makes one of two where it is allowed to (\`allowFasterSimd\`), from Node 24 on.

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

## Every kernel alone, one thread

Batch 100, 784 pixels of which one in five is not 0, 50 units, 10 classes, float32; beside the loops of the textbook in
TypeScript (\`backend: typescript\`), which each must agree with.

${table(
  ['kernel', 'WebAssembly', 'textbook', ''],
  kernels.map(({ name, wasm, textbook }) => [
    name,
    `${wasm.toFixed(1)} us`,
    `${textbook.toFixed(0)} us`,
    `${(textbook / wasm).toFixed(0)} x`,
  ]),
)}

## What each technique is worth

How many times as long a step of relu takes without it, two threads ([ablation.mjs](../bench/ablation.mjs)).

${table(['without', ...sizesOf(ablation)], ablationRows(ablation))}
`,
  );
}

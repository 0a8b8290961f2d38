// Attacks the program with inputs that nobody wrote: npm run fuzz -- --seconds 30 --seed 7 --only idx,gzip
// What each kind of input is, and what must hold of it, is in its own file in targets/. A case runs in another process, so
// that one that hangs, eats the memory or ends the process is a finding like any other, and shrinks as the others do.
// With --planted, each target gets a product with a fault in it, one of those in product.mjs after the other: it must find it.
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { faults } from './product.mjs';
import { Subject } from './subject.mjs';
import { targets } from './targets/index.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' }, // for all targets together; 30, or with --runs as long as these take
    runs: { type: 'string' }, // of each target; without, as many as there is time for
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    path: { type: 'string' }, // of a counterexample, as it was printed
    only: { type: 'string' },
    planted: { type: 'boolean', default: false },
  },
});
const number = (option) => {
  const value = Number(values[option]);
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`--${option}: expected a whole number`);
  return value;
};
const names = values.only?.split(',') ?? Object.keys(targets);
const unknown = names.find((name) => !(name in targets));
if (unknown !== undefined) throw new RangeError(`--only ${unknown}: expected ${Object.keys(targets).join(', ')}`);

const seed = number('seed');
/** Of so many inputs, some are trained on. */
const TRAINED_WITHIN = 300;
/** A fault that so many inputs do not meet is not found. */
const FOUND_WITHIN = 3000;

const runsIn = ({ trained, completed, cutOff }) =>
  `${trained} runs trained, ${completed} completed, ${cutOff} were stopped before their first step`;

async function attack(name, limits, fault) {
  const subject = new Subject(name, fault);
  const started = performance.now();
  let tried = 0;
  // what hours of inputs came to is not lost by Ctrl-C
  const stop = () => {
    console.log(`${name}: interrupted after ${tried} (${runsIn(subject.tally)}), nothing found (seed ${seed})`);
    void subject.stop().finally(() => process.exit(130));
  };
  process.once('SIGINT', stop);
  const property = fc.asyncProperty(targets[name].arbitrary, async (input) => {
    const problem = await subject.attempt(input);
    tried++;
    if (problem !== undefined) throw new Error(problem);
  });
  const details = await fc.check(property, { seed, ...limits });
  process.off('SIGINT', stop);
  await subject.stop();
  return { ...details, tally: subject.tally, seconds: Math.round((performance.now() - started) / 1000) };
}

async function findPlanted() {
  for (const name of names) {
    for (const fault of Object.keys(faults[name])) {
      const found = await attack(name, { numRuns: FOUND_WITHIN, endOnFailure: true }, fault);
      const message = found.errorInstance?.message ?? '';
      const isFound = found.counterexample !== null && !message.startsWith('the target itself');
      if (!isFound) process.exitCode = 1;
      const outcome = isFound
        ? `found after ${found.numRuns}`
        : `NOT FOUND in ${found.numRuns}${message && ` (${message})`}`;
      console.log(`${name}: ${fault}: ${outcome} in ${found.seconds} s (seed ${seed})`);
    }
  }
}

/** Why these inputs show nothing, though nothing was found. */
function emptiness({ trains }, { numRuns, tally }) {
  if (numRuns === 0) return 'nothing was tried';
  return trains && tally.trained === 0 && numRuns >= TRAINED_WITHIN ? 'no input was trained on' : undefined;
}

async function findUnknown() {
  values.seconds ??= values.runs === undefined ? '30' : '0';
  const milliseconds = 1000 * number('seconds');
  const limits = {
    ...(values.path !== undefined && { path: values.path, endOnFailure: true }),
    numRuns: values.runs === undefined ? 2 ** 31 - 1 : number('runs'),
    ...(milliseconds > 0 && { interruptAfterTimeLimit: milliseconds / names.length }),
  };
  for (const name of names) {
    let found = await attack(name, limits);
    // where the time was over before the program was loaded: one, however long it takes
    if (found.numRuns === 0 && limits.numRuns > 0) found = await attack(name, { numRuns: 1 });
    if (found.counterexample === null) {
      const empty = emptiness(targets[name], found);
      if (empty !== undefined) process.exitCode = 1;
      const outcome = empty ?? 'nothing found';
      console.log(
        `${name}: ${found.numRuns} tried in ${found.seconds} s (${runsIn(found.tally)}): ${outcome} (seed ${seed})`,
      );
      continue;
    }
    process.exitCode = 1;
    console.log(`${name}: FOUND after ${found.numRuns} in ${found.seconds} s, smaller in ${found.numShrinks} steps`);
    console.log(`  ${found.errorInstance?.message ?? found.errorInstance}`);
    console.log(`  ${targets[name].show(found.counterexample[0]).replaceAll('\n', '\n  ')}`);
    console.log(`  again: npm run fuzz -- --only ${name} --seed ${seed} --path ${found.counterexamplePath}`);
  }
}

await (values.planted ? findPlanted() : findUnknown());

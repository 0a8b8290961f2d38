// Attacks the program with inputs that nobody wrote: npm run fuzz -- --seconds 30 --seed 7 --only idx,gzip
// What each kind of input is, and what must hold of it, is in its own file in targets/. A case runs in another process, so
// that one that hangs, eats the memory or ends the process is a finding like any other, and shrinks as the others do.
import { parseArgs } from 'node:util';
import * as fc from 'fast-check';
import { Subject } from './subject.mjs';
import { targets } from './targets/index.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' }, // for all targets together; 30, or with --runs as long as these take
    runs: { type: 'string' }, // of each target; without, as many as there is time for
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    path: { type: 'string' }, // of a counterexample, as it was printed
    only: { type: 'string' },
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
values.seconds ??= values.runs === undefined ? '30' : '0';
const milliseconds = 1000 * number('seconds');
let failures = 0;
for (const name of names) {
  const { arbitrary, show } = targets[name];
  const subject = new Subject(name);
  const started = performance.now();
  const details = await fc.check(
    fc.asyncProperty(arbitrary, async (input) => {
      const problem = await subject.attempt(input);
      if (problem !== undefined) throw new Error(problem);
    }),
    {
      seed,
      ...(values.path !== undefined && { path: values.path, endOnFailure: true }),
      numRuns: values.runs === undefined ? 2 ** 31 - 1 : number('runs'),
      ...(milliseconds > 0 && { interruptAfterTimeLimit: milliseconds / names.length }),
    },
  );
  await subject.stop();
  const seconds = Math.round((performance.now() - started) / 1000);
  if (details.counterexample === null) {
    console.log(`${name}: ${details.numRuns} tried in ${seconds} s, nothing found (seed ${seed})`);
    continue;
  }
  failures++;
  console.log(`${name}: FOUND after ${details.numRuns} in ${seconds} s, smaller in ${details.numShrinks} steps`);
  console.log(`  ${details.errorInstance?.message ?? details.errorInstance}`);
  console.log(`  ${show(details.counterexample[0]).replaceAll('\n', '\n  ')}`);
  console.log(`  again: npm run fuzz -- --only ${name} --seed ${seed} --path ${details.counterexamplePath}`);
}
process.exitCode = failures > 0 ? 1 : 0;

// node bench/record.mjs [--data FOLDER] [--fashion FOLDER] [--out runs/record] [dense] [conv] [committee] [fashion]
//
// Trains the pipelines of docs/record.md, or some of them, one after another, as their commands do, and prints a row of its table
// for each: two hours on two cores. Data are downloaded where no folder is given; runs are kept, and count as none of yours.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    fashion: { type: 'string' },
    out: { type: 'string', default: 'runs/record' },
  },
});

const fromRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const records = {
  dense: { command: 'run', file: 'pipelines/record/dense.yaml', data: options.data },
  conv: { command: 'run', file: 'pipelines/record/conv.yaml', data: options.data },
  committee: { command: 'committee', file: 'pipelines/record/committee.yaml', data: options.data },
  fashion: { command: 'run', file: 'pipelines/conv/fashion.yaml', data: options.fashion },
};

/** The last event of a command; progress goes to standard error. */
async function lastEvent(words) {
  const child = spawn(process.execPath, [fromRoot('bin/pipeline.js'), ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last;
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line);
    if (last.event === 'epoch') process.stderr.write(`epoch ${last.epoch}: ${JSON.stringify(last.validation)}\n`);
  }
  if (child.exitCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`pipeline ${words.join(' ')} ended with ${child.exitCode}`);
  return last;
}

console.log(`Node ${process.version}, ${availableParallelism()} threads of ${cpus()[0].model.trim()}`);
for (const name of positionals.length > 0 ? positionals : Object.keys(records)) {
  if (!Object.hasOwn(records, name)) throw new Error(`"${name}" is none of ${Object.keys(records).join(', ')}`);
  const { command, file, data } = records[name];
  const began = performance.now();
  const end = await lastEvent([command, fromRoot(file), '--out', options.out, ...(data ? ['--data', data] : [])]);
  const minutes = (performance.now() - began) / 60_000;
  const { accuracy } = end.average ?? end.test;
  const members = end.members?.map((member) => member.accuracy.toFixed(4)).join(', ');
  console.log(
    `| ${file} | ${Math.round(10_000 * (1 - accuracy))} | ${(100 * accuracy).toFixed(2)} % | ${minutes.toFixed(1)} minutes |` +
      (members === undefined ? '' : ` members: ${members}`),
  );
}

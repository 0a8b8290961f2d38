#!/usr/bin/env node
/**
 * The command `pipeline`, which is called `marblenet`, too. A package has the program in dist/; a clone builds it at the
 * first call. So nothing has to run while packages are installed: neither here, where the sources may come later, nor where
 * the package is used.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/bin/main.js', import.meta.url);
const building = new URL('../node_modules/.marblenet-building', import.meta.url); // by scripts/one-build.mjs, in a clone alone
if (!existsSync(program) || existsSync(building)) {
  process.stderr.write('building marblenet, once in a clone ...\n');
  const build = fileURLToPath(new URL('../scripts/build.mjs', import.meta.url));
  // all that it prints goes to standard error: what a command writes to standard output is for programs to read
  const { status } = spawnSync(process.execPath, [build, '--once'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}
try {
  await import(program);
} catch (error) {
  // the program says what is wrong itself, once it is there
  if (!['EMFILE', 'ENFILE'].includes(error?.code)) throw error;
  process.stderr.write(`too many files are open to load the program: ulimit -n sets the limit (${error.message})\n`);
  process.exit(1);
}

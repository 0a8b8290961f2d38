// A sample of the others through the program as users start it: another process, real signals, real exit codes.
import { writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { problemOfProgram } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { tallyProgram } from '../tally.mjs';
import { commandLine, commandLineInput, writeNamedFiles } from './command-line.mjs';
import { textOf, yaml, yamlInput } from './yaml.mjs';

const MOST_BYTES = 2 ** 30;

async function problemOf(words) {
  const said = await product.spawnProgram(words);
  tallyProgram(words, said);
  if (said.bytes > MOST_BYTES) return `it takes ${(said.bytes / 1e9).toFixed(1)} GB of memory`;
  return problemOfProgram(words, said);
}

export const program = {
  trains: true,
  arbitrary: fc.oneof(fc.record({ words: commandLineInput }), fc.record({ file: yamlInput })),
  async attempt({ words, file }) {
    if (words !== undefined) {
      await writeNamedFiles();
      return problemOf(words);
    }
    writeFileSync('pipeline.yaml', textOf(file));
    return problemOf(['lint', 'pipeline.yaml']);
  },
  show: ({ words, file }) => (words === undefined ? yaml.show(file) : commandLine.show(words)),
};

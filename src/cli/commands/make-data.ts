import { resolve } from 'node:path';
import { makeData } from '../../node/make-data.js';
import { command } from '../command.js';
import { formatCount } from '../format-count.js';
import { wholeNumberOption } from '../pipeline-options.js';

export const makeDataCommand = command({
  command: 'make-data',
  describe: 'Drawn digits as files, as many as you like: to try more than the memory holds',
  builder: (yargs) =>
    yargs
      .option(
        'count',
        wholeNumberOption('count', { least: 1, default: '60000', describe: 'How many digits to learn from' }),
      )
      .option('test', wholeNumberOption('test', { least: 1, default: '10000', describe: 'How many to be judged by' }))
      .option('seed', wholeNumberOption('seed', { least: 0, default: '0', describe: 'Decides which digits are drawn' }))
      .option('out', {
        type: 'string',
        requiresArg: true,
        demandOption: true,
        describe: 'Folder to write four IDX files to, named as those of MNIST',
      }),
  async handler({ count, test, seed, out }) {
    await makeData(out, { train: count, test, seed });
    process.stdout.write(`wrote ${formatCount(count)} and ${formatCount(test)} digits to ${resolve(out)}\n`);
  },
});

import { PipelineError } from '../../core/errors.js';
import { FEWEST_MEMBERS, MOST_MEMBERS } from '../../core/pipeline/settings.js';
import { trainCommittee } from '../../node/committee/train-committee.js';
import { command } from '../command.js';
import { trainAndAverage } from '../committee-training.js';
import { readGiven } from '../given-file.js';
import { wholeNumberBetween, withData, withPipelineFile } from '../pipeline-options.js';
import { RUNS, runsFolder } from '../runs-folder.js';
import { withReporting } from '../training.js';

export const committee = command({
  command: 'committee <file>',
  describe:
    'Train a pipeline 5 times, or as often as it says, each with another seed, and average what the networks say',
  builder: (yargs) =>
    withReporting(withData(withPipelineFile(yargs)))
      .option('members', {
        type: 'string',
        requiresArg: true,
        coerce: wholeNumberBetween('members', FEWEST_MEMBERS, MOST_MEMBERS),
        defaultDescription: 'as the file says, or 5',
        describe: `How many networks, ${FEWEST_MEMBERS} to ${MOST_MEMBERS}`,
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        default: runsFolder(),
        defaultDescription: `MARBLENET_RUNS, or ${RUNS}`,
        describe: 'Folder to keep the runs and their committee in',
      }),
  async handler({ file, members, set, swap, plugins, data, offline, everyStep, json, quiet, report, out }) {
    if (typeof out !== 'string' || out === '') {
      throw new PipelineError(
        'a committee is made of the runs that are kept, and nothing is to be kept; give --out DIR',
      );
    }
    const given = await readGiven(file);
    await trainAndAverage({ json, quiet, report }, async (reported) => {
      await trainCommittee(file, {
        ...given,
        ...reported,
        set,
        swap,
        plugins,
        out,
        ...(members !== undefined && { members }),
        ...(offline !== undefined && { offline }),
        ...(everyStep !== undefined && { everyStep }),
        ...(data !== undefined && { dataFolder: data }),
      });
    });
  },
});

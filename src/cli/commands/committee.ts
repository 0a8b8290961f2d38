import { PipelineError } from '../../core/errors.js';
import { FEWEST_MEMBERS, MOST_MEMBERS } from '../../core/pipeline/settings.js';
import { isCommitteeFolder } from '../../node/committee/committee-folder.js';
import { resumeCommittee, trainCommittee } from '../../node/committee/train-committee.js';
import { command } from '../command.js';
import { trainAndAverage } from '../committee-training.js';
import { readGiven } from '../given-file.js';
import { withFileOrFolder, withJobsAndOut } from '../many-runs-options.js';
import { typedChanges, wholeNumberBetween, withChanges, withData } from '../pipeline-options.js';
import { openGiven, withQueue } from '../queue-options.js';
import { withReporting } from '../training.js';

export const committee = command({
  command: 'committee <file>',
  describe:
    'Train a pipeline 5 times, or as often as it says, each with another seed, and average what the networks say',
  builder: (yargs) =>
    withJobsAndOut(
      withReporting(withQueue(withData(withChanges(withFileOrFolder(yargs, 'committee'))), 'members')).option(
        'members',
        {
          type: 'string',
          requiresArg: true,
          coerce: wholeNumberBetween('members', FEWEST_MEMBERS, MOST_MEMBERS),
          defaultDescription: 'as the file says, or 5',
          describe: `How many networks, ${FEWEST_MEMBERS} to ${MOST_MEMBERS}`,
        },
      ),
      'committee',
      {
        defaultDescription: 'one after another, on all threads; with --queue all',
        describe: 'How many networks at a time, each on one thread, in a process of its own',
      },
    ),
  async handler({ file, members, jobs, set, swap, plugins, data, offline, everyStep, json, quiet, report, ...given }) {
    const { queue, out } = await openGiven(given);
    if (everyStep && (jobs !== undefined || queue !== undefined)) {
      throw new PipelineError('--every-step: with --jobs or --queue, there are no events of steps');
    }
    const reporting = { json, quiet, report, jobs, queue };
    const common = {
      plugins,
      ...(offline !== undefined && { offline }),
      ...(everyStep !== undefined && { everyStep }),
      ...(data !== undefined && { dataFolder: data }),
    };
    if (await isCommitteeFolder(file)) {
      const [changed] = [
        ...typedChanges({ set, swap }),
        ...(members === undefined ? [] : [`--members ${members}`]),
        ...(given.out === undefined ? [] : [`--out ${given.out}`]),
      ];
      if (changed !== undefined) throw new PipelineError(`${changed}: a committee goes on as it began; train another`);
      return trainAndAverage(reporting, (reported) => resumeCommittee(file, { ...reported, ...common }));
    }
    if (typeof out !== 'string' || out === '') {
      throw new PipelineError(
        'a committee is made of the runs that are kept, and nothing is to be kept; give --out DIR',
      );
    }
    const read = await readGiven(file);
    await trainAndAverage(reporting, async (reported) => {
      const counted = members === undefined ? {} : { members };
      await trainCommittee(file, { ...read, ...reported, ...common, ...counted, set, swap, out });
    });
  },
});

import { readEnvironment } from '../../node/run-environment.js';
import { runFolderOf } from '../../node/run-folder.js';
import { command } from '../command.js';
import { withData, withSet } from '../pipeline-options.js';
import { trainAndReport, withReporting } from '../training.js';

export const resume = command({
  command: 'resume <run>',
  describe: 'Go on with a run that was stopped, or give it more epochs',
  builder: (yargs) =>
    withReporting(
      withData(
        withSet(
          yargs.positional('run', {
            type: 'string',
            demandOption: true,
            describe: 'Folder of the run, as runs/relu/3, or runs/relu for its newest',
          }),
        ),
      ),
    ),
  async handler({ run, set, plugins, data, offline, everyStep, json, quiet }) {
    const folder = await runFolderOf(run);
    const { runId } = await readEnvironment(folder);
    await trainAndReport(
      folder,
      runId,
      { json, quiet },
      {
        resume: true,
        set,
        plugins,
        ...(offline && { offline }),
        ...(everyStep && { everyStep }),
        ...(data !== undefined && { dataFolder: data }),
      },
    );
  },
});

import { readEnvironment } from '../../node/run-environment.js';
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
            describe: 'Folder of the run, as runs/relu/3',
          }),
        ),
      ),
    ),
  async handler({ run, set, plugins, data, offline, everyStep, json, quiet }) {
    const { runId } = await readEnvironment(run);
    await trainAndReport(
      run,
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

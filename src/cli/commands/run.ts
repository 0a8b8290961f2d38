import { PipelineError } from '../../core/errors.js';
import { newRunId } from '../../core/run/run-id.js';
import { command } from '../command.js';
import { readGiven } from '../given-file.js';
import { nextStep } from '../next-step.js';
import { withData, withPipelineFile } from '../pipeline-options.js';
import { RUNS, runsFolder } from '../runs-folder.js';
import { trainAndReport, withReporting } from '../training.js';

export const run = command({
  command: 'run <file>',
  describe: 'Train a pipeline, and validate or test it after each epoch',
  builder: (yargs) =>
    withReporting(withData(withPipelineFile(yargs))).option('out', {
      type: 'string',
      requiresArg: true,
      coerce(folder: string | false | undefined) {
        if (folder === '') throw new PipelineError('--out: expected a folder, found nothing');
        return folder;
      },
      default: runsFolder(),
      defaultDescription: `MARBLENET_RUNS, or ${RUNS}`,
      describe: 'Folder to keep the run in, as runs/NAME/1. --no-out keeps nothing',
    }),
  async handler({ file, set, swap, plugins, data, offline = false, everyStep = false, json, quiet, out }) {
    const runId = newRunId();
    const isKept = typeof out === 'string'; // --no-out makes it false
    const folder = await trainAndReport(
      file,
      runId,
      { json, quiet },
      {
        set,
        swap,
        plugins,
        offline,
        everyStep,
        runId,
        ...(isKept && { out }),
        ...(await readGiven(file)),
        ...(data !== undefined && { dataFolder: data }),
      },
    );
    if (process.stderr.isTTY && !json && !quiet) process.stderr.write(`${nextStep(file, folder)}\n`);
  },
});

import { PipelineError } from '../../core/errors.js';
import { newRunId } from '../../core/run/run-id.js';
import type { TrainingOptions } from '../../node/run-in-step.js';
import { command } from '../command.js';
import { readGiven, STDIN } from '../given-file.js';
import { nextStep } from '../next-step.js';
import { withData, withPipelineFile } from '../pipeline-options.js';
import { RUNS, runsFolder } from '../runs-folder.js';
import { columnsOf } from '../text/layout.js';
import { remark } from '../text/say.js';
import { trainAndReport, withProfile } from '../training.js';

export const run = command({
  command: 'run <file>',
  describe: 'Train a pipeline, and validate or test it after each epoch',
  builder: (yargs) =>
    withProfile(withData(withPipelineFile(yargs)))
      .option('watch', {
        type: 'boolean',
        describe: 'Run again each time that the file is saved',
      })
      .option('out', {
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
  async handler({
    file,
    set,
    swap,
    plugins,
    data,
    offline = false,
    everyStep = false,
    json,
    quiet,
    profile,
    report,
    out,
    watch,
  }) {
    const isKept = typeof out === 'string'; // --no-out makes it false
    const train = async (runId: string, more: Pick<TrainingOptions, 'text' | 'signal'>) =>
      trainAndReport(
        file,
        runId,
        { json, quiet, report, curve: !watch }, // between runs that are compared, it would be in the way
        {
          set,
          swap,
          plugins,
          offline,
          everyStep,
          runId,
          ...(profile && { profile }),
          ...(isKept && { out }),
          ...(data !== undefined && { dataFolder: data }),
          ...more,
        },
      );
    if (watch) {
      if (file === STDIN) throw new PipelineError('--watch: standard input is read once; give a file');
      const { watchAndTrain } = await import('../watch.js'); // only here: it reads pipeline files on this thread
      const say = json || quiet ? () => {} : remark;
      await watchAndTrain(file, { set, swap }, async (runId, signal) => (await train(runId, { signal })).end, say);
    }
    const { end, folder } = await train(newRunId(), await readGiven(file));
    const { stderr } = process;
    const isTable = end.data.columns !== undefined;
    if (stderr.isTTY && !json && !quiet)
      stderr.write(`${nextStep(file, { folder, isTable, columns: columnsOf(stderr) })}\n`);
  },
});

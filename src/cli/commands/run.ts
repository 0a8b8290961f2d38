import { messageOf, PipelineError } from '../../core/errors.js';
import { newRunId } from '../../core/run/run-id.js';
import { runOnThread } from '../../node/training-thread.js';
import { command } from '../command.js';
import { readGiven } from '../given-file.js';
import { abortOnSignals, Interrupted } from '../interrupt.js';
import { nextStep } from '../next-step.js';
import { withData, withPipelineFile } from '../pipeline-options.js';
import { createReporter } from '../reporters/create-reporter.js';
import { untilDrained } from '../standard-output.js';

export const run = command({
  command: 'run <file>',
  describe: 'Train a pipeline, and validate or test it after each epoch',
  builder: (yargs) =>
    withData(withPipelineFile(yargs))
      .option('json', { type: 'boolean', describe: 'Write events as JSON Lines, and nothing else' })
      .option('every-step', { type: 'boolean', describe: 'With --json: an event after every step' })
      .option('quiet', { type: 'boolean', describe: 'Print one line, the result' })
      .check(({ json, quiet, everyStep }) => {
        if (json && quiet) throw new PipelineError('--json and --quiet: give one of them, not both');
        if (everyStep && !json) throw new PipelineError('--every-step: give --json, too, which it adds events to');
        return true;
      }),
  async handler({ file, set, swap, plugins, data, offline = false, everyStep = false, json = false, quiet = false }) {
    const runId = newRunId();
    const terminal = process.stderr.isTTY ?? false;
    const reporter = createReporter({ runId, json, quiet, terminal });
    const signal = abortOnSignals();
    try {
      await runOnThread(file, {
        set,
        swap,
        plugins,
        offline,
        everyStep,
        runId,
        signal,
        onEvent: (event) => {
          reporter.event(event);
          return untilDrained();
        },
        onDownload: reporter.download,
        ...(await readGiven(file)),
        ...(data !== undefined && { dataFolder: data }),
      });
      if (terminal && !json && !quiet) process.stderr.write(`${nextStep(file)}\n`);
    } catch (error) {
      if (error instanceof Interrupted) reporter.stopped('interrupted');
      else reporter.stopped('failed', messageOf(error));
      throw error;
    }
  },
});

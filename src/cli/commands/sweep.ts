import { PipelineError } from '../../core/errors.js';
import { MOST_TRIALS, strategies } from '../../core/sweep/settings.js';
import { isSweepFolder } from '../../node/sweep/sweep-folder.js';
import { resumeSweep, sweepFile } from '../../node/sweep/sweep-pipeline.js';
import { command } from '../command.js';
import { readGiven } from '../given-file.js';
import { withFileOrFolder, withJobsAndOut } from '../many-runs-options.js';
import { repeatable, typedChanges, wholeNumberBetween, withChanges, withData } from '../pipeline-options.js';
import { openGiven, withQueue } from '../queue-options.js';
import { sweepAndReport } from '../sweep-training.js';
import { reportOption } from '../training.js';

export const sweep = command({
  command: 'sweep <file>',
  describe: 'Train a pipeline many times, each time with other values, and find the best ones by its validation',
  builder: (yargs) =>
    withJobsAndOut(
      withQueue(withData(withChanges(withFileOrFolder(yargs, 'sweep'))), 'trials')
        .option('over', {
          ...repeatable,
          describe: "What to try: --over 'train.sgd.learningRate={ log: [0.01, 1] }'",
        })
        .option('strategy', {
          choices: strategies,
          defaultDescription: 'as the file says, or random',
          describe: 'How trials are chosen',
        })
        .option('trials', {
          type: 'string',
          requiresArg: true,
          coerce: wholeNumberBetween('trials', 1, MOST_TRIALS),
          defaultDescription: 'as the file says, or 20',
          describe: 'How many trials',
        })
        .option('metric', {
          type: 'string',
          requiresArg: true,
          defaultDescription: 'as the file says, or validation.loss',
          coerce(metric: string | undefined) {
            if (metric === undefined || /^validation\..+$/.test(metric)) return metric;
            throw new PipelineError(
              `--metric: expected a metric of the validation, as validation.accuracy: the test must not choose; found ${JSON.stringify(metric)}`,
            );
          },
          describe: 'What says which trial is the best',
        }),
      'sweep',
      {
        defaultDescription: 'as many as there are cores',
        describe: 'How many trials at a time, each on one thread',
      },
    )
      .option('json', { type: 'boolean', describe: 'Write events as JSON Lines, and nothing else' })
      .option('quiet', { type: 'boolean', describe: 'Print one line, the result' })
      .option('report', reportOption)
      .check(({ json, quiet }) => {
        if (json && quiet) throw new PipelineError('--json and --quiet: give one of them, not both');
        return true;
      }),
  async handler({
    file,
    set,
    swap,
    over,
    plugins,
    data,
    offline,
    json,
    quiet,
    report,
    out: given,
    queue: url,
    store,
    sendData,
    ...choices
  }) {
    const { strategy, trials, metric, jobs } = choices;
    const { queue, out } = await openGiven({ queue: url, store, sendData, out: given });
    const common = {
      plugins,
      ...(queue && { queue }),
      ...(trials !== undefined && { trials }),
      ...(jobs !== undefined && { jobs }),
      ...(offline !== undefined && { offline }),
      ...(data !== undefined && { dataFolder: data }),
    };
    if (await isSweepFolder(file)) {
      const [changed] = [...typedChanges({ set, swap }), ...over.map((words) => `--over ${words}`)];
      const other = changed ?? (strategy !== undefined ? `--strategy ${strategy}` : metric && `--metric ${metric}`);
      if (other !== undefined) throw new PipelineError(`${other}: a sweep goes on as it began; begin another`);
      return sweepAndReport({ json, quiet, report, places: common }, (reported) =>
        resumeSweep(file, { ...common, ...reported }),
      );
    }
    if (typeof out !== 'string' || out === '') {
      throw new PipelineError('a sweep compares runs that are kept, and nothing is to be kept; give --out DIR');
    }
    const read = await readGiven(file);
    await sweepAndReport({ json, quiet, report, places: common }, (reported) =>
      sweepFile(file, {
        ...common,
        ...read,
        ...reported,
        set,
        swap,
        over,
        out,
        ...(strategy !== undefined && { strategy }),
        ...(metric !== undefined && { metric }),
      }),
    );
  },
});

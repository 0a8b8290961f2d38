import { exampleCount } from '../../core/examples.js';
import type { Split } from '../../core/kinds.js';
import { originText } from '../../core/model/origin-text.js';
import { printable } from '../../core/printable.js';
import { evaluateRun } from '../../node/evaluate-run.js';
import type { SplitEvaluation } from '../../node/split-evaluation.js';
import { command } from '../command.js';
import { PREPARING, whileWaiting } from '../data-options.js';
import { evaluationText } from '../evaluation-text.js';
import { warnOfFallback } from '../fallback-warning.js';
import { membersOf } from '../figures.js';
import { modelRun } from '../model-run.js';
import { withData, withPlugins } from '../pipeline-options.js';
import { catalogueOf } from '../plugins.js';
import { remark } from '../text/say.js';

const SPLITS = ['test', 'validation', 'train'] as const satisfies readonly Split[];

export const evaluate = command({
  command: 'evaluate <run>',
  describe: 'How good a trained network is: each class, what it takes for what, how sure it is, its worst mistakes',
  builder: (yargs) =>
    withPlugins(withData(yargs))
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe:
          'Folder of a run (runs/relu/3, or runs/relu for the newest that is complete) or of a committee, or the file of a model with --pipeline',
      })
      .option('split', { choices: SPLITS, default: SPLITS[0], requiresArg: true, describe: 'Which examples' })
      .option('pipeline', {
        type: 'string',
        requiresArg: true,
        describe: "Pipeline file that says what the data are, where that is not the run's own",
      })
      .option('json', { type: 'boolean', describe: 'Print one JSON object' }),
  async handler({ run, split, pipeline, plugin, plugins, data, offline, json }) {
    const { registry } = await catalogueOf(plugin);
    const folder = await modelRun(run);
    const evaluation = await whileWaiting(PREPARING, ({ download }) =>
      evaluateRun(folder, {
        split,
        plugins,
        registry,
        onDownload: download,
        ...(pipeline !== undefined && { pipeline }),
        ...(data !== undefined && { dataFolder: data }),
        ...(offline !== undefined && { offline }),
      }),
    );
    remarkData(evaluation);
    process.stdout.write(json ? `${JSON.stringify(jsonOf(evaluation))}\n` : evaluationText(evaluation));
  },
});

/** What the figures must not be taken for. */
function remarkData({ examples: { origin }, learnedFrom }: SplitEvaluation): void {
  warnOfFallback(origin);
  if (origin.remark !== undefined) remark(printable(origin.remark));
  if (learnedFrom === undefined || learnedFrom.source === origin.source) return;
  remark(`the network learned from ${originText(learnedFrom)}, and is evaluated on ${originText(origin)}`);
}

/** What a program reads: a number that is none (a class that never came has no recall) is null. */
function jsonOf({
  split,
  examples,
  learnedFrom,
  loss,
  errors,
  answers,
  classNames: names = [],
  judged,
  hasProbabilities,
  members,
}: SplitEvaluation): object {
  const samples = exampleCount(examples);
  const data = { data: examples.origin, ...(learnedFrom && { learnedFrom }), ...(members && membersOf(members)) };
  if (judged === undefined) return { split, samples, ...data, loss, ...errors, ...answers };
  const { accuracy, classes, confusionMatrix, expectedCalibrationError, mistakes } = judged;
  return {
    split,
    samples,
    ...data,
    loss,
    accuracy,
    classes: classes.map((scores, label) => ({ class: names[label], ...scores })),
    confusionMatrix,
    ...(hasProbabilities && { expectedCalibrationError }),
    mistakes: mistakes.map(({ sample, label, predicted, probability }) => ({
      sample,
      ...(examples.paths && { path: examples.paths[sample] }),
      label: names[label],
      predicted: names[predicted],
      ...(hasProbabilities && { probability }),
    })),
  };
}

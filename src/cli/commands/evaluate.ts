import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../core/errors.js';
import { exampleCount } from '../../core/examples.js';
import type { Split } from '../../core/kinds.js';
import { evaluateModel, type SplitEvaluation } from '../../node/evaluate-model.js';
import { loadPipeline } from '../../node/load-pipeline.js';
import { readEnvironment } from '../../node/run-environment.js';
import { files, runFolderOf } from '../../node/run-folder.js';
import { command } from '../command.js';
import { dataOptions, PREPARING, whileWaiting } from '../data-options.js';
import { evaluationText } from '../evaluation-text.js';
import { withData, withPluginFiles, withPlugins } from '../pipeline-options.js';
import { catalogueOf } from '../plugins.js';

const SPLITS = ['test', 'validation', 'train'] as const satisfies readonly Split[];

export const evaluate = command({
  command: 'evaluate <run>',
  describe: 'How good a trained network is: each class, what it takes for what, how sure it is, its worst mistakes',
  builder: (yargs) =>
    withPluginFiles(withPlugins(withData(yargs)))
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'Folder of a run (runs/relu/3, or runs/relu for its newest), or the file of a model with --pipeline',
      })
      .option('split', { choices: SPLITS, default: SPLITS[0], requiresArg: true, describe: 'Which examples' })
      .option('pipeline', {
        type: 'string',
        requiresArg: true,
        describe: "Pipeline file that says what the data are, where that is not the run's own",
      })
      .option('json', { type: 'boolean', describe: 'Print one JSON object' }),
  async handler({ run, split, pipeline, plugin, plugins, data, offline, json }) {
    const { model, pipelineFile, ...ran } = await placeOf(run, pipeline);
    const loaded = await loadPipeline(pipelineFile, { plugins });
    const { registry } = await catalogueOf(plugin);
    const evaluation = await whileWaiting(PREPARING, ({ download }) =>
      evaluateModel(
        model,
        loaded,
        split,
        registry,
        dataOptions(data ?? ran.dataFolder, offline ?? ran.offline, download),
      ),
    );
    process.stdout.write(json ? `${JSON.stringify(jsonOf(evaluation))}\n` : evaluationText(evaluation));
  },
});

interface Place {
  readonly model: string;
  readonly pipelineFile: string;
  readonly dataFolder?: string | undefined;
  readonly offline?: boolean;
}

/** A model, and the pipeline with its data: of a run, or as they were given. */
async function placeOf(run: string, pipeline: string | undefined): Promise<Place> {
  const folder = await runFolderOf(run);
  const isFile = await stat(folder).then(
    (entry) => !entry.isDirectory(),
    () => false, // said when its environment is read
  );
  if (isFile && pipeline === undefined) {
    throw new PipelineError(
      `${run}: a model alone does not say what to evaluate it on; give a pipeline file with its data: --pipeline FILE`,
    );
  }
  const model = isFile ? run : join(folder, files.model);
  if (pipeline !== undefined) return { model, pipelineFile: pipeline };
  const { dataFolder, offline } = await readEnvironment(folder);
  return { model, pipelineFile: join(folder, files.pipeline), dataFolder, offline };
}

/** What a program reads: a number that is none (a class that never came has no recall) is null. */
function jsonOf({ split, examples, loss, classNames: names = [], judged, hasProbabilities }: SplitEvaluation): object {
  const samples = exampleCount(examples);
  if (judged === undefined) return { split, samples, loss };
  const { accuracy, classes, confusionMatrix, expectedCalibrationError, mistakes } = judged;
  return {
    split,
    samples,
    loss,
    accuracy,
    classes: classes.map((scores, label) => ({ class: names[label], ...scores })),
    confusionMatrix,
    ...(hasProbabilities && { expectedCalibrationError }),
    mistakes: mistakes.map(({ sample, label, predicted, probability }) => ({
      sample,
      label: names[label],
      predicted: names[predicted],
      ...(hasProbabilities && { probability }),
    })),
  };
}

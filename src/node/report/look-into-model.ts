/** What the model of a run holds, and what it does with the examples that judge it. */
import { exampleCount } from '../../core/examples.js';
import { histogramOf, rangeOf } from '../../core/inspect/histogram.js';
import { filtersOf as channelOfFilters } from '../../core/inspect/images.js';
import type { Examples, Parameter, Split } from '../../core/kinds.js';
import type { ModelDescription } from '../../core/model/description.js';
import { modelContents, stagesOf } from '../../core/model/load-model.js';
import type { Pipeline } from '../../core/pipeline/pipeline.js';
import { unscaled } from '../../core/scaling.js';
import { restoreWhole } from '../../core/state.js';
import { cellsOf, targetNames } from '../../core/table.js';
import { copyOf, formatShape, sizeOf, type Tensor, widthOf } from '../../core/tensor.js';
import type {
  Filters,
  Judged,
  PicturedMistake,
  Predictions,
  RunReport,
  WeightHistogram,
} from '../../report/run/run-report.js';
import type { Tile } from '../../report/sheet.js';
import type { DataOptions } from '../environment.js';
import { examplesOf, openWith, registryFor, withThreads } from '../evaluate-model.js';
import type { LoadedPipeline } from '../load-pipeline.js';
import { modelBytes } from '../model-file.js';
import { builtIn } from '../plugins.js';
import { shownPath } from '../shown-path.js';
import { judge, type SplitEvaluation, said } from '../split-evaluation.js';
import { Activity } from './activity.js';

/** How many mistakes are shown. */
const MISTAKES = 24;

/** How many examples a picture of real numbers shows, and of how many targets. */
const POINTS = 1000;
const TARGETS = 6;

/** How many cells of a row that is mistaken. */
const CELLS = 12;

/** How many units or filters of the first layer. */
const FILTERS = 60;

/**
 * Sends the examples of a split through the model of a run, once.
 *
 * @throws DataError when there is no model, it is damaged, or data are missing; PipelineError when it does not fit.
 */
export async function lookIntoModel(
  model: string,
  loaded: LoadedPipeline,
  split: Split,
  options: DataOptions,
): Promise<Pick<RunReport, 'judged' | 'weights' | 'filters'>> {
  const { description, state } = await modelContents(await modelBytes(model), model);
  const network = stagesOf(description, registryFor(loaded, builtIn.registry), model);
  const activity = new Activity();
  const { pipeline, section } = await openWith(network, description.dtype, loaded, split, options, activity);
  const wasDrawn = loaded.definition.initialWeights === undefined;
  const drawn = wasDrawn ? pipeline.parameters.map(({ value }) => copyOf(value)) : [];
  restoreWhole(pipeline.learned, state);
  return withThreads(pipeline, async () => {
    const examples = await examplesOf(pipeline, loaded, split);
    const { outputs, ...figures } = await said(pipeline, section, examples, description);
    const found = { split, examples, learnedFrom: undefined, ...figures, ...judge(outputs, examples, description) };
    return {
      judged: {
        ...judgedOf(found),
        predictions: predictionsOf(outputs, examples, description),
        activations: activity.lines,
      },
      weights: pipeline.parameters.map((parameter, i) => spreadOf(parameter, drawn[i])),
      filters: filtersOf(pipeline),
    };
  });
}

function judgedOf({
  split,
  examples,
  classNames = [],
  judged,
  errors,
  answers,
  hasProbabilities,
}: SplitEvaluation): Omit<Judged, 'activations' | 'predictions'> {
  const questions = answers?.questions.map(({ question, f1 }) => [`F1 of ${question}`, f1] as const) ?? [];
  return {
    what: `${split}: ${exampleCount(examples).toLocaleString('en-US')} examples of ${examples.origin.source}`,
    classNames,
    evaluation: judged,
    hasProbabilities,
    figures: [
      ...Object.entries(errors ?? {}).map(([name, value]) => [NAMES[name] ?? name, value] as const),
      ...(answers === undefined ? [] : [['accuracy', answers.accuracy] as const, ...questions]),
    ],
    mistakes: (judged?.mistakes ?? []).slice(0, MISTAKES).map(({ sample, label, predicted, probability }) => {
      const sure = hasProbabilities ? `, ${(100 * probability).toFixed(1)} %` : '';
      const caption = `${classNames[label]} taken for ${classNames[predicted]}${sure}`;
      return { caption, name: nameOf(examples, sample), picture: pictureOf(examples, sample) };
    }),
  };
}

/** Of targets that are real numbers, in their own units; of many examples, evenly chosen ones. */
function predictionsOf(
  outputs: Tensor,
  { targets }: Examples,
  { outputs: reading, targetScaling, columns }: ModelDescription,
): Predictions[] {
  if (targets === undefined || reading !== 'numbers') return [];
  const [count] = outputs.shape;
  const width = widthOf(outputs);
  const names = targetNames(columns);
  const every = Math.ceil(count / POINTS);
  const own = (at: number): number =>
    targetScaling ? unscaled(outputs.data[at], at, targetScaling) : outputs.data[at];
  return Array.from({ length: Math.min(width, TARGETS) }, (_, column) => ({
    target: names[column] ?? (width === 1 ? 'the target' : `target ${column}`),
    points: Array.from({ length: Math.ceil(count / every) }, (_, i) => {
      const at = i * every * width + column;
      return { truth: targets.data[at], said: own(at) };
    }).filter(({ truth, said }) => Number.isFinite(truth) && Number.isFinite(said)),
    count,
  })).filter(({ points }) => points.length > 0);
}

const NAMES: Readonly<Record<string, string>> = {
  meanAbsoluteError: 'mean absolute error',
  rootMeanSquaredError: 'root mean squared error',
};

/** A picture by its file, a row of a table by its cells, and any example by its number. */
function nameOf({ paths, columns, features, shape, stream, split }: Examples, sample: number): string {
  if (paths !== undefined) return shownPath(paths[sample]);
  const name = `${split} ${sample}`;
  if (columns === undefined || stream !== undefined) return name;
  const size = sizeOf(shape);
  const cells = cellsOf(columns, features.subarray(sample * size, (sample + 1) * size));
  const shown = cells.slice(0, CELLS).map((cell) => cell.join(' '));
  return `${name}: ${shown.join(', ')}${cells.length > CELLS ? ' ...' : ''}`;
}

/** An example as it was read, where it is a picture. */
function pictureOf({ shape, features, stream }: Examples, sample: number): PicturedMistake['picture'] {
  const [height, width, channels = 1] = shape;
  if (width === undefined || shape.length > 3 || (channels !== 1 && channels !== 3) || stream !== undefined) return;
  const size = sizeOf(shape);
  return { width, height, channels, data: features.subarray(sample * size, (sample + 1) * size) };
}

function spreadOf({ name, value }: Parameter, drawn: Tensor | undefined): WeightHistogram {
  const range = rangeOf(value.data, drawn?.data ?? []);
  return {
    name,
    shape: formatShape(value.shape),
    start: drawn && histogramOf(drawn.data, range),
    end: histogramOf(value.data, range),
  };
}

/** The weights of the first layer that has any, as pictures of what it is given. */
function filtersOf({ parameters, network }: Pipeline): Filters | undefined {
  const weights = parameters.find(({ name }) => /^network\..*\.W$/.test(name));
  if (weights === undefined) return undefined;
  const { name, value } = weights;
  const [height, width] = value.shape;
  const filters = channelOfFilters(value, FILTERS)?.map((data) => ({ width, height, channels: 1 as const, data }));
  const tiles = filters ?? unitTiles(value, network.input.shape);
  if (tiles === undefined) return undefined;
  const [, , channels = 1] = filters ? value.shape : network.input.shape;
  const count = value.shape[value.shape.length - 1];
  const what = filters ? 'each filter' : 'the weights of each unit';
  return { title: `${name}, ${what}${channels > 1 ? ', of its first channel' : ''}`, count, tiles };
}

/** Of W [pixels, units], where the pixels are those of an image. */
function unitTiles({ shape, data }: Tensor, [height, width, C = 1]: readonly number[]): Tile[] | undefined {
  const [rows, units] = shape;
  if (shape.length !== 2 || width === undefined || height * width * C !== rows) return undefined;
  return Array.from({ length: Math.min(FILTERS, units) }, (_, unit) => ({
    width,
    height,
    channels: 1 as const,
    data: Float64Array.from({ length: height * width }, (_, pixel) => data[pixel * C * units + unit]),
  }));
}

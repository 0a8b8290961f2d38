/** Models of the command line: opened with the pipeline that they are of, or with one that is made for them. */
import {
  builtInStages,
  type Host,
  loadModel,
  type Model,
  parsePipelineFile,
  resolvePipelineFile,
  sizeOf,
} from 'marblenet/page';
import { tableFor } from './model-table.js';
import type { GivenFile, OpenedModel } from './protocol.js';

/** What a model is called among the files of the page. */
export const MODEL = 'model.safetensors';

/**
 * A pipeline file that begins with the weights of a model.
 *
 * @param pipeline that of the run folder; undefined where only the model was given
 * @param tables the paths of those that the page has
 * @throws DataError where it is no model, or is damaged; PipelineError where the pipeline is wrong; Error where none can be made.
 */
export async function fileWithModel(
  model: Uint8Array,
  pipeline: GivenFile | undefined,
  tables: readonly string[],
  host: Host,
): Promise<OpenedModel> {
  const { name, description } = await loadModel(model);
  if (pipeline !== undefined) return { file: { ...pipeline, text: withWeights(pipeline.text) } };
  const made = await madeFor(name, description, tables, host);
  const { resolved } = resolvePipelineFile(parsePipelineFile(JSON.stringify(made), `${name}.yaml`), builtInStages);
  const assumed = description.columns === undefined ? 'digits' : 'table';
  return { file: { name: `${name}.yaml`, text: resolved }, assumed }; // YAML reads JSON, too
}

/** In the place of the weights that it began with itself. */
const withWeights = (text: string): string =>
  `${text.replace(/^initialWeights:.*\n(?:[ \t]+.*\n)*/m, '').trimEnd()}\ninitialWeights: ${MODEL}\n`;

const losses = {
  logits: 'softmaxCrossEntropy',
  probabilities: 'crossEntropy',
  binaryLogits: 'binaryCrossEntropy',
  numbers: 'meanSquaredError',
} as const;

type ModelDescription = Model['description'];

/** Of a model, with what it does not say. */
async function madeFor(name: string, model: ModelDescription, tables: readonly string[], host: Host): Promise<object> {
  const { network, dtype, reached, columns } = model;
  const loss = losses[model.outputs];
  const isTable = columns !== undefined;
  return {
    name,
    description: `Made for ${MODEL}. Its network is the model's; its data, and how it is trained, are assumed.`,
    seed: reached?.seed ?? 1,
    epochs: 4,
    dtype,
    initialWeights: MODEL,
    data: isTable ? await rowsFor(columns, model, tables, host) : digitsFor(model),
    network: network.map(itemOf),
    train: [
      { shuffleBatch: { size: isTable ? 16 : 100 } },
      'forward',
      loss,
      'backward',
      { sgd: { learningRate: 0.01 } },
      meanLoss,
    ],
    test: isTable ? undefined : [{ batch: { size: 500 } }, 'forward', loss, meanLoss, 'accuracy'],
  };
}

const meanLoss = { mean: { of: 'loss' } };

/** @throws Error where it does not read digits. */
function digitsFor({ input, outputs, scaling, pictures, classNames }: ModelDescription): object[] {
  if (sizeOf(input.shape) === 28 * 28 && input.classes === 10 && ['logits', 'probabilities'].includes(outputs)) {
    return [{ digits: {} }, ...scaledAs(scaling), { oneHot: { classes: 10 } }];
  }
  const shape = input.shape.join(' x ');
  const samples =
    pictures === undefined ? `samples of ${shape} numbers` : `pictures, which it makes samples of ${shape} of`;
  const classes = classNames === undefined ? '' : `, and tells ${classNames.join(', ')} apart`;
  throw new Error(
    `it reads ${samples}${classes}; what its data are, its pipeline has to say: ` +
      'open pipeline.yaml of its run folder together with it',
  );
}

/** All rows: which of them it did not learn from is not known. */
async function rowsFor(
  columns: NonNullable<ModelDescription['columns']>,
  { scaling, targetScaling, input }: ModelDescription,
  tables: readonly string[],
  host: Host,
): Promise<object[]> {
  const targets = targetScaling === undefined ? [] : [{ standardize: { of: 'targets' } }];
  const classes = input.classes === undefined ? [] : [{ oneHot: { classes: input.classes } }];
  return [{ csv: await tableFor(columns, tables, host) }, ...scaledAs(scaling), ...targets, ...classes];
}

/** The scaling that it has learned with. */
function scaledAs({ mean, std }: ModelDescription['scaling']): object[] {
  if (mean !== 0) return [{ normalize: { mean, std } }];
  if (std === 1) return [];
  return [{ normalize: typeof std === 'number' ? { divisor: std } : { std } }];
}

type Stage = Model['description']['network'][number];

/** A stage as pipeline files write it, and those that it holds. */
const itemOf = ({ name, options }: Stage): object => ({
  [name]: Object.fromEntries(
    Object.entries(options).map(([option, value]) => [option, isListOfStages(value) ? value.map(itemOf) : value]),
  ),
});

const isListOfStages = (value: unknown): value is Stage[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((one) => typeof one === 'object' && one !== null && 'name' in one && 'options' in one);

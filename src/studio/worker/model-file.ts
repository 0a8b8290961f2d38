/** Models of the command line: opened with the pipeline that they are of, or with one that is made for them. */
import { builtInStages, loadModel, type Model, parsePipelineFile, resolvePipelineFile, sizeOf } from 'marblenet/page';
import type { GivenFile, OpenedModel } from './protocol.js';

/** What a model is called among the files of the page. */
export const MODEL = 'model.safetensors';

/**
 * A pipeline file that begins with the weights of a model.
 *
 * @param pipeline that of the run folder; undefined where only the model was given
 * @throws DataError where it is no model, or is damaged; PipelineError where the pipeline is wrong; Error where none can be made.
 */
export async function fileWithModel(model: Uint8Array, pipeline: GivenFile | undefined): Promise<OpenedModel> {
  const { name, description } = await loadModel(model);
  if (pipeline !== undefined) return { file: { ...pipeline, text: withWeights(pipeline.text) }, isMade: false };
  const text = textFor(name, description);
  const { resolved } = resolvePipelineFile(parsePipelineFile(text, `${name}.yaml`), builtInStages);
  return { file: { name: `${name}.yaml`, text: resolved }, isMade: true };
}

/** In the place of the weights that it began with itself. */
const withWeights = (text: string): string =>
  `${text.replace(/^initialWeights:.*\n(?:[ \t]+.*\n)*/m, '').trimEnd()}\ninitialWeights: ${MODEL}\n`;

const losses: Readonly<Record<string, string>> = { logits: 'softmaxCrossEntropy', probabilities: 'crossEntropy' };

/** Of a network that reads digits: what a model does not say is assumed. YAML reads JSON, too. */
function textFor(name: string, { input, scaling, outputs, network, dtype, reached }: Model['description']): string {
  const pixels = sizeOf(input.shape);
  const { mean, std } = scaling;
  const loss = losses[outputs];
  if (pixels !== 28 * 28 || input.classes !== 10 || loss === undefined || Array.isArray(mean) || Array.isArray(std)) {
    const samples = `[${input.shape.join(', ')}]`;
    throw new Error(
      `it reads samples of the shape ${samples}, and no digits: its pipeline has to say what its data are. ` +
        'Open pipeline.yaml of its run folder together with it',
    );
  }
  const test = ['forward', loss, { mean: { of: 'loss' } }, 'accuracy'];
  return JSON.stringify({
    name,
    description: `Made for ${MODEL}. Its network is the model's; digits as data, and how it is trained, are assumed.`,
    seed: reached?.seed ?? 1,
    epochs: 4,
    dtype,
    initialWeights: MODEL,
    data: [{ digits: {} }, { normalize: mean === 0 ? { divisor: std } : { mean, std } }, { oneHot: { classes: 10 } }],
    network: network.map(itemOf),
    train: [
      { shuffleBatch: { size: 100 } },
      'forward',
      loss,
      'backward',
      { sgd: { learningRate: 0.01 } },
      { mean: { of: 'loss' } },
    ],
    test: [{ batch: { size: 500 } }, ...test],
  });
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

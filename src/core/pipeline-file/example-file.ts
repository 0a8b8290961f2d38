/** A whole pipeline file for one stage, made from what the stage declares: it stands where it belongs, among neighbours. */
import type { AnyStageFactory } from '../contract.js';
import type { Section } from '../pipeline/sections.js';

/** Tables of a reader's own, for stages that are for real numbers, or for missing ones. */
const PRICES = 'csv: { train: houses.csv, target: price }';
const GAPS = 'csv: { train: flowers.csv, target: species, missing: keep }';

const SGD = 'sgd: { learningRate: 0.1 }';

/**
 * The text of a pipeline file that can be saved and run.
 *
 * @param plugin the file that the stage comes from, where it is not built in
 */
export function exampleFile({ definition }: AnyStageFactory, plugin?: string): string {
  const { name, family, example, expects, inOrder } = definition;
  const stage = (of: typeof family, otherwise: string[]): string[] => (family === of ? [example] : otherwise);
  const isOneOf = (...names: string[]): boolean => names.includes(name);
  const isOfNumbers = isOneOf('r2', 'rootMeanSquaredError', 'huber', 'meanAbsoluteError');
  const isTable = isOneOf('csv', 'jsonl', 'parquet', 'records', 'memory', 'points');
  const isOfRows = isTable || isOneOf('impute') || isOfNumbers;
  const classes = isOneOf('memory', 'points', 'records') ? 2 : isOfRows ? 3 : 10;
  const logits = `dense: { units: ${isOfNumbers ? 1 : classes} }`;

  // a layer of its own word for probabilities, as softmax, ends the network; one with a formula stands between layers
  const endsNetwork =
    family === 'activations' && definition.gives === 'probabilities' && definition.formula === undefined;
  const probabilities = expects === 'probabilities' ? ['softmax'] : [];
  const between = stage('activations', ['relu']);
  const isOfImages = isOneOf(
    ...['conv2d', 'maxPool2d', 'averagePool2d', 'globalAveragePool', 'flatten', 'dropout2d', 'residual'],
  );
  const hidden = family === 'layers' && !isOneOf('dense', 'conv2d') ? ['relu', example] : between;
  const images = isOneOf('conv2d') ? example : 'conv2d: { filters: 8, kernel: 5 }';
  const first = isOfImages ? images : isOneOf('dense') ? example : 'dense: { units: 50 }';

  const usual = isOfNumbers ? 'meanSquaredError' : 'softmaxCrossEntropy';
  const loss = stage('losses', [endsNetwork ? 'crossEntropy' : usual]);
  const judged = ['forward', ...loss];
  const metrics = stage('metrics', [isOfNumbers ? 'rootMeanSquaredError' : 'accuracy']);
  const ownSource = family === 'sources' && plugin !== undefined;
  const data = [
    ...stage('sources', [isOfNumbers ? PRICES : isOneOf('impute') ? GAPS : 'digits']),
    ...(isOfRows && !isTable ? ['holdOut: { test: 0.2 }'] : []),
    ...(family === 'data' && !isOneOf('normalize', 'standardize', 'oneHot') ? [example] : []),
    isOneOf('normalize', 'standardize') ? example : isOfRows ? 'standardize' : 'normalize: { divisor: 255 }',
    ...(isOfNumbers
      ? ['standardize: { of: targets }']
      : isOneOf('oneHot')
        ? [example]
        : [`oneHot: { classes: ${classes} }${ownSource ? ' # not where targets are real numbers' : ''}`]),
  ];
  const content: readonly (readonly [Section, readonly string[]])[] = [
    ['data', data],
    ['network', endsNetwork ? [first, 'relu', logits, example] : [first, ...hidden, logits, ...probabilities]],
    [
      'train',
      [
        ...(inOrder ? ['shuffleBatch: { size: 100 }'] : stage('batches', ['shuffleBatch: { size: 100 }'])),
        ...stage('augmentation', []),
        ...judged,
        ...stage('gradients', ['backward']),
        ...(isOneOf('averageWeights') ? [SGD, example] : stage('optimizers', [SGD])),
      ],
    ],
    // what is held out is to be looked at
    ...(isOneOf('holdOut') ? ([['validation', ['batch: { size: 500 }', ...judged, ...metrics]]] as const) : []),
    ['test', [...(inOrder ? [example] : ['batch: { size: 500 }']), ...judged, ...metrics]],
  ];
  const lists = content.map(([section, items]) => {
    const lines = items.map((item) => `  - ${item.replaceAll('\n', '\n    ')}\n`);
    return `${section}:\n${lines.join('')}`;
  });
  const head = plugin === undefined ? '' : `plugins: [${JSON.stringify(plugin)}]\n`;
  return `name: ${name}\nepochs: 2\n${head}${lists.join('')}`;
}

/** The first pipeline file of one's own: a few choices, written out with what each line is for. */
import { parse } from 'yaml';
import { withoutVariables } from './variables.js';

/** What the file is to be about. */
export interface NewPipeline {
  readonly name: string;
  readonly source: Source;
  /** Files of the source `idx`, seen from the pipeline file's folder, and how many classes they have. */
  readonly idx?: IdxFiles;
  /** The table of the source `csv`, seen from the pipeline file's folder. */
  readonly csv?: NewTable;
  /** The pictures of the source `images`. */
  readonly images?: NewPictures;
  /** Height and width of the samples, where they are images. */
  readonly image?: readonly [height: number, width: number];
  /** How many filters each convolution has, from the image on; none for a network of dense layers alone. */
  readonly filters: readonly number[];
  /** How many units each hidden layer has behind them, from the input on; none for a network that only draws straight lines. */
  readonly hidden: readonly number[];
  /** Behind each convolution and each hidden layer. */
  readonly activation: Activation;
  readonly optimizer: Optimizer;
  readonly epochs: number;
  /** Which share of the training examples judges each epoch, so that the test waits for the end; 0 for none. */
  readonly holdOut: number;
}

/** Files of the source `idx`. */
export interface IdxFiles {
  readonly trainImages: string;
  readonly trainLabels: string;
  readonly testImages: string;
  readonly testLabels: string;
  readonly classes: number;
}

/** A table, and what is predicted of its rows. */
export interface NewTable {
  readonly table: string;
  /** The column that is predicted from the others. */
  readonly target: string;
  /** How many classes it is of; undefined where it is a real number. */
  readonly classes: number | undefined;
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
}

/** Pictures, and how large they become. */
export interface NewPictures {
  /** A folder a class, seen from the pipeline file's folder. */
  readonly pictures: string;
  readonly size: readonly [height: number, width: number];
  readonly classes: number;
}

export const sources = ['mnist', 'digits', 'csv', 'idx', 'images'] as const;
type Source = (typeof sources)[number];

export const networks = ['dense', 'conv'] as const;

export const activations = [
  'relu',
  'leakyRelu',
  'prelu',
  'elu',
  'gelu',
  'swish',
  'mish',
  'hardSwish',
  'softplus',
  'sigmoid',
  'tanh',
] as const;
type Activation = (typeof activations)[number];

/** With learning rates to begin with, for tens of thousands of examples. */
const learningRates = {
  adam: 0.001,
  adamW: 0.001,
  sgd: 0.1,
  momentum: 0.05,
  nesterov: 0.05,
  rmsProp: 0.001,
  adaGrad: 0.01,
} as const;
/** Tables have hundreds of rows mostly: steps are few, and may be longer. */
const ratesForTables = { ...learningRates, adam: 0.01, adamW: 0.01, rmsProp: 0.01 } as const;
type Optimizer = keyof typeof learningRates;
export const optimizers = Object.keys(learningRates) as readonly Optimizer[];

/** The text of a file that runs, and is right to `lint --strict`. */
export function newFile(pipeline: NewPipeline): string {
  const { name, epochs, optimizer, csv, images } = pipeline;
  const validation = pipeline.holdOut > 0;
  const [loss, metric] =
    csv === undefined || csv.classes !== undefined
      ? ['softmaxCrossEntropy', 'accuracy # how many of the examples are taken for what they are']
      : ['meanSquaredError', 'rootMeanSquaredError # how far off the number is, in its own units'];
  const judging = ['batch: { size: 500 }', 'forward', loss, 'mean: { of: loss }', metric];
  return [
    '# A pipeline file: each list item is a stage, and "pipeline explain STAGE" says what it does and takes.\n',
    `name: ${quoted(name)}\n`,
    'seed: 42 # decides all chance: the same seed gives the same weights\n',
    `epochs: ${epochs} # how often training goes through the data\n`,
    validation ? 'best: { monitor: validation.loss } # the model is that of the best epoch, not of the last\n' : '',
    section('data', 'a source, then what prepares its examples', dataOf(pipeline)),
    section(
      'network',
      `from the input to ${loss === 'meanSquaredError' ? 'the number' : 'a number a class'}`,
      networkOf(pipeline),
    ),
    section('train', 'what is done with the training examples, batch by batch', [
      `shuffleBatch: { size: ${csv ? 16 : images ? 32 : 100} }`,
      'forward # through the network',
      `${loss} # how wrong it is: the loss`,
      'backward # how the loss changes with each weight: the gradients',
      `${optimizer}: { learningRate: ${(csv ? ratesForTables : learningRates)[optimizer]} } # moves the weights against the gradients`,
      'mean: { of: loss }',
    ]),
    validation ? section('validation', 'after each epoch', judging) : '',
    section('test', validation ? 'once, at the end' : 'after each epoch', judging),
  ].join('');
}

/** As YAML has it: plain where that is the same text. */
const quoted = (text: string): string =>
  /^[a-z][\w./-]*$/i.test(text) && parse(text) === text ? text : JSON.stringify(withoutVariables(text));

const section = (name: string, meaning: string, items: readonly string[]): string =>
  `${name}: # ${meaning}\n${items.map((item) => `  - ${item}\n`).join('')}`;

function dataOf({ source, idx, csv, images, holdOut }: NewPipeline): string[] {
  if (csv !== undefined) return tableOf(csv, holdOut);
  if (images !== undefined) return picturesOf(images, holdOut);
  const classes = idx?.classes ?? 10;
  return [
    {
      mnist: 'mnist: { fallback: digits } # handwritten digits, 28 x 28 pixels; drawn ones where they cannot be had',
      digits: 'digits: { train: 10000, test: 1000 } # digits that this program draws, 28 x 28 pixels',
      csv: '', // written above
      images: '',
      idx: idx === undefined ? '' : idxStage(idx),
    }[source],
    ...(holdOut > 0
      ? [`holdOut: { validation: ${holdOut} } # this share is not learned from: it judges each epoch`]
      : []),
    `${NORMALIZE}${source === 'idx' ? '; leave it out for other numbers' : ''}`,
    `oneHot: { classes: ${classes} } # label 2 becomes [0, 0, 1, 0, ...]`,
  ];
}

const NORMALIZE = 'normalize: { divisor: 255 } # bytes become numbers from 0 to 1';

const ONE_HOT = 'oneHot # the classes as [1, 0, 0], [0, 1, 0], ...';

/** Of data that are in one piece. */
const holdOutTest = (holdOut: number): string =>
  `holdOut: { ${holdOut > 0 ? `validation: ${holdOut}, ` : ''}test: 0.2 } # these shares are not learned from: they judge`;

const picturesOf = ({ pictures, size }: NewPictures, holdOut: number): string[] => [
  `images: { train: ${quoted(pictures)}, size: [${size.join(', ')}], channels: 3 } # a folder a class; channels: 1 is grey`,
  holdOutTest(holdOut),
  NORMALIZE,
  ONE_HOT,
];

function tableOf({ table, target, classes, ignore = [] }: NewTable, holdOut: number): string[] {
  const without = ignore.length === 0 ? '' : `, ignore: [${ignore.map(quoted).join(', ')}]`;
  return [
    `csv: { train: ${quoted(table)}, target: ${quoted(target)}${without} } # target: what is predicted from the other columns`,
    holdOutTest(holdOut),
    'standardize # each column around 0, by the rows that are learned from',
    classes === undefined ? 'standardize: { of: targets } # and the target; it is reported in its own units' : ONE_HOT,
  ];
}

const idxStage = ({ trainImages, trainLabels, testImages, testLabels }: IdxFiles): string =>
  [
    'idx: # IDX files, raw or gzip, seen from the folder of this file',
    `train: { images: ${quoted(trainImages)}, labels: ${quoted(trainLabels)} }`,
    `test: { images: ${quoted(testImages)}, labels: ${quoted(testLabels)} }`,
  ].join('\n      ');

function networkOf({ filters, hidden, activation, idx, csv, images, image = MNIST }: NewPipeline): string[] {
  const weights = activation === 'sigmoid' || activation === 'tanh' ? 'xavierNormal' : 'heNormal';
  return [
    ...filters.flatMap((count, i) => {
      const lines = convolution(count, weights, activation);
      return explainedOnce(i, isHalved(image, i) ? lines : lines.slice(0, -1));
    }),
    ...hidden.flatMap((units) => [`dense: { units: ${units}, weights: ${weights} }`, activation]),
    csv !== undefined && csv.classes === undefined
      ? 'dense: { units: 1, weights: xavierNormal } # the number'
      : `dense: { units: ${(idx ?? csv ?? images)?.classes ?? 10}, weights: xavierNormal } # one a class`,
  ];
}

const MNIST = [28, 28] as const;

/** A convolution of 3 x 3 sees nothing but padding around an image of one pixel. */
const SMALLEST = 2;

/** Whether a pool fits behind the i-th convolution: its image was halved behind each one before. */
const isHalved = (image: readonly number[], i: number): boolean =>
  image.every((side) => Math.floor(side / 2 ** (i + 1)) >= SMALLEST);

/** A convolution and what follows it, line by line, each with what it is for. */
const convolution = (filters: number, weights: string, activation: string): readonly (readonly [string, string])[] => [
  [
    `conv2d: { filters: ${filters}, kernel: 3, padding: same, weights: ${weights}, bias: false }`,
    'each filter looks for a pattern of 3 x 3 pixels, all over the image',
  ],
  ['batchNorm', 'each channel around 0, with a learned shift in the place of a bias'],
  [activation, ''],
  ['maxPool2d', 'the largest of every 2 x 2 pixels: an image half as high and wide'],
];

const explainedOnce = (i: number, lines: readonly (readonly [string, string])[]): string[] =>
  lines.map(([line, meaning]) => (i > 0 || meaning === '' ? line : `${line} # ${meaning}`));

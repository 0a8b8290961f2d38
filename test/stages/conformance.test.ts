/** What holds for every stage of the registry, whatever it does. A new stage needs a sample here. */
import { readdirSync } from 'node:fs';
import {
  type AnyStage,
  type AnyStageFactory,
  accuracy,
  adaGrad,
  adam,
  adamW,
  affine,
  averagePool2d,
  averageWeights,
  backward,
  balance,
  batch,
  batchNorm,
  binaryCrossEntropy,
  calibrationError,
  classWeights,
  confusionMatrix,
  conv2d,
  crossEntropy,
  csv,
  dense,
  digits,
  drawBatch,
  dropout,
  dropout2d,
  elastic,
  elu,
  erase,
  f1,
  fashionMnist,
  flatten,
  flip,
  focal,
  forward,
  gelu,
  globalAveragePool,
  type Host,
  hardSwish,
  holdOut,
  huber,
  identity,
  idx,
  images,
  impute,
  jsonl,
  type Kind,
  type Kinds,
  layerNorm,
  leakyRelu,
  logLoss,
  maxPool2d,
  mean,
  meanAbsoluteError,
  meanSquaredError,
  memory,
  mish,
  mixup,
  mnist,
  momentum,
  type Network,
  nesterov,
  noise,
  normalize,
  npy,
  npz,
  oneHot,
  PipelineError,
  parquet,
  points,
  precision,
  prelu,
  r2,
  recall,
  records,
  relu,
  residual,
  rmsProp,
  rocAuc,
  rootMeanSquaredError,
  rotate,
  type Spec,
  type Step,
  scale,
  sgd,
  shear,
  shift,
  shuffleBatch,
  shuffleLabels,
  sigmoid,
  softmax,
  softmaxCrossEntropy,
  softplus,
  standardize,
  swish,
  takeExamples,
  tanh,
  tensor,
  topK,
} from 'marblenet';
import { batchOf, examplesOf, marbles, stepOf } from 'marblenet/testing';
import { type OperatorFunction, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { currentNameOf } from '../../src/core/former-names.js';
import { specOf } from '../../src/core/kinds.js';
import { registryOf } from '../../src/core/pipeline/registry.js';
import * as stages from '../../src/stages/index.js';
import { contextWith, fakeHost, images as imageFile, labels, mnistIn, opened } from './context.js';
import { optionsOfItem } from './stage-of-item.js';

type Value = Kinds[Kind];

interface Sample {
  readonly stage: AnyStage;
  /** What the letters of `source` stand for. */
  readonly given: Readonly<Record<string, Value>>;
  readonly source: string;
  readonly result: string;
  /** What the letters of `result` stand for, as far as it matters. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly host?: Host;
  readonly network?: Network;
}

const splits = { a: 'train', b: 'test' } as const;
const files = {
  'train-images': imageFile(1, [28, 28]),
  'train-labels': labels(5),
  'test-images': imageFile(1, [28, 28]),
  'test-labels': labels(7),
  // as examples call them
  'x_train.npy': imageFile(1),
  'y_train.npy': labels(1),
  'x_test.npy': imageFile(1),
  'y_test.npy': labels(0),
};
const train = { images: 'train-images', labels: 'train-labels' };
const test = { images: 'test-images', labels: 'test-labels' };
const isSet = { c: { split: 'train' }, d: { split: 'test' } };
const host = fakeHost(files, mnistIn('/data', { train, test }));

const examples = {
  a: examplesOf([[7], [7], [7]], { labels: [1, 1, 1] }),
  b: examplesOf([[8], [8], [8]], { labels: [0, 0, 0] }),
};
const examplesToBatches = { given: examples, source: '--a-----b-----|', result: '--(cd)--(ef)--|' };
const sevensAndEights = { c: { x: [[7], [7]] }, d: { x: [[7]] }, e: { x: [[8], [8]] }, f: { x: [[8]] } };

const log3 = Math.log(3);
const scores = { a: batchOf([[0, 0]]), b: batchOf([[-log3, log3]]) };
const pictures = {
  a: batchOf([
    [
      [1, 2],
      [3, 6],
    ],
  ]),
  b: batchOf([
    [
      [0, 0],
      [4, 0],
    ],
  ]),
};
const judged = { a: batchOf([[0.5, 0.5]], { labels: [0] }), b: batchOf([[0.5, 0.5]], { labels: [1] }) };
const steps = {
  a: stepOf([[0.9, 0.1]], { labels: [0], loss: 1 }),
  b: stepOf([[0.8, 0.2]], { labels: [1], loss: 2 }),
};

const likely = { a: { ...steps.a, outputs: 'probabilities' }, b: { ...steps.b, outputs: 'probabilities' } } as const;
const real = { a: stepOf([[1]], { targets: [[1]] }), b: stepOf([[2]], { targets: [[3]] }) };

/** One value in, one value out, in the same frame. */
const oneForOne = { source: '--a--b--|', result: '--c--d--|' };
/** One value out, when the source ends. */
const oneAtTheEnd = { source: '--a--b--|', result: '--------(m|)' };

const onPictures = (stage: AnyStage, c: unknown, d: unknown): Sample => ({
  stage,
  given: pictures,
  ...oneForOne,
  values: { c: { x: [c] }, d: { x: [d] } },
});

const sevens = [
  [7, 7],
  [7, 7],
];

/** A stage that is told to change nothing. */
const asTheyAre = (stage: AnyStage): Sample =>
  onPictures(
    stage,
    [
      [1, 2],
      [3, 6],
    ],
    [
      [0, 0],
      [4, 0],
    ],
  );

const measured = (stage: AnyStage, given: Sample['given'], name: string, value: number): Sample => ({
  stage,
  given,
  ...oneAtTheEnd,
  values: { m: { name, value } },
});

const eight = (number: number): number[] => Array.from({ length: 8 }, () => number);

const onScores = (stage: AnyStage, c: readonly number[], d: readonly number[]): Sample => ({
  stage,
  given: scores,
  ...oneForOne,
  values: { c: { x: [c] }, d: { x: [d] } },
});

/** A step whose only parameter is 1, with the gradient 10. */
const learning = (): Step => ({
  ...steps.a,
  tape: [{ pullback: () => undefined, parameters: [{ name: 'W', value: tensor([[1]]), gradient: tensor([[10]]) }] }],
});

/** Where an optimizer takes a weight of 1 by two gradients of 10. */
const onWeights = (stage: AnyStage, c: number, d: number): Sample => {
  const step = learning();
  const moved = (W: number) => ({ loss: 1, tape: [{ parameters: [{ value: [[W]] }] }] });
  return { stage, given: { a: step, b: step }, ...oneForOne, values: { c: moved(c), d: moved(d) } };
};

const rowsOfTwo: Spec<'batch'> = { kind: 'batch', size: 1, shape: [2], classes: undefined };
const network: Network = { input: rowsOfTwo, output: rowsOfTwo, operator: relu() };

const tableFiles = { train: 'train.csv', test: 'test.csv', target: 'species' };
const [csvTable, jsonTable, parquetTable, rowsTable, arrays, archive] = await Promise.all(
  [
    csv(tableFiles),
    jsonl(tableFiles),
    parquet(tableFiles),
    records({ train: [{ width: 1, kind: 'rose' }], test: [{ width: 2, kind: 'rose' }], target: 'kind' }),
    npy({
      train: { features: 'train-images', labels: 'train-labels' },
      test: { features: 'test-images', labels: 'test-labels' },
    }),
    npz({ file: 'digits.npz' }),
  ].map((stage) => opened(stage, host)),
);

/** Made anew for each test: a stage may write to what it is given. */
const samples: Readonly<Record<string, () => Sample>> = {
  accuracy: () => ({
    stage: accuracy(),
    given: steps,
    ...oneAtTheEnd,
    values: { m: { name: 'accuracy', value: 0.5 } },
  }),
  adaGrad: () => onWeights(adaGrad({ learningRate: 0.1 }), 0.9, 0.9 - 0.1 / Math.SQRT2),
  adam: () => onWeights(adam({ learningRate: 0.1 }), 0.9, 0.8),
  adamW: () => onWeights(adamW({ learningRate: 0.1, weightDecay: 0.1 }), 0.89, 0.89 * 0.99 - 0.1),
  affine: () => asTheyAre(affine({ scale: 1e-9 })),
  averagePool2d: () => onPictures(averagePool2d(), [[[3]]], [[[1]]]),
  averageWeights: () => onWeights(averageWeights(), 1, 1),
  backward: () => ({ stage: backward(), given: steps, ...oneForOne, values: { c: { loss: 1 }, d: { loss: 2 } } }),
  balance: () => ({
    stage: balance(),
    given: { a: examplesOf([[7], [7], [9]], { labels: [1, 1, 0] }), b: { ...examples.b, split: 'test' } },
    ...oneForOne,
    values: { c: { features: [7, 7, 9, 9], labels: [1, 1, 0, 0] }, d: { features: [8, 8, 8] } },
  }),
  binaryCrossEntropy: () => ({
    stage: binaryCrossEntropy(),
    given: { a: batchOf([[0, 0]], { labels: [0] }), b: batchOf([[-log3, log3]], { labels: [1] }) },
    ...oneForOne,
    values: { c: { loss: Math.LN2, dx: [[-0.25, 0.25]] }, d: { loss: Math.log(4 / 3), dx: [[0.125, -0.125]] } },
  }),
  calibrationError: () => measured(calibrationError(), likely, 'calibrationError', 0.45),
  classWeights: () => ({
    stage: classWeights(),
    given: { a: examplesOf([[7], [7], [9]], { labels: [1, 1, 0] }), b: { ...examples.b, split: 'test' } },
    ...oneForOne,
    values: { c: { features: [7, 7, 9], weights: [0.75, 0.75, 1.5] }, d: { features: [8, 8, 8] } },
  }),
  batch: () => ({ stage: batch({ size: 2 }), ...examplesToBatches, values: sevensAndEights }),
  batchNorm: () => onScores(batchNorm(), [0, 0], [0, 0]),
  confusionMatrix: () => ({
    stage: confusionMatrix(),
    given: steps,
    ...oneAtTheEnd,
    values: {
      m: {
        name: 'confusionMatrix',
        matrix: [
          [1, 0],
          [1, 0],
        ],
      },
    },
  }),
  conv2d: () => onPictures(conv2d({ filters: 1, kernel: 2, weights: 'zeros' }), [[[0]]], [[[0]]]),
  csv: () => ({ stage: csvTable, given: splits, ...oneForOne, values: isSet, host }),
  crossEntropy: () => ({
    stage: crossEntropy({ epsilon: 0 }),
    given: judged,
    ...oneForOne,
    values: { c: { loss: Math.LN2, dx: [[-2, 0]] }, d: { loss: Math.LN2, dx: [[0, -2]] } },
  }),
  dense: () => onScores(dense({ units: 3, weights: 'zeros' }), [0, 0, 0], [0, 0, 0]),
  digits: () => ({
    stage: digits({ train: 3, test: 2 }),
    given: splits,
    ...oneForOne,
    values: { c: { split: 'train', labels: [0, 1, 2] }, d: { split: 'test', labels: [0, 1] } },
  }),
  drawBatch: () => ({
    stage: drawBatch({ size: 1, steps: 2 }),
    ...examplesToBatches,
    values: { c: { x: [[7]] }, d: { x: [[7]] }, e: { x: [[8]] }, f: { x: [[8]] } },
  }),
  dropout: () => onScores(dropout({ rate: 0 }), [0, 0], [-log3, log3]),
  dropout2d: () => asTheyAre(dropout2d({ rate: 0 })),
  elastic: () => asTheyAre(elastic({ alpha: 0 })),
  elu: () => onScores(elu(), [0, 0], [1 / 3 - 1, log3]),
  erase: () => onPictures(erase({ probability: 1, area: [1, 1], aspect: 1, value: 7 }), sevens, sevens),
  f1: () => measured(f1(), steps, 'f1', 1 / 3),
  fashionMnist: () => ({ stage: fashionMnist(), given: splits, ...oneForOne, values: isSet, host }),
  flatten: () => onPictures(flatten(), [1, 2, 3, 6], [0, 0, 4, 0]),
  flip: () =>
    onPictures(
      flip({ probability: 1 }),
      [
        [2, 1],
        [6, 3],
      ],
      [
        [0, 0],
        [0, 4],
      ],
    ),
  focal: () => ({
    stage: focal({ gamma: 1 }),
    given: { a: batchOf([[0, 0]], { labels: [0] }), b: batchOf([[0, 0]], { labels: [1] }) },
    ...oneForOne,
    values: {
      c: { loss: Math.LN2 / 2, dx: [[-(1 + Math.LN2) / 4, (1 + Math.LN2) / 4]] },
      d: { loss: Math.LN2 / 2, dx: [[(1 + Math.LN2) / 4, -(1 + Math.LN2) / 4]] },
    },
  }),
  forward: () => ({ ...onScores(forward(), [0, 0], [0, log3]), network }),
  gelu: () => onScores(gelu(), [0, 0], [-0.1493768, 0.9492355]),
  globalAveragePool: () => onPictures(globalAveragePool(), [3], [1]),
  hardSwish: () => onScores(hardSwish(), [0, 0], [(-log3 * (3 - log3)) / 6, (log3 * (3 + log3)) / 6]),
  holdOut: () => ({
    stage: holdOut({ validation: 1 }),
    given: { a: examples.a, b: { ...examples.b, split: 'test' } },
    source: '--a-----b--|',
    result: '--(cd)--b--|',
    values: {
      c: { split: 'train', features: [7, 7], labels: [1, 1] },
      d: { split: 'validation', features: [7], labels: [1] },
      b: { split: 'test', features: [8, 8, 8], labels: [0, 0, 0] },
    },
  }),
  huber: () => ({
    stage: huber(),
    given: { a: batchOf([[0.5, 3]], { labels: [0] }), b: batchOf([[0, 1]], { labels: [1] }) },
    ...oneForOne,
    values: { c: { loss: 1.3125, dx: [[-0.25, 0.5]] }, d: { loss: 0, dx: [[0, 0]] } },
  }),
  identity: () => onScores(identity(), [0, 0], [-log3, log3]),
  idx: () => ({ stage: idx({ train, test, shape: [28, 28] }), given: splits, ...oneForOne, values: isSet, host }),
  images: () => ({
    stage: images({ train: 'pictures/train', test: 'pictures/test', size: [1, 1] }),
    given: splits,
    ...oneForOne,
    values: isSet,
    host,
  }),
  impute: () => ({
    stage: impute(),
    given: { a: examplesOf([[7], [Number.NaN], [9]]), b: { ...examplesOf([[Number.NaN]]), split: 'test' } },
    ...oneForOne,
    values: { c: { features: [7, 8, 9], fill: [8] }, d: { features: [8], fill: [8] } },
  }),
  jsonl: () => ({ stage: jsonTable, given: splits, ...oneForOne, values: isSet, host }),
  layerNorm: () => onScores(layerNorm({ epsilon: 1e-9 }), [0, 0], [-1, 1]),
  leakyRelu: () => onScores(leakyRelu({ negativeSlope: 0.5 }), [0, 0], [-log3 / 2, log3]),
  logLoss: () => measured(logLoss(), likely, 'logLoss', -(Math.log(0.9) + Math.log(0.2)) / 2),
  maxPool2d: () => onPictures(maxPool2d(), [[[6]]], [[[4]]]),
  mean: () => ({
    stage: mean({ of: 'loss' }),
    given: steps,
    ...oneAtTheEnd,
    values: { m: { name: 'loss', value: 1.5 } },
  }),
  meanAbsoluteError: () => ({
    stage: meanAbsoluteError(),
    given: judged,
    ...oneForOne,
    values: { c: { loss: 0.5, dx: [[-0.5, 0.5]] }, d: { loss: 0.5, dx: [[0.5, -0.5]] } },
  }),
  meanSquaredError: () => ({
    stage: meanSquaredError(),
    given: judged,
    ...oneForOne,
    values: { c: { loss: 0.25, dx: [[-0.5, 0.5]] }, d: { loss: 0.25, dx: [[0.5, -0.5]] } },
  }),
  memory: () => ({
    stage: memory({ features: [[7], [8]], labels: [0, 1], test: { features: [[9]], labels: [1] } }),
    given: splits,
    ...oneForOne,
    values: {
      c: { split: 'train', features: [7, 8], labels: [0, 1] },
      d: { split: 'test', features: [9], labels: [1] },
    },
  }),
  mish: () => onScores(mish(), [0, 0], [-log3 * Math.tanh(Math.log(4 / 3)), log3 * Math.tanh(Math.log(4))]),
  mixup: () => asTheyAre(mixup()), // a batch of one: a sample with itself
  mnist: () => ({ stage: mnist(), given: splits, ...oneForOne, values: isSet, host }),
  momentum: () => onWeights(momentum({ learningRate: 0.01, momentum: 0.5 }), 0.9, 0.75),
  nesterov: () => onWeights(nesterov({ learningRate: 0.01, momentum: 0.5 }), 0.85, 0.675),
  noise: () => asTheyAre(noise({ std: 0 })),
  normalize: () => ({
    stage: normalize({ divisor: 2 }),
    given: examples,
    ...oneForOne,
    values: { c: { features: [7, 7, 7], scaling: { std: 2 } }, d: { features: [8, 8, 8], scaling: { std: 2 } } },
  }),
  npy: () => ({ stage: arrays, given: splits, ...oneForOne, values: isSet }),
  npz: () => ({ stage: archive, given: splits, ...oneForOne, values: isSet }),
  oneHot: () => ({
    stage: oneHot({ classes: 2 }),
    given: examples,
    ...oneForOne,
    values: { c: { classes: 2, labels: [1, 1, 1] }, d: { classes: 2, labels: [0, 0, 0] } },
  }),
  parquet: () => ({ stage: parquetTable, given: splits, ...oneForOne, values: isSet, host }),
  points: () => ({
    stage: points({ train: 3, test: 2 }),
    given: splits,
    ...oneForOne,
    values: { c: { split: 'train', shape: [2], labels: [0, 1, 0] }, d: { split: 'test', labels: [0, 1] } },
  }),
  precision: () => measured(precision(), steps, 'precision', 1 / 4),
  prelu: () => onScores(prelu({ initial: 0.5 }), [0, 0], [-log3 / 2, log3]),
  r2: () => measured(r2(), real, 'r2', 1 / 2),
  recall: () => measured(recall(), steps, 'recall', 1 / 2),
  records: () => ({ stage: rowsTable, given: splits, ...oneForOne, values: isSet, host }),
  relu: () => onScores(relu(), [0, 0], [0, log3]),
  residual: () => ({
    stage: residual({ stages: [relu()] }),
    given: { a: batchOf([[[eight(1)]]]), b: batchOf([[[eight(-1)]]]) }, // as many channels as the filters of its example
    ...oneForOne,
    values: { c: { x: [[[eight(2)]]] }, d: { x: [[[eight(-1)]]] } },
  }),
  rmsProp: () => onWeights(rmsProp({ learningRate: 0.1, decay: 0.75 }), 0.8, 0.8 - 0.1 / Math.sqrt(0.4375)),
  rocAuc: () => measured(rocAuc(), likely, 'rocAuc', 1),
  rotate: () => asTheyAre(rotate({ degrees: 0 })),
  rootMeanSquaredError: () => measured(rootMeanSquaredError(), real, 'rootMeanSquaredError', Math.SQRT1_2),
  standardize: () => ({
    stage: standardize(),
    given: { a: examples.a, b: { ...examples.b, split: 'test' } },
    ...oneForOne,
    values: {
      c: { features: [7, 7, 7], scaling: { mean: 7, std: 1 } },
      d: { features: [8, 8, 8], scaling: { mean: 7 } },
    },
  }),
  scale: () => asTheyAre(scale({ by: 0 })),
  sgd: () => onWeights(sgd({ learningRate: 0.01 }), 0.9, 0.8),
  shear: () => asTheyAre(shear({ degrees: 0 })),
  shift: () => asTheyAre(shift({ pixels: 0 })),
  shuffleBatch: () => ({ stage: shuffleBatch({ size: 2 }), ...examplesToBatches, values: sevensAndEights }),
  shuffleLabels: () => ({
    stage: shuffleLabels(),
    given: { a: examplesOf([[7], [9]], { labels: [1, 1] }), b: { ...examples.b, split: 'test' } },
    ...oneForOne,
    values: { c: { features: [7, 9], labels: [1, 1] }, d: { features: [8, 8, 8], labels: [0, 0, 0] } },
  }),
  sigmoid: () => onScores(sigmoid(), [0.5, 0.5], [0.25, 0.75]),
  softmax: () => onScores(softmax(), [0.5, 0.5], [0.1, 0.9]),
  softmaxCrossEntropy: () => ({
    stage: softmaxCrossEntropy(),
    given: judged,
    ...oneForOne,
    values: { c: { loss: Math.LN2, dx: [[-0.5, 0.5]] }, d: { loss: Math.LN2, dx: [[0.5, -0.5]] } },
  }),
  softplus: () => onScores(softplus(), [Math.LN2, Math.LN2], [Math.log(4 / 3), Math.log(4)]),
  swish: () => onScores(swish(), [0, 0], [-log3 / 4, (log3 * 3) / 4]),
  takeExamples: () => ({
    stage: takeExamples({ count: 1 }),
    given: examples,
    ...oneForOne,
    values: { c: { features: [7], labels: [1] }, d: { features: [8], labels: [0] } },
  }),
  topK: () => measured(topK({ k: 1 }), steps, 'top1', 1 / 2),
  tanh: () => onScores(tanh(), [0, 0], [-0.8, 0.8]),
};

/** Sources that are to be opened first. */
const learnsFromFiles = (name: string): boolean => ['csv', 'jsonl', 'npy', 'npz', 'parquet', 'records'].includes(name);

/** Sources that read files answer by promises, which no marble sees. */
const answersLater = ({ host }: Sample): boolean => host !== undefined;
/** A plain pipe has no files and no network: section. */
const needsPipeline = ({ host, network }: Sample): boolean => host !== undefined || network !== undefined;

const inPipeline = ({ stage, given, host, network }: Sample): OperatorFunction<Value, Value> =>
  stage.build(specOf(given.a), contextWith({ host, network })).operator;

/** The operator as a pipeline has it, and as a plain pipe has it. */
const ways: Readonly<Record<string, (sample: Sample) => OperatorFunction<Value, Value>>> = {
  'in a pipeline': inPipeline,
  'in a plain pipe': ({ stage }) => stage,
};

const waysOf = (name: string) =>
  Object.entries(ways).filter(([way]) => way === 'in a pipeline' || !needsPipeline(samples[name]()));

const turnOfTheEventLoop = () => new Promise((resolve) => setImmediate(resolve));

const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const registry = registryOf(stages);
const factories: Readonly<Record<string, AnyStageFactory>> = Object.fromEntries(registry);
const names = Object.keys(stages);

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(new URL(folder, import.meta.url), { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));

describe('the registry', () => {
  it('has a sample here for every stage', () => {
    expect(Object.keys(samples).sort()).toEqual([...names].sort());
  });

  it('has every stage under the name that it is exported by', () => {
    expect(Object.keys(factories).sort()).toEqual([...names].sort());
  });

  it('has one file for each stage, in the folder of its family and in kebab case, and one test', () => {
    const expected = Object.entries(factories)
      .map(([name, { definition }]) => `${definition.family}/${kebabCase(name)}`)
      .sort();
    const inFolders = (path: string) => path.includes('/');
    expect(filesIn('../../src/stages/', '.ts').filter(inFolders).sort()).toEqual(expected);
    expect(filesIn('./', '.test.ts').filter(inFolders).sort()).toEqual(expected);
  });
});

describe.each(names.filter((name) => name in samples))('%s', (name) => {
  const sampleOf = samples[name];

  describe.each(waysOf(name))('%s', (_, operatorOf) => {
    if (!answersLater(sampleOf())) {
      it('emits what it should, when it should', () => {
        const sample = sampleOf();
        marbles(({ cold, expectObservable }) => {
          const source = cold(sample.source, sample.given);
          expectObservable(source.pipe(operatorOf(sample))).toBe(sample.result, sample.values);
        });
      });
    } else {
      it('emits what it should, one after another', async () => {
        const sample = sampleOf();
        const source = new Subject<Value>();
        const log: unknown[] = [];
        source.pipe(operatorOf(sample)).subscribe({
          next: (value) => log.push(value),
          error: (error) => log.push(error),
          complete: () => log.push('complete'),
        });
        source.next(sample.given.a);
        expect(log).toEqual([]);
        await turnOfTheEventLoop();
        expect(log).toEqual([expect.objectContaining(sample.values.c as object)]);
        source.next(sample.given.b);
        source.complete();
        await turnOfTheEventLoop();
        expect(log.slice(1)).toEqual([expect.objectContaining(sample.values.d as object), 'complete']);
      });
    }

    it('completes without a word when the source is empty', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold<Value>('                                --|');
        expectObservable(source.pipe(operatorOf(sampleOf()))).toBe('--|');
        expectSubscriptions(source.subscriptions).toBe('            ^-!');
      });
    });

    it('passes an error of the source on as it is', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const error = new Error('the source broke');
        const source = cold<Value>('                                --#', {}, error);
        expectObservable(source.pipe(operatorOf(sampleOf()))).toBe('--#', {}, error);
        expectSubscriptions(source.subscriptions).toBe('            ^-!');
      });
    });

    it('passes on an error that comes after values', () => {
      const sample = sampleOf();
      let passed: unknown;
      const source = new Subject<Value>();
      const error = new Error('the source broke');
      source.pipe(operatorOf(sample)).subscribe({
        error: (thrown) => {
          passed = thrown;
        },
      });
      if (!answersLater(sample)) source.next(sample.given.a);
      source.error(error);
      expect(passed).toBe(error);
    });

    it('lets go of the source when it is unsubscribed from', () => {
      const sample = sampleOf();
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold('                              ----a--|', sample.given);
        expectObservable(source.pipe(operatorOf(sample)), '------!');
        expectSubscriptions(source.subscriptions).toBe('   ^-----!');
      });
    });

    it('lets go of the source before the first value too', () => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const source = cold<Value>('                           -------|');
        expectObservable(source.pipe(operatorOf(sampleOf())), '---!').toBe('----');
        expectSubscriptions(source.subscriptions).toBe('       ^--!');
      });
    });

    it('can be subscribed to twice', () => {
      const sample = sampleOf();
      marbles(({ cold, expectSubscriptions, expectObservable }) => {
        const source = cold<Value>('         --|');
        const stream = source.pipe(operatorOf(sample));
        expectObservable(stream).toBe('      --|');
        expectObservable(stream, '           -^').toBe('---|');
        expectSubscriptions(source.subscriptions).toBe(['^-!', '-^-!']);
      });
    });
  });

  it('says what flows out before anything does', () => {
    const { stage, given, host, network } = sampleOf();
    const { to } = factories[name].definition;
    expect(stage.build(specOf(given.a), contextWith({ host, network })).output.kind).toBe(to);
  });

  it('refuses a value of another kind in a plain pipe', () => {
    const { stage } = sampleOf();
    const { from } = factories[name].definition;
    const other = from === 'metric' ? 'train' : { split: 'train', epoch: 1, step: 1, name: 'loss', value: 0 };
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('                     --a--|', { a: other });
      const given = other === 'train' ? 'split' : 'metric';
      expectObservable(source.pipe(stage)).toBe(
        '--#',
        {},
        new PipelineError(`${name} takes a ${from}, not a ${given}`),
      );
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });
});

describe.each(Object.entries(factories))('the definition of %s', (name, factory) => {
  const { summary, family, example, options: schema } = factory.definition;
  const items: unknown = parse(`- ${example.replaceAll('\n', '\n  ')}`);
  const [item] = Array.isArray(items) ? items : [];
  const exampleOptions: Record<string, unknown> =
    typeof item === 'object' ? optionsOfItem(factory, item[name], registry) : {};
  const optionNames = Object.keys(schema.shape).filter((option) => currentNameOf(schema, option) === undefined);

  it('has its name in camel case, as its file and its export do', async () => {
    expect(name).toMatch(/^[a-z]+\d?([A-Z][a-z]*)*(\dd)?$/);
    const file = await import(`../../src/stages/${family}/${kebabCase(name)}.ts`);
    expect(file[name]).toBe(factory);
  });

  it('has a summary of one line', () => {
    expect(summary).toMatch(/^\S[^\r\n]{2,78}[^\s.]$/);
  });

  it('has an example that is one list item of a pipeline file, and that builds', async () => {
    expect(items).toHaveLength(1);
    expect(typeof item === 'string' ? item : Object.keys(item)).toEqual(typeof item === 'string' ? name : [name]);
    const { given, host: own, network } = samples[name]();
    const example = factory(exampleOptions);
    const stage = learnsFromFiles(name) ? await opened(example, host) : example;
    expect(stage.build(specOf(given.a), contextWith({ host: own, network })).output.kind).toBe(factory.definition.to);
  });

  it('shows in its example what cannot be left out', () => {
    const required = optionNames.filter((option) => !schema.shape[option].safeParse(undefined).success);
    expect(Object.keys(exampleOptions)).toEqual(expect.arrayContaining(required));
  });

  it('describes every option, at every depth, and allows no other', () => {
    const undescribed: string[] = [];
    const open: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type, properties, additionalProperties } = node as z.core.JSONSchema.ObjectSchema;
      // names of your own, each with a value of one kind, are no options
      const isRecord = typeof additionalProperties === 'object';
      if (type === 'object' && additionalProperties !== false && !isRecord) open.push(path);
      for (const [option, field] of Object.entries(properties ?? {})) {
        if (typeof field === 'boolean' || !field.description) undescribed.push(`${path}.${option}`);
      }
      for (const [key, inner] of Object.entries(node)) walk(inner, `${path}.${key}`);
    };
    walk(z.toJSONSchema(schema, { io: 'input' }), name);
    expect({ undescribed, open }).toEqual({ undescribed: [], open: [] });
  });

  it('refuses an option that it does not have', () => {
    const make = () => factory({ ...exampleOptions, noSuchOption: 1 });
    expect(make).toThrow(PipelineError);
    expect(make).toThrow(`${name} has no option "noSuchOption"`);
  });

  it.each(optionNames)('asks whether a misspelt option was meant to be %s', (option) => {
    const misspelt = `${option[0]}${option}`;
    const { [option]: value = 1, ...others } = exampleOptions;
    const make = () => factory({ ...others, [misspelt]: value });
    expect(make).toThrow(PipelineError);
    expect(make).toThrow(`${name} has no option "${misspelt}"; did you mean "${option}"?`);
  });
});

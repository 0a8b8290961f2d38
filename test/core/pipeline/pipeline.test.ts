import { EMPTY } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { networkStage } from '../../../src/core/families/network.js';
import { buildPipeline, countOf, type PipelineDefinition } from '../../../src/core/pipeline/pipeline.js';
import { numpyRandom } from '../../../src/core/random/numpy-random.js';
import { noOptions, stage } from '../../../src/core/stage.js';
import {
  accuracy,
  backward,
  batch,
  dense,
  digits,
  forward,
  mean,
  oneHot,
  relu,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from '../../../src/stages/index.js';
import { buildText, refusalOf, sectionOf, TINY, tinyWith } from '../../tiny-pipeline.js';

const refusal = (text: string): string => refusalOf(() => buildText(text));

const LOSSES =
  'binaryCrossEntropy, crossEntropy, focal, huber, meanAbsoluteError, meanSquaredError, softmaxCrossEntropy';
const BATCHERS = 'batch, drawBatch, shuffleBatch';

describe('a wrong wiring in a file', () => {
  it.each([
    [
      'a data stage in network:',
      '- relu',
      '- normalize: { divisor: 2 }',
      '10:5: normalize does not belong in network:, it goes in data:',
    ],
    ['a network stage in train:', '- backward', '- relu', '16:5: relu does not belong in train:, it goes in network:'],
    ['a source in train:', '- backward', '- digits', '16:5: digits does not belong in train:, it goes in data:'],
    [
      'a network stage in data:',
      '- digits: { train: 200, test: 50 }',
      '- relu',
      '5:5: relu does not belong in data:, it goes in network:',
    ],
    [
      'a batcher in data:',
      '- oneHot: { classes: 10 }',
      '- batch: { size: 9 }',
      '7:5: batch does not belong in data:, it goes in train:, validation: or test:',
    ],
    [
      'no source',
      '  - digits: { train: 200, test: 50 }\n',
      '',
      '5:5: data: must begin with a source: csv, digits, fashionMnist, idx, images, jsonl, memory, mnist, npy, npz, parquet, points, records; found normalize',
    ],
    [
      'fewer training examples than fill a batch, where short ones are dropped',
      '- shuffleBatch: { size: 20 }',
      '- shuffleBatch: { size: 201, lastBatch: drop }',
      '13:5: 200 examples do not fill one batch of 201, and short batches are dropped; give a smaller size, or lastBatch: keep',
    ],
    [
      'fewer test examples',
      '- batch: { size: 30 }',
      '- batch: { size: 51, lastBatch: drop }',
      '20:5: 50 examples do not fill one batch of 51, and short batches are dropped; give a smaller size, or lastBatch: keep',
    ],
    [
      'validation examples that are taken before there are any',
      '- normalize: { divisor: 255 }',
      '- takeExamples: { count: 5, split: validation }',
      '6:5: takeExamples finds no validation examples here; put it behind the holdOut that makes them',
    ],
    [
      'as many held out as there are',
      '- normalize: { divisor: 255 }',
      '- holdOut: { validation: 200 }',
      '6:5: holdOut cannot take 200 of 200 training examples: some must be left to learn from; hold fewer out, or a fraction, as 0.1',
    ],
    [
      'fewer classes than the source has',
      '- oneHot: { classes: 10 }',
      '- oneHot: { classes: 3 }',
      '7:5: found classes: 3, expected at least 10: the labels of digits run from 0 to 9; write classes: 10, or leave it out',
    ],
    [
      'two sources',
      '- normalize: { divisor: 255 }',
      '- digits',
      '6:5: digits is a source; data: begins with one and has no other',
    ],
    [
      'no batcher',
      '  - shuffleBatch: { size: 20 }\n',
      '',
      `13:5: train: must begin with a stage that makes batches: ${BATCHERS}; found forward`,
    ],
    ['two batchers', '- forward', '- batch: { size: 9 }', '14:5: batch takes examples, but gets a batch'],
    [
      'no forward',
      '  - forward\n',
      '',
      '14:5: softmaxCrossEntropy judges what the network says; put forward before it',
    ],
    [
      'forward twice',
      '- forward',
      '- forward\n  - forward',
      '15:5: forward was given rows of [10], but the network takes [28, 28]',
    ],
    [
      'no loss',
      '  - softmaxCrossEntropy\n',
      '',
      `15:5: backward takes a step, but gets a batch; put one of these between: ${LOSSES}`,
    ],
    ['two losses', '- backward', '- meanSquaredError', '16:5: meanSquaredError takes a batch, but gets a step'],
    ['sgd without backward', '  - backward\n', '', '16:5: sgd needs gradients; put backward before it'],
    ['no oneHot', '  - oneHot: { classes: 10 }\n', '', '14:5: softmaxCrossEntropy needs targets; put oneHot in data:'],
    [
      'more classes than outputs',
      'classes: 10',
      'classes: 12',
      "15:5: softmaxCrossEntropy compares the network's output with 12 targets a sample, but the output has the shape " +
        '[10]; give the last dense layer units: 12',
    ],
    [
      'a stage after a metric',
      '  - sgd: { learningRate: 0.1 }\n  - mean: { of: loss }',
      '  - mean: { of: loss }\n  - sgd: { learningRate: 0.1 }',
      '18:5: sgd comes after a metric; only metrics may follow one',
    ],
    [
      'a loss after a metric',
      '- accuracy',
      '- accuracy\n  - meanAbsoluteError',
      '25:5: meanAbsoluteError comes after a metric; only metrics may follow one; as a metric, it is mean: { of: absoluteError }',
    ],
    [
      'two metrics of one name',
      '- accuracy',
      '- mean: { of: loss }',
      '24:5: there already is a metric "loss" in test:',
    ],
    [
      'options that exclude each other',
      'divisor: 255',
      'divisor: 255, mean: 1',
      '6:5: normalize takes either a divisor, or mean and std, not both',
    ],
  ])('%s', (_, piece, replacement, expected) => {
    expect(refusal(tinyWith(piece, replacement))).toBe(`tiny.yaml:${expected}`);
  });

  it('train: that stops before the loss', () => {
    const text = tinyWith(sectionOf('train'), 'train:\n  - shuffleBatch: { size: 20 }\n  - forward\n');
    expect(refusal(text)).toBe(`tiny.yaml:14:5: train: needs a loss after forward: ${LOSSES}`);
  });

  it('test: with a metric before the loss', () => {
    const text = tinyWith(sectionOf('test'), 'test:\n  - batch: { size: 20 }\n  - forward\n  - accuracy\n');
    expect(refusal(text)).toBe(`tiny.yaml:21:5: test: needs a loss after forward: ${LOSSES}`);
  });

  it('train: of a batcher alone', () => {
    const text = tinyWith(sectionOf('train'), 'train:\n  - shuffleBatch: { size: 20 }\n');
    expect(refusal(text)).toBe(`tiny.yaml:13:5: train: needs a loss after shuffleBatch: ${LOSSES}`);
  });
});

/** The tiny pipeline in code. */
const tiny: PipelineDefinition = {
  data: [digits({ train: 20, test: 10 }), oneHot({ classes: 10 })],
  network: [dense({ units: 3 }), relu(), dense({ units: 10 })],
  train: [shuffleBatch({ size: 5 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
};

describe('a wrong wiring in code', () => {
  it.each<[string, Partial<PipelineDefinition>, string]>([
    ['no data', { data: [] }, 'data: expected at least one stage, found none'],
    ['no network', { network: [] }, 'network: expected at least one stage, found none'],
    ['no train', { train: [] }, 'train: expected at least one stage, found none'],
    ['an empty test', { test: [] }, 'test: expected at least one stage, found none'],
    [
      'a stage in the wrong section',
      { test: [batch({ size: 5 }), relu()] },
      'test[1]: relu does not belong in test:, it goes in network:',
    ],
    [
      'learning while testing',
      { test: [batch({ size: 5 }), forward(), softmaxCrossEntropy(), sgd({ learningRate: 0.1 })] },
      'test[3]: sgd does not belong in test:, it goes in train:',
    ],
    [
      'no batcher',
      { train: [forward()] },
      'train[0]: train: must begin with a stage that makes batches; found forward',
    ],
    ['no loss', { train: [batch({ size: 5 }), forward()] }, 'train[1]: train: needs a loss after forward'],
  ])('%s', (_, change, expected) => {
    expect(refusalOf(() => buildPipeline({ ...tiny, ...change }))).toBe(expected);
  });

  it('refuses a wrong option where it is written', () => {
    expect(refusalOf(() => dense({ units: -1 }))).toBe('dense: units: expected at least 1, found -1');
    // @ts-expect-error: units is required
    expect(refusalOf(() => dense())).toMatch(/^dense needs the option "units", as in /);
    // @ts-expect-error: there is no such option
    expect(refusalOf(() => relu({ slope: 1 }))).toBe('relu has no option "slope" (it takes no options)');
  });

  it('says so when the memory is too small', () => {
    const huge = stage({
      ...digits.definition,
      build: () => ({
        output: { kind: 'examples', shape: [1e6, 1e6], classes: undefined },
        operator: () => EMPTY,
      }),
    });
    expect(refusalOf(() => buildPipeline({ ...tiny, data: [huge(), oneHot({ classes: 10 })] }))).toMatch(
      /^train\[0\]: shuffleBatch needs more memory than there is; give it smaller sizes \(.+\)$/,
    );
  });

  it('gives what a stage throws while it is built its place and name', () => {
    const broken = networkStage({
      name: 'broken',
      summary: '',
      options: noOptions,
      example: 'broken',
      build: () => {
        throw new TypeError('a bug');
      },
    });
    expect(refusalOf(() => buildPipeline({ ...tiny, network: [broken()] }))).toMatch(
      /^network\[0\]: broken cannot be built: its build failed, by an error in the code of this stage at .*pipeline\.test\.ts:\d+: a bug$/,
    );
  });
});

describe('a built pipeline', () => {
  const pipeline = buildText(TINY);

  it('shows every stage in the order of the file', () => {
    expect(pipeline.rows.map(({ section, name }) => `${section} ${name}`)).toEqual([
      'data digits',
      'data normalize',
      'data oneHot',
      'network dense',
      'network relu',
      'network dense',
      'train shuffleBatch',
      'train forward',
      'train softmaxCrossEntropy',
      'train backward',
      'train sgd',
      'train mean',
      'test batch',
      'test forward',
      'test softmaxCrossEntropy',
      'test mean',
      'test accuracy',
    ]);
  });

  it('names its parameters by their place', () => {
    expect(pipeline.parameters.map(({ name, value }) => [name, value.shape])).toEqual([
      ['network.0.W', [784, 8]],
      ['network.0.b', [8]],
      ['network.2.W', [8, 10]],
      ['network.2.b', [10]],
    ]);
    expect(countOf(pipeline.parameters)).toBe(784 * 8 + 8 + 8 * 10 + 10);
  });

  it('keeps what each stage declares and its options, defaults and all', () => {
    const rows = pipeline.rows.filter(({ section }) => section === 'network');
    expect(rows.map(({ definition }) => definition)).toEqual([dense.definition, relu.definition, dense.definition]);
    expect(rows.map(({ options }) => options)).toEqual([
      { units: 8, weights: 'heNormal', bias: true },
      {},
      { units: 10, weights: 'heNormal', bias: true },
    ]);
  });

  it('plans for the largest batch', () => {
    expect(pipeline.network.input.size).toBe(30);
    expect(buildText(tinyWith('size: 20', 'size: 40')).network.input.size).toBe(40);
  });

  it('has defaults', () => {
    expect(buildPipeline(tiny)).toMatchObject({ name: 'pipeline', seed: 0, epochs: 1, dtype: 'float32' });
  });

  it('computes in the type that is asked for', () => {
    const [W] = buildPipeline({ ...tiny, dtype: 'float64' }).parameters;
    expect(W.value.data).toBeInstanceOf(Float64Array);
    expect(pipeline.parameters[0].value.data).toBeInstanceOf(Float32Array);
  });

  it('draws the same weights from the same seed, whatever stands elsewhere', () => {
    const weights = (definition: PipelineDefinition) => [...buildPipeline(definition).parameters[0].value.data];
    const withTest = {
      ...tiny,
      test: [batch({ size: 9 }), forward(), softmaxCrossEntropy(), mean({ of: 'loss' }), accuracy()],
    };
    expect(weights(withTest)).toEqual(weights(tiny));
    expect(weights({ ...tiny, seed: 1 })).not.toEqual(weights(tiny));
  });

  it('with random: numpy, draws as np.random.seed(seed) does, in the order of the network', () => {
    const { parameters } = buildPipeline({ ...tiny, seed: 7, random: 'numpy', dtype: 'float64' });
    const random = numpyRandom(7).stream('all');
    const he = (inputs: number, count: number) =>
      Array.from({ length: count }, () => Math.sqrt(2 / inputs) * random.normal());
    const [first, , second] = parameters.map(({ value }) => [...value.data]);
    expect(first).toEqual(he(784, 784 * 3));
    expect(second).toEqual(he(3, 3 * 10));
  });

  it('draws new weights of the same seed for each pipeline', () => {
    const [one, other] = [buildPipeline(tiny), buildPipeline(tiny)];
    expect(one.parameters[0].value.data).toEqual(other.parameters[0].value.data);
    expect(one.parameters[0].value.data).not.toBe(other.parameters[0].value.data);
  });
});

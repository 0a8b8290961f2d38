/** What sources and data stages of plug-ins give and declare: what cannot be is refused in words, with the stage. */
import {
  backward,
  batch,
  dense,
  type Examples,
  forward,
  metric,
  noOptions,
  normalize,
  oneHot,
  PipelineError,
  RunError,
  runPipeline,
  type SourceSplit,
  type Spec,
  sgd,
  softmaxCrossEntropy,
  stage,
} from 'marblenet';
import { concatMap, from, map } from 'rxjs';
import { describe, expect, it } from 'vitest';

const description = { summary: 's', options: noOptions } as const;

/** Four samples a split, of two numbers and one of two classes; then what is changed of them. */
const points = (given: object, declared: object, times = 1) =>
  stage({
    ...description,
    name: 'points',
    example: 'points',
    family: 'sources',
    from: 'split',
    to: 'examples',
    build: () => ({
      output: { kind: 'examples', shape: [2], classes: undefined, labels: { classes: 2 }, ...declared },
      operator: concatMap((split: SourceSplit) => {
        const examples: Examples = {
          split,
          epoch: 1,
          shape: [2],
          features: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
          labels: Uint8Array.of(0, 1, 0, 1),
          scaling: { mean: 0, std: 1 },
          classes: undefined,
          origin: { source: 'points' },
          ...given,
        };
        return from(Array.from({ length: times }, () => examples));
      }),
    }),
  })();

/** A data stage that changes the examples, and not what is said of them. */
const changing = (given: object) =>
  stage({
    ...description,
    name: 'changing',
    example: 'changing',
    family: 'data',
    from: 'examples',
    to: 'examples',
    build: (_, output) => ({ output, operator: map((examples: Examples) => ({ ...examples, ...given })) }),
  })();

const judging = (result: object) =>
  metric({
    ...description,
    name: 'judging',
    example: 'judging',
    start: () => ({ add() {}, result: () => ({ value: 1, ...result }) }),
  })();

interface Changes {
  readonly given?: object;
  readonly declared?: object;
  readonly times?: number;
  readonly changed?: object;
  readonly judged?: object;
}

async function refusalOf({ given = {}, declared = {}, times, changed = {}, judged = {} }: Changes): Promise<Error> {
  const error = await runPipeline({
    data: [points(given, declared, times), normalize({ divisor: 1 }), changing(changed), oneHot()],
    network: [dense({ units: 2 })],
    train: [batch({ size: 2 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
    test: [batch({ size: 2 }), forward(), softmaxCrossEntropy(), judging(judged)],
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof Error ? error : expect.fail('nothing was refused');
}

const running = (message: string) => new RunError(message, { placed: true });

describe('examples that cannot be', () => {
  const scaling = (part: string, is: string) =>
    `data[0]: points: the ${part} of the scaling should be a number, or a list of 2 for samples of [2], but ${is}`;

  it.each<[string, Changes, string]>([
    ['a scaling too short', { given: { scaling: { mean: [1], std: 1 } } }, scaling('mean', 'is a list of 1')],
    ['a scaling too long', { given: { scaling: { mean: 0, std: [1, 1, 1] } } }, scaling('std', 'is a list of 3')],
    [
      'a scaling of texts',
      { given: { scaling: { mean: [0, '1'], std: 1 } } },
      scaling('mean', 'holds the text "1" for column 1'),
    ],
    ['a scaling that is a text', { given: { scaling: { mean: '0', std: 1 } } }, scaling('mean', 'is the text "0"')],
    ['a scaling that is NaN', { given: { scaling: { mean: 0, std: Number.NaN } } }, scaling('std', 'is NaN')],
    [
      'no scaling',
      { given: { scaling: undefined } },
      'data[0]: points: the scaling should be { mean, std }, but is nothing',
    ],
    [
      'a scaling that a data stage spoils',
      { changed: { scaling: { mean: [0, 0, 0], std: 1 } } },
      scaling('mean', 'is a list of 3').replace('data[0]: points', 'data[2]: changing'),
    ],
    ['a split twice', { times: 2 }, 'data[0]: points: gave the examples of train twice, expected them once'],
    [
      'another split',
      { given: { split: 'traim' } },
      'data[0]: points: gave examples of the split the text "traim", expected train, validation, test',
    ],
    [
      'labels in a list',
      { given: { labels: [0, 1, 0, 1] } },
      'data[0]: points: expected the labels in a typed array, as a Uint8Array, found a list',
    ],
    [
      'labels in a list, from a data stage',
      { changed: { labels: [0, 1, 0, 1] } },
      'data[2]: changing: expected the labels in a typed array, as a Uint8Array, found a list',
    ],
    [
      'features in a view of bytes',
      { given: { features: new DataView(new ArrayBuffer(32)) } },
      'data[0]: points: expected the features in a typed array, found a DataView',
    ],
    [
      'more than it counted',
      { declared: { counts: { train: 3, test: 9 } } },
      'data[0]: points: declared 3 examples of train at most, but gave 4',
    ],
    [
      'a matrix of targets that is not whole',
      { given: { targets: { shape: [4, 2], data: new Float32Array(7) } } },
      'data[0]: points: expected targets of [4, m] for 4 samples of train, but gave [4, 2] with 7 numbers',
    ],
  ])('%s', async (_, changes, message) => {
    expect(await refusalOf(changes)).toEqual(running(message));
  });
});

describe('what cannot be declared', () => {
  it.each<[Partial<Record<keyof Spec<'examples'>, unknown>>, string]>([
    [{ shape: 'x' }, 'the shape should be sizes, as [28, 28], but is the text "x"'],
    [{ shape: [2, 0] }, 'the shape should be sizes, as [28, 28], but is [2, 0]'],
    [{ classes: 2.5 }, 'the number of classes should be a whole number from 1, but is 2.5'],
    [{ targets: '2' }, 'the number of targets should be a whole number from 1, but is the text "2"'],
    [{ counts: { train: '4' } }, 'the count of train should be a whole number from 0, but is the text "4"'],
    [{ labels: { classes: -1 } }, 'the number of classes of its labels should be a whole number from 1, but is -1'],
    [
      { scaling: { mean: [0], std: 1 } },
      'the mean of the scaling should be a number, or a list of 2 for samples of [2], but is a list of 1',
    ],
  ])('%o', async (declared, problem) => {
    const error = await refusalOf({ declared });
    expect(error).toBeInstanceOf(PipelineError);
    expect(error.message).toBe(`data[0]: points: in the output that build returns, ${problem}`);
  });
});

describe('a metric whose parts cannot be', () => {
  it.each<[object, string]>([
    [
      { matrix: [[1, 2], [3]] },
      'row 1 of the matrix of the metric "judging" of test is a list of 1 in epoch 1, expected a list of 2 numbers, as there are rows',
    ],
    [
      { matrix: [[1, 'a'], []] },
      'row 0 of the matrix of the metric "judging" of test is a list with a text in it in epoch 1, expected a list of 2 numbers, as there are rows',
    ],
    [{ matrix: 5 }, 'matrix of the metric "judging" of test is 5 in epoch 1, expected a list of rows'],
    [{ byClass: 'ab' }, 'byClass of the metric "judging" of test is a text in epoch 1, expected a list of numbers'],
  ])('%o', async (judged, problem) => {
    expect(await refusalOf({ judged })).toEqual(running(`test[3]: judging: the ${problem}`));
  });
});

it('NaN that a later data stage writes into numbers which were checked is found, and that stage is named', async () => {
  const spoiling = stage({
    ...description,
    name: 'spoiling',
    example: 'spoiling',
    family: 'data',
    from: 'examples',
    to: 'examples',
    build: (_, output) => ({
      output,
      operator: map((examples: Examples) => {
        examples.features[5] = Number.NaN;
        return examples;
      }),
    }),
  })();
  const run = runPipeline({
    data: [points({}, {}), changing({}), spoiling, oneHot()],
    network: [dense({ units: 2 })],
    train: [batch({ size: 2 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
  });
  await expect(run).rejects.toThrow('data[2]: spoiling: found NaN at sample 2 of train, expected a number');
});

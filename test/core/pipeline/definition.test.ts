/** What is given in code is checked as YAML is: by every door, before anything is built. */
import {
  accuracy,
  backward,
  batch,
  buildPipeline,
  dense,
  digits,
  forward,
  oneHot,
  openPipeline,
  outlinePipeline,
  type PipelineDefinition,
  relu,
  runPipeline,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';
import { describe, expect, it } from 'vitest';
import { laterRefusalOf, refusalOf } from '../../tiny-pipeline.js';

const tiny: PipelineDefinition = {
  data: [digits({ train: 20, test: 10 }), oneHot()],
  network: [dense({ units: 8 }), relu(), dense({ units: 10 })],
  train: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
  test: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), accuracy()],
};

/** As JavaScript gives it, which has no types. */
const buildWith = (changes: object) => buildPipeline({ ...tiny, ...changes } as PipelineDefinition);

const keys =
  'name, seed, dataSeed, random, epochs, dtype, backend, threads, checkpoint, earlyStopping, initialWeights, tensorboard, members, best, data, network, train, validation, test';

describe('a pipeline in code is refused with', () => {
  it.each<readonly [object, string]>([
    [{ epochs: -1 }, 'epochs: expected at least 1, found -1'],
    [{ epochs: 1.5 }, 'epochs: expected a whole number, found 1.5'],
    [{ epochs: 0 }, 'epochs: expected at least 1, found 0'],
    [{ epochs: Number.NaN }, 'epochs: expected a number, found NaN'],
    [{ epochs: null }, 'epochs: expected a number, found nothing'],
    [{ epochs: '3' }, 'epochs: expected a number, found the text "3"; write it without quotes'],
    [{ seed: -1 }, 'seed: expected at least 0, found -1'],
    [{ seed: 2 ** 32 }, 'seed: expected at most 4294967295, found 4294967296'],
    [{ seed: 0.5 }, 'seed: expected a whole number, found 0.5'],
    [{ dtype: 'float16' }, 'dtype: expected float32 or float64, found the text "float16"; did you mean "float32"?'],
    [{ backend: 'gpu' }, 'backend: expected wasm or typescript, found the text "gpu"'],
    [{ random: 'nunpy' }, 'random: expected perStage or numpy, found the text "nunpy"; did you mean "numpy"?'],
    [{ threads: 0 }, 'threads: expected at least 1, found 0'],
    [{ threads: 65 }, 'threads: expected at most 64, found 65'],
    [{ threads: 'many' }, 'threads: expected auto, or a number, found the text "many"'],
    [{ name: '' }, 'name: expected at least one character, found the text ""'],
    [{ epoch: 3 }, `unknown key "epoch"; did you mean "epochs"? (expected ${keys})`],
    [{ network: undefined }, 'the pipeline has no network, which it needs'],
    [{ network: relu() }, 'network: expected a list of stages, as [relu()], found a function'],
    [{ network: 'relu' }, 'network: expected a list of stages, as [relu()], found the text "relu"'],
    [
      { network: [dense({ units: 10 }), relu] },
      'network[1]: expected a stage, as relu(), found relu without (); write relu()',
    ],
    [{ network: [dense({ units: 10 }), 'relu'] }, 'network[1]: expected a stage, as relu(), found the text "relu"'],
    [{ network: [undefined] }, 'network[0]: expected a stage, as relu(), found nothing'],
    [
      { data: [digits(), (x: unknown) => x] },
      'data[1]: expected a stage, as relu(), found a function that is no stage',
    ],
    [{ test: [] }, 'test: expected at least one stage, found none'],
  ])('%o', (changes, expected) => {
    expect(refusalOf(() => buildWith(changes))).toBe(expected);
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'nothing'],
    [[], 'an empty list'],
    [42, '42'],
  ])('%o in its place', (given, found) => {
    expect(refusalOf(() => buildPipeline(given as unknown as PipelineDefinition))).toBe(
      `expected a pipeline, as { data, network, train }, found ${found}`,
    );
  });

  it('the same words by every door', async () => {
    const wrong = { ...tiny, epochs: -1, data: undefined } as unknown as PipelineDefinition;
    const expected = 'the pipeline has no data, which it needs';
    expect(refusalOf(() => outlinePipeline(wrong))).toMatch(/^epochs: /);
    expect(await laterRefusalOf(openPipeline({ ...wrong, epochs: 1 }))).toBe(expected);
    expect(await laterRefusalOf(runPipeline({ ...wrong, epochs: 1 }))).toBe(expected);
    expect(await laterRefusalOf(runPipeline(null as unknown as PipelineDefinition))).toContain('found nothing');
  });
});

describe('a pipeline in code', () => {
  it('may leave out what has a default, as undefined too', () => {
    expect(buildWith({ seed: undefined, epochs: undefined, validation: undefined })).toMatchObject({
      seed: 0,
      epochs: 1,
    });
  });
});

/** What is given in code and cannot be is refused in words that name it, before any work. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  accuracy,
  backward,
  batch,
  dense,
  digits,
  evaluate,
  evaluateRun,
  exportModel,
  forward,
  loadModel,
  type Model,
  normalize,
  oneHot,
  PipelineError,
  readSamples,
  resumeRun,
  runPipeline,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';
import { beforeAll, describe, expect, it } from 'vitest';
import { TINY } from '../tiny-pipeline.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

/** Any function, given anything. */
type Loose = (...given: readonly unknown[]) => unknown;

async function refusalOf(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    return error instanceof Error ? error : expect.fail(`threw ${error}`);
  }
  return expect.fail('nothing was refused');
}

const code = {
  data: [digits({ train: 20, test: 10 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 10 })],
  train: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
  test: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), accuracy()],
} as const;

/** Wrong values of an option, whatever it is for. */
const wrongValues: readonly (readonly [option: string, value: unknown, expected: string, found: string])[] = [
  ['signal', 5, 'an AbortSignal', '5'],
  ['signal', null, 'an AbortSignal', 'nothing'],
  ['signal', {}, 'an AbortSignal', 'a map'],
  ['onEvent', 5, 'a function', '5'],
  ['betweenSteps', 'x', 'a function', 'the text "x"'],
  ['everyStep', 'yes', 'true or false', 'the text "yes"'],
  ['scalars', 'yes', 'true or false', 'the text "yes"'],
  ['profile', 1, 'true or false', '1'],
  ['runId', 5, 'a text', '5'],
  ['dataFolder', 5, 'a path', '5'],
  ['dataFolder', '', 'a path', 'the text ""'],
  ['offline', 1, 'true or false', '1'],
  ['onDownload', true, 'a function', 'true'],
  ['host', {}, 'a host, as createNodeHost() gives', 'a map'],
];

const wrongValuesOfFiles: typeof wrongValues = [
  ...wrongValues,
  ['out', 5, 'a path', '5'],
  ['out', 'a\0b', 'a path', 'the text "a\\u0000b"'],
  ['set', 'epochs=1', 'a list of texts', 'the text "epochs=1"'],
  ['swap', [5], 'a list of texts', 'a list'],
  ['variables', 'x', 'an object', 'the text "x"'],
  ['plugins', 'no', 'true or false', 'the text "no"'],
  ['text', 5, 'a text', '5'],
];

describe('runPipeline', () => {
  it.each(wrongValuesOfFiles)('of a file: %s: %o', async (option, value, expected, found) => {
    const error = await refusalOf(() => (runPipeline as Loose)('nowhere.yaml', { [option]: value }));
    expect(error).toEqual(new PipelineError(`runPipeline: ${option} should be ${expected}, but is ${found}`));
  });

  it.each(wrongValues)('of a pipeline in code: %s: %o', async (option, value, expected, found) => {
    const error = await refusalOf(() => (runPipeline as Loose)(code, { [option]: value }));
    const what = 'runPipeline of a pipeline in code';
    expect(error).toEqual(new PipelineError(`${what}: ${option} should be ${expected}, but is ${found}`));
  });

  it.each([null, 5, 'x', []])('options that are none: %o', async (options) => {
    for (const pipeline of ['nowhere.yaml', code]) {
      const error = await refusalOf(() => (runPipeline as Loose)(pipeline, options));
      expect(error).toBeInstanceOf(PipelineError);
      expect(error.message).toMatch(/^runPipeline.*: the options should be an object, as \{ everyStep \}, but are /);
    }
  });

  it.each([
    [new URL('http://localhost/x.yaml'), 'http://localhost/x.yaml; download it, and give its path'],
    ['', 'the text ""'],
    ['a\0b.yaml', 'the text "a\\u0000b.yaml"'],
  ])('a path that is none: %o', async (path, found) => {
    const error = await refusalOf(() => (runPipeline as Loose)(path));
    const expected = `runPipeline: the pipeline file should be a path or a file: URL, but is ${found}`;
    expect(error).toEqual(new PipelineError(expected));
  });

  it.each([null, undefined, 5, true])('a pipeline that is none: %o', async (pipeline) => {
    const error = await refusalOf(() => (runPipeline as Loose)(pipeline));
    expect(error).toBeInstanceOf(PipelineError);
    expect(error.message).toMatch(/^expected a pipeline, as \{ data, network, train \}, found /);
  });

  it('a number of threads that is none', async () => {
    const error = await refusalOf(() => (runPipeline as Loose)({ ...code, threads: 'x' }));
    expect(error).toBeInstanceOf(PipelineError);
    expect(error.message).toMatch(/^threads: expected .*found the text "x"$/);
  });

  it('writes nothing before it refuses', async () => {
    const out = join(await temporaryFolder(), 'runs');
    const file = await temporaryFile(TINY, 'tiny.yaml');
    await refusalOf(() => (runPipeline as Loose)(file, { out, onEvent: 5 }));
    expect(existsSync(out)).toBe(false);
  });
});

describe('what reads and goes on', () => {
  it.each<[string, Loose, readonly unknown[], string]>([
    [
      'resumeRun',
      resumeRun as Loose,
      [5],
      'resumeRun: the folder of the run should be a path or a file: URL, but is 5',
    ],
    ['resumeRun', resumeRun as Loose, ['x', { signal: 5 }], 'resumeRun: signal should be an AbortSignal, but is 5'],
    [
      'resumeRun',
      resumeRun as Loose,
      ['x', null],
      'resumeRun: the options should be an object, as { everyStep }, but are nothing',
    ],
    ['evaluateRun', evaluateRun as Loose, [5], 'evaluateRun: the run should be a path or a file: URL, but is 5'],
    [
      'evaluateRun',
      evaluateRun as Loose,
      ['x', { split: 'all' }],
      'evaluateRun: split should be train, validation or test, but is the text "all"',
    ],
    [
      'evaluateRun',
      evaluateRun as Loose,
      ['x', { pipeline: 5 }],
      'evaluateRun: pipeline should be a path or a URL, but is 5',
    ],
    ['loadModel', loadModel as Loose, [5], 'loadModel: the model should be a path or a file: URL, but is 5'],
    [
      'loadModel',
      loadModel as Loose,
      [new URL('https://localhost/m')],
      'loadModel: the model should be a path or a file: URL, but is https://localhost/m; download it, and give its path',
    ],
    [
      'loadModel',
      loadModel as Loose,
      ['x', { registry: [] }],
      'loadModel: registry should be a registry, as registryOf({ my }) gives, but is an empty list',
    ],
    [
      'loadModel',
      loadModel as Loose,
      ['x', null],
      'loadModel: the options should be an object, as { registry }, but are nothing',
    ],
    [
      'readSamples',
      readSamples as Loose,
      [5, [28, 28]],
      'readSamples: the file should be a path or a file: URL, but is 5',
    ],
    [
      'readSamples',
      readSamples as Loose,
      ['x', 784],
      'readSamples: the shape should be that of a sample, as [28, 28], but is 784',
    ],
    [
      'readSamples',
      readSamples as Loose,
      ['x', [28], { asIs: 1 }],
      'readSamples: asIs should be true or false, but is 1',
    ],
  ])('%s: %#', async (_, call, given, message) => {
    expect(await refusalOf(() => call(...given))).toEqual(new PipelineError(message));
  });
});

describe('what a model is asked', () => {
  let network: Model & { save: Loose };
  beforeAll(async () => {
    const result = await runPipeline(code);
    network = result.network as Model & { save: Loose };
  });

  it.each([5, '', new URL('http://localhost/')])('save(%o)', async (path) => {
    const error = await refusalOf(() => network.save(path));
    expect(error).toBeInstanceOf(PipelineError);
    expect(error.message).toMatch(/^save: the file should be a path or a file: URL, but is /);
  });

  it.each<[unknown, string]>([
    [undefined, 'nothing, expected the 784 of one sample [28, 28]'],
    [5, '5, expected the 784 of one sample [28, 28]'],
    ['x', 'a text, expected the 784 of one sample [28, 28]'],
    [{}, 'an object, expected the 784 of one sample [28, 28] in an array'],
    [{ shape: 5, data: [] }, '{ shape: 5, data: a list }, expected { shape: [n, 28, 28], data }'],
    [{ shape: [1, 784] }, '{ shape: a list, data: nothing }, expected { shape: [n, 28, 28], data }'],
  ])('predict(%o)', async (samples, problem) => {
    const error = await refusalOf(() => (network.predict as Loose)(samples));
    expect(error).toEqual(new RangeError(`predict: found ${problem}`));
  });

  it.each<[readonly unknown[], string]>([
    [[5, 'onnx'], 'exportModel: expected a model, as loadModel gives one, found 5'],
    [['the model', 5], 'there is no format "5" (expected js, onnx, safetensors, npz, json)'],
    [['the model', 'onnx', null], 'exportModel: the options should be an object, but are nothing'],
    [['the model', 'onnx', { logits: 'yes' }], 'exportModel: logits should be true or false, but is the text "yes"'],
    [
      ['the model', 'npz', { names: 'keras' }],
      'exportModel: names should be pytorch or notebook, but is the text "keras"',
    ],
  ])('exportModel(%o)', async ([model, ...others], message) => {
    const given = [model === 'the model' ? network : model, ...others];
    expect(await refusalOf(() => (exportModel as Loose)(...given))).toEqual(new PipelineError(message));
  });

  it.each<readonly unknown[]>([
    [5, [1]],
    [{ shape: [1, 2], data: [0.5, 0.5] }, [1]],
    [{ shape: [1, 2], data: Float32Array.of(0.5, 0.5) }, 5],
  ])('evaluate(%o, %o)', async (probabilities, labels) => {
    const error = await refusalOf(() => (evaluate as Loose)(probabilities, labels));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toMatch(/^evaluate: found .*, expected probabilities \[n, C\] and n labels$/);
  });
});

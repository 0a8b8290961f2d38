import { describe, expect, it } from 'vitest';
import { checkGradients } from '../../../src/core/inspect/gradient-check.js';
import { traceSample } from '../../../src/core/inspect/trace.js';
import {
  buildPipeline,
  type Environment,
  openPipeline,
  outlinePipeline,
  type PipelineDefinition,
} from '../../../src/core/pipeline/pipeline.js';
import { stage } from '../../../src/core/stage.js';
import {
  accuracy,
  backward,
  batch,
  dense,
  digits,
  forward,
  holdOut,
  idx,
  mean,
  noise,
  normalize,
  oneHot,
  relu,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from '../../../src/stages/index.js';
import { fakeHost, images, labels } from '../../stages/context.js';
import { laterRefusalOf, refusalOf } from '../../tiny-pipeline.js';

const files = {
  'train-images': images(6, [3, 2]),
  'train-labels': labels(0, 1, 2, 0, 1, 2),
  'test-images': images(2, [3, 2]),
  'test-labels': labels(3, 0),
};
const pairs = {
  train: { images: 'train-images', labels: 'train-labels' },
  test: { images: 'test-images', labels: 'test-labels' },
};

/** A pipeline that leaves the shape and the number of classes to its files. */
const unsaid: PipelineDefinition = {
  data: [idx(pairs), normalize({ divisor: 255 }), oneHot()],
  network: [dense({ units: 5 }), relu(), dense({ units: 4 })],
  train: [shuffleBatch({ size: 2 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
  test: [batch({ size: 2 }), forward(), softmaxCrossEntropy(), accuracy()],
};
/** The same, saying both. */
const said: PipelineDefinition = {
  ...unsaid,
  data: [idx({ ...pairs, shape: [3, 2] }), normalize({ divisor: 255 }), oneHot({ classes: 4 })],
};
const held = holdOut({ validation: 0.5 });
const there: Environment = { host: fakeHost(files) };
const withoutFiles: Environment = { host: fakeHost({}) };
const weightsOf = ({ parameters }: { readonly parameters: ReturnType<typeof buildPipeline>['parameters'] }) =>
  parameters.map(({ name, value }) => [name, value.shape, [...value.data]]);

describe('openPipeline', () => {
  it('makes of what the files say the pipeline that says it itself', async () => {
    const opened = await openPipeline(unsaid, there);
    expect(weightsOf(opened)).toEqual(weightsOf(buildPipeline(said, there)));
    expect(opened.rows.map(({ output }) => output)).toEqual(
      (await openPipeline({ ...said, data: [idx(pairs), ...said.data.slice(1)] }, there)).rows.map(
        ({ output }) => output,
      ),
    );
  });

  it.each(['perStage', 'numpy'] as const)('draws the same with random: %s', async (random) => {
    const opened = await openPipeline({ ...unsaid, random }, there);
    expect(weightsOf(opened)).toEqual(weightsOf(buildPipeline({ ...said, random }, there)));
  });

  it('opens no file where everything is said', async () => {
    expect((await openPipeline(said, withoutFiles)).parameters).toHaveLength(4);
    const drawn = { ...unsaid, data: [digits(), oneHot()], network: [dense({ units: 10 })] };
    expect((await openPipeline(drawn)).parameters.map(({ value }) => value.shape)).toEqual([[784, 10], [10]]);
  });

  it('says what is wrong with the pipeline before it opens a file', async () => {
    const wrong = { ...unsaid, train: unsaid.train.filter((_, i) => i !== 2) };
    expect(await laterRefusalOf(openPipeline(wrong, withoutFiles))).toMatch(/^train\[2\]: backward takes a step/);
  });

  it('holds examples out that it does not know beforehand', async () => {
    const [source, ...rest] = unsaid.data;
    const judged = { ...unsaid, data: [source, holdOut({ validation: 2, stratify: false }), ...rest] };
    expect(outlinePipeline({ ...judged, validation: judged.test ?? [] }, withoutFiles).unknown?.name).toBe('idx');
    expect((await openPipeline({ ...judged, validation: judged.test ?? [] }, there)).validation).toBeDefined();
    expect(await laterRefusalOf(openPipeline(judged, there))).toMatch(/^data\[1\]: holdOut takes examples from train/);
  });

  it('says which file is missing', async () => {
    const { 'test-labels': _, ...some } = files;
    const missing = 'test-labels: no such file (idx at data[0])';
    await expect(openPipeline(unsaid, { host: fakeHost(some) })).rejects.toThrow(missing);
    await expect(openPipeline(unsaid, withoutFiles)).rejects.toThrow('no such file');
  });

  it('opens no test files where there is no test', async () => {
    const { 'test-labels': _labels, 'test-images': _images, ...trainOnly } = files;
    const { test: _test, ...trained } = { ...unsaid, network: [dense({ units: 3 })] };
    const opened = await openPipeline(trained, { host: fakeHost(trainOnly) });
    expect(opened.network.output.classes).toBe(3);
  });

  it('checks the network against what the files say', async () => {
    const narrow = { ...unsaid, network: [dense({ units: 3 })] };
    expect(await laterRefusalOf(openPipeline(narrow, there))).toMatch(
      /^train\[2\]: softmaxCrossEntropy .* 4 targets a sample, .* give the last dense layer units: 4$/,
    );
  });

  it('refuses fewer classes than the files have, and says which file', async () => {
    const few = { ...unsaid, data: [idx(pairs), oneHot({ classes: 3 })] };
    expect(await laterRefusalOf(openPipeline(few, there))).toBe(
      'data[1]: found classes: 3, expected at least 4: the labels of test-labels run from 0 to 3; ' +
        'write classes: 4, or leave it out',
    );
  });

  it('ends by a signal, also while files are read, and builds nothing then', async () => {
    const reason = new Error('another one is opened');
    const left = new AbortController();
    const built: string[] = [];
    const counted = stage({
      ...relu.definition,
      build(options, input, context) {
        built.push('relu');
        return relu(options).build(input, context);
      },
    });
    const host = fakeHost(files);
    const slow = {
      ...host,
      readIdxHeader: async (path: string) => {
        left.abort(reason);
        built.length = 0; // it was outlined before
        return host.readIdxHeader(path);
      },
    };
    const watched = { ...unsaid, network: [dense({ units: 5 }), counted(), dense({ units: 4 })] };
    await expect(openPipeline(watched, { host: slow, signal: left.signal })).rejects.toBe(reason);
    expect(built).toEqual([]);
    await expect(openPipeline(said, { ...there, signal: left.signal })).rejects.toBe(reason);
  });

  it('needs a host to open files', async () => {
    expect(await laterRefusalOf(openPipeline(unsaid))).toBe('data[0]: idx reads files; run it in a pipeline');
  });

  it('is what check and trace go through', async () => {
    expect((await checkGradients(unsaid, there)).passed).toBe(true);
    const traced = await traceSample(unsaid, there);
    expect(traced.find(({ event }) => event === 'sample')).toMatchObject({ shape: [3, 2], label: 0 });
  });
});

describe('buildPipeline', () => {
  it('says what is not known, and where to say it', () => {
    expect(refusalOf(() => buildPipeline(unsaid, there))).toBe(
      'data[0]: the shape of a sample is not known; give idx its shape: [28, 28]',
    );
    const [, ...rest] = unsaid.data;
    expect(refusalOf(() => buildPipeline({ ...unsaid, data: [said.data[0], ...rest] }, there))).toBe(
      'data[2]: how many classes there are is not known; give oneHot classes: 10',
    );
  });
});

describe('outlinePipeline', () => {
  it('refuses two metrics of one name, though it cannot build them yet', () => {
    const [batches, ...judging] = unsaid.test ?? [];
    const twice = { ...unsaid, test: [batches, ...judging, accuracy()] };
    expect(refusalOf(() => outlinePipeline(twice, withoutFiles))).toBe(
      'test[4]: there already is a metric "accuracy" in test:',
    );
  });

  it('is the whole of a pipeline that says everything', () => {
    const { rows, parameters, unknown } = outlinePipeline(said, withoutFiles);
    const built = buildPipeline(said, withoutFiles);
    expect(unknown).toBeUndefined();
    expect(parameters.map(({ name }) => name)).toEqual(built.parameters.map(({ name }) => name));
    expect(rows.map(({ name }) => name)).toEqual(built.rows.map(({ name }) => name));
  });

  it('says what is not known, and builds what stands before it', () => {
    const { rows, unknown } = outlinePipeline({ ...unsaid, data: [said.data[0], oneHot()] }, withoutFiles);
    expect(unknown).toMatchObject({ section: 'data', position: 1, name: 'oneHot', what: 'how many classes there are' });
    expect(rows.map(({ section, position, name }) => `${section}.${position} ${name}`)).toEqual([
      'data.0 idx',
      'data.1 oneHot',
      'network.0 dense',
      'network.1 relu',
      'network.2 dense',
      'train.0 shuffleBatch',
      'train.1 forward',
      'train.2 softmaxCrossEntropy',
      'train.3 backward',
      'train.4 sgd',
      'test.0 batch',
      'test.1 forward',
      'test.2 softmaxCrossEntropy',
      'test.3 accuracy',
    ]);
    expect(rows.filter((row) => 'output' in row).map(({ name }) => name)).toEqual(['idx']);
  });

  it('does not take two metrics for one while neither can be built', async () => {
    const judged = { ...unsaid, test: [...(unsaid.test ?? []), mean({ of: 'loss' })] };
    expect(outlinePipeline(judged, withoutFiles).rows.map(({ name }) => name)).toContain('mean');
    expect((await openPipeline(judged, there)).rows.map(({ name }) => name)).toContain('mean');
  });

  it.each([
    [
      'a missing loss',
      { train: [shuffleBatch({ size: 2 }), forward(), backward()] },
      /^train\[2\]: backward takes a step/,
    ],
    ['no batches', { train: [forward()] }, /^train\[0\]: train: must begin with a stage that makes batches/],
    ['a stage in the wrong place', { network: [forward()] }, /^network\[0\]: forward does not belong in network:/],
    [
      'a holdOut that nothing looks at',
      { data: [...unsaid.data, held] },
      /^data\[3\]: holdOut takes examples from train/,
    ],
    ['two of them', { data: [...unsaid.data, held, held] }, /^data\[4\]: holdOut holds examples out already/],
    ['a validation of nothing', { validation: unsaid.test }, /^validation: there are no examples to validate on/],
    ['learning in a test', { test: [batch({ size: 1 }), backward()] }, /^test\[1\]: backward does not belong in test:/],
    [
      'a distortion in a test',
      { test: [batch({ size: 1 }), noise(), ...(unsaid.test ?? []).slice(1)] },
      /^test\[1\]: noise does not belong in test:, it goes in train:/,
    ],
    [
      'a distortion of what the network gave',
      { train: [...unsaid.train.slice(0, 2), noise(), ...unsaid.train.slice(2)] },
      /^train\[2\]: noise distorts what the network is given; put it before forward/,
    ],
    [
      'a distortion of nothing',
      { train: [noise(), ...unsaid.train] },
      /^train\[0\]: noise takes a batch, but gets examples/,
    ],
  ])('refuses %s all the same', (_, change, refusal) => {
    expect(refusalOf(() => outlinePipeline({ ...unsaid, ...change } as PipelineDefinition, withoutFiles))).toMatch(
      refusal,
    );
  });

  it('refuses what no file could ever tell', () => {
    const plain = stage({
      ...digits.definition,
      build: (options, input, context) => {
        const built = digits(options).build(input, context);
        return { ...built, output: { kind: 'examples', shape: [28, 28], classes: undefined } };
      },
    });
    expect(refusalOf(() => outlinePipeline({ ...unsaid, data: [plain(), oneHot()] }))).toBe(
      'data[1]: how many classes there are is not known; give oneHot classes: 10',
    );
  });

  it('refuses fewer classes than a source says that it has', () => {
    const few = { ...unsaid, data: [digits(), oneHot({ classes: 3 })], network: [dense({ units: 3 })] };
    expect(refusalOf(() => outlinePipeline(few))).toMatch(
      /^data\[1\]: found classes: 3, expected at least 10: the labels of digits/,
    );
  });
});

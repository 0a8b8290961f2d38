import { describe, expect, it } from 'vitest';
import { buildText, refusalOf, resolveText, sectionOf, TINY, tinyWith } from '../../tiny-pipeline.js';

const set = (...words: string[]) => resolveText(TINY, { set: words });
const swap = (...words: string[]) => resolveText(TINY, { swap: words });

/** The resolved file's own text, or with one line of it replaced. */
function resolvedWith(line: string, replacement: string): string {
  const { resolved } = resolveText(TINY);
  expect(resolved).toContain(line);
  return resolved.replace(line, replacement);
}

describe('--set', () => {
  it.each([
    ['network.0.dense.units=5', '{ units: 8, weights', '{ units: 5, weights'],
    ['network.0.dense.units= 5', '{ units: 8, weights', '{ units: 5, weights'],
    [' network.0.dense.units =5', '{ units: 8, weights', '{ units: 5, weights'],
    ['network.0.dense.bias=false', 'bias: true', 'bias: false'],
    ['network.0.dense.weights=zeros', 'weights: heNormal', 'weights: zeros'],
    ['network.0.dense.weights={ normal: 0.5 }', 'weights: heNormal', 'weights: { normal: 0.5 }'],
    ['network.0.dense.weights.normal=0.5', 'weights: heNormal', 'weights: { normal: 0.5 }'],
    ['network.1=sigmoid', '- relu', '- sigmoid'],
    ['network.1=leakyRelu: { negativeSlope: 0.5 }', '- relu', '- leakyRelu: { negativeSlope: 0.5 }'],
    ['network.1={ leakyRelu: { negativeSlope: 0.5 } }', '- relu', '- leakyRelu: { negativeSlope: 0.5 }'],
    ['epochs=3', 'epochs: 2', 'epochs: 3'],
    ['dtype=float64', 'dtype: float32', 'dtype: float64'],
    ['name=other', 'name: tiny', 'name: other'],
    ['name="a: b"', 'name: tiny', 'name: "a: b"'],
    ["name='3'", 'name: tiny', 'name: "3"'],
    ['name=a=b', 'name: tiny', 'name: a=b'],
    ['description=two words', 'name: tiny', 'name: tiny\ndescription: two words'],
    ['train.4.sgd.learningRate=1e-3', 'learningRate: 0.1', 'learningRate: 0.001'],
    ['train.4.sgd.learningRate=&a 0.5', 'learningRate: 0.1', 'learningRate: 0.5'],
    ['train.sgd.learningRate=0.5', 'learningRate: 0.1', 'learningRate: 0.5'],
    ['data.digits.train=100', 'train: 200', 'train: 100'],
    ['train.shuffleBatch={ size: 5 }', 'size: 20', 'size: 5'],
  ])('%s', (words, line, replacement) => {
    expect(set(words).resolved).toBe(resolvedWith(line, replacement));
  });

  it('writes a whole section', () => {
    expect(set('network=[{ dense: { units: 10 } }]').definition.network).toHaveLength(1);
  });

  it('adds a section', () => {
    const text = tinyWith(sectionOf('test'), '');
    const test = 'test=[{ batch: { size: 50 } }, forward, softmaxCrossEntropy, accuracy]';
    expect(buildText(text, { set: [test] }).test?.metrics).toHaveLength(1);
  });

  it('gives options to a stage that has none yet', () => {
    const text = tinyWith('- relu', '- leakyRelu');
    const { resolved } = resolveText(text, { set: ['network.1.leakyRelu.negativeSlope=0.5'] });
    expect(resolved).toBe(resolvedWith('- relu', '- leakyRelu: { negativeSlope: 0.5 }'));
  });

  it.each(['dense', 'dense:', 'dense: {}'])('gives a required option to "%s"', (item) => {
    const text = tinyWith('dense: { units: 8 }', item);
    expect(resolveText(text, { set: ['network.0.dense.units=8'] }).resolved).toBe(resolveText(TINY).resolved);
  });

  it('comes before defaults and after the file', () => {
    expect(resolveText(TINY).definition.seed).toBe(1);
    expect(set('seed=7').definition.seed).toBe(7);
  });

  it.each([
    ['checkpoint.every="5 steps"', { checkpoint: { every: '5 steps', keep: 3 } }],
    ['checkpoint.keep=1', { checkpoint: { keep: 1 } }],
    ['best.monitor=test.loss', { best: { monitor: 'test.loss' } }],
    ['earlyStopping.patience=3', { earlyStopping: { patience: 3, monitor: 'validation.loss', minDelta: 0 } }],
    ['initialWeights.file=a.safetensors', { initialWeights: { file: 'a.safetensors', except: [] } }],
  ])('makes a map of settings that the file has not: %s', (words, settings) => {
    expect(set(words).definition).toMatchObject(settings);
    const empty = `${words.split('.')[0]}: ~\n${TINY}`;
    expect(resolveText(empty, { set: [words] }).definition).toMatchObject(settings);
  });

  it('reaches into what an earlier one made', () => {
    const { definition } = set('network.1=leakyRelu', 'network.1.leakyRelu.negativeSlope=0.5');
    expect(definition.network[1].options).toEqual({ negativeSlope: 0.5 });
  });
});

describe('--set refuses', () => {
  const position =
    'network is a list of 3; expected a position from 0 to 2 or the name of a stage (dense, relu), found';
  const notYaml = 'is not a YAML value; put text with special signs in quotes';
  const aPair = 'expected two words joined by "=", as in network.0.dense.units=800';
  const keys = 'it has name, seed, epochs, data, network, train, test';

  it.each([
    ['network.3.dense.units=5', `${position} "3"`],
    ['network.-1.dense.units=5', `${position} "-1"`],
    ['network.first=relu', `${position} "first"`],
    ['network.1e0=relu', `${position} "1e0"`],
    ['network.=relu', `${position} ""`],
    ['network..dense=3', `${position} ""`],
    ['network.rleu.x=1', `${position} "rleu"; did you mean "relu"?`],
    ['network.dense.units=5', '"dense" stands in 2 places: network.0, network.2; say which'],
    ['network.sigmoid=relu', `${position} "sigmoid"`],
    ['netwrok.0=relu', `the pipeline has no "netwrok"; did you mean "network"? (${keys})`],
    ['sgd.learningRate=1', '"sgd" is a stage, and its section is missing; say --set train.sgd.learningRate=1'],
    [
      'dense.units=7',
      '"dense" is a stage, and its section is missing; say --set network.0.dense.units=7 or --set network.2.dense.units=7',
    ],
    ['chekpoint.keep=1', `the pipeline has no "chekpoint"; did you mean "checkpoint"? (${keys})`],
    ['plugins.0=a.ts', `the pipeline has no "plugins" (${keys})`],
    ['train.4.sdg.learningRate=1', 'train.4 has no "sdg"; did you mean "sgd"? (it has sgd)'],
    ['train.4.learningRate=1', 'train.4 has no "learningRate" (it has sgd)'],
    ['network.1.leakyRelu.slope=1', 'network.1 has no "leakyRelu" (it has relu)'],
    ['seed.x=1', 'seed is one value, with nothing inside it'],
    ['network.0.dense.units.x=1', 'network.0.dense.units is one value, with nothing inside it'],
    ['epochs', aPair],
    ['epochs=', aPair],
    ['=3', aPair],
    ['name=[', `"[" ${notYaml}`],
    ['name={a', `"{a" ${notYaml}`],
    ['name=# a', `"# a" ${notYaml}`],
    ['name="a', `""a" ${notYaml}`],
    ['name=!!python 3', `"!!python 3" ${notYaml}`],
    ['name={ a: 1, a: 2 }', `"{ a: 1, a: 2 }" ${notYaml}`],
    ['name=*a', 'there is no "&a" before this "*a"'],
  ])('%s', (words, expected) => {
    expect(refusalOf(() => set(words))).toBe(`--set ${words}: ${expected}`);
  });

  it('a value of many lines in one paragraph', () => {
    expect(refusalOf(() => set('name=a\n---\nb'))).toBe(`--set name=a --- b: "a --- b" ${notYaml}`);
  });

  it.each([
    ['epoch=3', /^unknown key "epoch"; did you mean "epochs"\? \(expected extends, name, /],
    ['checkpoint.evry=epoch', /^unknown key "evry"; did you mean "every"\? \(expected every, keep\)$/],
    ['best.monitor=loss', /^best.monitor: expected a split and a metric, as validation.loss, found the text "loss"$/],
    ['epochs="3"', /^epochs: expected a number, found the text "3"; write it without quotes$/],
    ['epochs=~', /^epochs: expected a number, found nothing$/],
    ['name=a: b', /^name: expected text, found a map$/],
    ['network=[]', /^network: expected a list of stages, each on a line that begins with "- ", found an empty list$/],
    ['network.1=sigmiod', /^unknown stage "sigmiod"; did you mean "sigmoid"\? \("pipeline list" shows all\)$/],
    ['network.1=[]', /^expected one stage, as "relu" or "dense: \{ units: 50 \}", found an empty list$/],
    ['network.1.relu.slope=1', /^relu has no option "slope" \(it takes no options\)$/],
    ['network.1.relu.slope.x=1', /^relu has no option "slope" \(it takes no options\)$/],
    [
      'train.4.sgd.lr=1',
      /^sgd has no option "lr"; did you mean "learningRate"\? \(expected learningRate, weightDecay, clipNorm, schedule, warmUp\)$/,
    ],
    ['train.4.sgd.learningRate=fast', /^sgd: learningRate: expected a number, found the text "fast"$/],
    ['train.4.sgd.learningRate=.nan', /^sgd: learningRate: expected a number, found NaN$/],
    ['train.4=relu', /^relu does not belong in train:, it goes in network:$/],
    ['data.0=relu', /^relu does not belong in data:, it goes in network:$/],
  ])('%s, in its own words', (words, expected) => {
    const message = refusalOf(() => buildText(TINY, { set: [words] }));
    expect(message.startsWith(`--set ${words}: `)).toBe(true);
    expect(message.slice(`--set ${words}: `.length)).toMatch(expected);
  });

  it.each([
    [['epochs=3', 'epochs=3']],
    [['train.4.sgd.learningRate=1', 'train.sgd.learningRate=2']],
    [['network.0.dense.units=8', 'network.0={ dense: { units: 4 } }']],
    [['train.4={ rmsProp: { decay: 0.9 } }', 'train.rmsProp.decay=0.8', 'train.rmsProp.smoothing=0.7']],
  ])('%j, of which one takes the place of another', (words) => {
    const [earlier, later] = words.slice(-2);
    expect(refusalOf(() => buildText(TINY, { set: words }))).toBe(
      `--set ${later}: it takes the place of --set ${earlier}; leave one of the two out`,
    );
  });

  it('leaves the place to the file where the file is wrong', () => {
    const text = tinyWith('dense: { units: 8 }', 'dense');
    expect(refusalOf(() => resolveText(text, { set: ['network.0.dense.bias=false'] }))).toMatch(
      /^tiny\.yaml:9:5: dense needs the option "units", as in /,
    );
  });
});

describe('--swap', () => {
  it('puts a stage in the place of another', () => {
    expect(swap('relu=sigmoid').resolved).toBe(resolvedWith('- relu', '- sigmoid'));
  });

  it('forgives spaces', () => {
    expect(swap(' relu = sigmoid ').resolved).toBe(swap('relu=sigmoid').resolved);
  });

  it('keeps the options', () => {
    const [before, after] = [
      '- shuffleBatch: { size: 20, lastBatch: keep, buffer: 10000 }',
      '- batch: { size: 20, lastBatch: keep }',
    ];
    expect(swap('shuffleBatch=batch').resolved).toBe(resolvedWith(before, after));
  });

  it('swaps it wherever it stands', () => {
    const { definition } = swap('softmaxCrossEntropy=meanSquaredError');
    const names = [...definition.train, ...(definition.test ?? [])].map((stage) => stage.definition.name);
    expect(names.filter((name) => name === 'meanSquaredError')).toHaveLength(2);
    expect(names).not.toContain('softmaxCrossEntropy');
  });

  it('takes one after another', () => {
    expect(swap('relu=sigmoid', 'sigmoid=tanh').resolved).toBe(resolvedWith('- relu', '- tanh'));
  });

  it('comes before --set, which can reach into the swapped stage', () => {
    const { resolved } = resolveText(TINY, {
      set: ['network.1.leakyRelu.negativeSlope=0.5'],
      swap: ['relu=leakyRelu'],
    });
    expect(resolved).toBe(resolvedWith('- relu', '- leakyRelu: { negativeSlope: 0.5 }'));
  });

  it('yields to --set', () => {
    const { resolved } = resolveText(TINY, { set: ['network.1=tanh'], swap: ['relu=sigmoid'] });
    expect(resolved).toBe(resolvedWith('- relu', '- tanh'));
  });

  const STAGES =
    'digits, normalize, oneHot, dense, relu, shuffleBatch, forward, softmaxCrossEntropy, backward, sgd, mean, batch, accuracy';

  it.each([
    ['rellu=sigmoid', `the pipeline has no stage "rellu"; did you mean "relu"? (it has ${STAGES})`],
    ['network=sigmoid', `the pipeline has no stage "network" (it has ${STAGES})`],
    ['relu', 'expected two words joined by "=", as in relu=sigmoid'],
    ['relu=', 'expected two words joined by "=", as in relu=sigmoid'],
    ['=relu', 'expected two words joined by "=", as in relu=sigmoid'],
    ['relu=sigmiod', 'unknown stage "sigmiod"; did you mean "sigmoid"? ("pipeline list" shows all)'],
    ['dense=relu', 'relu has no option "units" (it takes no options)'],
    ['digits=mnist', 'mnist has no option "train" (expected fallback)'],
    ['backward=sgd', 'sgd needs the option "learningRate", as in "sgd: { learningRate: 0.1 }"'],
    ['relu=forward', 'forward does not belong in network:, it goes in train:, validation: or test:'],
  ])('refuses %s in its own words', (words, expected) => {
    expect(refusalOf(() => buildText(TINY, { swap: [words] }))).toBe(`--swap ${words}: ${expected}`);
  });

  it('leaves the blame for a set value to --set', () => {
    const overrides = { swap: ['shuffleBatch=batch'], set: ['train.0.batch.size=0'] };
    expect(refusalOf(() => resolveText(TINY, overrides))).toBe(
      '--set train.0.batch.size=0: batch: size: expected at least 1, found 0',
    );
  });
});

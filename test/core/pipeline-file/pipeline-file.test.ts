import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { outlinePipeline } from '../../../src/core/pipeline/pipeline.js';
import { buildText, refusalOf, resolveText, sectionOf, TINY, tinyWith } from '../../tiny-pipeline.js';

const refusal = (text: string): string => refusalOf(() => buildText(text));

const TOP_LEVEL =
  'extends, name, description, seed, dataSeed, random, epochs, dtype, backend, threads, checkpoint, earlyStopping, initialWeights, tensorboard, members, best, vary, sweep, plugins, data, ' +
  'network, train, validation, test';
const A_PIPELINE = 'expected a pipeline, with data:, network: and train:, found';
const RELU_YAML = '"pipeline new NAME" writes one to begin with';
const A_LIST = 'expected a list of stages, each on a line that begins with "- ", found';
const ONE_STAGE = 'expected one stage, as "relu" or "dense: { units: 50 }", found';
const NO_FIT = 'this line does not fit those around it; check its indentation, and the space after "-" and ":"';

describe('a stage that is not there', () => {
  it.each([
    ['- relu', '- rellu', '10:5: unknown stage "rellu"; did you mean "relu"?'],
    ['- relu', '- ReLU', '10:5: unknown stage "ReLU"; did you mean "relu"?'],
    ['- relu', '- convolution', '10:5: unknown stage "convolution"'],
    ['- relu', '- __proto__', '10:5: unknown stage "__proto__"'],
    ['- relu', '- toString: {}', '10:5: unknown stage "toString"'],
    ['- relu', '- "re\\nlu"', '10:5: unknown stage "re lu"; did you mean "relu"?'],
    ['dense: { units: 8 }', 'dens: { units: 8 }', '9:5: unknown stage "dens"; did you mean "dense"?'],
    ['dense: { units: 8 }', 'dense:{ units: 8 }', '9:5: unknown stage "dense:{ units"; put a space after the colon'],
    ['- accuracy', '- acuracy', '24:5: unknown stage "acuracy"; did you mean "accuracy"?'],
  ])('%s → %s', (piece, replacement, expected) => {
    expect(refusal(tinyWith(piece, replacement))).toBe(`tiny.yaml:${expected} ("pipeline list" shows all)`);
  });
});

describe('an option that is not there', () => {
  it.each([
    [
      'units: 8',
      'unit: 8',
      '9:14: dense has no option "unit"; did you mean "units"? (expected units, weights, bias, freeze)',
    ],
    [
      'units: 8',
      'units:8',
      '9:14: dense has no option "units:8"; did you mean "units"? (expected units, weights, bias, freeze)',
    ],
    ['units: 8', 'units: 8, flavour: 1', '9:24: dense has no option "flavour" (expected units, weights, bias, freeze)'],
    [
      'units: 8',
      'units: 8, __proto__: {}',
      '9:24: dense has no option "__proto__" (expected units, weights, bias, freeze)',
    ],
    ['units: 8', 'units: 8, "a\\nb": 1', '9:24: dense has no option "a b" (expected units, weights, bias, freeze)'],
    ['- relu', '- relu: { slope: 1 }', '10:13: relu has no option "slope" (it takes no options)'],
    [
      'units: 8',
      'units: 8, weights: { normla: 1 }',
      '9:35: dense.weights has no option "normla"; did you mean "normal"? (expected normal)',
    ],
    [
      'digits: { train: 200, test: 50 }',
      'idx: { train: { image: a, labels: b }, test: { images: a, labels: b } }',
      '5:21: idx.train has no option "image"; did you mean "images"? (expected images, labels)',
    ],
    [
      '- dense: { units: 8 }',
      '- dense:\n      units: 8\n      wieghts: zeros',
      '11:7: dense has no option "wieghts"; did you mean "weights"? (expected units, weights, bias, freeze)',
    ],
  ])('%s → %s', (piece, replacement, expected) => {
    expect(refusal(tinyWith(piece, replacement))).toBe(`tiny.yaml:${expected}`);
  });
});

describe('a wrong value of an option', () => {
  it.each([
    ['units: 8', 'units: "8"', '9:21: dense: units: expected a number, found the text "8"; write it without quotes'],
    ['units: 8', 'units: many', '9:21: dense: units: expected a number, found the text "many"'],
    ['units: 8', 'units: 8.5', '9:21: dense: units: expected a whole number, found 8.5'],
    ['units: 8', 'units: -8', '9:21: dense: units: expected at least 1, found -8'],
    ['units: 8', 'units: 65537', '9:21: dense: units: expected at most 65536, found 65537'],
    ['units: 8', 'units: 1e30', '9:21: dense: units: expected at most 9007199254740991, found 1e+30'],
    ['units: 8', 'units: [8]', '9:21: dense: units: expected a number, found a list'],
    ['units: 8', 'units: { a: 1 }', '9:21: dense: units: expected a number, found a map'],
    ['units: 8', 'units:', '9:21: dense: units: expected a number, found nothing'],
    ['units: 8', 'units: 8, bias: yes', '9:30: dense: bias: expected true or false, found the text "yes"'],
    ['units: 8', 'units: 8, weights: { normal: -1 }', '9:43: dense: weights.normal: expected more than 0, found -1'],
    [
      'of: loss',
      'of: lss',
      '18:17: mean: of: expected loss or absoluteError, found the text "lss"; did you mean "loss"?',
    ],
    [': 0.1', ': .nan', '17:26: sgd: learningRate: expected a number, found NaN'],
    [': 0.1', ': -.inf', '17:26: sgd: learningRate: expected a number, found -Infinity'],
    [': 0.1', ': 0', '17:26: sgd: learningRate: expected more than 0, found 0'],
    [': 0.1', ': null', '17:26: sgd: learningRate: expected a number, found nothing'],
    [
      'units: 8',
      'units: 8, weights: henormal',
      '9:33: dense: weights: expected heNormal, xavierNormal, xavierUniform or zeros, or a map, as { name: value }, ' +
        'found the text "henormal"; did you mean "heNormal"?',
    ],
    [
      'units: 8',
      `units: ${'x'.repeat(1000)}`,
      `9:21: dense: units: expected a number, found the text "${'x'.repeat(37)}..."`,
    ],
  ])('%s → %s', (piece, replacement, expected) => {
    expect(refusal(tinyWith(piece, replacement))).toBe(`tiny.yaml:${expected}`);
  });
});

describe('a wrong schedule', () => {
  const wanted = 'expected constant, cosine, oneCycle, { step: { every: 600 } }, or another of these with options';

  it.each([
    ['cosin', `17:41: sgd: schedule: ${wanted}, found the text "cosin"; did you mean "cosine"?`],
    ['step', `17:41: sgd: schedule: ${wanted}, found the text "step"`],
    ['3', `17:41: sgd: schedule: ${wanted}, found 3`],
    ['{}', '17:41: sgd: schedule: expected one of step, cosine or oneCycle with its options, found a map'],
    [
      '{ cosin: {} }',
      '17:43: sgd.schedule has no option "cosin"; did you mean "cosine"? (expected step, cosine, oneCycle)',
    ],
    ['{ cosine: { end: 0 } }', '17:53: sgd.schedule.cosine has no option "end" (expected endFactor, steps)'],
    ['{ step: { factor: 2, every: 1 } }', '17:59: sgd: schedule.step.factor: expected at most 1, found 2'],
    ['{ step: {} }', '17:49: sgd needs the option "schedule.step.every", as in "sgd: { learningRate: 0.1 }"'],
  ])('%s', (schedule, expected) => {
    expect(refusal(tinyWith(': 0.1', `: 0.1, schedule: ${schedule}`))).toBe(`tiny.yaml:${expected}`);
  });

  it('beside a warm-up', () => {
    expect(refusalOf(() => buildText(tinyWith(': 0.1', ': 0.1, schedule: oneCycle, warmUp: 5')))).toBe(
      'tiny.yaml:17:5: the schedule oneCycle has a warm-up of its own, rise; leave out warmUp',
    );
  });
});

describe('options in a wrong form', () => {
  const sgd = 'sgd: { learningRate: 0.1 }';

  it.each([
    ['sgd', `17:5: sgd needs the option "learningRate", as in "${sgd}"`],
    ['sgd:', `17:9: sgd needs the option "learningRate", as in "${sgd}"`],
    ['sgd: {}', `17:10: sgd needs the option "learningRate", as in "${sgd}"`],
    ['sgd: 0.1', `17:10: sgd takes options by name, as in "${sgd}"; found 0.1`],
    ['sgd: [0.1]', `17:10: sgd takes options by name, as in "${sgd}"; found a list`],
  ])('%s', (replacement, expected) => {
    expect(refusal(tinyWith(sgd, replacement))).toBe(`tiny.yaml:${expected}`);
  });

  it('names a missing option inside an option', () => {
    const text = tinyWith('digits: { train: 200, test: 50 }', 'idx: { train: { labels: a } }');
    expect(refusal(text)).toBe('tiny.yaml:5:19: idx needs the option "train.images"');
  });

  it('says of a stage without options that it takes none', () => {
    expect(refusal(tinyWith('- relu', '- relu: 3'))).toBe('tiny.yaml:10:11: relu takes no options; found 3');
  });

  it('takes no options for no options', () => {
    expect(resolveText(tinyWith('- relu', '- relu:')).resolved).toBe(resolveText(TINY).resolved);
  });
});

describe('an item that is no stage', () => {
  it.each([
    ['- relu', '- [relu]', '10:5', 'a list'],
    ['- relu', '- 3', '10:5', '3'],
    ['- relu', '- true', '10:5', 'true'],
    ['- relu', '-', '10:4', 'nothing'],
    ['- relu', '- {}', '10:5', 'a map'],
  ])('%s → %s', (piece, replacement, place, found) => {
    expect(refusal(tinyWith(piece, replacement))).toBe(`tiny.yaml:${place}: ${ONE_STAGE} ${found}`);
  });

  it.each([
    ['dense:\n    units: 8', 'dense, units'],
    ['dense: { units: 8 }\n    relu:', 'dense, relu'],
  ])('%s has two keys', (replacement, keys) => {
    expect(refusal(tinyWith('dense: { units: 8 }', replacement))).toBe(
      `tiny.yaml:9:5: ${ONE_STAGE} 2 keys: ${keys}; indent the options under the stage, or write them in { }`,
    );
  });
});

describe('a wrong top level', () => {
  it.each([
    ['epochs: 2', 'epoch: 2', `3:1: unknown key "epoch"; did you mean "epochs"? (expected ${TOP_LEVEL})`],
    ['epochs: 2', 'flavour: 2', `3:1: unknown key "flavour" (expected ${TOP_LEVEL})`],
    ['network:', 'netwrok:', `8:1: unknown key "netwrok"; did you mean "network"? (expected ${TOP_LEVEL})`],
    ['epochs: 2', 'epochs: 0', '3:9: epochs: expected at least 1, found 0'],
    ['epochs: 2', 'epochs: 1.5', '3:9: epochs: expected a whole number, found 1.5'],
    ['epochs: 2', 'epochs: ten', '3:9: epochs: expected a number, found the text "ten"'],
    ['epochs: 2', 'epochs: 1e12', '3:9: epochs: expected at most 1000000, found 1000000000000'],
    ['epochs: 2', 'epochs:', '3:8: epochs: expected a number, found nothing'],
    ['seed: 1', 'seed: -1', '2:7: seed: expected at least 0, found -1'],
    ['seed: 1', 'seed: .nan', '2:7: seed: expected a number, found NaN'],
    ['seed: 1', 'seed: 4294967296', '2:7: seed: expected at most 4294967295, found 4294967296'],
    ['seed: 1', 'seed: "1"', '2:7: seed: expected a number, found the text "1"; write it without quotes'],
    [
      'seed: 1',
      'random: nunpy',
      '2:9: random: expected perStage or numpy, found the text "nunpy"; did you mean "numpy"?',
    ],
    ['name: tiny', 'name: 3', "1:7: name: expected text, found 3; put it in quotes: '3'"],
    ['name: tiny', 'name: ""', '1:7: name: expected at least one character, found the text ""'],
    [
      'seed: 1',
      'dtype: float46',
      '2:8: dtype: expected float32 or float64, found the text "float46"; did you mean "float64"?',
    ],
    ['seed: 1', 'plugins: a.ts', '2:10: plugins: expected a list, found the text "a.ts"'],
    ['seed: 1', 'plugins: [a.ts, 3]', "2:17: plugins.1: expected text, found 3; put it in quotes: '3'"],
  ])('%s → %s', (piece, replacement, expected) => {
    expect(refusal(tinyWith(piece, replacement))).toBe(`tiny.yaml:${expected}`);
  });

  it.each(['data', 'network', 'train'])('no %s:', (section) => {
    expect(refusal(tinyWith(sectionOf(section), ''))).toBe(
      `tiny.yaml:1:1: the pipeline has no ${section}:, which it needs`,
    );
  });

  it('no name:', () => {
    expect(refusal(tinyWith('name: tiny\n', ''))).toBe('tiny.yaml:1:1: the pipeline has no name:, which it needs');
  });

  it('needs no test:', () => {
    expect(buildText(tinyWith(sectionOf('test'), '')).test).toBeUndefined();
  });

  it.each([
    ['network:\n', '8:9', 'nothing'],
    ['network: []\n', '8:10', 'an empty list'],
    ['network: relu\n', '8:10', 'the text "relu"'],
    ['network:\n  dense: { units: 10 }\n', '9:3', 'a map'],
  ])('%s', (replacement, place, found) => {
    expect(refusal(tinyWith(sectionOf('network'), replacement))).toBe(
      `tiny.yaml:${place}: network: ${A_LIST} ${found}`,
    );
  });

  it('an empty test:', () => {
    expect(refusal(tinyWith(sectionOf('test'), 'test:\n'))).toBe(`tiny.yaml:19:6: test: ${A_LIST} nothing`);
  });
});

describe('a file that is no pipeline', () => {
  it.each([
    ['', 'an empty file'],
    ['\n\n', 'an empty file'],
    ['# only words\n', 'an empty file'],
    ['- relu\n- sigmoid\n', 'a list'],
    ['[]', 'an empty list'],
    ['hello\n', 'the text "hello"'],
    ['42', '42'],
  ])('%j', (text, found) => {
    expect(refusal(text)).toBe(`tiny.yaml:1:1: ${A_PIPELINE} ${found}; ${RELU_YAML}`);
  });
});

describe('wrong YAML', () => {
  const twice = (key: string) =>
    `the key "${key}" is already there; each may stand once, and a list item begins with "- "`;

  it.each([
    ['seed: 1', 'seed: 1\nseed: 2', `3:1: ${twice('seed')}`],
    ['units: 8', 'units: 8, units: 9', `9:24: ${twice('units')}`],
    ['  - relu', '\t- relu', '10:1: found a tab in the indentation, expected spaces'],
    ['dense: { units: 8 }', 'dense:\n\t\tunits: 8', '10:1: found a tab in the indentation, expected spaces'],
    ['{ units: 8 }', '{ units: 8', '10:3: expected } before here, to close what was opened'],
    ['- relu', '- [relu', '11:3: expected ] before here, to close what was opened'],
    ['{ units: 8 }', '{ units: 8 }}', '9:24: not YAML: Unexpected flow-map-end token in YAML stream: "}"'],
    ['name: tiny', 'name: "tiny', '1:7: a quote begins here, and no " ends it'],
    ['- relu', "- 'relu", "10:5: a quote begins here, and no ' ends it"],
    ['name: tiny', 'name: a: b', '1:7: found two ": " in one line; put text that holds one in quotes'],
    ['name: tiny', 'name: @tiny', '1:7: not YAML: Plain value cannot start with reserved character @'],
    ['seed: 1', 'seed:1', `2:1: ${NO_FIT} (Implicit keys need to be on a single line)`],
    ['  - relu', ' - relu', `10:1: ${NO_FIT} (A block sequence may not be used as an implicit map key)`],
    ['- relu', '-relu', `10:1: ${NO_FIT} (All mapping items must start at the same column)`],
    ['seed: 1', 'seed: !!python 1', '2:7: not YAML: Unresolved tag: tag:yaml.org,2002:python'],
    ['- relu', '- *nothing', '10:5: there is no "&nothing" before this "*nothing"'],
    ['- relu', '- &a [*a]', '10:9: "*a" stands inside what it repeats'],
  ])('%j → %j', (piece, replacement, expected) => {
    expect(refusal(tinyWith(piece, replacement))).toBe(`tiny.yaml:${expected}`);
  });

  it('a second document', () => {
    expect(refusal(`${TINY}---\n${TINY}`)).toBe(
      'tiny.yaml:25:1: a second document begins here, expected one pipeline a file',
    );
  });

  it('a bomb of aliases', () => {
    const bomb = [
      'a: &a [x]',
      ...'bcdefgh'.split('').map((key, i) => {
        const before = `*${'abcdefg'[i]}`;
        return `${key}: &${key} [${Array(9).fill(before).join(', ')}]`;
      }),
    ];
    expect(refusal(`${bomb.join('\n')}\n${TINY}`)).toBe(
      'tiny.yaml:5:28: aliases (*) repeat more than 10000 values; write them out',
    );
  });

  it('brackets without end', () => {
    expect(refusal('['.repeat(100_000))).toMatch(
      /^tiny\.yaml:1:\d+: too many lists and maps stand inside one another here$/,
    );
  });

  it('names of any length, and control characters, so that a terminal can show them', () => {
    const long = refusal(tinyWith('- relu', `- ${'r'.repeat(10_000)}`));
    expect(long).toBe(`tiny.yaml:10:5: unknown stage "${'r'.repeat(57)}..." ("pipeline list" shows all)`);
    expect(refusal(tinyWith('- relu', '- "re\\e[31mlu\\u202e"'))).toBe(
      'tiny.yaml:10:5: unknown stage "re\\x1b[31mlu\\u202e" ("pipeline list" shows all)',
    );
    expect(refusal(tinyWith('seed: 1', `${'s'.repeat(10_000)}: 1`)).length).toBeLessThan(300);
    expect(refusal(tinyWith('- relu', `- relu: { ${'s'.repeat(10_000)}: 1 }`)).length).toBeLessThan(200);
    const many = Array.from({ length: 10_000 }, (_, i) => `key${i}: 1`).join(', ');
    expect(refusal(tinyWith('- relu', `- { ${many} }`)).length).toBeLessThan(500);
  });

  it.each([
    ['- sgd: { learningRate: 0,1 }', 'sgd has no option "1"; decimals have a point: learningRate: 0.1 (expected '],
    ['- sgd:\n      learningRate: 0,1', 'expected a number, found the text "0,1"; decimals have a point: 0.1'],
    ['- sgd: { learningRate: "0,05" }', 'expected a number, found the text "0,05"; decimals have a point: 0.05'],
  ])('a decimal comma: %s', (item, expected) => {
    expect(refusal(tinyWith('- sgd: { learningRate: 0.1 }', item))).toContain(expected);
  });

  it.each([
    ['<<: 1', '"<<" takes the pairs of a map, as "<<: *name"'],
    ['<<: [{ units: 8 }, 2]', '"<<" takes the pairs of a map, as "<<: *name"'],
    ['<<: *dense', 'there is no "&dense" before this "*dense"'],
    ['&a { <<: *a }', '"*a" stands inside what it repeats'],
  ])('a merge of %s', (pairs, expected) => {
    const item = pairs.startsWith('&') ? `dense: ${pairs}` : `dense: { ${pairs} }`;
    expect(refusal(tinyWith('dense: { units: 8 }', item))).toMatch(/^tiny\.yaml:9:\d+: /);
    expect(refusal(tinyWith('dense: { units: 8 }', item))).toContain(expected);
  });
});

describe('what a file says once', () => {
  const anchored = (network: string, more = 'x-small: &small { units: 8 }'): string =>
    `${more}\n${tinyWith(sectionOf('network'), `network:\n${network}`)}`;
  const { resolved } = resolveText(TINY);

  it.each([
    ['an alias of options', '  - dense: *small\n  - relu\n  - dense: { units: 10 }\n', undefined],
    ['a merge key', '  - dense: { <<: *small }\n  - relu\n  - dense: { <<: *small, units: 10 }\n', undefined],
    [
      'a merge of several, the first of which counts',
      '  - dense: { <<: [*small, { units: 9 }] }\n  - relu\n  - dense: { units: 10 }\n',
      undefined,
    ],
    [
      'an alias of a stage',
      '  - *first\n  - relu\n  - dense: { units: 10 }\n',
      'x-stages: [&first { dense: { units: 8 } }]',
    ],
  ])('is written out: %s', (_, network, more) => {
    expect(resolveText(anchored(network, more)).resolved).toBe(resolved);
  });

  it('may be a whole section', () => {
    const text = TINY.replace('test:\n', 'test: &test\n').concat('validation: *test\n');
    const file = text.replace('  - normalize', '  - holdOut: { validation: 20 }\n  - normalize');
    expect(resolveText(file).definition.validation).toHaveLength(5);
  });

  it('is changed by --set in one place alone, and by --swap in all', () => {
    const text = anchored('  - &d dense: *small\n  - relu\n  - dense: { <<: *small, units: 10 }\n');
    const { definition } = resolveText(text, { set: ['network.0.dense.units=7', 'network.2.dense.bias=false'] });
    expect(definition.network.map(({ options }) => options)).toMatchObject([
      { units: 7, bias: true },
      {},
      { units: 10, bias: false },
    ]);
    const swapped = anchored('  - dense: *small\n  - *act\n  - *act\n  - dense: { units: 10 }\n', 'x: 1').replace(
      'x: 1',
      'x-small: &small { units: 8 }\nx-act: &act relu',
    );
    const names = resolveText(swapped, { swap: ['relu=tanh'] }).definition.network.map(
      (stage) => stage.definition.name,
    );
    expect(names).toEqual(['dense', 'tanh', 'tanh', 'dense']);
  });

  it('is blamed where it stands', () => {
    expect(refusal(anchored('  - dense: { <<: *small }\n', 'x-small: &small { unit: 8 }'))).toMatch(
      /^tiny\.yaml:1:19: dense has no option "unit"; did you mean "units"\?/,
    );
  });

  it('needs a key that begins with x- if it has no other place', () => {
    expect(resolveText(`x-notes: [anything, 1]\n${TINY}`).resolved).toBe(resolved);
    expect(refusal(`notes: 1\n${TINY}`)).toMatch(/^tiny\.yaml:1:1: unknown key "notes"/);
  });
});

describe('a file of thirty thousand', () => {
  const many = (line: (i: number) => string): string => Array.from({ length: 30_000 }, (_, i) => line(i)).join('');

  // each took minutes where every key was compared with every other
  it.each([
    ['stray keys', `${TINY}${many((i) => `key${i}: 1\n`)}`, 'tiny.yaml:25:1: unknown key "key0"'],
    [
      'options',
      tinyWith('- relu\n', `- relu:\n${many((i) => `      key${i}: 1\n`)}`),
      'tiny.yaml:11:7: relu has no option "key0"',
    ],
    ['items', tinyWith('  - relu\n', `${many(() => '  - relu\n')}  - rleu\n`), 'tiny.yaml:30010:5: unknown stage'],
    [
      'aliases',
      tinyWith('  - relu\n', `  - &a relu\n${many(() => '  - *a\n')}`),
      'tiny.yaml:10011:5: aliases (*) repeat more than 10000 values',
    ],
  ])('%s is read', (_, text, expected) => {
    expect(refusal(text)).toContain(expected);
  });

  it('or of hundreds of stages is looked at', () => {
    const { definition, locate } = resolveText(tinyWith('  - relu\n', '  - relu\n'.repeat(298)));
    expect(outlinePipeline(definition, { locate }).rows).toHaveLength(314);
  });
});

describe('right YAML in other clothes', () => {
  const { resolved } = resolveText(TINY);

  it.each([
    ['a byte order mark', `\uFEFF${TINY}`],
    ['Windows line ends', TINY.replaceAll('\n', '\r\n')],
    ['lists without indentation', TINY.replace(/^ {2}- /gm, '- ')],
    ['options on lines of their own', tinyWith('dense: { units: 8 }', 'dense:\n      units: 8')],
    ['document marks', `---\n${TINY}...\n`],
    ['JSON', JSON.stringify(parse(TINY))],
    ['an anchor and an alias', tinyWith('- forward', '- &f forward').replace(/(test:\n.*\n {2}- )forward/, '$1*f')],
  ])('%s', (_, text) => {
    expect(resolveText(text).resolved).toBe(resolved);
  });

  it('points at the same place with Windows line ends', () => {
    const text = tinyWith('- relu', '- rellu').replaceAll('\n', '\r\n');
    expect(refusal(text)).toBe(
      'tiny.yaml:10:5: unknown stage "rellu"; did you mean "relu"? ("pipeline list" shows all)',
    );
  });
});

describe('the resolved file', () => {
  const { resolved, definition } = resolveText(TINY);

  it('writes out every default', () => {
    expect(resolved).toBe(`name: tiny
seed: 1
random: perStage
epochs: 2
dtype: float32
backend: wasm
threads: auto
data:
  - digits: { train: 200, test: 50 }
  - normalize: { divisor: 255 }
  - oneHot: { classes: 10 }
network:
  - dense: { units: 8, weights: heNormal, bias: true }
  - relu
  - dense: { units: 10, weights: heNormal, bias: true }
train:
  - shuffleBatch: { size: 20, lastBatch: keep, buffer: 10000 }
  - forward
  - softmaxCrossEntropy: { epsilon: 0, labelSmoothing: 0 }
  - backward
  - sgd: { learningRate: 0.1, weightDecay: 0, schedule: constant, warmUp: 0 }
  - mean: { of: loss }
test:
  - batch: { size: 30, lastBatch: keep }
  - forward
  - softmaxCrossEntropy: { epsilon: 0, labelSmoothing: 0 }
  - mean: { of: loss }
  - accuracy
`);
  });

  it('gives the defaults of the file itself', () => {
    const bare = resolveText(tinyWith('seed: 1\nepochs: 2\n', '')).definition;
    expect(bare).toMatchObject({ name: 'tiny', seed: 0, random: 'perStage', epochs: 1, dtype: 'float32' });
    expect(definition).toMatchObject({ seed: 1, epochs: 2 });
  });

  it.each([
    ['the tiny pipeline', TINY],
    ['a name that looks like a number', tinyWith('name: tiny', 'name: "3"')],
    ['a name with a colon and a sharp sign', tinyWith('name: tiny', 'name: "a: b # c"')],
    ['a description over two lines', tinyWith('seed: 1', 'description: |\n  one\n  two\nseed: 1')],
    [
      'small and large numbers',
      tinyWith('learningRate: 0.1', 'learningRate: 1.5e-12').replace('seed: 1', 'seed: 0xff'),
    ],
    ['nested options', tinyWith('units: 8', 'units: 8, weights: { normal: 0.01 }')],
    ['no test section', tinyWith(sectionOf('test'), '')],
  ])('runs again unchanged: %s', (_, text) => {
    const once = resolveText(text).resolved;
    expect(resolveText(once).resolved).toBe(once);
  });
});

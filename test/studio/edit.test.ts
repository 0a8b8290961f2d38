/** Changes to the text of a pipeline file: each leaves all else as it is written. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { builtInStages } from 'marblenet/page';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { catalogueOf } from '../../src/studio/worker/catalogue.js';
import { edit, readSettings, readStage } from '../../src/studio/worker/edit/edit.js';
import type { Change } from '../../src/studio/worker/protocol.js';

const stages = catalogueOf(builtInStages);

/** The text after a change, which must be made. */
function edited(text: string, change: Change): string {
  const result = edit(text, change, stages);
  if ('refused' in result) throw new Error(`refused: ${result.refused}`);
  return result.text;
}

const refused = (text: string, change: Change): unknown => edit(text, change, stages);
const network = (...lines: readonly string[]): string => `network:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const at = 'network.0';

describe('swap', () => {
  const toSigmoid: Change = { change: 'swap', place: at, to: 'sigmoid' };

  it.each([
    ['a name', network('- relu # max(0, x)'), network('- sigmoid # max(0, x)')],
    ['a name in quotes', network('- "relu"'), network('- sigmoid')],
    ['a name in a list of one line', 'network: [relu, softmax]', 'network: [sigmoid, softmax]'],
    ['a name followed by nothing', network('- relu: # so'), network('- sigmoid # so')],
    ['a name followed by ~', network('- relu: ~'), network('- sigmoid')],
    ['options it does not have', network('- leakyRelu: { negativeSlope: 0.2 } # c'), network('- sigmoid # c')],
    [
      'options in lines',
      network('- leakyRelu:', '    negativeSlope: 0.2 # c', '- relu'),
      network('- sigmoid # c', '- relu'),
    ],
    [
      'an option that the stage was not given by its name of today',
      network('- leakyRelu: { slope: 0.2 }'),
      network('- sigmoid'),
    ],
    ['an anchor that nothing needs', network('- leakyRelu: &o { negativeSlope: 0.2 }'), network('- sigmoid')],
    [
      'lines that end as in Windows',
      'network:\r\n  - relu # c\r\n  - relu\r\n',
      'network:\r\n  - sigmoid # c\r\n  - relu\r\n',
    ],
    ['no line break at the end', 'network:\n  - relu', 'network:\n  - sigmoid'],
    ['a list at the column of its key', 'network:\n- relu\n- relu\n', 'network:\n- sigmoid\n- relu\n'],
  ])('takes %s', (_, before, after) => {
    expect(edited(before, toSigmoid)).toBe(after);
  });

  it.each([
    ['- dropout: { rate: 0.3 }', 'dropout2d', '- dropout2d: { rate: 0.3 }'],
    ['- adam: { learningRate: 0.01, beta1: 0.8 } # c', 'adamW', '- adamW: { learningRate: 0.01, beta1: 0.8 } # c'],
    ['- adam: { learningRate: 0.01, beta1: 0.8 }', 'sgd', '- sgd: { learningRate: 0.01 }'],
    ['- adam: { beta1: 0.8, weightDecay: 0.1, beta2: 0.9 }', 'sgd', '- sgd: { weightDecay: 0.1, learningRate: 0.1 }'],
    ['- adam', 'sgd', '- sgd: { learningRate: 0.1 }'],
    ['- adam: { beta1: 0.8 }', 'sgd', '- sgd: { learningRate: 0.1 }'],
  ])('keeps of %s what %s has, and tells what it must be told', (before, to, after) => {
    expect(edited(`train:\n  ${before}\n`, { change: 'swap', place: 'train.0', to })).toBe(`train:\n  ${after}\n`);
  });

  it('keeps and drops options in lines of their own', () => {
    const text =
      'train:\n  - adam:\n      # how far\n      learningRate: 0.01 # eta\n      beta1: 0.8 # first\n      epsilon: 1.0e-9\n  - mean: { of: loss }\n';
    expect(edited(text, { change: 'swap', place: 'train.0', to: 'sgd' })).toBe(
      'train:\n  - sgd:\n      # how far\n      learningRate: 0.01 # eta\n  - mean: { of: loss }\n',
    );
  });

  it('reaches into blocks, list after list', () => {
    const text = network(
      '- residual:',
      '    stages:',
      '      - dense: { units: 5 }',
      '      - relu',
      '    shortcut: [dense: { units: 5 }, relu]',
    );
    expect(edited(text, { change: 'swap', place: 'network.0.1', to: 'tanh' })).toBe(text.replace('- relu', '- tanh'));
    expect(edited(text, { change: 'swap', place: 'network.0.3', to: 'tanh' })).toBe(text.replace('relu]', 'tanh]'));
    const short = network('- residual:', '    - relu', '- residual: [relu, relu]');
    expect(edited(short, { change: 'swap', place: 'network.0.0', to: 'tanh' })).toBe(short.replace('- relu', '- tanh'));
    expect(edited(short, { change: 'swap', place: 'network.1.1', to: 'tanh' })).toBe(short.replace('relu]', 'tanh]'));
  });

  it('takes the stages inside a block with it, where the other one is none', () => {
    const text = network('- residual:', '    - relu', '    - relu # c', '- softmax');
    expect(edited(text, { change: 'swap', place: at, to: 'dense' })).toBe(
      network('- dense: { units: 50 } # c', '- softmax'),
    );
  });

  it('takes a stage by its former name', () => {
    expect(edited('data:\n  - take: { count: 5 }\n', { change: 'swap', place: 'data.0', to: 'shuffleLabels' })).toBe(
      'data:\n  - shuffleLabels\n',
    );
  });
});

describe('set', () => {
  const set = (option: string, value: string, place = at): Change => ({ change: 'set', place, option, value });

  it.each([
    ['a stage by its name alone', '- leakyRelu # c', '- leakyRelu: { negativeSlope: 0.2 } # c'],
    ['a name followed by nothing', '- leakyRelu: # c', '- leakyRelu: { negativeSlope: 0.2 } # c'],
    ['a name followed by ~', '- leakyRelu: ~ # c', '- leakyRelu: { negativeSlope: 0.2 } # c'],
    ['no option yet', '- leakyRelu: {} # c', '- leakyRelu: { negativeSlope: 0.2 } # c'],
    ['an option that is there', '- leakyRelu: {negativeSlope: 0.01} # c', '- leakyRelu: {negativeSlope: 0.2} # c'],
    ['a key in quotes', '- leakyRelu: {"negativeSlope":0.01}', '- leakyRelu: {"negativeSlope": 0.2}'],
    ['a key without a value', '- leakyRelu: { negativeSlope }', '- leakyRelu: { negativeSlope: 0.2 }'],
    ['an anchor', '- leakyRelu: { negativeSlope: &n 0.01 }', '- leakyRelu: { negativeSlope: &n 0.2 }'],
    ['an alias, which is here only', '- leakyRelu: { negativeSlope: *n }', '- leakyRelu: { negativeSlope: 0.2 }'],
  ])('takes %s', (_, before, after) => {
    const head = 'x-n: &n 1\n';
    expect(edited(head + network(before), set('negativeSlope', ' 0.2 '))).toBe(head + network(after));
  });

  it('adds to the options of a line, and to those in lines', () => {
    expect(edited(network('- dense: { units: 5 } # c'), set('bias', 'false'))).toBe(
      network('- dense: { units: 5, bias: false } # c'),
    );
    expect(edited(network('- dense: { units: 5, } # c'), set('bias', 'false'))).toBe(
      network('- dense: { units: 5, bias: false, } # c'),
    );
    expect(edited(network('- dense:', '    units: 5 # c', '- relu'), set('bias', 'false'))).toBe(
      network('- dense:', '    units: 5 # c', '    bias: false', '- relu'),
    );
    expect(edited('network:\r\n  - dense:\r\n      units: 5\r\n', set('bias', 'false'))).toBe(
      'network:\r\n  - dense:\r\n      units: 5\r\n      bias: false\r\n',
    );
    expect(edited('network:\n- dense:\n    units: 5', set('bias', 'false'))).toBe(
      'network:\n- dense:\n    units: 5\n    bias: false',
    );
    const deep = network('- dense:', '    units: 5', '    weights:', '      normal: 0.1 # c', '', '# d', '- relu');
    expect(edited(deep, set('bias', 'true'))).toBe(
      network(
        '- dense:',
        '    units: 5',
        '    weights:',
        '      normal: 0.1 # c',
        '    bias: true',
        '',
        '# d',
        '- relu',
      ),
    );
  });

  it('puts a line in the place of lines, with what is said of them', () => {
    const text = network('- dense:', '    weights: &w # drawn', '      normal: 0.1 # so', '    units: 5');
    expect(edited(text, set('weights', '{normal:   0.010}'))).toBe(
      network('- dense:', '    weights: &w { normal: 0.010 } # drawn # so', '    units: 5').replace(
        '{ normal: 0.010 }',
        '{ normal: 0.010 }',
      ),
    );
    expect(edited(network('- dense:', '    units:', '      5'), set('units', '6'))).toBe(
      network('- dense:', '    units: 6'),
    );
  });

  it('writes values as YAML, in quotes where they need them', () => {
    const written = (value: string) =>
      /weights: (.*) }/.exec(edited(network('- dense: { units: 5 }'), set('weights', value)))?.[1];
    expect(written('zeros')).toBe('zeros');
    expect(written('"zeros"')).toBe('zeros');
    expect(written('"true"')).toBe('"true"');
    expect(written('"a, b: {c}"')).toBe('"a, b: {c}"');
    expect(written('1.0e-3')).toBe('1.0e-3');
    expect(written('[1,  2]')).toBe('[1, 2]');
    expect(written('normal: 0.1')).toBe('{ normal: 0.1 }');
    expect(written('- a\n- b: 1')).toBe('[a, b: 1]');
    expect(written('null')).toBe('null');
  });

  it('refuses what is no value', () => {
    for (const value of ['{ a', '', '"a', 'a: b: c'])
      expect(refused(network('- dense'), set('units', value))).toEqual({ refused: `"${value}" is not a YAML value` });
    expect(refused(network('- dense'), set('units', '*n'))).toMatchObject({ refused: expect.stringContaining('*n') });
  });

  it('refuses options where a list of stages stands', () => {
    expect(refused(network('- residual: [relu]'), set('shortcut', '[relu]'))).toMatchObject({
      refused: expect.stringContaining('list of stages'),
    });
  });
});

describe('unset', () => {
  const unset = (option: string): Change => ({ change: 'unset', place: at, option });

  it.each([
    ['units', '- dense: { bias: true, weights: zeros } # c'],
    ['bias', '- dense: { units: 5, weights: zeros } # c'],
    ['weights', '- dense: { units: 5, bias: true } # c'],
  ])('takes %s out of a line', (option, after) => {
    expect(edited(network('- dense: { units: 5, bias: true, weights: zeros } # c'), unset(option))).toBe(
      network(after),
    );
  });

  it.each([
    ['units', ['    # why', '    bias: true # b', '    weights:', '      normal: 1 # w']],
    ['bias', ['    units: 5 # u', '    # why', '    weights:', '      normal: 1 # w']],
    ['weights', ['    units: 5 # u', '    # why', '    bias: true # b']],
  ])('takes %s out of lines', (option, after) => {
    const lines = ['    units: 5 # u', '    # why', '    bias: true # b', '    weights:', '      normal: 1 # w'];
    expect(edited(network('- dense:', ...lines, '- relu'), unset(option))).toBe(
      network('- dense:', ...after, '- relu'),
    );
    expect(edited(network('- dense:', ...lines).trimEnd(), unset(option))).toBe(
      network('- dense:', ...after).trimEnd(),
    );
  });

  it('leaves the name alone where no option is left', () => {
    expect(edited(network('- dropout: { rate: 0.5 } # c'), unset('rate'))).toBe(network('- dropout # c'));
    expect(edited(network('- dropout:', '    rate: 0.5 # c'), unset('rate'))).toBe(network('- dropout # c'));
  });

  it('keeps comments between options, and commas behind the last', () => {
    const text = 'network: [dense: { units: 5, # a, b\n  bias: true, }]\n';
    expect(edited(text, unset('bias'))).toBe('network: [dense: { units: 5 # a, b\n  , }]\n');
  });

  it('refuses an option that is not there, or is needed elsewhere', () => {
    expect(refused(network('- dense: { units: 5 }'), unset('bias'))).toEqual({
      refused: 'dense has no option bias there',
    });
    expect(refused(network('- relu'), unset('bias'))).toEqual({ refused: 'relu has no option bias there' });
    expect(refused(network('- dense: { units: &u 5, bias: true }', '- dense: { units: *u }'), unset('units'))).toEqual({
      refused: '&u is written here, and *u needs it at another place',
    });
  });
});

describe('insert', () => {
  const insert = (place: string, stage: string): Change => ({ change: 'insert', place, stage });

  it.each([
    [
      'behind a line',
      network('- relu # c', '# d', '- relu'),
      network('- relu # c', '- dense: { units: 50 }', '# d', '- relu'),
    ],
    [
      'behind lines',
      network('- dense:', '    units: 5 # c', '', '- relu'),
      network('- dense:', '    units: 5 # c', '- dense: { units: 50 }', '', '- relu'),
    ],
    ['at the end', 'network:\n- relu', 'network:\n- relu\n- dense: { units: 50 }'],
    ['in a line', 'network: [relu, tanh]\n', 'network: [relu, dense: { units: 50 }, tanh]\n'],
    [
      'in lines with brackets',
      'network: [\n  relu,\n  tanh\n]\n',
      'network: [\n  relu,\n  dense: { units: 50 },\n  tanh\n]\n',
    ],
    [
      'in Windows lines',
      'network:\r\n  - relu\r\n  - tanh\r\n',
      'network:\r\n  - relu\r\n  - dense: { units: 50 }\r\n  - tanh\r\n',
    ],
    [
      'behind a block',
      network('- residual:', '    - relu', '- tanh'),
      network('- residual:', '    - relu', '- dense: { units: 50 }', '- tanh'),
    ],
  ])('puts a stage %s', (_, before, after) => {
    expect(edited(before, insert(at, 'dense'))).toBe(after);
  });

  it('puts a stage into a block', () => {
    expect(edited(network('- residual:', '    - relu', '- tanh'), insert('network.0.0', 'sigmoid'))).toBe(
      network('- residual:', '    - relu', '    - sigmoid', '- tanh'),
    );
  });

  it('puts in every stage as it may stand there', () => {
    for (const { name, sections } of stages) {
      const text = `${sections[0]}:\n  - first\n`;
      const after = parse(edited(text, insert(`${sections[0]}.0`, name)));
      const [, item] = after[sections[0]];
      expect(typeof item === 'string' ? item : Object.keys(item)[0]).toBe(name);
    }
  });

  it('refuses a stage that is not there', () => {
    expect(refused(network('- relu'), insert(at, 'reluu'))).toEqual({ refused: 'there is no stage reluu' });
    expect(refused(network('- relu'), insert('network.4', 'relu'))).toEqual({
      refused: 'there is no stage at network.4',
    });
    expect(refused(network('- relu'), insert('network.0.0', 'relu'))).toEqual({
      refused: 'there is no stage at network.0.0',
    });
    expect(refused('network: relu\n', insert(at, 'relu'))).toEqual({ refused: 'there is no stage at network.0' });
    expect(refused('', insert(at, 'relu'))).toEqual({ refused: 'there is no stage at network.0' });
    expect(refused('network: [', insert(at, 'relu'))).toEqual({
      refused: 'the file is not YAML; correct its text first',
    });
  });
});

describe('remove', () => {
  const remove = (place: string): Change => ({ change: 'remove', place });
  const lines = ['- dense:', '    units: 5 # u', '# about relu', '- relu # r', '- residual: [tanh, softmax]'];

  it.each([
    [0, ['# about relu', '- relu # r', '- residual: [tanh, softmax]']],
    [1, ['- dense:', '    units: 5 # u', '# about relu', '- residual: [tanh, softmax]']],
    [2, ['- dense:', '    units: 5 # u', '# about relu', '- relu # r']],
  ])('takes stage %i out of lines', (i, after) => {
    expect(edited(network(...lines), remove(`network.${i}`))).toBe(network(...after));
    expect(edited(network(...lines).trimEnd(), remove(`network.${i}`))).toBe(network(...after).trimEnd());
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    expect(edited(windows(network(...lines)), remove(`network.${i}`))).toBe(windows(network(...after)));
  });

  it('takes one out of a line, and out of a block', () => {
    expect(edited(network(...lines), remove('network.2.0'))).toBe(
      network(...lines).replace('[tanh, softmax]', '[softmax]'),
    );
    expect(edited(network(...lines), remove('network.2.1'))).toBe(
      network(...lines).replace('[tanh, softmax]', '[tanh]'),
    );
    expect(edited('network: [a, dense: { units: 1 }, b]', remove('network.1'))).toBe('network: [a, b]');
  });

  it('refuses the last of a list, and what is needed elsewhere', () => {
    expect(refused(network('- relu'), remove(at))).toMatchObject({ refused: expect.stringContaining('only stage') });
    expect(refused(network('- dense: &d { units: 5 }', '- relu', '- dense: *d'), remove(at))).toEqual({
      refused: '&d is written here, and *d needs it at another place',
    });
    expect(edited(network('- dense: &d { units: 5 }', '- relu', '- dense: *d'), remove('network.2'))).toBe(
      network('- dense: &d { units: 5 }', '- relu'),
    );
  });
});

describe('move', () => {
  const move = (place: string, by: -1 | 1): Change => ({ change: 'move', place, by });

  it('changes places with a neighbour, its comment too', () => {
    const text = network('- dense:', '    units: 5 # u', '# here', '- relu # r', '- tanh');
    expect(edited(text, move(at, 1))).toBe(network('- relu # r', '# here', '- dense:', '    units: 5 # u', '- tanh'));
    expect(edited(text.trimEnd(), move('network.2', -1))).toBe(
      network('- dense:', '    units: 5 # u', '# here', '- tanh', '- relu # r').trimEnd(),
    );
    expect(edited('network: [a, dense: { units: 1 }, b]', move('network.1', -1))).toBe(
      'network: [dense: { units: 1 }, a, b]',
    );
  });

  it('refuses to leave the list, or to put a use before what it uses', () => {
    expect(refused(network('- relu', '- tanh'), move(at, -1))).toEqual({ refused: 'it is the first of its list' });
    expect(refused(network('- relu', '- tanh'), move('network.1', 1))).toEqual({
      refused: 'it is the last of its list',
    });
    expect(refused(network('- dense: &d { units: 5 }', '- dense: *d'), move(at, 1))).toEqual({
      refused: 'something would be used before it is written',
    });
  });
});

describe('settings', () => {
  const epochs: Change = { change: 'setting', key: 'epochs', value: '7' };

  it.each([
    ['epochs: 20 # often\nname: a\n', 'epochs: 7 # often\nname: a\n'],
    ['# a file\nname: a # b\ndata: []\n', '# a file\nname: a # b\nepochs: 7\ndata: []\n'],
    ['name: a\r\ndata: []\r\n', 'name: a\r\nepochs: 7\r\ndata: []\r\n'],
    ['name: a\nseed: 5\ndata: []\n', 'name: a\nseed: 5\nepochs: 7\ndata: []\n'],
    ['{ name: a, data: [] }', '{ name: a, epochs: 7, data: [] }'],
    [
      'name: a\ndescription: |\n  So\n  long\n\ndata: []\n',
      'name: a\ndescription: |\n  So\n  long\nepochs: 7\n\ndata: []\n',
    ],
  ])('are written where they belong: %j', (before, after) => {
    expect(edited(before, epochs)).toBe(after);
  });

  it.each([
    ['name: a\nepochs: 7 # often\ndata: []\n', 'name: a\ndata: []\n'],
    ['epochs: 7\nname: a\n', 'name: a\n'],
    ['{ name: a, epochs: 7 }', '{ name: a }'],
    ['name: a\n', 'name: a\n'],
  ])('are taken out: %j', (before, after) => {
    expect(edited(before, { change: 'setting', key: 'epochs', value: undefined })).toBe(after);
  });

  it('are read as they are written', () => {
    expect(readSettings('seed: 0x10 # c\nname: a\n')).toEqual({ seed: '0x10' });
    expect(readSettings('{ seed: 1, epochs: ten }')).toEqual({ seed: '1', epochs: 'ten' });
    expect([readSettings(''), readSettings('a: [')]).toEqual([{}, {}]);
  });

  it('are refused where there is no file yet', () => {
    expect(refused('', epochs)).toEqual({ refused: 'the file holds no pipeline yet' });
  });
});

describe('anchors', () => {
  const text = 'validation: &judged\n  - batch: { size: 5 }\n  - accuracy\ntest: *judged\n';

  it('are changed where they are written, for all who use them', () => {
    const after = edited(text, { change: 'set', place: 'validation.0', option: 'size', value: '9' });
    expect(after).toBe(text.replace('5', '9'));
  });

  it.each<Change>([
    { change: 'set', place: 'test.0', option: 'size', value: '9' },
    { change: 'remove', place: 'test.0' },
    { change: 'insert', place: 'test.0', stage: 'accuracy' },
  ])('refuse $change where they are used', (change) => {
    expect(refused(text, change)).toEqual({ refused: 'test: is *judged: it is written at &judged, change it there' });
  });

  it('refuse a change to a stage or to options that are used', () => {
    const uses = network('- &r dropout', '- *r', '- dropout: &o { rate: 0.1 }', '- dropout: *o');
    expect(refused(uses, { change: 'swap', place: 'network.1', to: 'relu' })).toMatchObject({
      refused: expect.stringContaining('*r'),
    });
    expect(refused(uses, { change: 'set', place: 'network.3', option: 'rate', value: '1' })).toMatchObject({
      refused: expect.stringContaining('*o'),
    });
    expect(refused(uses, { change: 'swap', place: 'network.3', to: 'relu' })).toMatchObject({
      refused: expect.stringContaining('elsewhere'),
    });
    expect(refused(uses, { change: 'swap', place: 'network.2', to: 'relu' })).toMatchObject({
      refused: expect.stringContaining('&o'),
    });
    expect(edited(uses, { change: 'swap', place: 'network.3', to: 'dropout2d' })).toBe(
      uses.replace('dropout: *o', 'dropout2d: *o'),
    );
  });

  it('refuse to drop an option that is merged into others', () => {
    const merged = network('- adam: { <<: *b, beta1: 0.5 }');
    const head = 'x-b: &b { beta2: 0.9 }\n';
    expect(refused(head + merged, { change: 'swap', place: at, to: 'sgd' })).toMatchObject({
      refused: expect.stringContaining('elsewhere'),
    });
    expect(edited(head + merged, { change: 'set', place: at, option: 'beta2', value: '0.8' })).toBe(
      head + network('- adam: { <<: *b, beta1: 0.5, beta2: 0.8 }'),
    );
  });
});

describe('a stage is read', () => {
  const text =
    'validation: &judged\n  - batch:\n      size: 0x10\n      # c\n      lastBatch: drop\n  - accuracy\ntest: *judged\n';

  it('with its options in a line each', () => {
    expect(readStage(text, 'validation.0', stages)).toEqual({
      name: 'batch',
      lines: [2, 5],
      options: { size: '0x10', lastBatch: 'drop' },
    });
    expect(readStage(text, 'test.1', stages)).toEqual({ name: 'accuracy', lines: [6, 6], options: {} });
    expect(readStage(network('- dense: { weights: {normal: 1} }'), at, stages)).toEqual({
      name: 'dense',
      lines: [2, 2],
      options: { weights: '{ normal: 1 }' },
    });
  });

  it('or is not there', () => {
    expect(readStage(text, 'test.2', stages)).toBeUndefined();
    expect(readStage('test: [', 'test.0', stages)).toBeUndefined();
  });
});

/** Every stage of the pipelines of this package, changed in every way: what the file says is changed there, and there alone. */
describe('the pipelines', () => {
  const folder = fileURLToPath(new URL('../../pipelines/', import.meta.url));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));

  it.each(files)('%s is changed at each place alone', (name) => {
    const text = readFileSync(folder + name, 'utf8');
    const content = parse(text, { merge: true });
    for (const section of ['data', 'network', 'train', 'validation', 'test']) {
      const list: unknown[] = Array.isArray(content[section]) ? content[section] : [];
      for (const [i, item] of list.entries()) {
        const place = `${section}.${i}`;
        const expected = (items: unknown[]): unknown => ({ ...content, [section]: items });
        const check = (change: Change, items: unknown[]): void => {
          const result = edit(text, change, stages);
          if ('refused' in result) expect(text).toMatch(/[&*]\w/);
          else if (!/[&*]\w/.test(text)) expect(parse(result.text)).toEqual(expected(items));
        };
        if (list.length > 1) check({ change: 'remove', place }, list.toSpliced(i, 1));
        check({ change: 'insert', place, stage: 'relu' }, list.toSpliced(i + 1, 0, 'relu'));
        if (i > 0) check({ change: 'move', place, by: -1 }, list.toSpliced(i - 1, 2, item, list[i - 1]));
        const [stage, options] = typeof item === 'string' ? [item, {}] : Object.entries(item as object)[0];
        if (Array.isArray(options)) continue;
        check({ change: 'set', place, option: 'x', value: '[1]' }, list.with(i, { [stage]: { ...options, x: [1] } }));
        for (const option of Object.keys(options ?? {})) {
          const { [option]: _, ...rest } = options;
          check(
            { change: 'unset', place, option },
            list.with(i, Object.keys(rest).length === 0 ? stage : { [stage]: rest }),
          );
          check(
            { change: 'set', place, option, value: 'new' },
            list.with(i, { [stage]: { ...options, [option]: 'new' } }),
          );
        }
      }
    }
  });
});

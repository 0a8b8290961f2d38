/** What the editor of the studio offers at a place of a file, and what it says of a word. */
import { builtInStages, pipelineJsonSchema } from 'marblenet/page';
import { describe, expect, it } from 'vitest';
import { cursorAt } from '../../src/studio/file/cursor.js';
import { meaningAt, suggest } from '../../src/studio/file/suggest.js';
import { en } from '../../src/studio/texts/en.js';
import { libraryZh } from '../../src/studio/texts/library-zh.js';
import { zh } from '../../src/studio/texts/zh.js';
import { catalogueOf } from '../../src/studio/worker/catalogue.js';

const known = { schema: pipelineJsonSchema(builtInStages), stages: catalogueOf(builtInStages) };
const language = { ...known, words: { ...en, said: (english: string) => english } };
const inChinese = { ...known, words: { ...zh, said: (english: string) => libraryZh[english] ?? english } };

/** A text with a | where the cursor is. */
function split(marked: string): [text: string, offset: number] {
  const offset = marked.indexOf('|');
  return [marked.slice(0, offset) + marked.slice(offset + 1), offset];
}

const pathOf = (marked: string) => cursorAt(...split(marked))?.path.join('.');
const labels = (marked: string) => suggest(...split(marked), language)?.options.map(({ label }) => label);
const option = (marked: string, name: string) =>
  suggest(...split(marked), language)?.options.find(({ label }) => label === name);
const meaning = (marked: string) => meaningAt(...split(marked), language);

describe('the cursor is', () => {
  it.each([
    ['|', ''],
    ['name: a\nep|', ''],
    ['name: |', 'name'],
    ['network:\n  - re|', 'network.*'],
    ['network:\n- re|', 'network.*'],
    ['network:\n- relu\n- re|\n', 'network.*'],
    ['network: # built once\n\n  # a layer\n  - dense: { units: 5 }\n  - re|', 'network.*'],
    ['network: [re|', 'network.*'],
    ['network: [relu, dense: { un|', 'network.*.dense'],
    ['network: [relu, dense: { units: 5 }, re|', 'network.*'],
    ['network:\n  - dense: { |', 'network.*.dense'],
    ['network:\n  - dense: { units: 5, weights: { no|', 'network.*.dense.weights'],
    ['network:\n  - dense: { units: 5, weights: |', 'network.*.dense.weights'],
    ['network:\n  - dense: { "units": 5, weights: h| }', 'network.*.dense.weights'],
    ['network:\n  - dense:\n      un|', 'network.*.dense'],
    ['network:\n  - dense:\n      units: 5\n      we|', 'network.*.dense'],
    ['network:\n  - dense:\n      weights:\n        no|', 'network.*.dense.weights'],
    ['network:\n  - dense:\n      weights: he|', 'network.*.dense.weights'],
    ['network:\n  - residual:\n      - re|', 'network.*.residual.*'],
    ['network:\n  - residual:\n      stages:\n        - re|', 'network.*.residual.stages.*'],
    ['network:\n  - relu\ntrain:\n  - sgd: { |', 'train.*.sgd'],
    ['test: &judged\n  - ba|', 'test.*'],
    ['earlyStopping: { mo|', 'earlyStopping'],
    ['earlyStopping:\n  mo|', 'earlyStopping'],
  ])('in %j at %s', (marked, path) => {
    expect(pathOf(marked)).toBe(path);
  });

  it('nowhere in a comment', () => {
    expect(cursorAt(...split('network: # re|'))).toBeUndefined();
    expect(cursorAt(...split('name: "a # b|'))).not.toBeUndefined();
  });
});

describe('completion', () => {
  it('offers the stages that may stand in a section, as they may stand there', () => {
    expect(labels('network:\n  - si|')).toContain('sigmoid');
    expect(labels('network:\n  - si|')).not.toContain('sgd');
    expect(labels('train:\n  - s|')).toEqual(expect.arrayContaining(['sgd', 'softmaxCrossEntropy']));
    expect(labels('data:\n  - |')).not.toContain('take');
    expect(labels('network:\n  - residual:\n      - si|')).toContain('sigmoid');
    expect(labels('network:\n  - residual:\n      shortcut: [si|')).toContain('sigmoid');
    expect(option('network:\n  - d|', 'dense')).toMatchObject({ apply: 'dense: { units: 50 }', detail: 'layers' });
    expect(option('network:\n  - si|', 'sigmoid')).toMatchObject({ apply: 'sigmoid', info: 'y = 1 / (1 + exp(-x))' });
  });

  it('offers the options of a stage', () => {
    expect(labels('network:\n  - dense: { |')).toEqual(['units', 'weights', 'bias', 'freeze']);
    expect(labels('network:\n  - dense:\n      u|')).toEqual(['units', 'weights', 'bias', 'freeze']);
    expect(labels('network:\n  - leakyRelu: { s|')).toEqual(['negativeSlope']);
    expect(labels('network:\n  - dense: { weights: { n|')).toEqual(['normal']);
    expect(option('network:\n  - dense: { u|', 'units')).toEqual({
      label: 'units',
      apply: 'units: ',
      kind: 'key',
      detail: 'integer, at least 1, at most 65536',
      info: 'H, the number of outputs',
    });
    expect(labels('network:\n  - residual:\n      s|')).toEqual(['stages', 'shortcut']);
  });

  it('offers the words that an option takes', () => {
    expect(labels('network:\n  - dense: { weights: h|')).toEqual([
      'heNormal',
      'xavierNormal',
      'xavierUniform',
      'zeros',
    ]);
    expect(labels('network:\n  - dense: { bias: |')).toEqual(['true', 'false']);
    expect(labels('network:\n  - dense:\n      bias: t|')).toEqual(['true', 'false']);
    expect(labels('network:\n  - dense: { units: |')).toBeUndefined();
  });

  it('offers the keys of the file', () => {
    expect(labels('name: a\nep|')).toEqual(expect.arrayContaining(['epochs', 'seed', 'network', 'earlyStopping']));
    expect(labels('dtype: |')).toEqual(['float32', 'float64']);
    expect(labels('earlyStopping:\n  p|')).toEqual(['monitor', 'patience', 'minDelta']);
  });
});

describe('a word means', () => {
  it('a stage, an option, or a key of the file', () => {
    expect(meaning('network:\n  - re|lu\n')).toEqual({
      from: 13,
      to: 17,
      title: 'relu · activations',
      text: 'y = max(0, x)',
    });
    expect(meaning('train:\n  - sg|d: { learningRate: 1 }')).toMatchObject({ title: 'sgd · optimizers' });
    expect(meaning('train:\n  - sgd: { learn|ingRate: 1 }')).toMatchObject({
      title: 'learningRate · number, more than 0',
      text: 'How far to go against the gradient',
    });
    expect(meaning('train:\n  - sgd:\n      learn|ingRate: 1')).toMatchObject({
      text: 'How far to go against the gradient',
    });
    expect(meaning('ep|ochs: 4')).toMatchObject({ text: 'How often training goes through the data' });
    expect(meaning('epochs: |4')).toMatchObject({ text: 'How often training goes through the data' });
  });

  it('what it means, in the language of the page', () => {
    expect(suggest(...split('network:\n  - d|'), inChinese)?.options.find(({ label }) => label === 'dense')).toEqual({
      label: 'dense',
      apply: 'dense: { units: 50 }',
      kind: 'stage',
      detail: '层',
      info: '全连接层：y = x W + b，每个输出都是所有输入的加权和',
    });
    expect(suggest(...split('train:\n  - sgd: { weightD|'), inChinese)?.options[1]).toMatchObject({
      label: 'weightDecay',
      detail: '数，不小于 0；默认值 0',
      info: '权重衰减 λ：dW 变为 dW + λ W，把每个参数拉向 0',
    });
    expect(meaningAt(...split('network:\n  - re|lu\n'), inChinese)).toMatchObject({
      title: 'relu · 激活函数',
      text: '修正线性单元：y = max(0, x)',
    });
    expect(meaningAt(...split('train:\n  - sgd: { learn|ingRate: 1 }'), inChinese)).toMatchObject({
      title: 'learningRate · 数，大于 0',
      text: '学习率：沿梯度的反方向走多远',
    });
  });

  it('nothing, where nothing is known of it', () => {
    expect(meaning('network:\n  - rel|uu\n')).toBeUndefined();
    expect(meaning('nam|s: 4')).toBeUndefined();
    expect(meaning('# rel|u')).toBeUndefined();
    expect(meaning('|')).toBeUndefined();
  });
});

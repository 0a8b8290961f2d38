import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { adviceOn, adviceRules } from '../../../src/core/advice/advice.js';
import { activation } from '../../../src/core/families/network.js';
import { outlinePipeline, type PipelineDefinition } from '../../../src/core/pipeline/pipeline.js';
import type { Overrides } from '../../../src/core/pipeline-file/pipeline-file.js';
import { run } from '../../../src/core/run/run.js';
import { stage } from '../../../src/core/stage.js';
import { createNodeHost } from '../../../src/node/host.js';
import { loadPipeline } from '../../../src/node/load-pipeline.js';
import { builtIn } from '../../../src/node/plugins.js';
import * as stages from '../../../src/stages/index.js';
import { buildText, resolveText, TINY, tinyWith } from '../../tiny-pipeline.js';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** `rule at place: message` */
function adviceFor(text: string, overrides: Overrides = {}): string[] {
  const { definition, locate } = resolveText(text, overrides);
  const found = adviceOn(outlinePipeline(definition, { locate, registry: builtIn.registry }));
  return found.map(({ rule, place, message }) => `${rule} at ${place}: ${message}`);
}

describe('advice', () => {
  it.each([
    [
      'softmax before a loss that has its own',
      '  - dense: { units: 10 }\n',
      '  - dense: { units: 10 }\n  - softmax\n',
      [
        'logitsExpected at tiny.yaml:12:5: softmax gives numbers from 0 to 1, and softmaxCrossEntropy expects logits, since ' +
          'it has a softmax of its own: the network cannot say that it is sure, and learns slowly; leave softmax out',
      ],
    ],
    [
      'sigmoid before it',
      '  - dense: { units: 10 }\n',
      '  - dense: { units: 10 }\n  - sigmoid\n',
      [/^logitsExpected at tiny\.yaml:12:5: sigmoid gives numbers from 0 to 1/],
    ],
    [
      'crossEntropy on logits',
      'softmaxCrossEntropy',
      'crossEntropy',
      [
        'probabilitiesExpected at tiny.yaml:15:5: crossEntropy expects probabilities, but dense gives any real numbers, and a ' +
          'negative one has no logarithm; end network: with softmax, or take softmaxCrossEntropy',
      ],
    ],
    [
      'an epoch that is chosen by the test',
      'epochs: 2\n',
      'epochs: 2\nbest: { monitor: test.accuracy }\n',
      [
        'choosingByTest at tiny.yaml:4:7: the epoch is chosen by test.accuracy, so the figures of the test will be too good; ' +
          'hold examples out for a validation, and choose by them',
      ],
    ],
    [
      'bytes as they are',
      '  - normalize: { divisor: 255 }\n',
      '',
      [
        'bytesUnscaled at tiny.yaml:8:5: dense gets bytes from 0 to 255 as they are, and its first weights expect numbers ' +
          'around 0 to 1; put normalize: { divisor: 255 } in data:',
      ],
    ],
    [
      'two activations in a row',
      '- relu',
      '- relu\n  - tanh',
      [
        'activationsInARow at tiny.yaml:11:5: tanh follows relu with nothing learned between them; put a layer between, as ' +
          'dense: { units: 50 }, or leave one out',
      ],
    ],
    [
      "adam with sgd's learning rate",
      'sgd: { learningRate: 0.1 }',
      'adam: { learningRate: 0.1 }',
      [
        'learningRateTooLarge at tiny.yaml:17:5: adam moves every weight by about learningRate at each step, however small its ' +
          'gradient is, and 0.1 suits sgd; begin with learningRate: 0.001',
      ],
    ],
    [
      'a learning rate that moves nothing',
      'learningRate: 0.1',
      'learningRate: 1.0e-12',
      [
        'learningRateTooSmall at tiny.yaml:17:5: sgd is to go 1e-12 of a gradient at each step, and float32 has seven digits, ' +
          'so that hardly any weight will move; begin with learningRate: 0.01',
      ],
    ],
    [
      "sgd with adam's learning rate",
      'learningRate: 0.1',
      'learningRate: 0.001',
      [
        'learningRateTooSmall at tiny.yaml:17:5: sgd moves every weight by learningRate times its gradient, which is small ' +
          'itself, and 0.001 suits adam; begin with learningRate: 0.1',
      ],
    ],
    [
      'no shuffle',
      'shuffleBatch',
      'batch',
      [
        'unshuffled at tiny.yaml:13:5: batch reads the examples in the order of the data, the same in every epoch, and where ' +
          'they are sorted each batch is of one class; take shuffleBatch for train:',
      ],
    ],
    [
      'zeros in a hidden layer',
      'units: 8',
      'units: 8, weights: zeros',
      [
        'hiddenZeros at tiny.yaml:9:5: dense is a hidden layer whose first weights are all 0, so its units begin alike; behind ' +
          'relu they never learn; let its weights be drawn: weights: heNormal',
      ],
    ],
    [
      'rows that are compared, and each alone in its batch',
      '  - relu\n  - dense: { units: 10 }\ntrain:\n  - shuffleBatch: { size: 20 }',
      '  - batchNorm\n  - dense: { units: 10 }\ntrain:\n  - shuffleBatch: { size: 1 }',
      [
        'batchesOfOne at tiny.yaml:13:5: batchNorm compares the samples of a batch, and here each is alone in its own, so ' +
          'nothing is left of it; make the batches larger: size: 32',
      ],
    ],
    [
      'no optimizer',
      '  - sgd: { learningRate: 0.1 }\n',
      '',
      [/^nothingLearned at tiny\.yaml:13:3: the gradients are computed and no optimizer uses them/],
    ],
    [
      'no backward either',
      '  - backward\n  - sgd: { learningRate: 0.1 }\n',
      '',
      [/^nothingLearned at tiny\.yaml:13:3: there is neither backward nor an optimizer behind the loss/],
    ],
    [
      'nothing but frozen layers',
      '{ units: 8 }\n  - relu\n  - dense: { units: 10 }',
      '{ units: 8, freeze: true }\n  - relu\n  - dense: { units: 10, freeze: true }',
      [
        'nothingLearned at tiny.yaml:9:5: every layer with parameters is frozen, so nothing is learned; leave freeze out of one',
      ],
    ],
    ['one frozen layer', 'units: 8', 'units: 8, freeze: true', []],
  ])('on %s', (_, piece, replacement, expected) => {
    const found = adviceFor(tinyWith(piece, replacement));
    expect(found).toEqual(expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
  });

  it.each([
    [
      'probabilities behind softmax',
      'softmaxCrossEntropy',
      'crossEntropy',
      '  - dense: { units: 10 }\n',
      '  - dense: { units: 10 }\n  - softmax\n',
    ],
    [
      'probabilities behind sigmoid',
      'softmaxCrossEntropy',
      'crossEntropy',
      '  - dense: { units: 10 }\n',
      '  - dense: { units: 10 }\n  - sigmoid\n',
    ],
    ['a learning rate for adam', 'sgd: { learningRate: 0.1 }', 'adam: { learningRate: 0.01 }', '', ''],
    ['a learning rate for sgd', 'learningRate: 0.1', 'learningRate: 0.01', '', ''],
    ['momentum with a small one', 'sgd: { learningRate: 0.1 }', 'momentum: { learningRate: 0.001 }', '', ''],
    ['one batch of all examples', 'shuffleBatch: { size: 20 }', 'batch: { size: 200 }', '', ''],
    ['zeros in the last layer', '- dense: { units: 10 }', '- dense: { units: 10, weights: zeros }', '', ''],
    ['identity between two activations', '- relu', '- relu\n  - identity', '', ''],
    ['dropout between two activations', '- relu', '- relu\n  - dropout\n  - tanh', '', ''],
  ])('none on %s', (_, piece, replacement, more, instead) => {
    expect(adviceFor(tinyWith(piece, replacement).replace(more, instead))).toEqual([]);
  });

  it('names the words that brought a stage where it stands', () => {
    expect(adviceFor(TINY, { swap: ['sgd=adam'] })).toEqual([
      expect.stringMatching(/^learningRateTooLarge at --swap sgd=adam: adam moves every weight/),
    ]);
  });

  it('sees floats that are divided as bytes', () => {
    const floats = stage({
      name: 'floats',
      summary: 'as an opened file of floats',
      family: 'sources',
      from: 'split',
      to: 'examples',
      options: z.strictObject({}),
      example: 'floats',
      build: (_, input, context) => {
        const { operator, output } = stages.digits().build(input, context);
        return { operator, output: { ...output, features: 'floats' as const } };
      },
    });
    const { definition } = resolveText(TINY);
    const [, ...rest] = definition.data;
    const found = adviceOn(outlinePipeline({ ...definition, data: [floats(), ...rest] } as PipelineDefinition));
    expect(found).toEqual([
      { rule: 'floatsDividedAsBytes', place: 'data[1]', message: expect.stringContaining('these features are floats') },
    ]);
  });

  it('goes by what stages declare, not by their names', () => {
    const { definition } = resolveText(TINY);
    const named = activation({
      name: 'softmax',
      summary: 'y = 2 x',
      formula: () => ({ value: (x) => 2 * x, derivative: () => 2 }),
    });
    const unnamed = activation({
      name: 'squash',
      summary: '',
      formula: () => ({ value: Math.atan, derivative: (x) => 1 / (1 + x * x) }),
    });
    const step = activation({
      name: 'step',
      summary: '',
      formula: () => ({ value: (x) => (x > 0 ? 1 : 0), derivative: () => 0 }),
    });
    const rulesWith = (last: ReturnType<typeof named>) =>
      adviceOn(outlinePipeline({ ...definition, network: [...definition.network, last] })).map(({ rule }) => rule);
    expect(rulesWith(named())).toEqual([]);
    expect(rulesWith(unnamed())).toEqual([]);
    expect(rulesWith(step())).toEqual(['logitsExpected']);
  });

  it('is in the event that starts a run', async () => {
    const start = await firstValueFrom(run(buildText(tinyWith('shuffleBatch', 'batch'))));
    expect(start).toMatchObject({ event: 'start', warnings: [expect.stringMatching(/^tiny\.yaml:13:5: batch reads/)] });
    expect(await firstValueFrom(run(buildText(TINY)))).not.toHaveProperty('warnings');
  });
});

const yamlFiles = ['pipelines', 'examples'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name)),
);

it.each(yamlFiles)('there is none for %s', async (path) => {
  const { definition, locate, catalogue } = await loadPipeline(join(ROOT, path));
  const environment = { locate, registry: catalogue.registry, host: createNodeHost() };
  expect(adviceOn(outlinePipeline(definition, environment))).toEqual([]);
});

it('the documentation lists every rule', () => {
  const page = readFileSync(join(ROOT, 'docs/pipeline-files.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(adviceRules.filter((rule) => !listed.includes(rule))).toEqual([]);
});

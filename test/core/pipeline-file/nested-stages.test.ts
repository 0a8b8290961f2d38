/** Stages inside a stage, in a pipeline file: read, refused with their places, changed, printed. */
import { describe, expect, it } from 'vitest';
import type { AnyStage } from '../../../src/core/contract.js';
import { pipelineJsonSchema } from '../../../src/core/pipeline-file/json-schema.js';
import { optionRows } from '../../../src/core/pipeline-file/option-rows.js';
import { stagesIn } from '../../../src/core/stage-list.js';
import { builtIn } from '../../../src/node/plugins.js';
import { residual } from '../../../src/stages/index.js';
import { buildText, refusalOf, resolveText, tinyWith } from '../../tiny-pipeline.js';

/** From line 10 on, in the place of relu. */
const BLOCK = `- residual:
      - dense: { units: 8 }
      - tanh
      - residual:
          - relu
          - dense: { units: 8 }`;
const BLOCKS = tinyWith('- relu', BLOCK);

const blocksWith = (piece: string, replacement: string): string => BLOCKS.replace(piece, replacement);
const refusal = (text: string): string => refusalOf(() => buildText(text));

interface Named {
  readonly [name: string]: readonly (Named | string)[];
}

/** `{ residual: ['dense', 'tanh'] }` */
const namesOf = (stages: readonly AnyStage[]): readonly (Named | string)[] =>
  stages.map((stage) => {
    const inside = stagesIn(stage);
    return inside.length === 0 ? stage.definition.name : { [stage.definition.name]: namesOf(inside) };
  });

describe('stages inside a stage', () => {
  it('are a list in the place of its options, or the option of that name', () => {
    const expected = ['dense', { residual: ['dense', 'tanh', { residual: ['relu', 'dense'] }] }, 'dense'];
    expect(namesOf(resolveText(BLOCKS).definition.network)).toEqual(expected);
    const named = tinyWith('- relu', '- residual: { stages: [relu, { dense: { units: 8 } }] }');
    expect(namesOf(resolveText(named).definition.network)).toEqual(['dense', { residual: ['relu', 'dense'] }, 'dense']);
  });

  it('have rows of their own', () => {
    expect(
      buildText(BLOCKS)
        .rows.filter(({ section }) => section === 'network')
        .map(({ name, at, position, inside, parameters }) => [
          [position, ...inside].join('.'),
          name,
          at,
          parameters.map((parameter) => parameter.name),
        ]),
    ).toEqual([
      ['0', 'dense', 'tiny.yaml:9:5: dense', ['network.0.W', 'network.0.b']],
      ['1', 'residual', 'tiny.yaml:10:5: residual', []],
      ['1.0', 'dense', 'tiny.yaml:11:9: dense', ['network.1.0.W', 'network.1.0.b']],
      ['1.1', 'tanh', 'tiny.yaml:12:9: tanh', []],
      ['1.2', 'residual', 'tiny.yaml:13:9: residual', []],
      ['1.2.0', 'relu', 'tiny.yaml:14:13: relu', []],
      ['1.2.1', 'dense', 'tiny.yaml:15:13: dense', ['network.1.2.1.W', 'network.1.2.1.b']],
      ['2', 'dense', 'tiny.yaml:16:5: dense', ['network.2.W', 'network.2.b']],
    ]);
  });

  it.each([
    ['- tanh', '- tahn', '12:9: unknown stage "tahn"; did you mean "tanh"? ("pipeline list" shows all)'],
    ['          - relu', '          - rellu', '14:13: unknown stage "rellu"; did you mean "relu"?'],
    ['- tanh', '- tanh: { slope: 1 }', '12:17: tanh has no option "slope" (it takes no options)'],
    ['- tanh', '- dense: { unit: 8 }', '12:18: dense has no option "unit"; did you mean "units"?'],
    ['- tanh', '- dense: { units: 0 }', '12:25: dense: units: expected at least 1, found 0'],
    ['- tanh', '- 3', '12:9: expected one stage, as "relu" or "dense: { units: 50 }", found 3'],
    ['- tanh', '- forward', '12:9: forward does not belong in network:, it goes in train:, validation: or test:'],
    ['- tanh', '- maxPool2d', '12:9: maxPool2d takes images, [height, width] or [height, width, channels], but gets'],
    ['      - dense: { units: 8 }', '      - dense: { units: 7 }', '13:9: residual: f(x) is [8], but is added to x'],
    [
      '- relu\n          - dense: { units: 8 }',
      '- dense: { units: 7 }',
      '13:9: residual: f(x) is [7], but is added to x',
    ],
    [BLOCK, '- residual', '10:5: residual needs the option "stages"'],
    [BLOCK, '- residual: []', '10:15: residual: stages: expected at least one item, found 0 items'],
    [BLOCK, '- residual: { stages: relu }', '10:25: residual: stages: expected a list, found the text "relu"'],
    [BLOCK, '- residual: { stages: [rellu] }', '10:26: unknown stage "rellu"; did you mean "relu"?'],
    [BLOCK, '- residual: { stage: [relu] }', '10:17: residual has no option "stage"; did you mean "stages"?'],
    ['- relu\n', '- dense: [relu]\n', '14:20: dense takes options by name'],
  ])('are refused with their places: %s → %s', (piece, replacement, expected) => {
    expect(refusal(blocksWith(piece, replacement))).toContain(`tiny.yaml:${expected}`);
  });

  it('are too many where all together are', () => {
    const many = `- residual: [${'relu, '.repeat(298)}relu]`;
    expect(refusal(tinyWith('- relu', many))).toBe(
      'network: found 302 stages, expected at most 300: each calls the next',
    );
  });

  it('are printed as lists, and are read again as the same', () => {
    const { resolved } = resolveText(BLOCKS);
    const dense = '- dense: { units: 8, weights: heNormal, bias: true }';
    expect(resolved).toContain(
      `  - residual:\n      ${dense}\n      - tanh\n      - residual:\n          - relu\n          ${dense}\n`,
    );
    expect(resolveText(resolved).resolved).toBe(resolved);
  });
});

describe('changes from the command line reach into a block', () => {
  it.each([
    [
      'network.1.residual.0.dense.bias=false',
      '- dense: { units: 8 }\n      - tanh',
      '- dense: { units: 8, bias: false }\n      - tanh',
    ],
    [
      'network.1.residual.dense.bias=false',
      '- dense: { units: 8 }\n      - tanh',
      '- dense: { units: 8, bias: false }\n      - tanh',
    ],
    ['network.1.residual.1=elu: { alpha: 2 }', '- tanh', '- elu: { alpha: 2 }'],
    ['network.1.residual.1=elu', '- tanh', '- elu'],
    [
      'network.1.residual.2.residual.1.dense.weights=zeros',
      '          - dense: { units: 8 }',
      '          - dense: { units: 8, weights: zeros }',
    ],
    ['network.1.residual=[relu]', BLOCK, '- residual: [relu]'],
  ])('--set %s', (words, piece, replacement) => {
    expect(resolveText(BLOCKS, { set: [words] }).resolved).toBe(resolveText(blocksWith(piece, replacement)).resolved);
  });

  it('also where the list is the option of its name, and where a stage has no options yet', () => {
    const named = tinyWith('- relu', '- residual: { stages: [elu] }');
    expect(resolveText(named, { set: ['network.1.residual.stages.0.elu.alpha=2'] }).resolved).toContain(
      '- residual:\n      - elu: { alpha: 2 }\n',
    );
    const { resolved } = resolveText(blocksWith('- tanh', '- elu'), { set: ['network.1.residual.1.elu.alpha=2'] });
    expect(resolved).toContain('      - elu: { alpha: 2 }\n');
  });

  it.each([
    [
      'network.1.residual.3.relu.x=1',
      'network.1.residual is a list of 3; expected a position from 0 to 2 or the name of a stage (dense, tanh, residual), found "3"',
    ],
    ['network.1.residual.0.dens.units=1', 'network.1.residual.0 has no "dens"; did you mean "dense"? (it has dense)'],
    ['network.1.residual.0.dense.unit=1', 'dense has no option "unit"; did you mean "units"?'],
    ['tanh.x=1', '"tanh" is a stage, and its section is missing; say --set network.1.residual.tanh.x=1'],
  ])('--set %s is refused', (words, expected) => {
    expect(refusalOf(() => resolveText(BLOCKS, { set: [words] }))).toContain(`--set ${words}: ${expected}`);
  });

  it('--swap puts a stage in the place of another wherever it stands', () => {
    expect(resolveText(BLOCKS, { swap: ['tanh=sigmoid', 'relu=elu'] }).resolved).toBe(
      resolveText(blocksWith('- tanh', '- sigmoid').replace('          - relu', '          - elu')).resolved,
    );
    expect(refusalOf(() => resolveText(BLOCKS, { swap: ['gelu=elu'] }))).toContain('(it has digits,');
    expect(refusalOf(() => resolveText(BLOCKS, { swap: ['tanh=rellu'] }))).toBe(
      '--swap tanh=rellu: unknown stage "rellu"; did you mean "relu"? ("pipeline list" shows all)',
    );
  });
});

describe('what is generated of the stages', () => {
  it('has a schema in which the items of the list are those of a network', () => {
    const { properties } = pipelineJsonSchema(builtIn.registry) as {
      properties: { network: { items: { anyOf: { properties?: { residual?: unknown } }[] } } };
    };
    const [found] = properties.network.items.anyOf.flatMap((form) => form.properties?.residual ?? []);
    const stages = { type: 'array', minItems: 1, items: { $ref: '#/properties/network/items' } };
    expect(found).toMatchObject({ anyOf: [stages, { type: 'object', properties: { stages }, required: ['stages'] }] });
  });

  it('says that the option is a list of stages', () => {
    expect(optionRows(residual)).toMatchObject([
      { name: 'stages', type: 'list of stages', presence: 'required' },
      { name: 'shortcut', type: 'list of stages', presence: 'optional' },
    ]);
  });
});

import { averageWeights, conv2d, dense, sgd } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { optionRows } from '../../../src/core/pipeline-file/option-rows.js';

describe('the rows of options', () => {
  it('say type, default and meaning', () => {
    expect(optionRows(dense)).toEqual([
      { name: 'units', type: 'integer', presence: 'required', meaning: 'H, the number of outputs' },
      {
        name: 'weights',
        type: 'heNormal | xavierNormal | xavierUniform | zeros | { normal: number }',
        presence: 'default "heNormal"',
        meaning: 'How the first weights are drawn',
      },
      {
        name: 'bias',
        type: 'boolean',
        presence: 'default true',
        meaning: 'Whether b is learned; without, it stays 0',
      },
      {
        name: 'freeze',
        type: 'boolean',
        presence: 'optional',
        meaning: 'Whether W and b stay as they are, as in fine-tuning the layers behind',
      },
    ]);
  });

  it('say a word that is taken as it is, and what stands in a list of so many', () => {
    const typeOf = (factory: Parameters<typeof optionRows>[0], option: string) =>
      optionRows(factory).find(({ name }) => name === option)?.type;
    expect(typeOf(averageWeights, 'decay')).toBe('equal | number');
    expect(typeOf(conv2d, 'kernel')).toBe('integer | [integer, integer]');
    expect(typeOf(conv2d, 'padding')).toBe('valid | same | integer | [integer, integer]');
  });

  it('go into an option whose fields are maps', () => {
    const rows = optionRows(sgd).map(({ name, type, presence }) => [name, type, presence]);
    expect(rows).toContainEqual([
      'schedule',
      'constant | cosine | oneCycle | { step, cosine, oneCycle }',
      'default "constant"',
    ]);
    expect(rows).toContainEqual(['schedule.step', 'map', 'optional']);
    expect(rows).toContainEqual(['schedule.step.every', 'integer', 'required']);
    expect(rows).toContainEqual(['schedule.step.factor', 'number', 'default 0.1']);
  });
});

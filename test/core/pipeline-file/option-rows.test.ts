import { dense, sgd } from 'marblenet';
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

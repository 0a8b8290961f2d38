import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../src/node/pipeline-changes.js';

const dense = (units: number) => ({ dense: { units, weights: 'heNormal' } });
const networks = (before: unknown[], now: unknown[]) => changesBetween({ network: before }, { network: now });

describe('changesBetween', () => {
  it('says which values are other ones, are new, or are gone', () => {
    const [before, now] = [
      { epochs: 2, seed: 1, test: ['forward'] },
      { epochs: 3, seed: 1, dtype: 'float64' },
    ];
    expect(changesBetween(before, now)).toEqual([
      'epochs: 2 -> 3',
      'test: [ forward ] -> nothing',
      'dtype: nothing -> float64',
    ]);
    expect(changesBetween(now, now)).toEqual([]);
  });

  it.each([
    ['in front', [dense(9), 'relu'], ['identity', dense(9), 'relu'], ['network.0: nothing -> identity']],
    ['at the end', [dense(9)], [dense(9), 'relu'], ['network.1: nothing -> relu']],
    [
      'between others of its name',
      [dense(50), 'relu', dense(10)],
      [dense(50), 'relu', dense(20), 'relu', dense(10)],
      ['network.2: nothing -> dense: { units: 20, weights: heNormal }', 'network.3: nothing -> relu'],
    ],
  ])('a stage that is put %s is one change', (_, before, now, changes) => {
    expect(networks(before, now)).toEqual(changes);
    expect(networks(now, before)).toEqual(
      changes.map((change) => change.replace(/: nothing -> (.*)/, ': $1 -> nothing')),
    );
  });

  it('a stage in the place of another, with other options, or both beside one that is new', () => {
    expect(networks([dense(9), 'relu'], [dense(9), 'tanh'])).toEqual(['network.1: relu -> tanh']);
    expect(networks([dense(9), 'relu'], [dense(8), 'relu'])).toEqual(['network.0.dense.units: 9 -> 8']);
    expect(networks([dense(9), 'relu', dense(2)], [dense(9), 'tanh', { dropout: { rate: 0.5 } }, dense(3)])).toEqual([
      'network.1: relu -> tanh',
      'network.2: nothing -> dropout: { rate: 0.5 }',
      'network.3.dense.units: 2 -> 3',
    ]);
    expect(networks(['relu'], [{ relu: { slope: 1 } }])).toEqual(['network.0: relu -> relu: { slope: 1 }']);
  });

  it('lists of values', () => {
    expect(changesBetween({ size: [28, 28] }, { size: [28, 32] })).toEqual(['size.1: 28 -> 32']);
  });
});

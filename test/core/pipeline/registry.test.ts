import { describe, expect, it } from 'vitest';
import { activation } from '../../../src/core/families/network.js';
import { joinRegistries, registryOf, stagesBetween } from '../../../src/core/pipeline/registry.js';
import { stage } from '../../../src/core/stage.js';
import * as stages from '../../../src/stages/index.js';
import { refusalOf } from '../../tiny-pipeline.js';

const identityNamed = (name: string) =>
  activation({ name, summary: 'y = x', formula: () => ({ value: (x) => x, derivative: () => 1 }) });

describe('registryOf', () => {
  it('finds factories by the name that they declare', () => {
    const first = identityNamed('first');
    expect(registryOf({ other: first }).get('first')).toBe(first);
  });

  it('passes over everything else', () => {
    const first = identityNamed('first');
    const exports = { first, called: identityNamed('called')(), text: 'a', number: 1, none: null, plain: () => 1 };
    expect([...registryOf(exports).keys()]).toEqual(['first']);
  });

  it('takes one stage exported twice as one', () => {
    const first = identityNamed('first');
    expect(registryOf({ first, default: first }).size).toBe(1);
  });

  it('refuses two stages of one name', () => {
    const exports = { one: identityNamed('same'), other: identityNamed('same') };
    expect(refusalOf(() => registryOf(exports))).toBe('there already is a stage "same"; give yours another name');
  });

  const all =
    '(expected sources, data, batches, augmentation, layers, activations, forward, losses, gradients, optimizers, metrics)';

  it.each([
    [undefined, `the stage "own" needs a family ${all}`],
    ['', `the stage "own" has an unknown family "" ${all}`],
    ['activation', `the stage "own" has an unknown family "activation"; did you mean "activations"? ${all}`],
  ])('refuses the family %j', (family, expected) => {
    const { definition } = identityNamed('own');
    const own = stage({ ...definition, family } as unknown as typeof definition);
    expect(refusalOf(() => registryOf({ own }))).toBe(expected);
  });

  it('finds every built-in stage under the name that it is exported by', () => {
    expect([...registryOf(stages).keys()].sort()).toEqual(Object.keys(stages).sort());
  });
});

describe('joinRegistries', () => {
  const known = registryOf({ first: identityNamed('first') });

  it('holds both and changes neither', () => {
    const added = registryOf({ second: identityNamed('second') });
    expect([...joinRegistries(known, added).keys()]).toEqual(['first', 'second']);
    expect([known.size, added.size]).toEqual([1, 1]);
  });

  it('refuses a name that is taken', () => {
    const twin = registryOf({ twin: identityNamed('first') });
    expect(refusalOf(() => joinRegistries(known, twin))).toBe(
      'there already is a stage "first"; give yours another name',
    );
  });
});

describe('stagesBetween', () => {
  const registry = registryOf(stages);

  it('names what leads from one kind to another', () => {
    expect(stagesBetween(registry, 'split', 'examples')).toEqual([
      'csv',
      'digits',
      'fashionMnist',
      'idx',
      'images',
      'jsonl',
      'memory',
      'mnist',
      'npy',
      'npz',
      'parquet',
      'points',
      'records',
    ]);
    expect(stagesBetween(registry, 'batch', 'step')).toEqual([
      'binaryCrossEntropy',
      'crossEntropy',
      'focal',
      'huber',
      'meanAbsoluteError',
      'meanSquaredError',
      'softmaxCrossEntropy',
    ]);
  });

  it('names nothing where nothing does', () => {
    expect(stagesBetween(registry, 'metric', 'split')).toEqual([]);
  });
});

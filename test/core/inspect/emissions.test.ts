import { lastValueFrom, map, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Emission, emissionsOf } from '../../../src/core/inspect/emissions.js';
import { copyOf } from '../../../src/core/tensor.js';
import { builtIn } from '../../../src/node/plugins.js';
import { laterRefusalOf, resolveText, TINY, tinyWith } from '../../tiny-pipeline.js';

const tiny = resolveText(TINY);
const emissions = (name: string) =>
  emissionsOf(tiny.definition, { locate: tiny.locate, registry: builtIn.registry }, name);

/** Everything that comes out of a stage in a whole run. */
const all = (name: string): Promise<Emission[]> => lastValueFrom(emissions(name).pipe(toArray()));

const kindOf = ({ stage }: Emission): string => `${stage.section}.${stage.position} ${stage.name} ${stage.output.kind}`;

describe('emissionsOf', () => {
  it.each([
    ['data.1', 'data.1 normalize examples', 2],
    ['train.0', 'train.0 shuffleBatch batch', 20],
    ['train.3', 'train.3 backward step', 20],
    ['test.2', 'test.2 softmaxCrossEntropy step', 4],
    ['test.4', 'test.4 accuracy metric', 2],
  ])('%s: every value of a run', async (name, expected, count) => {
    const found = await all(name);
    expect(found.map(kindOf)).toEqual(Array.from({ length: count }, () => expected));
  });

  it('takes a name that only one stage has', async () => {
    expect(kindOf((await all('relu'))[0])).toBe('network.1 relu batch');
    expect(kindOf((await all('sgd'))[0])).toBe('train.4 sgd step');
  });

  it('takes a former name, whichever the file has', async () => {
    for (const item of ['take', 'takeExamples']) {
      const { definition, locate } = resolveText(tinyWith('- oneHot', `- ${item}: { count: 100 }\n  - oneHot`));
      const [first] = await lastValueFrom(
        emissionsOf(definition, { locate, registry: builtIn.registry }, 'take').pipe(take(1), toArray()),
      );
      expect(kindOf(first)).toBe('data.2 takeExamples examples');
    }
  });

  it('sees a network stage in training alone, with what it gives', async () => {
    const found = await all('network.1');
    expect(found).toHaveLength(20);
    for (const { value } of found) expect(value).toMatchObject({ split: 'train', x: { shape: [20, 8] } });
  });

  it('has the parameters and their gradients from backward on', async () => {
    const names = async (name: string) => (await all(name))[0].learned.map((parameter) => parameter.name);
    const learned = ['network.0.W', 'network.0.b', 'network.2.W', 'network.2.b'];
    expect(await names('train.2')).toEqual([]);
    expect(await names('backward')).toEqual(learned);
    expect(await names('sgd')).toEqual(learned);
  });

  it('shows weights before sgd, and after', async () => {
    const first = (name: string) =>
      lastValueFrom(
        emissions(name).pipe(
          take(1),
          map(({ learned }) => learned.map(({ value, gradient }) => [copyOf(value), copyOf(gradient)])),
        ),
      );
    const [before, after] = [await first('backward'), await first('sgd')];
    before.forEach(([value, gradient], i) => {
      const moved = value.data.map((weight, j) => weight - 0.1 * gradient.data[j]);
      for (const [j, weight] of after[i][0].data.entries()) expect(weight).toBeCloseTo(moved[j], 6);
    });
  });

  it('stops the run when nobody listens any more', async () => {
    const steps: unknown[] = [];
    await lastValueFrom(
      emissions('train.0').pipe(
        map(({ value }) => steps.push(value)),
        take(3),
      ),
    );
    await new Promise(setImmediate); // where the next batches would come
    expect(steps).toHaveLength(3);
  });

  it.each([
    ['dense', '"dense" stands in 2 places: network.0, network.2; say which'],
    ['forward', '"forward" stands in 2 places: train.1, test.1; say which'],
    ['rleu', 'the pipeline has no stage "rleu"; did you mean "relu"? (it has data.0 digits, '],
    ['network.3', 'the pipeline has no stage "network.3"; did you mean "network.0"? (it has data.0 digits, '],
  ])('refuses %s', async (name, words) => {
    expect(await laterRefusalOf(all(name))).toContain(words);
  });
});

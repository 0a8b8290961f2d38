/** A stage and an option that have new names: the former ones still work, and `lint` mentions them. */

import {
  activation,
  batcher,
  learningRate,
  loss,
  metric,
  networkStage,
  noOptions,
  optimizer,
  reducer,
  take,
  takeExamples,
} from 'marblenet';
import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { formerly } from '../../src/core/former-names.js';
import type { Examples } from '../../src/core/kinds.js';
import { joinRegistries, registryOf, stageCalled } from '../../src/core/pipeline/registry.js';
import { pipelineJsonSchema } from '../../src/core/pipeline-file/json-schema.js';
import { optionRows } from '../../src/core/pipeline-file/option-rows.js';
import { parsePipelineFile, resolvePipelineFile } from '../../src/core/pipeline-file/pipeline-file.js';
import { stage } from '../../src/core/stage.js';
import { OptionsError } from '../../src/core/stage-options.js';
import { builtIn } from '../../src/node/plugins.js';
import { refusalOf, tinyWith } from '../tiny-pipeline.js';

const multiply = stage({
  name: 'multiply',
  formerly: 'times',
  summary: 'x = factor feature',
  family: 'data',
  from: 'examples',
  to: 'examples',
  options: z.strictObject({
    factor: z.number().positive().default(2).describe('Of every feature'),
    by: formerly('factor', z.number()),
  }),
  example: 'multiply: { factor: 2 }',
  build: ({ factor }, input) => ({
    output: input,
    operator: map((examples: Examples) => ({
      ...examples,
      scaling: { mean: 0, std: 1 / factor },
    })),
  }),
});

const registry = joinRegistries(builtIn.registry, registryOf({ multiply }));

const resolve = (item: string, set: readonly string[] = [], swap: readonly string[] = []) =>
  resolvePipelineFile(
    parsePipelineFile(tinyWith('- normalize: { divisor: 255 }', item), 'tiny.yaml', { set, swap }),
    registry,
  );

/** The second stage of data:, as the file is understood. */
const stageOf = (item: string) => {
  const { definition, options } = resolve(item).definition.data[1];
  return { name: definition.name, options };
};

const messageOf = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(OptionsError);
    return (error as OptionsError).message;
  }
  return expect.fail('the options were taken');
};

describe('an option with a former name', () => {
  it('is taken under both, in code', () => {
    expect(multiply({ by: 3 }).options).toEqual({ factor: 3 });
    expect(multiply({ factor: 3 }).options).toEqual({ factor: 3 });
    expect(multiply().options).toEqual({ factor: 2 });
  });

  it('is not taken under both at once', () => {
    expect(messageOf(() => multiply({ by: 3, factor: 3 }))).toBe(
      'multiply: by is the former name of factor; give only factor',
    );
  });

  it('is checked as the option is, and the message has the name that was given', () => {
    expect(messageOf(() => multiply({ by: -1 }))).toBe('multiply: by: expected more than 0, found -1');
    expect(refusalOf(() => resolve('- multiply: { by: -1 }'))).toBe(
      'tiny.yaml:6:21: multiply: by: expected more than 0, found -1',
    );
  });

  it('is only mentioned by its new name where names are suggested, listed and explained', () => {
    expect(messageOf(() => multiply({ bye: 1 } as object))).toBe('multiply has no option "bye" (expected factor)');
    expect(optionRows(multiply).map(({ name }) => name)).toEqual(['factor']);
  });
});

describe('a pipeline file with former names', () => {
  it('is understood as if it had the new ones', () => {
    expect(stageOf('- times: { by: 3 }')).toEqual({ name: 'multiply', options: { factor: 3 } });
    expect(stageOf('- times')).toEqual({ name: 'multiply', options: { factor: 2 } });
    expect(resolve('- times: { by: 3 }').resolved).toBe(resolve('- multiply: { factor: 3 }').resolved);
  });

  it('has a note for each, with its place', () => {
    expect(resolve('- times: { by: 3 }').notes).toEqual([
      'tiny.yaml:6:5: "times" is called "multiply" now; the former name still works',
      'tiny.yaml:6:14: "by" is called "factor" now; the former name still works',
    ]);
    expect(resolve('- multiply', ['data.1.multiply.by=3']).notes).toEqual([
      '--set data.1.multiply.by=3: "by" is called "factor" now; the former name still works',
    ]);
  });

  it('has none with the new ones', () => {
    expect(resolve('- multiply: { factor: 3 }').notes).toEqual([]);
  });

  it('is valid for an editor, which strikes the former names through', () => {
    const { properties } = pipelineJsonSchema(registry) as {
      properties: { data: { items: { anyOf: { const?: string; deprecated?: boolean; properties?: object }[] } } };
    };
    const forms = properties.data.items.anyOf;
    expect(forms.find((form) => form.const === 'times')).toEqual({
      const: 'times',
      description: 'Former name of multiply',
      deprecated: true,
    });
    const [current, former] = ['multiply', 'times'].map((name) =>
      forms.find((form) => form.properties && name in form.properties),
    );
    expect(former?.deprecated).toBe(true);
    expect(current?.deprecated).toBeUndefined();
    expect(current?.properties).toMatchObject({ multiply: { properties: { by: { deprecated: true } } } });
  });
});

describe('a change to a pipeline file', () => {
  const optionsAfter = (item: string, set: string): object => resolve(item, [set]).definition.data[1].options;

  it.each([
    ['- times: { by: 3 }', 'data.1.multiply.factor=4'],
    ['- times: { by: 3 }', 'data.1.times.factor=4'],
    ['- times: { by: 3 }', 'data.multiply.by=4'],
    ['- multiply: { factor: 3 }', 'data.1.times.by=4'],
    ['- multiply: { factor: 3 }', 'data.times.factor=4'],
    ['- multiply', 'data.1.times.by=4'],
    ['- times', 'data.times.by=4'],
  ])('%s is reached by --set %s', (item, set) => {
    expect(optionsAfter(item, set)).toEqual({ factor: 4 });
  });

  it('speaks of an option as the change does', () => {
    expect(refusalOf(() => resolve('- times: { by: 3 }', ['data.1.multiply.factor=-1']))).toBe(
      '--set data.1.multiply.factor=-1: times: factor: expected more than 0, found -1',
    );
  });

  it.each([
    ['- times', 'multiply=normalize'],
    ['- multiply', 'times=normalize'],
  ])('%s is found by --swap %s', (item, swap) => {
    expect(resolve(item, [], [swap]).definition.data[1].definition.name).toBe('normalize');
  });

  it('finds a stage that has a name rather than one that had it', () => {
    const { formerly: _, ...definition } = multiply.definition;
    const both = joinRegistries(registry, registryOf({ times: stage({ ...definition, name: 'times' }) }));
    const text = tinyWith('- normalize: { divisor: 255 }', '- times\n  - multiply');
    const { definition: changed } = resolvePipelineFile(
      parsePipelineFile(text, 'tiny.yaml', { set: ['data.times.factor=4'] }),
      both,
    );
    expect(changed.data.slice(1, 3).map(({ options }) => options)).toEqual([{ factor: 4 }, { factor: 2 }]);
  });
});

describe('the errors of a stage that is called by its former name', () => {
  it('call it so, as the file does', () => {
    expect(refusalOf(() => resolve('- times: { n: 500 }'))).toBe(
      'tiny.yaml:6:14: times has no option "n" (expected factor)',
    );
  });
});

describe('a stage of any family', () => {
  const described = { formerly: 'before', summary: '', options: noOptions, example: 'after' };

  it.each([
    ['activation', activation({ ...described, name: 'after', formula: () => ({ value: Number, derivative: Number }) })],
    ['networkStage', networkStage({ ...described, name: 'after', build: () => expect.fail() })],
    ['loss', loss({ ...described, name: 'after', loss: () => () => 0 })],
    ['metric', metric({ ...described, name: 'after', start: () => expect.fail() })],
    [
      'batcher',
      batcher({ ...described, options: z.strictObject({ size: z.int() }), name: 'after', plan: () => expect.fail() }),
    ],
    [
      'optimizer',
      optimizer({ ...described, options: z.strictObject({ learningRate }), name: 'after', rule: () => () => {} }),
    ],
  ])('takes a former name: %s', (_, factory) => {
    expect(stageCalled(registryOf({ factory }), 'before')).toBe(factory);
  });
});

describe('an export with a former name', () => {
  it('is the one with the new name', () => {
    expect(reducer).toBe(metric);
    expect(take).toBe(takeExamples);
  });
});

describe('a name that a stage had before', () => {
  it('may be taken by another stage, which then goes first', () => {
    const { formerly: _, ...definition } = multiply.definition;
    const times = stage({ ...definition, name: 'times' });
    expect(stageCalled(registry, 'times')).toBe(multiply);
    expect(stageCalled(joinRegistries(registry, registryOf({ times })), 'times')).toBe(times);
  });
});

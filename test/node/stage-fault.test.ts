/** What the code of a plug-in runs into: which stage, which part of it, and where that code stands. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError, RunError, runPipeline } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { tinyWith } from '../tiny-pipeline.js';
import { temporaryFolder } from './temporary-folder.js';

/** What a plug-in is told of whose stage `my` stands in place of `item` in the tiny pipeline, the code on its 6th line. */
async function refusalOf(code: string, item: string, my = '- my'): Promise<{ message: string; error: Error }> {
  const folder = await temporaryFolder();
  const file = join(folder, 'tiny.yaml');
  const imports = 'activation, batcher, learningRate, loss, metric, networkStage, noOptions, optimizer, stage';
  const lines = [
    `import { ${imports} } from 'marblenet';`,
    "import { map } from 'rxjs';",
    "import * as z from 'zod';",
    'const nothing: any = undefined;',
    "const my_ = { name: 'my', summary: '', options: noOptions, example: 'my' };",
  ];
  await writeFile(join(folder, 'my.ts'), [...lines, code].join('\n'));
  await writeFile(file, `plugins: [my.ts]\n${tinyWith(item, my)}`);
  const error = await runPipeline(file).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) expect.fail('nothing was refused');
  return { message: error.message.replaceAll(folder, ''), error };
}

const READING = "Cannot read properties of undefined (reading 'x')";

const failed = (method: string, line = 6, message = READING) =>
  `its ${method} failed, by an error in the code of this stage at /my.ts:${line}: ${message}`;

const layer = (body: string) =>
  `export const my = networkStage({ ...my_, build: (_, { shape }) => ({ output: shape, ${body} }) });`;

describe('an error in the code of a plug-in is said with its stage, its method and its place', () => {
  it.each([
    ['forward', '- relu', layer('forward(x) { return nothing.x; }'), failed('forward')],
    ['a pullback', '- relu', layer('forward: (x) => [x, () => nothing.x]'), failed('pullback')],
    [
      'a function of its own',
      '- relu',
      `${layer('forward(x) { return deep(); }')}\nfunction deep() { return nothing.x; }`,
      failed('forward', 7),
    ],
    ['what it calls', '- relu', layer('forward: (x) => nothing(x)'), failed('forward', 6, 'nothing is not a function')],
    [
      'a length',
      '- relu',
      layer('forward: (x) => [new Float32Array(-1), x]'),
      failed('forward', 6, 'Invalid typed array length: -1'),
    ],
    [
      'a loss',
      '- softmaxCrossEntropy\n  - backward',
      'export const my = loss({ ...my_, loss: () => () => nothing.x });',
      failed('loss'),
    ],
    [
      'an optimizer',
      '- sgd: { learningRate: 0.1 }',
      `export const my = optimizer({ ...my_, options: z.strictObject({ learningRate: learningRate.default(1) }),
         rule: () => () => nothing.x });`,
      failed('rule', 7),
    ],
    [
      'a metric',
      '- accuracy',
      'export const my = metric({ ...my_, start: () => ({ add() { const [x] = nothing; }, result: () => ({ value: 1 }) }) });',
      failed('add', 6, 'nothing is not iterable'),
    ],
    [
      'an operator',
      '- oneHot: { classes: 10 }',
      `export const my = stage({ ...my_, family: 'data', from: 'examples', to: 'examples',
         build: (_, input) => ({ output: { ...input, classes: 10 }, operator: map(() => nothing.x) }) });`,
      failed('operator', 7),
    ],
  ])('%s', async (_, item, code, problem) => {
    const after = item.includes('backward') ? '- my\n  - backward' : '- my';
    const { message, error } = await refusalOf(code, item, after);
    expect(error).toBeInstanceOf(RunError);
    expect(message).toMatch(/^\/tiny\.yaml:\d+:5: /);
    expect(message.replace(/^\S+ /, '')).toBe(`my: ${problem}`);
  });

  it.each([
    [
      'build',
      'export const my = networkStage({ ...my_, build: () => nothing.x });',
      `:11:5: my cannot be built: ${failed('build')}`,
    ],
    [
      'build, by a length',
      'export const my = networkStage({ ...my_, build: () => new Array(-1) });',
      `:11:5: my cannot be built: ${failed('build', 6, 'Invalid array length')}`,
    ],
    [
      'build, by what it asks of the kernels',
      'export const my = networkStage({ ...my_, build: (_, __, { kernels }) => kernels.allocate([nothing, 2]) });',
      `:11:5: my cannot be built: ${failed('build', 6, 'kernels.allocate was asked for [, 2], expected sizes, as [784, 50]')}`,
    ],
    [
      'formula',
      'export const my = activation({ ...my_, formula: () => ({ value: (x) => nothing.x, derivative: () => 1 }) });',
      `:11:5: my cannot be built: ${failed('value')}`,
    ],
    [
      'options',
      `export const my = networkStage({ ...my_, options: z.strictObject({ a: z.number().default(1).refine(() => nothing.x) }) });`,
      `:11:5: my: ${failed('options')}`,
    ],
    ['its file', 'export const my = activation(nothing.x);', `:1:11: my.ts: ${READING} (at /my.ts:6)`],
  ])('%s, before anything runs', async (_, code, problem) => {
    const { message, error } = await refusalOf(code, '- relu');
    expect(error).toBeInstanceOf(PipelineError);
    expect(message).toBe(`/tiny.yaml${problem}`);
  });

  it('but what its author throws on purpose stays as it is', async () => {
    const { message } = await refusalOf(layer("forward() { throw new Error('not on Sundays'); }"), '- relu');
    expect(message).toBe('/tiny.yaml:11:5: my: not on Sundays');
  });

  it.each([
    ['an object without a prototype', 'Object.create(null)', 'an object was thrown, which is no Error'],
    ['nothing', 'undefined', 'undefined was thrown, which is no Error'],
    ['a text', "'not on Sundays'", 'not on Sundays'],
  ])('and %s that it throws is said with its stage', async (_, thrown, problem) => {
    const inForward = await refusalOf(layer(`forward() { throw ${thrown}; }`), '- relu');
    expect(inForward.message).toBe(`/tiny.yaml:11:5: my: ${problem}`);
    const inPullback = await refusalOf(layer(`forward: (x) => [x, () => { throw ${thrown}; }]`), '- relu');
    expect(inPullback.message).toBe(`/tiny.yaml:11:5: my: ${problem}`);
  });
});

describe('a promise in the place of what works at once is said with its stage', () => {
  const optimizing = (rule: string) =>
    `export const my = optimizer({ ...my_, options: z.strictObject({ learningRate: learningRate.default(1) }), rule: ${rule} });`;
  it.each([
    [
      'a loss',
      '- softmaxCrossEntropy\n  - backward',
      'export const my = loss({ ...my_, loss: async () => () => 1 });',
      'its loss should return a function of dx, x and t, but returned a promise, but stages work synchronously',
    ],
    [
      'what a loss returns',
      '- softmaxCrossEntropy\n  - backward',
      'export const my = loss({ ...my_, loss: () => async () => 1 });',
      'expected the loss as a number, found a promise, but stages work synchronously',
    ],
    [
      'a rule',
      '- sgd: { learningRate: 0.1 }',
      optimizing('async () => () => {}'),
      'its rule should return a function of an update, but returned a promise, but stages work synchronously',
    ],
    [
      'the start of a metric',
      '- accuracy',
      'export const my = metric({ ...my_, start: async () => ({ add() {}, result: () => ({ value: 1 }) }) });',
      'its start should return a reduction, as { add, result }, but returned a promise, but stages work synchronously',
    ],
    [
      'a pullback',
      '- relu',
      layer('forward: (x) => [x, async (dy) => dy]'),
      'its pullback gave a promise, but stages work synchronously',
    ],
    [
      'the pullback of the first layer',
      '- dense: { units: 8 }',
      layer('forward: (x) => [{ shape: x.shape, data: x.data.slice() }, async (dy) => dy]'),
      'its pullback gave a promise, but stages work synchronously',
    ],
  ])('%s', async (_, item, code, problem) => {
    const after = item.includes('backward') ? '- my\n  - backward' : '- my';
    const { message } = await refusalOf(code, item, after);
    expect(message.replace(/^\/tiny\.yaml:\d+:5: /, '')).toBe(`my: ${problem}`);
  });
});

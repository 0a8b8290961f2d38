import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPipeline } from '../../src/node/load-pipeline.js';
import { addPlugin, builtIn } from '../../src/node/plugins.js';
import { runPipeline } from '../../src/node/run-pipeline.js';
import { laterRefusalOf, tinyWith } from '../tiny-pipeline.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const LISHT = `
import { activation } from 'marblenet';
import * as z from 'zod';

interface Options { readonly beta: number }

export const lisht = activation({
  name: 'lisht',
  summary: 'y = x tanh(beta x)',
  options: z.strictObject({ beta: z.number().positive().default(1).describe('How sharp the bend is') }),
  example: 'lisht: { beta: 1 }',
  formula: ({ beta }: Options) => ({
    value: (x) => x * Math.tanh(beta * x),
    derivative: (x, y) => beta * x + Math.tanh(beta * x) * (1 - beta * y),
  }),
});
`;

const identityNamed = (name: string): string => `
import { activation } from 'marblenet';
export const added = activation({ name: '${name}', summary: '', formula: () => ({ value: (x) => x, derivative: () => 1 }) });
`;

/** A folder with a pipeline that names these plug-ins in its second line, and these files. */
async function pipelineWith(files: Readonly<Record<string, string | Uint8Array>>, plugins: string, relu = '- relu') {
  const folder = await temporaryFolder();
  const path = join(folder, 'tiny.yaml');
  await writeFile(path, tinyWith('seed: 1', `plugins: ${plugins}`).replace('- relu', relu));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return { folder, path };
}

describe('a plug-in in TypeScript', () => {
  it('adds a stage that trains', async () => {
    const { path } = await pipelineWith({ 'lisht.ts': LISHT }, '[lisht.ts]', '- lisht');
    const { status, train, weights } = await runPipeline(path);
    expect(status).toBe('completed');
    expect(train.loss).toBeLessThan(Math.log(10));
    const relu = await pipelineWith({}, '[]');
    expect((await runPipeline(relu.path)).weights).not.toBe(weights);
  });

  it('has its options checked like any other', async () => {
    const wrong = await pipelineWith({ 'lisht.ts': LISHT }, '[lisht.ts]', '- lisht: { beta: -1 }');
    expect(await laterRefusalOf(loadPipeline(wrong.path))).toBe(
      `${wrong.path}:10:20: lisht: beta: expected more than 0, found -1`,
    );
    const unknown = await pipelineWith({ 'lisht.ts': LISHT }, '[lisht.ts]', '- lisht: { bta: 1 }');
    expect(await laterRefusalOf(loadPipeline(unknown.path))).toBe(
      `${unknown.path}:10:14: lisht has no option "bta"; did you mean "beta"? (expected beta)`,
    );
  });

  it('has its defaults written out', async () => {
    const { path } = await pipelineWith({ 'lisht.ts': LISHT }, '[./lisht.ts]', '- lisht');
    const { resolved } = await loadPipeline(path);
    expect(resolved).toContain(`plugins:\n  - ${join(dirname(path), 'lisht.ts')}\n`);
    expect(resolved).toContain('  - lisht: { beta: 1 }\n');
  });

  it('is a stage to swap in', async () => {
    const { path } = await pipelineWith({ 'lisht.ts': LISHT }, '[lisht.ts]');
    const { definition } = await loadPipeline(path, { swap: ['relu=lisht'], set: ['network.1.lisht.beta=2'] });
    expect(definition.network[1].options).toEqual({ beta: 2 });
  });

  it('is known by its file', async () => {
    const { folder, path } = await pipelineWith({ 'lisht.ts': LISHT }, '[lisht.ts]');
    const { catalogue } = await loadPipeline(path);
    expect([...catalogue.pluginFiles]).toEqual([['lisht', join(folder, 'lisht.ts')]]);
    expect(catalogue.registry.size).toBe(builtIn.registry.size + 1);
    expect(builtIn.registry.has('lisht')).toBe(false);
  });

  it('may import its neighbours', async () => {
    const files = { 'index.ts': "export * from './lisht.js';", 'lisht.ts': LISHT };
    const { path } = await pipelineWith(files, '[index.ts]', '- lisht');
    expect((await loadPipeline(path)).definition.network[1].definition.name).toBe('lisht');
  });

  it('stands beside others', async () => {
    const { path } = await pipelineWith({ 'a.ts': identityNamed('a'), 'b.mjs': identityNamed('b') }, '[a.ts, b.mjs]');
    expect([...(await loadPipeline(path)).catalogue.pluginFiles.keys()]).toEqual(['a', 'b']);
  });

  it('comes in by its absolute path too', async () => {
    const file = await temporaryFile(LISHT, 'lisht.ts');
    expect((await addPlugin(builtIn, file)).registry.has('lisht')).toBe(true);
  });

  it('can be set on the command line', async () => {
    const { path } = await pipelineWith({ 'lisht.ts': LISHT }, '[]', '- lisht');
    expect((await loadPipeline(path, { set: ['plugins=[lisht.ts]'] })).catalogue.registry.has('lisht')).toBe(true);
  });
});

describe('a plug-in is refused that', () => {
  it.each([
    ['throws', "throw new Error('boom');", 'boom'],
    ['throws many lines', "throw new Error('boom\\n  bang\\n');", 'boom bang'],
    ['throws no error', "throw 'boom';", 'boom'],
    ['exports nothing', '', 'it exports no stage, such as activation({ ... }) makes'],
    ['exports no stage', 'export const answer = 42;', 'it exports no stage, such as activation({ ... }) makes'],
    [
      'exports a stage with its options only',
      "import { relu } from 'marblenet';\nexport const mine = relu();",
      'it exports no stage, such as activation({ ... }) makes',
    ],
    [
      'exports a stage of no known family',
      `${identityNamed('mine')}export const other = Object.assign(() => 0, { definition: { ...added.definition, family: 'activation' } });`,
      'the stage "mine" has an unknown family "activation"; did you mean "activations"? ' +
        '(expected sources, data, batches, augmentation, layers, activations, forward, losses, gradients, optimizers, metrics)',
    ],
    ['takes a built-in name', identityNamed('relu'), 'there already is a stage "relu"; give yours another name'],
    ['imports what is not there', "import './other.js';", "Cannot find module './other.js'"],
  ])('%s', async (_, source, expected) => {
    const { path } = await pipelineWith({ 'mine.ts': source }, '[mine.ts]');
    expect(await laterRefusalOf(loadPipeline(path))).toBe(`${path}:2:11: mine.ts: ${expected}`);
  });

  it('has a syntax error, with its place', async () => {
    const { folder, path } = await pipelineWith(
      { 'mine.ts': 'export const a = 1;\nexport const b = ;\n' },
      '[mine.ts]',
    );
    expect(await laterRefusalOf(loadPipeline(path))).toBe(
      `${path}:2:11: mine.ts: ParseError: Unexpected token ${join(folder, 'mine.ts')}:2:17`,
    );
  });

  it('is not there', async () => {
    const { path } = await pipelineWith({ 'a.ts': identityNamed('a') }, '[a.ts, no/b.ts]');
    expect(await laterRefusalOf(loadPipeline(path))).toBe(
      `${path}:2:17: no/b.ts: there is no file ${join(dirname(path), 'no/b.ts')}`,
    );
  });

  it('is a folder', async () => {
    const { folder, path } = await pipelineWith({}, '[stages]');
    await mkdir(join(folder, 'stages'));
    expect(await laterRefusalOf(loadPipeline(path))).toBe(
      `${path}:2:11: stages: this is a folder, expected a TypeScript or JavaScript file`,
    );
  });

  it('takes the name of another plug-in', async () => {
    const { path } = await pipelineWith({ 'a.ts': identityNamed('a'), 'b.ts': identityNamed('a') }, '[a.ts, b.ts]');
    expect(await laterRefusalOf(loadPipeline(path))).toBe(
      `${path}:2:17: b.ts: there already is a stage "a"; give yours another name`,
    );
  });

  it('came from the command line, in its words', async () => {
    const { path } = await pipelineWith({}, '[]');
    expect(await laterRefusalOf(loadPipeline(path, { set: ['plugins=[no.ts]'] }))).toBe(
      `--set plugins=[no.ts]: no.ts: there is no file ${join(dirname(path), 'no.ts')}`,
    );
  });
});

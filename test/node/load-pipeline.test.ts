import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outlineLoaded } from '../../src/node/environment.js';
import { loadPipeline } from '../../src/node/load-pipeline.js';
import { laterRefusalOf, resolveText, TINY, tinyWith } from '../tiny-pipeline.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const yamlFile = (content: Uint8Array | string) => temporaryFile(content, 'tiny.yaml');

describe('loadPipeline', () => {
  it('reads a file', async () => {
    const loaded = await loadPipeline(await yamlFile(TINY));
    expect(loaded.resolved).toBe(resolveText(TINY).resolved);
    expect(loaded.catalogue.pluginFiles.size).toBe(0);
  });

  it('applies overrides', async () => {
    const { definition } = await loadPipeline(await yamlFile(TINY), { set: ['seed=9'], swap: ['relu=tanh'] });
    expect(definition.seed).toBe(9);
    expect(definition.network[1].definition.name).toBe('tanh');
  });

  it.each([
    [
      'nothing',
      '',
      'expected a pipeline, with data:, network: and train:, found an empty file; "pipeline new NAME" writes one to begin with',
    ],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x00), 'this is not UTF-8 text, expected a pipeline file'],
    ['text cut in the middle of a sign', Uint8Array.of(0x61, 0xc3), 'this is not UTF-8 text, expected a pipeline file'],
    ['zero bytes, as binary files have', 'name: a\0b', 'this is not UTF-8 text, expected a pipeline file'],
  ])('refuses %s', async (_, content, expected) => {
    const path = await yamlFile(content);
    expect(await laterRefusalOf(loadPipeline(path))).toBe(`${path}:1:1: ${expected}`);
  });

  it('refuses a file that is not there', async () => {
    const path = join(await temporaryFolder(), 'no.yaml');
    expect(await laterRefusalOf(loadPipeline(path))).toBe(`${path}: there is no such file`);
  });

  it('refuses a folder', async () => {
    const path = await temporaryFolder();
    expect(await laterRefusalOf(loadPipeline(path))).toBe(`${path}: this is a folder, expected a pipeline file`);
  });

  it('refuses a path through a file', async () => {
    const path = join(await yamlFile(TINY), 'other.yaml');
    expect(await laterRefusalOf(loadPipeline(path))).toBe(`${path}: a part of the path is a file, not a folder`);
  });

  it('names the path as it was given', async () => {
    const path = await yamlFile(tinyWith('- relu', '- rellu'));
    expect(await laterRefusalOf(loadPipeline(path))).toBe(
      `${path}:10:5: unknown stage "rellu"; did you mean "relu"? ("pipeline list" shows all)`,
    );
  });
});

describe('outlineLoaded', () => {
  it('names file, line and column of a wrong wiring, and what fits', async () => {
    const path = await yamlFile(tinyWith('  - softmaxCrossEntropy\n', ''));
    const loaded = await loadPipeline(path);
    expect(await laterRefusalOf(Promise.resolve().then(() => outlineLoaded(loaded)))).toBe(
      `${path}:15:5: backward takes a step, but gets a batch; ` +
        'put one of these between: binaryCrossEntropy, crossEntropy, focal, huber, meanAbsoluteError, meanSquaredError, softmaxCrossEntropy',
    );
  });

  it('builds without looking for data', async () => {
    const text = tinyWith('digits: { train: 200, test: 50 }', 'mnist');
    expect(outlineLoaded(await loadPipeline(await yamlFile(text))).parameters).toHaveLength(4);
  });

  it('suggests the stages of plug-ins too', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'stages'));
    await writeFile(
      join(folder, 'stages', 'hinge.ts'),
      `import { loss, noOptions } from 'marblenet';
      export const hinge = loss({ name: 'hinge', summary: '', options: noOptions, example: 'hinge', loss: () => () => 0 });`,
    );
    const path = join(folder, 'tiny.yaml');
    const text = tinyWith('  - softmaxCrossEntropy\n', '').replace('seed: 1', 'plugins: [stages/hinge.ts]');
    await writeFile(path, text);
    const loaded = await loadPipeline(path);
    expect(await laterRefusalOf(Promise.resolve().then(() => outlineLoaded(loaded)))).toMatch(
      /put one of these between: binaryCrossEntropy, crossEntropy, focal, huber, meanAbsoluteError, meanSquaredError, softmaxCrossEntropy, hinge$/,
    );
  });
});

/** Fine-tuning: a run that begins with what another has learned, and layers that stay as they are. */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Model, type PipelineEvent, runPipeline } from 'marblenet';
import { beforeEach, describe, expect, it } from 'vitest';
import { pipeline } from '../cli/pipeline-command.js';
import { buildText, laterRefusalOf, refusalOf, TINY, tinyWith } from '../tiny-pipeline.js';
import { temporaryFolder } from './temporary-folder.js';

let folder: string;
let model: string;

/** Runs a text whose paths are seen from the folder of the model. */
const run = (text: string) => runPipeline(join(folder, 'tiny.yaml'), { text });

const parameterOf = ({ parameters }: Model, name: string) => {
  const value = parameters.find((one) => one.name === name)?.value;
  return value && { shape: value.shape, data: value.data };
};

beforeEach(async () => {
  folder = await temporaryFolder();
  model = join(folder, 'model.safetensors');
  await (await run(TINY)).network.save(model);
  await copyFile(new URL('../../docs/three.png', import.meta.url), join(folder, 'three.png'));
});

const BEGUN = 'epochs: 2\ninitialWeights: model.safetensors';
const WITHOUT_STEPS = tinyWith('epochs: 2', BEGUN).replace('learningRate: 0.1', 'learningRate: 1e-30');

describe('initialWeights', () => {
  it('are where training begins', async () => {
    const frozen = tinyWith('epochs: 2', BEGUN).replaceAll(/(dense: \{ units: \d+) \}/g, '$1, freeze: true }');
    const [first, tuned] = [await run(TINY), await run(frozen)];
    expect(tuned.weights).toBe(first.weights);
    expect((await run(tinyWith('epochs: 2', BEGUN))).weights).not.toBe(first.weights);
  });

  it('are drawn anew for the layers that are excepted, which may have other sizes', async () => {
    const first = await run(TINY);
    const except = WITHOUT_STEPS.replace(
      'initialWeights: model.safetensors',
      'initialWeights: { file: model.safetensors, except: [network.2] }',
    )
      .replace('dense: { units: 10 }', 'dense: { units: 12 }')
      .replace('classes: 10', 'classes: 12');
    const { network } = await run(except);
    expect(parameterOf(network, 'network.0.W')).toEqual(parameterOf(first.network, 'network.0.W'));
    expect(parameterOf(network, 'network.2.W')?.shape).toEqual([8, 12]);
  });

  it('of a network with other stages get a warning, in a run and in lint', async () => {
    const warningsOf = async (text: string) => {
      const file = join(folder, 'tuned.yaml');
      await writeFile(file, text);
      const { code, stdout } = await pipeline(['lint', file]);
      expect(code, stdout).toBe(0);
      const events: PipelineEvent[] = [];
      await runPipeline(file, { onEvent: (event) => events.push(event) });
      const [start] = events.filter((event) => event.event === 'start');
      const warnings = start.warnings ?? [];
      for (const warning of warnings) expect(stdout).toContain(warning);
      return warnings.map((warning) => warning.slice(warning.indexOf(': ') + 2));
    };
    expect(await warningsOf(tinyWith('epochs: 2', BEGUN))).toEqual([]);
    const sigmoid = tinyWith('epochs: 2', BEGUN).replace('- relu', '- sigmoid');
    expect(await warningsOf(sigmoid)).toEqual([
      'network.1 is sigmoid, and relu in the model whose weights this one begins with, which were learned for that; ' +
        'take relu, or leave initialWeights out',
    ]);
    const block = (text: string, inside: string) => text.replace('- relu', `- residual: [${inside}]`);
    await (await run(block(TINY, 'tanh'))).network.save(model);
    expect(await warningsOf(block(tinyWith('epochs: 2', BEGUN), 'tanh'))).toEqual([]);
    expect(await warningsOf(block(tinyWith('epochs: 2', BEGUN), 'elu'))).toEqual([
      expect.stringMatching(/^network\.1\.0 is elu, and tanh in the model /),
    ]);
  });

  it('are drawn anew for a stage inside another one, or for all that a stage holds', async () => {
    const block = tinyWith('- relu', '- residual:\n      - dense: { units: 8 }\n      - relu');
    const first = await run(block);
    await first.network.save(model);
    const frozen = block.replaceAll('units: 8', 'units: 8, freeze: true');
    const isTaken = async (except: string): Promise<boolean[]> => {
      const setting = `initialWeights: { file: model.safetensors, except: [${except}] }`;
      const { network } = await run(frozen.replace('epochs: 2', `epochs: 2\n${setting}`));
      return ['network.0.W', 'network.1.0.W'].map((name) =>
        isDeepStrictEqual(parameterOf(network, name), parameterOf(first.network, name)),
      );
    };
    expect(await isTaken('')).toEqual([true, true]);
    expect(await isTaken('network.1')).toEqual([true, false]);
    expect(await isTaken('network.1.0')).toEqual([true, false]);
  });

  it('are those of a run, too: of its folder, or of the newest complete one of its name', async () => {
    const kept = await runPipeline('tiny.yaml', { text: TINY, out: join(folder, 'runs') });
    const begun = (path: string) => run(tinyWith('epochs: 2', `epochs: 2\ninitialWeights: ${path}`));
    const { weights } = await begun('model.safetensors');
    expect((await begun('runs/tiny')).weights).toBe(weights);
    expect((await begun(String(kept.folder))).weights).toBe(weights);
  });

  it.each([
    ['float64', 'float32'],
    ['float32', 'float64'],
  ])('of %s are taken into a network of %s', async (from, to) => {
    const [given, other] = [from, to].map((dtype) => `dtype: ${dtype}\n${WITHOUT_STEPS}`);
    const first = await run(given.replace(BEGUN, 'epochs: 2'));
    await first.network.save(model);
    const { network } = await run(other);
    const [before, after] = [first.network, network].map((one) => parameterOf(one, 'network.0.W')?.data ?? []);
    expect(after).toHaveLength(784 * 8);
    expect(after.constructor.name).toBe(to === 'float64' ? 'Float64Array' : 'Float32Array');
    expect(Array.from(after)).toEqual(Array.from(before, Math.fround));
  });

  it.each([
    ['network.1', '"network.1" is no layer with weights;'],
    ['network.9', '"network.9" is no layer with weights;'],
    ['netwrok.2', '"netwrok.2" is no layer with weights; did you mean "network.2"?;'],
    ['dense', '"dense" is no layer with weights;'],
  ])('except no layer that is not there: %s', async (place, problem) => {
    const setting = `initialWeights: { file: model.safetensors, except: [network.0, ${place}] }`;
    const message = await laterRefusalOf(run(tinyWith('epochs: 2', `epochs: 2\n${setting}`)));
    expect(message).toBe(
      `${join(folder, 'tiny.yaml')}:4:17: except: ${problem} those of the network are network.0 (dense), network.2 (dense)`,
    );
  });

  it.each([
    [
      'a picture',
      tinyWith('epochs: 2', 'epochs: 2\ninitialWeights: three.png'),
      'three.png: found a PNG image, expected a model',
    ],
    [
      'other shapes',
      tinyWith('epochs: 2', BEGUN).replace('units: 8', 'units: 9'),
      'tiny.yaml:4:17: model.safetensors does not fit: the state is not one of this pipeline: network.0.W is float32 ' +
        '[784, 8] in the state, float32 [784, 9] here; network.0.b is float32 [8] in the state, float32 [9] here; ' +
        'network.2.W is float32 [8, 10] in the state, float32 [9, 10] here; layers that are to be drawn anew stand in ' +
        'except: [network.2]',
    ],
    [
      'another number of layers',
      tinyWith('epochs: 2', BEGUN).replace('  - relu\n', ''),
      'network.1.W is not in the state',
    ],
    [
      'no file',
      tinyWith('epochs: 2', 'epochs: 2\ninitialWeights: nowhere.safetensors'),
      'nowhere.safetensors: found no such file, expected a model; did you mean "model.safetensors"?',
    ],
    [
      'another file',
      tinyWith('epochs: 2', 'epochs: 2\ninitialWeights: { fiel: a }'),
      'tiny.yaml:4:19: unknown key "fiel"; did you mean "file"? (expected file, except)',
    ],
  ])('refuse %s', async (_, text, problem) => {
    const error = await run(text).catch((error: Error) => error);
    expect(String((error as Error).message)).toContain(problem);
    expect(String((error as Error).message)).toContain('tiny.yaml:4:');
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, text);
    const linted = await pipeline(['lint', file]); // says the same
    expect(linted.code).toBe((error as { exitCode?: number }).exitCode);
    expect(linted.stdout.replaceAll('wrong.yaml', 'tiny.yaml')).toContain(problem);
  });

  it('are not forgotten in silence by buildPipeline, which reads no file', () => {
    expect(refusalOf(() => buildText(tinyWith('epochs: 2', BEGUN)))).toBe(
      'initialWeights is a file: it is read by runPipeline and openPipeline, not by buildPipeline',
    );
  });

  it('stand in the file of a run that is kept, and are found again from there', async () => {
    const out = join(folder, 'runs');
    const kept = await runPipeline(join(folder, 'tiny.yaml'), { text: tinyWith('epochs: 2', BEGUN), out });
    const again = await runPipeline(join(String(kept.folder), 'pipeline.yaml'));
    expect(again.weights).toBe(kept.weights);
  });
});

describe('freeze', () => {
  const FROZEN = tinyWith('dense: { units: 8 }', 'dense: { units: 8, freeze: true }');

  it.each(['sgd', 'momentum', 'adam', 'adaGrad'])(
    'leaves a layer as it is while others learn: %s',
    async (optimizer) => {
      const frozen = FROZEN.replace(
        'sgd: { learningRate: 0.1 }',
        `${optimizer}: { learningRate: 0.01, clipNorm: 1, weightDecay: 0.1 }`,
      );
      const unmoved = TINY.replace('learningRate: 0.1', 'learningRate: 1e-30');
      const [{ network }, { network: first }] = [await run(frozen), await run(unmoved)];
      expect(parameterOf(network, 'network.0.W')).toEqual(parameterOf(first, 'network.0.W'));
      expect(parameterOf(network, 'network.2.W')).not.toEqual(parameterOf(first, 'network.2.W'));
    },
  );

  it('counts only what is learned', async () => {
    const starts: number[] = [];
    const onEvent: NonNullable<Parameters<typeof runPipeline>[1]>['onEvent'] = (event) => {
      if (event.event === 'start') starts.push(event.parameters);
    };
    await runPipeline('tiny.yaml', { text: FROZEN, onEvent });
    expect(starts).toEqual([8 * 10 + 10]);
  });

  it('keeps its weights in the model', async () => {
    const { network } = await run(FROZEN);
    const path = join(folder, 'frozen.safetensors');
    await network.save(path);
    const text = tinyWith('epochs: 2', 'epochs: 2\ninitialWeights: frozen.safetensors').replace('0.1 }', '1e-30 }');
    expect(parameterOf((await run(text)).network, 'network.0.W')).toEqual(parameterOf(network, 'network.0.W'));
  });
});

/** What an explanation says is what the network computes: stage by stage, and by its slopes. */
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type Model, modelOf } from '../../../src/core/model/model.js';
import { run } from '../../../src/core/run/run.js';
import { loadModel } from '../../../src/page/load-model.js';
import { buildText, TINY, tinyWith } from '../../tiny-pipeline.js';

async function trained(text: string) {
  const pipeline = buildText(text);
  const end = await lastValueFrom(run(pipeline));
  if (end.event !== 'end') expect.fail('no end');
  return { model: modelOf(pipeline, { data: end.data }), pipeline };
}

const SAMPLE = Uint8Array.from({ length: 784 }, (_, i) => (i * 37) % 256);

/** Moves one number of the sample, and sees how much the output of the class does. */
async function slopeOf(model: Model, label: number, i: number): Promise<number> {
  const at = async (step: number) => {
    const sample = Float64Array.from(SAMPLE);
    sample[i] += step;
    return (await model.predict(sample)).outputs.data[label];
  };
  return ((await at(0.01)) - (await at(-0.01))) / 0.02;
}

const DOUBLE = TINY.replace('epochs: 2', 'epochs: 2\ndtype: float64');

describe('Model.explain', () => {
  it('shows what each stage gives: the last one what predict says', async () => {
    const { model } = await trained(TINY);
    const { stages, input } = await model.explain(SAMPLE);
    const { outputs, classes } = await model.predict(SAMPLE);
    expect(input.shape).toEqual([28, 28]);
    expect(input.data[1]).toBeCloseTo(37 / 255, 6);
    expect(stages.map(({ place, name, output: { shape } }) => [place, name, shape])).toEqual([
      ['network.0', 'dense', [8]],
      ['network.1', 'relu', [8]],
      ['network.2', 'dense', [10]],
    ]);
    expect(stages[2].output.data).toEqual(outputs.data);
    expect(stages[1].output.data).toEqual(stages[0].output.data.map((value) => Math.max(0, value)));
    expect((await model.explain(SAMPLE)).label).toBe(classes[0]);
  });

  it.each([
    ['a dense network', DOUBLE],
    ['a block', DOUBLE.replace('  - relu', '  - residual: [dense: { units: 8 }, tanh]')],
    ['what drops out in training', DOUBLE.replace('  - relu', '  - tanh\n  - dropout: { rate: 0.5 }')],
  ])('has the slopes of the output of a class: %s', async (_, text) => {
    const { model } = await trained(text);
    const { gradient, contributions, input, label } = await model.explain(SAMPLE, { label: 4 });
    expect(label).toBe(4);
    for (const i of [5, 300, 783]) {
      // pixels are divided by 255 before the network gets them
      expect(gradient.data[i] / 255).toBeCloseTo(await slopeOf(model, 4, i), 7);
      expect(contributions.data[i]).toBe(gradient.data[i] * input.data[i]);
    }
  });

  it('is of a model that was read from a file, too', async () => {
    const { model } = await trained(tinyWith('  - relu', '  - residual: [dense: { units: 8 }, relu]'));
    const loaded = await loadModel(await model.encode());
    const [of, same] = [await model.explain(SAMPLE), await loaded.explain(SAMPLE)];
    expect(same.contributions.data).toEqual(of.contributions.data);
    expect(same.stages.map(({ output }) => output.data)).toEqual(of.stages.map(({ output }) => output.data));
  });

  it('refuses a class that is not there, and a sample that is none', async () => {
    const { model } = await trained(TINY);
    await expect(model.explain(SAMPLE, { label: 10 })).rejects.toThrow('there is no class 10, found 0 to 9');
    await expect(model.explain([1, 2])).rejects.toThrow('found 2 numbers');
  });

  it('does not disturb a training that goes on', async () => {
    const alone = await lastValueFrom(run(buildText(TINY)));
    const pipeline = buildText(TINY);
    const model = modelOf(pipeline, { data: { scaling: { mean: 0, std: 255 } } });
    const asked: Promise<unknown>[] = [];
    const end = await lastValueFrom(run(pipeline, { betweenSteps: () => asked.push(model.explain(SAMPLE)) }));
    await Promise.all(asked);
    expect(asked.length).toBeGreaterThan(20);
    expect(end).toMatchObject({ weights: alone.event === 'end' && alone.weights });
  });
});

import { map } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { unshuffled } from '../../../src/cli/unshuffled.js';
import {
  type BackwardEvent,
  type ForwardEvent,
  TOGETHER,
  type TraceEvent,
  traceSample,
  type UpdateEvent,
} from '../../../src/core/inspect/trace.js';
import type { Batch } from '../../../src/core/kinds.js';
import { noOptions, stage } from '../../../src/core/stage.js';
import { builtIn } from '../../../src/node/plugins.js';
import { laterRefusalOf, resolveText, TINY, tinyWith } from '../../tiny-pipeline.js';

function trace(text: string, options?: Parameters<typeof traceSample>[2], size = 1): Promise<TraceEvent[]> {
  const { definition, locate } = resolveText(text);
  return traceSample(unshuffled(definition, size), { locate, registry: builtIn.registry }, options);
}

const all = { values: 'all' } as const;
const only = <Name extends TraceEvent['event']>(events: readonly TraceEvent[], name: Name) =>
  events.filter((event): event is Extract<TraceEvent, { event: Name }> => event.event === name);
const at = <Event extends { readonly stage: string }>(events: readonly Event[], stage: string): Event =>
  events.find((event) => event.stage === stage) ?? expect.fail(`nothing at ${stage}`);

function expectClose(found: readonly number[], expected: readonly number[], digits = 12): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i], digits);
}

describe('traceSample', () => {
  it('tells of every stage, forward, back again and to the update, in this order', async () => {
    const events = await trace(TINY);
    expect(
      events.map((event) => ('stage' in event ? `${event.event} ${event.stage} ${event.name}` : event.event)),
    ).toEqual([
      'forward data.0 digits',
      'forward data.1 normalize',
      'forward data.2 oneHot',
      'sample',
      'forward train.0 batch',
      'forward network.0 dense',
      'forward network.1 relu',
      'forward network.2 dense',
      'forward train.2 softmaxCrossEntropy',
      'backward train.2 softmaxCrossEntropy',
      'backward network.2 dense',
      'backward network.1 relu',
      'backward network.0 dense',
      'update train.4 sgd',
      'update train.4 sgd',
      'update train.4 sgd',
      'update train.4 sgd',
    ]);
  });

  it('follows the example that was asked for', async () => {
    const events = await trace(TINY, { sample: 13, ...all });
    const [sample] = only(events, 'sample');
    expect(sample).toMatchObject({ sample: 13, label: 3, origin: { source: 'digits' }, shape: [28, 28] });
    expect(sample.features).toHaveLength(784);
    const input = at(only(events, 'forward'), 'train.0').tensors.x;
    expect(input.shape).toEqual([1, 28, 28]);
    expectClose(
      input.values,
      sample.features.map((byte) => byte / 255),
      6,
    );
  });

  it('keeps the first channels of images between layers, where that is asked for', async () => {
    const text = tinyWith('  - dense: { units: 8', '  - conv2d: { filters: 3, kernel: 5 }\n  - dense: { units: 8');
    const conv = at(only(await trace(text, { channels: 2, ...all }), 'forward'), 'network.0');
    expect(conv.tensors.x.shape).toEqual([1, 24, 24, 3]);
    expect(conv.channels).toEqual([0, 1].map((c) => conv.tensors.x.values.filter((_, i) => i % 3 === c)));
    for (const event of only(await trace(text), 'forward')) expect(event.channels).toBeUndefined();
  });

  it('keeps the first filters likewise, as the update has left them', async () => {
    const text = tinyWith('  - dense: { units: 8', '  - conv2d: { filters: 3, kernel: [5, 4] }\n  - dense: { units: 8');
    const updates = only(await trace(text, { channels: 2, ...all }), 'update');
    const [filters] = updates.filter(({ parameter }) => parameter === 'network.0.W');
    expect(filters.tensors.after.shape).toEqual([5, 4, 1, 3]);
    expect(filters.filters).toEqual([0, 1].map((f) => filters.tensors.after.values.filter((_, i) => i % 3 === f)));
    for (const { parameter, filters } of updates) if (parameter !== 'network.0.W') expect(filters).toBeUndefined();
    for (const { filters } of only(await trace(text), 'update')) expect(filters).toBeUndefined();
  });

  it('traces a few examples together where a stage compares them', async () => {
    const text = tinyWith('  - relu', '  - batchNorm\n  - relu');
    const events = await trace(text, { sample: 190, ...all }, TOGETHER);
    const [sample] = only(events, 'sample');
    expect(sample).toMatchObject({ sample: 190, together: { stage: 'network.1', name: 'batchNorm', examples: 8 } });
    expect(sample.features).toHaveLength(784);
    const normalized = at(only(events, 'forward'), 'network.1').tensors.x;
    expect(normalized.shape).toEqual([8, 8]);
    expect(normalized.max).toBeGreaterThan(0.5);

    const image = tinyWith('  - dense: { units: 8', '  - conv2d: { filters: 3 }\n  - batchNorm\n  - dense: { units: 8');
    expect(only(await trace(image, {}, TOGETHER), 'sample')[0]).not.toHaveProperty('together'); // its pixels are compared
  });

  it('has the gradients that belong to what went forward', async () => {
    const events = await trace(tinyWith('name: tiny', 'name: tiny\ndtype: float64'), all);
    const forward: ForwardEvent[] = only(events, 'forward');
    const backward: BackwardEvent[] = only(events, 'backward');
    const input = at(forward, 'network.0').tensors.x.values;
    const hidden = at(forward, 'network.1').tensors.x.values;
    expect(hidden).toEqual(input.map((x) => Math.max(0, x)));

    // backward through relu: what comes from behind where the input was positive, else 0
    const dy = at(backward, 'network.2').tensors.dx.values;
    expect(at(backward, 'network.1').tensors.dx.values).toEqual(dy.map((slope, i) => (input[i] > 0 ? slope : 0)));
    // the gradient of a dense layer's weights: its input by the gradient of its output
    const dx = at(backward, 'train.2').tensors.dx.values;
    const { dW, db } = at(backward, 'network.2').tensors;
    expect(dW.shape).toEqual([8, 10]);
    expectClose(
      dW.values,
      hidden.flatMap((x) => dx.map((slope) => x * slope)),
    );
    expect(db.values).toEqual(dx);
  });

  it('ends with weights that have moved against their gradients', async () => {
    const events = await trace(tinyWith('name: tiny', 'name: tiny\ndtype: float64'), all);
    const updates: UpdateEvent[] = only(events, 'update');
    expect(updates.map(({ parameter }) => parameter)).toEqual([
      'network.0.W',
      'network.0.b',
      'network.2.W',
      'network.2.b',
    ]);
    const { tensors, norm, largest } = updates[3];
    const { db } = at(only(events, 'backward'), 'network.2').tensors;
    const change = db.values.map((slope) => -0.1 * slope);
    expectClose(tensors.change.values, change);
    expectClose(
      tensors.after.values,
      change.map((moved, i) => tensors.before.values[i] + moved),
    );
    expect(norm).toBeCloseTo(Math.hypot(...change), 12);
    expect(largest.index).toEqual([0]); // the label: example 0 is a 0
    expect(largest.after).toBe(tensors.after.values[0]);
  });

  it('says what an optimizer did, and nothing of a pipeline that has none', async () => {
    expect(only(await trace(tinyWith('  - sgd: { learningRate: 0.1 }\n', '')), 'update')).toEqual([]);
  });

  it('shows a stage of batches whatever it is called', async () => {
    const { definition } = resolveText(TINY);
    const doubled = stage({
      name: 'forward',
      summary: 'x = 2 x',
      family: 'batches',
      from: 'batch',
      to: 'batch',
      options: noOptions,
      example: 'forward',
      build: (_, input) => ({
        output: input,
        operator: map(({ x, ...batch }: Batch) => ({ ...batch, x: { ...x, data: x.data.map((value) => 2 * value) } })),
      }),
    });
    const [batches, ...rest] = unshuffled(definition, 1).train;
    const events = only(await traceSample({ ...definition, train: [batches, doubled(), ...rest] }, {}, all), 'forward');
    const x = at(events, 'train.0').tensors.x.values;
    expect(at(events, 'train.1').tensors.x.values).toEqual(x.map((value) => 2 * value));
  });

  it('refuses an example that is not there', async () => {
    expect(await laterRefusalOf(trace(TINY, { sample: 200 }))).toBe(
      'there is no example 200 in train, it has 0 to 199',
    );
  });
});

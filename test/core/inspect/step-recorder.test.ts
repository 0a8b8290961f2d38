/** What is recorded of a step is what was computed there, and training is none the wiser. */
import { filter, firstValueFrom, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type RecordedStep, StepRecorder, type Stop } from '../../../src/core/inspect/step-recorder.js';
import { openPipeline } from '../../../src/core/pipeline/pipeline.js';
import { type RunOptions, run } from '../../../src/core/run/run.js';
import { buildText, resolveText, TINY, tinyWith } from '../../tiny-pipeline.js';

async function recorded(text: string, of: Parameters<StepRecorder['record']>[1] = {}, options: RunOptions = {}) {
  const recorder = new StepRecorder();
  const pipeline = await openPipeline(resolveText(text).definition, { instrument: recorder.instrument });
  const steps: RecordedStep[] = [];
  const events = run(pipeline, options);
  recorder.record((step) => steps.push(step), of);
  const all = await lastValueFrom(events.pipe(toArray()));
  return { steps, events: all, pipeline, recorder };
}

const words = ({ way, place, tensors }: Stop): string => [way, place, ...Object.keys(tensors)].join(' ');

describe('StepRecorder', () => {
  it('records one step, stage by stage, there and back', async () => {
    const { steps } = await recorded(TINY);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ split: 'train', epoch: 1, step: 1, loss: expect.closeTo(2.3, 0) });
    expect(steps[0].labels).toHaveLength(20);
    expect(steps[0].stops.map(words)).toEqual([
      'forward train.0 x',
      'forward network.0 x',
      'forward network.1 x',
      'forward network.2 x',
      'forward train.1 x',
      'backward train.2 dx',
      'backward network.2 dW db dx',
      'backward network.1 dx',
      'backward network.0 dW db dx',
      'forward train.3',
      'forward train.4',
    ]);
  });

  it('keeps the numbers of as many samples as are asked for, and says how all are spread', async () => {
    const { steps } = await recorded(TINY, { samples: 3 });
    const relu = steps[0].stops[2].tensors.x;
    expect([relu.shape, relu.values.length]).toEqual([[20, 8], 24]);
    expect(relu.histogram.counts.reduce((sum, count) => sum + count)).toBe(160);
    expect([relu.min, relu.values.every((value) => value >= 0)]).toEqual([0, true]);
    expect(relu.zeros).toBeGreaterThan(0);
  });

  it('waits for a batch of the split that is asked for', async () => {
    const { steps } = await recorded(TINY, { split: 'test' });
    expect(steps[0]).toMatchObject({ split: 'test', epoch: 1 });
    expect(steps[0].stops.map(words)).toEqual([
      'forward test.0 x',
      'forward network.0 x',
      'forward network.1 x',
      'forward network.2 x',
      'forward test.1 x',
      'backward test.2 dx',
    ]);
  });

  it('sees a block where it gives its output and its gradient, and the stages inside', async () => {
    const { steps } = await recorded(tinyWith('  - relu', '  - residual: [dense: { units: 8 }, relu]'));
    const network = steps[0].stops.filter(({ place }) => place.startsWith('network.1'));
    expect(network.map(words)).toEqual([
      'forward network.1.0 x',
      'forward network.1.1 x',
      'forward network.1 x',
      'backward network.1.1 dx',
      'backward network.1.0 dW db dx',
      'backward network.1 dx',
    ]);
  });

  it('leaves the weights as they would have been, also where every step is recorded', async () => {
    const recorder = new StepRecorder();
    const pipeline = await openPipeline(resolveText(TINY).definition, { instrument: recorder.instrument });
    let count = 0;
    const again = (): void => recorder.record(() => count++, { samples: 20 });
    const end = await lastValueFrom(run(pipeline, { betweenSteps: again }));
    const alone = await firstValueFrom(run(buildText(TINY)).pipe(filter(({ event }) => event === 'end')));
    expect(count).toBeGreaterThan(20);
    expect(end).toMatchObject({ weights: alone.event === 'end' && alone.weights });
  });
});

/** A run that is paused and goes on step by step computes what one that is left alone does. */
import { filter, firstValueFrom, lastValueFrom, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { openPipeline } from '../../../src/core/pipeline/pipeline.js';
import type { PipelineEvent } from '../../../src/core/run/events.js';
import { run } from '../../../src/core/run/run.js';
import { RunControl } from '../../../src/core/run/run-control.js';
import { buildText, resolveText, VALIDATED } from '../../tiny-pipeline.js';

/** Many turns of the event loop, in which a run that is not paused would go on. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function controlled() {
  const control = new RunControl();
  const { definition } = resolveText(VALIDATED);
  const pipeline = await openPipeline(definition, { scheduler: control.scheduler });
  const seen: PipelineEvent[] = [];
  const events = run(pipeline, { everyStep: true, betweenSteps: control.betweenSteps });
  const see = (event: PipelineEvent) => {
    seen.push(event);
    if (event.event === 'start') control.pause();
  };
  const end = lastValueFrom(events.pipe(tap(see)));
  const count = (kind: PipelineEvent['event']) => seen.filter(({ event }) => event === kind).length;
  return { control, pipeline, end, count };
}

const weightsAlone = async (): Promise<unknown> => {
  const end = await firstValueFrom(run(buildText(VALIDATED)).pipe(filter(({ event }) => event === 'end')));
  return end.event === 'end' && end.weights;
};

describe('RunControl', () => {
  it('is paused where the data are read', async () => {
    const { control, count } = await controlled();
    await someTurns();
    expect([count('start'), count('step'), control.isPlaying]).toEqual([1, 0, false]);
  });

  it('goes on by as many steps as are asked for', async () => {
    const { control, count } = await controlled();
    await someTurns();
    control.step();
    await someTurns();
    expect(count('step')).toBe(1);
    control.step(4);
    await someTurns();
    expect([count('step'), control.isPlaying]).toEqual([5, false]);
  });

  it('pauses within an epoch, between epochs and in a test, and ends with the weights of a run that is left alone', async () => {
    const { control, end, count } = await controlled();
    await someTurns();
    for (let step = 1; step <= 18; step++) {
      control.step();
      await someTurns();
      expect(count('step')).toBe(step);
    }
    expect(count('epoch')).toBe(1); // that of the last one, and the test, are still to come
    control.play();
    expect(await end).toMatchObject({ event: 'end', steps: 18, weights: await weightsAlone() });
  });

  it('is paused while it plays', async () => {
    const { control, end, count } = await controlled();
    await someTurns();
    control.play();
    await new Promise((resolve) => setImmediate(resolve));
    control.pause();
    await someTurns();
    const paused = count('step');
    await someTurns();
    expect([count('step'), paused < 18]).toEqual([paused, true]);
    control.play();
    expect(await end).toMatchObject({ weights: await weightsAlone() });
  });

  it('counts the steps of a run that goes on from those that it has taken', async () => {
    const control = new RunControl();
    control.betweenSteps({ step: 500 });
    control.step(2);
    control.betweenSteps({ step: 501 });
    expect(control.isPlaying).toBe(true);
    control.betweenSteps({ step: 502 });
    expect(control.isPlaying).toBe(false);
  });
});

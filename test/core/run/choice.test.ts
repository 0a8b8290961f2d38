/** Which epoch's model a run ends with, and when it stops to look for a better one. */
import { firstValueFrom, ignoreElements, lastValueFrom, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { RunError } from '../../../src/core/errors.js';
import { metric } from '../../../src/core/families/metric.js';
import { buildPipeline, type PipelineDefinition } from '../../../src/core/pipeline/pipeline.js';
import type { Checkpoint } from '../../../src/core/run/checkpoint.js';
import type { EndEvent, PipelineEvent } from '../../../src/core/run/events.js';
import type { BestEpoch, Seen } from '../../../src/core/run/monitor.js';
import { type RunOptions, run } from '../../../src/core/run/run.js';
import { train } from '../../../src/core/run/train.js';
import { noOptions, stage } from '../../../src/core/stage.js';
import { type StateDict, stateOf } from '../../../src/core/state.js';
import {
  accuracy,
  averageWeights,
  backward,
  batch,
  dense,
  digits,
  forward,
  holdOut,
  mean,
  normalize,
  oneHot,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from '../../../src/stages/index.js';
import { throughFile } from '../../state-file.js';
import { laterRefusalOf, refusalOf } from '../../tiny-pipeline.js';

/** A metric that says, epoch after epoch, what a test has written down. */
const scripted = (values: readonly number[], higherIsBetter = false) =>
  metric({
    name: 'script',
    summary: 'what was written down',
    options: noOptions,
    example: 'script',
    higherIsBetter,
    start: () => {
      let epoch = 0;
      return { add: (step) => (epoch = step.epoch), result: () => ({ value: values[epoch - 1] }), state: stateOf({}) };
    },
  })();

const judging = [batch({ size: 10 }), forward(), softmaxCrossEntropy(), mean({ of: 'loss' }), accuracy()];

const tiny = (values: readonly number[], more: Partial<PipelineDefinition> = {}): PipelineDefinition => ({
  seed: 3,
  epochs: values.length,
  data: [
    digits({ train: 40, test: 20 }),
    holdOut({ validation: 10 }),
    normalize({ divisor: 255 }),
    oneHot({ classes: 10 }),
  ],
  network: [dense({ units: 10 })],
  train: [shuffleBatch({ size: 10 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
  validation: [...judging, scripted(values)],
  test: judging,
  ...more,
});

async function eventsOf(definition: PipelineDefinition, options: RunOptions = {}): Promise<readonly PipelineEvent[]> {
  return lastValueFrom(run(buildPipeline(definition), { runId: 'test', ...options }).pipe(toArray()));
}

const endOf = async (definition: PipelineDefinition, options: RunOptions = {}): Promise<EndEvent> =>
  (await eventsOf(definition, options)).at(-1) as EndEvent;

/** Without what was measured by the clock. */
const timeless = ({ seconds: _, ...end }: EndEvent): Omit<EndEvent, 'seconds'> => end;

const best = { monitor: 'validation.script' };

describe('the model of a run with best:', () => {
  it.each([
    ['less is better', [3, 1, 2, 2], false, 2],
    ['more is better', [3, 1, 5, 2], true, 3],
    ['of equals the first', [2, 1, 1, 1], false, 2],
    ['the last epoch', [4, 3, 2, 1], false, 4],
  ])('is that of its best epoch: %s', async (_, values, higherIsBetter, epoch) => {
    const validation = [...judging, scripted(values, higherIsBetter)];
    const chosen = await endOf(tiny(values, { best, validation }));
    const short = await endOf(tiny(values, { epochs: epoch, validation }));
    expect(chosen).toMatchObject({
      best: { epoch, monitor: 'validation.script', value: values[epoch - 1] },
      epochs: 4,
      steps: 12,
      weights: short.weights,
      validation: short.validation,
      test: short.test,
    });
    expect(chosen.stoppedEarly).toBeUndefined();
  });

  it('predicts by that epoch', async () => {
    const { network } = await train(buildPipeline(tiny([1, 2, 3], { best })));
    const { network: first } = await train(buildPipeline(tiny([1], { epochs: 1 })));
    const sample = new Uint8Array(784).fill(100);
    expect((await network.predict(sample)).outputs).toEqual((await first.predict(sample)).outputs);
  });

  it('has the averages of that epoch, where weights are averaged', async () => {
    const averaged = (values: readonly number[]) => {
      const { train, ...rest } = tiny(values);
      return { ...rest, train: [...train, averageWeights({ decay: 'equal' })] };
    };
    const chosen = await train(buildPipeline({ ...averaged([2, 1, 3]), best }));
    const short = await train(buildPipeline(averaged([2, 1])));
    expect(chosen).toMatchObject({ best: { epoch: 2 }, weights: short.weights, test: short.test });
    expect(chosen.network.state()).toEqual(short.network.state()); // which is what is saved
  });

  it('can be chosen by the test, where there is no validation', async () => {
    const { validation: _, ...rest } = tiny([1, 2]);
    const data = rest.data.filter(({ definition: { name } }) => name !== 'holdOut');
    const definition = { ...rest, data, test: [...judging, scripted([1, 2])], best: { monitor: 'test.script' } };
    const [chosen, short] = [await endOf(definition), await endOf({ ...definition, epochs: 1 })];
    expect(chosen).toMatchObject({ best: { epoch: 1 }, weights: short.weights, test: short.test });
  });

  it('does not go on from a checkpoint whose best network is another, or has diverged', async () => {
    const definition = tiny([1, 2], { best });
    const cuts: Checkpoint[] = [];
    await endOf(definition, { betweenSteps: (at) => void cuts.push(at.checkpoint()) });
    const cut = cuts[cuts.length - 1];
    const seen = cut.seen as Seen & { readonly best: BestEpoch };
    const refusal = (learned: StateDict): Promise<string> =>
      laterRefusalOf(endOf(definition, { from: { ...cut, seen: { ...seen, best: { ...seen.best, learned } } } }));
    const { 'network.0.W': W, ...rest } = seen.best.learned;
    expect(await refusal({ ...rest, W })).toMatch('network.0.W is not in the state; W is not here');
    const broken = { shape: [784, 10], data: new Float32Array(7840).fill(Number.NaN) };
    expect(await refusal({ ...rest, 'network.0.W': broken })).toMatch('the state holds NaN in network.0.W');
  });
});

describe('earlyStopping', () => {
  it.each([
    ['when nothing has become better', { patience: 2 }, [3, 2, 2, 2, 1, 1], 4, 2],
    ['when it has not become enough better', { patience: 2, minDelta: 0.5 }, [3, 2.8, 2.6, 2, 1, 1], 3, 3],
    ['not at all when each epoch is better', { patience: 1 }, [6, 5, 4, 3], 4, 4],
    ['not when it becomes better in time', { patience: 2 }, [3, 4, 2, 4, 1, 4], 6, 5],
  ])('stops %s', async (_, options, values, epochs, bestEpoch) => {
    const end = await endOf(tiny(values, { earlyStopping: { ...best, ...options } }));
    expect(end).toMatchObject({ epochs, steps: 3 * epochs, best: { epoch: bestEpoch } });
    expect(end.stoppedEarly).toBe(epochs < values.length ? true : undefined);
    const short = await endOf(tiny(values, { epochs: bestEpoch }));
    expect(end).toMatchObject({ weights: short.weights, test: short.test });
  });

  it('looks at one metric while best: chooses by another', async () => {
    const earlyStopping = { monitor: 'validation.script', patience: 2 };
    const end = await endOf(tiny([1, 2, 3, 4, 5], { earlyStopping, best: { monitor: 'validation.loss' } }));
    expect(end).toMatchObject({ epochs: 3, best: { epoch: 3, monitor: 'validation.loss' }, stoppedEarly: true });
  });

  it('ends as if it had never stopped, wherever a run goes on', async () => {
    const definition = tiny([3, 1, 2, 2, 9], { earlyStopping: { ...best, patience: 2 } });
    const cuts: Checkpoint[] = [];
    const whole = await endOf(definition, { betweenSteps: (at) => void cuts.push(at.checkpoint()) });
    expect(whole).toMatchObject({ epochs: 4, best: { epoch: 2 } });
    expect(cuts).toHaveLength(4 * 4 + 1);
    for (const cut of cuts) {
      const from = { ...cut, state: throughFile(cut.state) };
      expect(timeless(await endOf(definition, { from }))).toEqual(timeless(whole));
    }
  });

  it('says of a run that was left after it had stopped that training is over', async () => {
    const definition = tiny([1, 2, 9], { earlyStopping: { ...best, patience: 1 } });
    const cuts: Checkpoint[] = [];
    await endOf(definition, { betweenSteps: (at) => void cuts.push(at.checkpoint()) });
    const starts = cuts.slice(-2).map(async (from) => firstValueFrom(run(buildPipeline(definition), { from })));
    expect(await Promise.all(starts)).toMatchObject([
      { resumedFrom: { epoch: 2, step: 6 } },
      { resumedFrom: { epoch: 3, step: 6, isOver: true } },
    ]);
    expect(await starts[0]).not.toHaveProperty('resumedFrom.isOver');
  });
});

describe('what is monitored must be there', () => {
  const refusal = (more: Partial<PipelineDefinition>) => refusalOf(() => buildPipeline(tiny([1], more)));

  it('as a metric', () => {
    expect(refusal({ best: { monitor: 'validation.acuracy' } })).toBe(
      'best: monitor: found "validation.acuracy"; did you mean "validation.accuracy"? ' +
        '(there is validation.loss, validation.accuracy, validation.script)',
    );
  });

  it('after each epoch: a test that comes at the end is too late', () => {
    expect(refusal({ earlyStopping: { monitor: 'test.loss' } })).toContain('found "test.loss"');
  });

  it('as a validation, by default', () => {
    const { validation: _, ...rest } = tiny([1]);
    const data = rest.data.filter(({ definition: { name } }) => name !== 'holdOut');
    expect(refusalOf(() => buildPipeline({ ...rest, data, earlyStopping: {} }))).toBe(
      'earlyStopping: monitor: there is no validation: section; hold examples out of train for one, or ' +
        'name another metric (there is test.loss, test.accuracy)',
    );
  });
});

/** A metric that is declared, and never comes. */
const silent = stage({
  name: 'silent',
  summary: 'says nothing',
  options: noOptions,
  example: 'silent',
  family: 'metrics',
  from: 'step',
  to: 'metric',
  build: () => ({ output: { kind: 'metric', name: 'losss' }, operator: ignoreElements() }),
})();

describe('what is monitored must come', () => {
  const monitor = 'validation.losss';
  it.each([
    ['best' as const, { best: { monitor } }],
    ['earlyStopping' as const, { earlyStopping: { monitor, patience: 1 } }],
    ['earlyStopping' as const, { earlyStopping: { monitor, patience: 1 }, best: { monitor: 'validation.loss' } }],
  ])('for %s: the run ends after its first epoch otherwise', async (setting, choice) => {
    const definition = tiny([1, 2, 3], { ...choice, validation: [...judging, silent] });
    const events: PipelineEvent[] = [];
    const ended = lastValueFrom(run(buildPipeline(definition)).pipe(tap((event) => events.push(event))));
    await expect(ended).rejects.toThrow(
      new RunError(
        `${setting}: monitor: no validation.losss came in epoch 1; did you mean "validation.loss"? ` +
          '(there was validation.loss, validation.accuracy)',
        { placed: true },
      ),
    );
    expect(events.filter(({ event }) => event === 'epoch')).toEqual([]);
  });
});

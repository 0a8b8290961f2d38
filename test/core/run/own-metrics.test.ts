/** Metrics and optimizers of one's own that would end a run with a plausible figure that is none. */
import {
  backward,
  batch,
  buildPipeline,
  dense,
  digits,
  forward,
  learningRate,
  type Metric,
  metric,
  noOptions,
  normalize,
  oneHot,
  optimizer,
  type PipelineDefinition,
  RunError,
  run,
  type Step,
  sgd,
  softmaxCrossEntropy,
  stage,
  stateOf,
} from 'marblenet';
import { lastValueFrom, map, type OperatorFunction, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

const tiny = (changes: Partial<PipelineDefinition>): PipelineDefinition => ({
  data: [digits({ train: 40, test: 20 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 10 })],
  train: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 })],
  ...changes,
});

async function problemOf(changes: Partial<PipelineDefinition>): Promise<string> {
  const ended = await lastValueFrom(run(buildPipeline(tiny(changes)))).catch((error) => error);
  if (!(ended instanceof RunError)) expect.fail(`expected a RunError, found ${JSON.stringify(ended)}`);
  return ended.message;
}

const judging = (last: PipelineDefinition['train'][number]) => ({
  test: [batch({ size: 10 }), forward(), softmaxCrossEntropy(), last],
});

/** A metric made as any stage is. */
const own = (operator: OperatorFunction<Step, Metric>) =>
  stage({
    name: 'mine',
    summary: 'one of my own',
    family: 'metrics',
    from: 'step',
    to: 'metric',
    options: noOptions,
    example: 'mine',
    build: () => ({ output: { kind: 'metric', name: 'mine' }, operator }),
  })();

const about = ({ split, epoch, step }: Step) => ({ split, epoch, step, name: 'mine', value: 1 });
const last = map((steps: Step[]) => steps[steps.length - 1]);

/** A metric made by `metric`. */
const reducing = (add: (step: Step, seen: Step[]) => unknown, result = (_: readonly Step[]): number => 1) =>
  metric({
    name: 'mine',
    summary: 'one of my own',
    options: noOptions,
    example: 'mine',
    start: () => {
      const seen: Step[] = [];
      return {
        add: (step) => add(step, seen) as undefined,
        result: () => ({ value: result(seen) }),
        state: stateOf({}),
      };
    },
  })();

const GONE = /mine: this batch is no longer there/;

describe('a metric of one’s own', () => {
  it('may keep what is its own of each step', async () => {
    const losses = own((steps) => steps.pipe(toArray(), last, map(about)));
    await lastValueFrom(run(buildPipeline(tiny(judging(losses)))));
  });

  it.each<[string, ReturnType<typeof own>, RegExp]>([
    [
      'that reads kept steps when all are over',
      reducing(
        (step, seen) => seen.push(step),
        (seen) => seen[0].x.data[0],
      ),
      GONE,
    ],
    [
      'that gathers steps with toArray',
      own((steps) =>
        steps.pipe(
          toArray(),
          map(([first]) => ({ ...about(first), value: first.dx.data[0] })),
        ),
      ),
      GONE,
    ],
    ['that works later', reducing(async () => {}), /mine: its add gave a promise, but stages work synchronously/],
    [
      'that goes by another name',
      own((steps) =>
        steps.pipe(
          toArray(),
          last,
          map((step) => ({ ...about(step), name: 'accuracy' })),
        ),
      ),
      /declared the metric "mine", but gave "accuracy"/,
    ],
    [
      'that says something of each step',
      own((steps) => steps.pipe(map(about))),
      /the metric mine of test in epoch 1 came more than once; reduce all steps to one number/,
    ],
    [
      'that speaks of another epoch',
      own((steps) =>
        steps.pipe(
          toArray(),
          last,
          map((step) => ({ ...about(step), epoch: 99 })),
        ),
      ),
      /is said to be of test in epoch 99/,
    ],
  ])('%s is refused', async (_, stage, problem) => {
    expect(await problemOf(judging(stage))).toMatch(problem);
  });
});

it('an optimizer whose rule works later is refused', async () => {
  const later = optimizer({
    name: 'later',
    summary: 'moves weights when the next batch is there',
    options: z.strictObject({ learningRate }),
    example: 'later: { learningRate: 0.1 }',
    rule: () => async () => {},
  });
  const train = [batch({ size: 10 }), forward(), softmaxCrossEntropy(), backward(), later({ learningRate: 0.1 })];
  expect(await problemOf({ train })).toMatch(/later: its rule gave a promise, but stages work synchronously/);
});

it('more stages than the engine’s stack has room for are refused before they run', () => {
  const network = Array.from({ length: 301 }, () => dense({ units: 2 }));
  expect(() => buildPipeline(tiny({ network }))).toThrow('network: found 301 stages, expected at most 300');
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { concatMap, NEVER, type Observable } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { RunError } from '../../src/core/errors.js';
import { encodeIdx } from '../../src/core/files/encode-idx.js';
import type { Examples, SourceSplit } from '../../src/core/kinds.js';
import type { PipelineDefinition } from '../../src/core/pipeline/pipeline.js';
import type { Checkpoint } from '../../src/core/run/checkpoint.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../src/core/run/checkpoint-file.js';
import type { PipelineEvent } from '../../src/core/run/events.js';
import { stage } from '../../src/core/stage.js';
import { runPipeline } from '../../src/node/run-pipeline.js';
import {
  accuracy,
  backward,
  batch,
  dense,
  digits,
  forward,
  mean,
  mnist,
  normalize,
  oneHot,
  relu,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
} from '../../src/stages/index.js';
import { fakeHost, images, labels } from '../stages/context.js';
import { laterRefusalOf, TINY, tinyWith } from '../tiny-pipeline.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const yamlFile = (text = TINY) => temporaryFile(text, 'tiny.yaml');

/** The tiny pipeline in code. */
const tiny: PipelineDefinition = {
  name: 'tiny',
  seed: 1,
  epochs: 2,
  data: [digits({ train: 200, test: 50 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 8 }), relu(), dense({ units: 10 })],
  train: [
    shuffleBatch({ size: 20 }),
    forward(),
    softmaxCrossEntropy(),
    backward(),
    sgd({ learningRate: 0.1 }),
    mean({ of: 'loss' }),
  ],
  test: [batch({ size: 30 }), forward(), softmaxCrossEntropy(), mean({ of: 'loss' }), accuracy()],
};

/** What does not depend on the clock. */
const pick = ({ weights, train, test, steps, epochs }: Awaited<ReturnType<typeof runPipeline>>) => ({
  weights,
  train,
  test,
  steps,
  epochs,
});

/** Turns of the event loop, in which something forgotten would go on. */
async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('runPipeline', () => {
  it('goes on from a checkpoint of a file, on any number of threads', async () => {
    const file = await yamlFile();
    const checkpoints: Checkpoint[] = [];
    const whole = await runPipeline(file, { betweenSteps: (at) => void checkpoints.push(at.checkpoint()) });
    expect(checkpoints).toHaveLength(23);
    for (const from of [checkpoints[0], checkpoints[7], checkpoints[10], checkpoints[11], checkpoints[21]]) {
      for (const threads of [1, 2]) {
        const { network: _, ...end } = await runPipeline(file, { from, set: [`threads=${threads}`] });
        expect(end).toEqual({ ...end, ...pick(whole), runId: from.runId });
      }
    }
  });

  it('goes on from the bytes of a checkpoint, as docs/architecture.md shows, and not from JSON', async () => {
    const checkpoints: Checkpoint[] = [];
    const whole = await runPipeline(tiny, { betweenSteps: (at) => void checkpoints.push(at.checkpoint()) });
    const { checkpoint: from } = await decodeCheckpoint(await encodeCheckpoint(checkpoints[7]));
    const { weights, steps } = await runPipeline(tiny, { from });
    expect({ weights, steps }).toEqual({ weights: whole.weights, steps: whole.steps });
    expect(await laterRefusalOf(runPipeline(tiny, { from: JSON.parse(JSON.stringify(checkpoints[7])) }))).toMatch(
      /^the state is not one of this pipeline: .*network\.0\.W is an object in the state, float32 \[784, \d+\] here; /,
    );
  });

  it('says aloud that a stand-in took the place of the data, where nobody listens to events', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const definition = { ...tiny, data: [mnist({ fallback: 'digits' }), ...tiny.data.slice(1)] };
    const options = { host: fakeHost({}) };
    await runPipeline({ ...definition, epochs: 1 }, options);
    expect(warned.mock.calls).toEqual([
      [
        expect.stringMatching(/^mnist could not be had, and digits took its place: .*dataFolder/),
        { type: 'MarblenetWarning' },
      ],
    ]);
    await runPipeline({ ...definition, epochs: 1 }, { ...options, onEvent: () => {} });
    expect(warned).toHaveBeenCalledTimes(1);
    warned.mockRestore();
  });

  it('ends with what the end event says, and the network', async () => {
    const events: PipelineEvent[] = [];
    const { network, ...result } = await runPipeline(tiny, { onEvent: (event) => events.push(event) });
    const { event, ...end } = events.at(-1) as PipelineEvent;
    expect(event).toBe('end');
    expect(result).toEqual(end);
    expect(network.parameters.map(({ name }) => name)).toEqual([
      'network.0.W',
      'network.0.b',
      'network.2.W',
      'network.2.b',
    ]);
  });

  it('learns the same from a file and from code', async () => {
    const fromFile = await runPipeline(await yamlFile());
    const fromCode = await runPipeline(tiny);
    expect(fromCode.weights).toBe(fromFile.weights);
    expect(fromCode.test).toEqual(fromFile.test);
  });

  it('learns the same from a path and from its URL', async () => {
    const path = await yamlFile();
    expect((await runPipeline(pathToFileURL(path))).weights).toBe((await runPipeline(path)).weights);
  });

  it('can run one definition again, from fresh weights', async () => {
    expect((await runPipeline(tiny)).weights).toBe((await runPipeline(tiny)).weights);
  });

  it('runs two at a time without mixing them', async () => {
    const alone = await runPipeline(tiny);
    const [one, other] = await Promise.all([runPipeline(tiny), runPipeline({ ...tiny, seed: 2 })]);
    expect(one.weights).toBe(alone.weights);
    expect(other.weights).not.toBe(alone.weights);
  });

  it('applies overrides to a file', async () => {
    const path = await yamlFile();
    const { epochs, data } = await runPipeline(path, { set: ['epochs=1', 'data.0.digits.train=40'] });
    expect({ epochs, train: data.train }).toEqual({ epochs: 1, train: 40 });
    const swapped = await runPipeline(path, { swap: ['relu=sigmoid'] });
    expect(swapped.weights).toBe((await runPipeline(await yamlFile(tinyWith('- relu', '- sigmoid')))).weights);
  });

  it('computes in float64 when asked to', async () => {
    const { network, weights } = await runPipeline({ ...tiny, dtype: 'float64' });
    expect(network.parameters[0].value.data).toBeInstanceOf(Float64Array);
    expect(weights).not.toBe((await runPipeline(tiny)).weights);
    expect((await runPipeline(await yamlFile(), { set: ['dtype=float64'] })).weights).toBe(weights);
  });

  it('tells of every step when asked to', async () => {
    const steps: number[] = [];
    await runPipeline(tiny, {
      everyStep: true,
      onEvent: (event) => {
        if (event.event === 'step') steps.push(event.step);
      },
    });
    expect(steps).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('reads data from beside the pipeline file', async () => {
    const folder = await temporaryFolder();
    await writeFile(
      join(folder, 'images'),
      encodeIdx(
        [40, 2],
        Uint8Array.from({ length: 80 }, (_, i) => i),
      ),
    );
    await writeFile(
      join(folder, 'labels'),
      encodeIdx(
        [40],
        Uint8Array.from({ length: 40 }, (_, i) => i % 10),
      ),
    );
    const files = '{ images: images, labels: labels }';
    const idx = `idx: { train: ${files}, test: ${files}, shape: [2] }`;
    await writeFile(join(folder, 'tiny.yaml'), tinyWith('digits: { train: 200, test: 50 }', idx));
    const { data } = await runPipeline(join(folder, 'tiny.yaml'));
    expect(data).toMatchObject({ source: 'idx', train: 40, test: 40 });
  });

  it('asks a host of your own', async () => {
    const host = fakeHost({ images: images(4, [1]), labels: labels(0, 1, 2, 3) });
    const files = '{ images: images, labels: labels }';
    const text = tinyWith('digits: { train: 200, test: 50 }', `idx: { train: ${files}, test: ${files}, shape: [1] }`);
    expect((await runPipeline(await yamlFile(text), { host })).data.train).toBe(4);
  });
});

describe('runPipeline refuses', () => {
  const refusalOf = (pipeline: Parameters<typeof runPipeline>[0], options: object) =>
    laterRefusalOf(runPipeline(pipeline, options));

  it('options that there are not, and those of a file where there is none', async () => {
    expect(await refusalOf(await yamlFile(), { form: undefined })).toMatch(
      /^runPipeline has no option "form"; did you mean "from"\? \(expected everyStep, /,
    );
    expect(await refusalOf(tiny, { set: ['epochs=1'] })).toMatch(
      /^runPipeline of a pipeline in code has no option "set"/,
    );
  });

  it('what is no checkpoint', async () => {
    for (const from of ['my.checkpoint', { a: 1 }, null]) {
      expect(await refusalOf(tiny, { from })).toBe(
        'what the run should go on from is no checkpoint, as betweenSteps gives one; one in a file is read first',
      );
    }
  });

  it('a wrong file, before it reads data', async () => {
    const path = await yamlFile(tinyWith('- relu', '- rellu'));
    const events: PipelineEvent[] = [];
    expect(await laterRefusalOf(runPipeline(path, { onEvent: (event) => events.push(event) }))).toBe(
      `${path}:10:5: unknown stage "rellu"; did you mean "relu"? ("pipeline list" shows all)`,
    );
    expect(events).toEqual([]);
  });

  it('a wrong definition, with what would fit', async () => {
    expect(await laterRefusalOf(runPipeline({ ...tiny, train: [forward()] }))).toBe(
      'train[0]: train: must begin with a stage that makes batches: batch, drawBatch, shuffleBatch; found forward',
    );
  });

  it('batches larger than the data, where short ones are dropped', async () => {
    const text = tinyWith('shuffleBatch: { size: 20 }', 'shuffleBatch: { size: 201, lastBatch: drop }');
    const path = await yamlFile(text);
    expect(await laterRefusalOf(runPipeline(path))).toBe(
      `${path}:13:5: 200 examples do not fill one batch of 201, and short batches are dropped; give a smaller size, or lastBatch: keep`,
    );
  });

  it('to go on when the loss is no number', async () => {
    const text = tinyWith('learningRate: 0.1', 'learningRate: 1e6').replace('- relu', '- identity');
    const error = await runPipeline(await yamlFile(text), { set: ['epochs=20'] }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RunError);
    expect(error.exitCode).toBe(1);
    expect(error.message).toMatch(
      /:\d+:5: dense: the loss became (NaN|Infinity) at epoch \d+, step \d+: .*training has diverged; try a smaller learningRate$/,
    );
  });
});

describe('an aborted run', () => {
  const reason = new Error('enough');

  it('rejects with the reason when aborted before', async () => {
    const signal = AbortSignal.abort(reason);
    const events: PipelineEvent[] = [];
    const path = join(await temporaryFolder(), 'not-looked-for.yaml');
    await expect(runPipeline(path, { signal, onEvent: (event) => events.push(event) })).rejects.toBe(reason);
    await expect(runPipeline(tiny, { signal, onEvent: (event) => events.push(event) })).rejects.toBe(reason);
    expect(events).toEqual([]);
  });

  it('rejects while the file is read', async () => {
    const controller = new AbortController();
    const running = runPipeline(await yamlFile(), { signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  it('rejects while data is drawn', async () => {
    const controller = new AbortController();
    const events: PipelineEvent[] = [];
    const many = { ...tiny, data: [digits({ train: 1_000_000 }), oneHot({ classes: 10 })] };
    const running = runPipeline(many, { signal: controller.signal, onEvent: (event) => events.push(event) });
    setTimeout(() => controller.abort(reason), 20);
    await expect(running).rejects.toBe(reason);
    expect(events).toEqual([]);
  });

  it('rejects while a source waits for something that never comes', async () => {
    const controller = new AbortController();
    let waiting = false;
    const slow = stage({
      ...digits.definition,
      build: () => ({
        output: { kind: 'examples', shape: [1], classes: undefined },
        operator: concatMap((_: SourceSplit): Observable<Examples> => {
          waiting = true;
          return NEVER;
        }),
      }),
    });
    const running = runPipeline({ ...tiny, data: [slow(), oneHot({ classes: 10 })] }, { signal: controller.signal });
    await turns(3);
    expect(waiting).toBe(true);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  it.each(['start', 'step', 'epoch'])('stops at once on a %s event, and nothing comes after it', async (last) => {
    const controller = new AbortController();
    const events: string[] = [];
    const running = runPipeline(
      { ...tiny, epochs: 1000 },
      {
        signal: controller.signal,
        everyStep: true,
        onEvent: ({ event }) => {
          events.push(event);
          if (event === last) controller.abort(reason);
        },
      },
    );
    await expect(running).rejects.toBe(reason);
    const heard = [...events];
    await turns(20);
    expect(events).toEqual(heard);
    expect(events.filter((event) => event === last)).toHaveLength(1);
    expect(events.at(-1)).toBe(last);
  });

  it('hears a timer in the middle of training', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    await expect(runPipeline({ ...tiny, epochs: 1_000_000 }, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('is not troubled by a signal that comes too late', async () => {
    const controller = new AbortController();
    const { status } = await runPipeline(tiny, { signal: controller.signal });
    controller.abort(reason);
    expect(status).toBe('completed');
  });
});

describe('an onEvent that throws', () => {
  it.each(['start', 'step', 'epoch', 'end'])('ends the run at its %s event', async (last) => {
    const bug = new Error('a bug in the listener');
    const events: string[] = [];
    const running = runPipeline(
      { ...tiny, epochs: 3 },
      {
        everyStep: true,
        onEvent: ({ event }) => {
          events.push(event);
          if (event === last) throw bug;
        },
      },
    );
    await expect(running).rejects.toBe(bug);
    await turns(20);
    expect(events.at(-1)).toBe(last);
    expect(events.filter((event) => event === last)).toHaveLength(1);
  });
});

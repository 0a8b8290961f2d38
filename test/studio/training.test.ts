/** What the page shows of a run, from step to step. */
import { describe, expect, it } from 'vitest';
import { type Action, reduce } from '../../src/studio/state/actions.js';
import { initialState, type State } from '../../src/studio/state/state.js';
import { lossNow } from '../../src/studio/state/trip.js';
import type { Description, Judgement, Report } from '../../src/studio/worker/protocol.js';

const file = (name: string) => ({ name: `${name}.yaml`, text: name });

/** Of a pipeline that reads such a source. */
const description = (source: string, isFit = true): Description => ({
  name: source,
  epochs: 1,
  parameters: 0,
  problems: [],
  missing: [],
  isFit,
  stages: [
    {
      place: 'data.0',
      section: 'data',
      name: source,
      family: 'sources',
      depth: 0,
      shape: [2],
      kind: 'examples',
      options: {},
      parameters: [],
      line: 1,
    },
  ],
});

const opened = (source: string): Action => ({ act: 'opened', file: file(source) });
const described = (source: string, run: number, isFit = true): Action => ({
  act: 'described',
  description: { ...description(source, isFit), run },
});
const told = (report: Report): Action => ({ act: 'told', report });
const ready = (run: number): Action =>
  told({
    tell: 'ready',
    run,
    data: { source: 'points', files: [], train: 4, scaling: { mean: 0, std: 1 } } as never,
    fallback: undefined,
    size: 2,
    known: undefined,
  });
const steps = (run: number, step: number, loss: number): Action =>
  told({ tell: 'steps', run, first: step, losses: Float32Array.of(loss), samplesPerSecond: 1 });
const paused = (run: number, step: number): Action => told({ tell: 'paused', run, step });
const recorded = (run: number, step: number): Action =>
  told({
    tell: 'recorded',
    run,
    step: {
      split: 'train',
      epoch: 1,
      step,
      loss: 0.5,
      labels: undefined,
      stops: [
        { place: 'network.0', way: 'forward', tensors: {} },
        { place: 'train.2', way: 'backward', tensors: {} },
        { place: 'train.4', way: 'forward', tensors: {} },
      ],
    },
  });
const judgement = { step: 1, accuracy: 0.8 } as Judgement;
const judged = (run: number): Action => told({ tell: 'judged', run, judgement });
const ended = (run: number): Action => told({ tell: 'ended', run, weights: 'abc', seconds: 1, accuracy: 0.9 });
const byStage: Action = { act: 'stagePassed' };

const since = (actions: readonly Action[], state = initialState): State => actions.reduce(reduce, state);
const begun = since([opened('points'), described('points', 1), ready(1)]);
const lossShown = ({ runs }: State) => runs.at(-1)?.loss.values.at(-1);

describe('a step that is gone through stage by stage', () => {
  const atFirst = since([byStage, recorded(1, 1), steps(1, 1, 0.5), judged(1), paused(1, 1)], begun);

  it('shows what it led to when it has come to its end', () => {
    const back = since([byStage], atFirst);
    for (const state of [atFirst, back]) {
      expect(lossShown(state)).toBeUndefined();
      expect(state.judgement).toBeUndefined();
    }
    const over = since([byStage], back);
    expect(lossShown(over)).toBe(0.5);
    expect(over.judgement).toBe(judgement);
  });

  it('tells the loss of the batch from its way back on, and that of the last step where another was looked at', () => {
    expect(lossNow(atFirst)).toBeUndefined();
    expect(lossNow(since([byStage], atFirst))).toBe(0.5);
    expect(lossNow(since([{ act: 'played' }, recorded(1, 1), steps(1, 1, 0.5), steps(1, 2, 0.25)], begun))).toBe(0.25);
  });

  it('comes to its end when another one is taken', () => {
    const { trip, ...further } = since([{ act: 'stepped' }], atFirst);
    expect(trip).toBeUndefined();
    expect(lossShown(further as State)).toBe(0.5);
  });

  it('ends the run at its end', () => {
    const last = since([ended(1)], atFirst);
    expect(last.status).toBe('paused');
    expect(since([byStage, byStage], last).status).toBe('ended');
  });
});

describe('a run that has ended', () => {
  const over = since([{ act: 'played' }, steps(1, 1, 0.5), ended(1)], begun);

  it('is opened with more epochs by whatever goes on', () => {
    for (const act of ['played', 'stepped', 'stagePassed', 'epochAsked'] as const) {
      expect(since([{ act }], over)).toMatchObject({ status: 'opening', goingOn: act });
    }
  });

  it('goes on with its own curve', () => {
    const longer: Action = { act: 'extended', text: 'longer', description: description('points') };
    const state = since([{ act: 'played' }, longer, ready(1), { act: 'played' }, steps(1, 2, 0.25)], over);
    expect(state).toMatchObject({ status: 'playing', goingOn: undefined, step: 2, file: { text: 'longer' } });
    expect(state.runs.map(({ number, loss }) => [number, loss.values])).toEqual([[1, [0.5, 0.25]]]);
    expect(reduce(state, { act: 'undone' }).file).toEqual(file('points'));
  });

  it('stays as it is where it cannot', () => {
    const state = since([{ act: 'played' }, { act: 'refused', reason: 'no' }], over);
    expect(state).toMatchObject({ status: 'ended', notice: 'no', goingOn: undefined });
  });
});

describe('what is shown of a run before', () => {
  const trained = since([{ act: 'stepped' }, recorded(1, 1), steps(1, 1, 0.5), judged(1), paused(1, 1)], begun);

  it('is gone where the file is wrong', () => {
    const wrong = since([{ act: 'edited', text: 'nonsense' }, described('points', 2, false)], trained);
    expect(wrong).toMatchObject({ status: 'failed', step: 0, epoch: 0, judgement: undefined, trip: undefined });
  });

  it('is gone once other data are read', () => {
    expect(since([{ act: 'reset' }, described('points', 2), ready(2)], trained).judgement).toBeUndefined();
  });

  it('are the curves of the same data alone, until those are open again', () => {
    const other = since([opened('digits'), described('digits', 2), ready(2), steps(2, 1, 9)], trained);
    expect(other.runs.map(({ number }) => number)).toEqual([2]);
    const back = since([opened('points'), described('points', 3)], other);
    expect(back.runs.map(({ number }) => number)).toEqual([1, 3]);
  });
});

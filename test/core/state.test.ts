import { describe, expect, it } from 'vitest';
import { PipelineError } from '../../src/core/errors.js';
import { EpochState, joinStates, restoreWhole, type StateDict, type Stateful, stateOf } from '../../src/core/state.js';
import { tensor } from '../../src/core/tensor.js';

describe('stateOf', () => {
  const record = () => ({ W: tensor([1, 2]), rows: Int32Array.of(3), count: 4, names: ['a'] });

  it('gives copies', () => {
    const live = record();
    const state = stateOf(live).state();
    live.W.data[0] = 9;
    live.rows[0] = 9;
    live.count = 9;
    expect(state).toStrictEqual(record());
  });

  it('writes to the tensors that are there, and replaces what else there is', () => {
    const live = record();
    const { W } = live;
    const saved: StateDict = { W: tensor([5, 6]), rows: Int32Array.of(7, 8), count: 0, names: [] };
    stateOf(live).restore(saved);
    expect(live).toStrictEqual(saved);
    expect(live.W).toBe(W);
    live.rows[0] = 9;
    expect(saved.rows).toEqual(Int32Array.of(7, 8));
  });
});

describe('joinStates', () => {
  it('names each part, and gives it back what is its own', () => {
    const [a, b] = [{ count: 1 }, { count: 2 }];
    const all = joinStates([
      ['train.1', stateOf(a)],
      ['train.10', stateOf(b)],
    ]);
    expect(all.state()).toEqual({ 'train.1.count': 1, 'train.10.count': 2 });
    all.restore({ 'train.1.count': 3, 'train.10.count': 4 });
    expect([a, b]).toEqual([{ count: 3 }, { count: 4 }]);
  });

  it('refuses two things of one name', () => {
    const part = stateOf({ W: 1 });
    expect(() =>
      joinStates([
        ['network.0', part],
        ['network.0', part],
      ]).state(),
    ).toThrow(new TypeError('two things that are to be remembered are called network.0.W'));
  });
});

describe('restoreWhole', () => {
  const misfitOf = (own: Record<string, StateDict[string]>, given: StateDict): string => {
    const before = structuredClone(own);
    let message = '';
    try {
      restoreWhole(stateOf(own), given);
    } catch (error) {
      expect(error).toBeInstanceOf(PipelineError);
      message = (error as Error).message;
    }
    if (message !== '') expect(own).toStrictEqual(before);
    return message.replace('the state is not one of this pipeline: ', '');
  };

  it.each<[string, StateDict, StateDict, string]>([
    ['shape', { W: tensor([1, 2]) }, { W: tensor([1]) }, 'W is float32 [1] in the state, float32 [2] here'],
    ['float', { W: tensor([1]) }, { W: tensor([1], 'float64') }, 'W is float64 [1] in the state, float32 [1] here'],
    ['kind', { W: tensor([1]) }, { W: Float32Array.of(1) }, 'W is an array of float32 in the state, float32 [1] here'],
    ['plain value', { count: 1 }, { count: 'one' }, 'count is a text in the state, a number here'],
    ['list', { seen: [] }, { seen: {} }, 'seen is an object in the state, a list here'],
    [
      'integers',
      { rows: new Int32Array(0) },
      { rows: new Uint8Array(0) },
      'rows is an array of uint8 in the state, an array of int32 here',
    ],
    ['what is missing', { count: 1, W: 2 }, { count: 1 }, 'W is not in the state'],
    ['what is too much', { count: 1 }, { count: 1, W: 2 }, 'W is not here'],
    ['a name that every object has', { constructor: 1 }, {}, 'constructor is not in the state'],
    [
      'numbers that are too few',
      { W: tensor([1, 2]) },
      { W: { shape: [2], data: Float32Array.of(1) } },
      'W is float32 [2] in the state, float32 [2] here',
    ],
    [
      'not all of many',
      { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 },
      {},
      'a is not in the state; b is not in the state; c is not in the state; d is not in the state; 2 more',
    ],
  ])('names what does not fit, and changes nothing: %s', (_, own, given, message) => {
    expect(misfitOf({ ...own }, given)).toBe(message);
  });

  it('takes an array of another length, and anything plain where there was nothing', () => {
    const own = { rows: new Int32Array(0), best: null };
    expect(misfitOf(own, { rows: Int32Array.of(1, 2), best: { epoch: 1 } })).toBe('');
    expect(own).toEqual({ rows: Int32Array.of(1, 2), best: { epoch: 1 } });
  });

  it.each([
    ['nothing', null, 'the state should be a state dict, but is nothing'],
    ['null for a number', { count: null }, 'count is null in the state, a number here'],
    ['a tensor without its shape', { count: { data: new Float32Array(1) } }, 'count is an object in the state'],
  ])('refuses %s', (_, given, message) => {
    expect(misfitOf({ count: 1 }, given as unknown as StateDict)).toContain(message);
  });

  it('says that a state is broken where a part fails to read it', () => {
    const failing: Stateful = {
      state: () => ({ generator: 1 }),
      restore({ generator }) {
        if (generator === 2) throw new TypeError('not a generator');
      },
    };
    const broken = () => restoreWhole(failing, { generator: 2 });
    expect(broken).toThrow(new PipelineError('the state is broken: not a generator'));
  });

  it('puts everything back when a part refuses its state', () => {
    const first = { count: 1 };
    let second = 1;
    const picky: Stateful = {
      state: () => ({ odd: second }),
      restore({ odd }) {
        if (odd === 2) throw new PipelineError('2 is not odd');
        second = odd as number;
      },
    };
    const all = joinStates([
      ['a', stateOf(first)],
      ['b', picky],
    ]);
    expect(() => restoreWhole(all, { 'a.count': 5, 'b.odd': 2 })).toThrow('2 is not odd');
    expect(all.state()).toEqual({ 'a.count': 1, 'b.odd': 1 });
    restoreWhole(all, { 'a.count': 5, 'b.odd': 3 });
    expect(all.state()).toEqual({ 'a.count': 5, 'b.odd': 3 });
  });
});

describe('EpochState', () => {
  const counting = () => {
    const counter = { count: 0 };
    return { counter, ...stateOf(counter) };
  };

  it('begins anew each time, and says nothing of an epoch that is over', () => {
    const epochs = new EpochState(counting);
    const first = epochs.begin();
    first.counter.count = 3;
    expect(epochs.state()).toEqual({ count: 3 });
    epochs.end(first);
    expect(epochs.state()).toEqual({ count: 0 });
    expect(epochs.begin().counter.count).toBe(0);
  });

  it('goes on once with what was restored', () => {
    const epochs = new EpochState(counting);
    epochs.restore({ count: 5 });
    expect(epochs.state()).toEqual({ count: 5 });
    const resumed = epochs.begin();
    expect(resumed.counter.count).toBe(5);
    expect(epochs.begin().counter.count).toBe(0);
    epochs.end(resumed); // an end that comes late
    expect(epochs.state()).toEqual({ count: 0 });
  });
});

/** Undo and redo of what is done to the file. */
import { describe, expect, it } from 'vitest';
import { type Action, reduce } from '../../src/studio/state/actions.js';
import { initialState, type State } from '../../src/studio/state/state.js';

const opened: Action = { act: 'opened', file: { name: 'a.yaml', text: '1' } };
const described: Action = {
  act: 'described',
  description: { name: 'a', epochs: 1, parameters: 0, stages: [], problems: [], missing: [], isFit: true, run: 1 },
};
const typed = (text: string): Action => ({ act: 'edited', text, isTyped: true });
const edited = (text: string): Action => ({ act: 'edited', text });
const stateAfter = (...actions: readonly Action[]): State => [opened, ...actions].reduce(reduce, initialState);
const undone: Action = { act: 'undone' };
const redone: Action = { act: 'redone' };

/** The texts that come with each undo, from the last. */
const textsBack = (state: State): string[] =>
  state.past.length === 0 ? [state.file.text] : [state.file.text, ...textsBack(reduce(state, undone))];

describe('undo', () => {
  it('goes back an edit at a time, and not before the first file', () => {
    expect(textsBack(stateAfter())).toEqual(['1']);
    expect(textsBack(stateAfter(edited('2'), edited('3'), edited('3')))).toEqual(['3', '2', '1']);
  });

  it('takes what is typed until the typing pauses as one', () => {
    expect(textsBack(stateAfter(typed('12'), typed('123'), described, typed('1234'), typed('12345')))).toEqual([
      '12345',
      '123',
      '1',
    ]);
    expect(textsBack(stateAfter(typed('12'), edited('2'), typed('23')))).toEqual(['23', '2', '12', '1']);
  });

  it('brings another file back by its name', () => {
    const other: Action = { act: 'opened', file: { name: 'b.yaml', text: '2' } };
    expect(reduce(stateAfter(other), undone).file).toEqual({ name: 'a.yaml', text: '1' });
  });

  it('can be undone, until something else is edited', () => {
    const state = stateAfter(edited('2'), undone);
    expect(reduce(state, redone).file.text).toBe('2');
    expect(reduce(reduce(state, edited('3')), redone).file.text).toBe('3');
    expect(reduce(stateAfter(), undone)).toEqual(stateAfter());
    expect(reduce(stateAfter(), redone)).toEqual(stateAfter());
  });

  it('is of what is typed after an undo, too', () => {
    expect(textsBack(stateAfter(typed('12'), undone, typed('14')))).toEqual(['14', '1']);
  });
});

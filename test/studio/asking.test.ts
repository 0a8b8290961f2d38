import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type Asking,
  type AskingAction,
  askedAnew,
  askedOf,
  askingAfter,
  nothingAsked,
  type Question,
} from '../../src/studio/draw/asking.js';

const asked = (...actions: readonly AskingAction[]): Asking => actions.reduce(askingAfter, nothingAsked);

const begun = (x: number): AskingAction => ({ act: 'strokeBegun', stroke: { width: 0.1, points: [{ x, y: 0 }] } });
const example: Question = { of: 'example', split: 'test', index: 3 };
const answer: Answer = { said: {} as Answer['said'], truth: 7 };
const answered = (question: Question): AskingAction => ({
  act: 'answered',
  question,
  result: { answer, problem: undefined },
});

describe('what the network is asked about', () => {
  it('is the drawing from its first stroke on, until the last one is undone', () => {
    const drawn = asked(begun(0), { act: 'strokeGrown', points: [{ x: 1, y: 1 }] }, begun(0.5));
    expect(drawn.question).toEqual({ of: 'drawing' });
    expect(drawn.drawing.map(({ points }) => points.length)).toEqual([2, 1]);
    const undone = [1, 2].reduce((asking) => askingAfter(asking, { act: 'strokeUndone' }), drawn);
    expect(undone).toEqual(nothingAsked);
  });

  it('stays an example when the sheet is cleared', () => {
    const chosen = asked(begun(0), { act: 'sampleChosen', question: example }, { act: 'drawingCleared' });
    expect(chosen).toMatchObject({ question: example, drawing: [] });
  });

  it('takes an answer to what was drawn before, and none to another example', () => {
    const drawing = asked(begun(0));
    expect(askingAfter(drawing, answered({ of: 'drawing' })).answer).toBe(answer);
    const other = asked({ act: 'sampleChosen', question: { ...example } });
    expect(askingAfter(other, answered(example)).answer).toBeUndefined();
    expect(askingAfter(asked(begun(0), { act: 'drawingCleared' }), answered({ of: 'drawing' }))).toEqual(nothingAsked);
  });

  it('is asked of another network, too, where that has the same data, or pictures are drawn', () => {
    const chosen = asked(
      { act: 'sampleChosen', question: example },
      { act: 'classAsked', label: 2 },
      answered(example),
    );
    expect(askedAnew(chosen, true)).toEqual({ ...nothingAsked, question: example });
    expect(askedAnew(chosen, false)).toEqual(nothingAsked);
    const drawn = asked(begun(0));
    expect(askedAnew(drawn, false)).toEqual(drawn);
  });

  it('is no drawing where a network takes no pictures; the drawing stays on its sheet', () => {
    const drawn = asked(begun(0));
    expect(askedOf(drawn, true)).toBe(drawn);
    expect(askedOf({ ...drawn, problem: 'blank' }, false)).toEqual({ ...nothingAsked, drawing: drawn.drawing });
  });
});

/** What the network is asked about, and what it answers: the part of the state, and what becomes of it. */
import type { Split } from 'marblenet/page';
import type { Said } from '../worker/protocol.js';
import { type Drawing, grown, type Point, type Stroke } from './drawing.js';

/** What it is asked about. */
export type Question =
  /** What is drawn, at the moment that it is asked. */
  | { readonly of: 'drawing' }
  /** An example of the data, by its place in the split. */
  | { readonly of: 'example'; readonly split: Split; readonly index: number }
  /** A sample in numbers, as they are before the network reads them. */
  | { readonly of: 'numbers'; readonly values: readonly number[] };

export interface Answer {
  readonly said: Said;
  /** The class that an example is of; undefined where that is not known. */
  readonly truth: number | undefined;
}

export type Result = Pick<Asking, 'answer' | 'problem'>;

export interface Asking {
  readonly drawing: Drawing;
  readonly question: Question | undefined;
  /** The class whose reasons are wanted; undefined for the one of the largest output. */
  readonly label: number | undefined;
  readonly answer: Answer | undefined;
  /** Why there is none: `blank` where a drawing has no ink to be read, otherwise what the library says. */
  readonly problem: string | undefined;
}

export const nothingAsked: Asking = {
  drawing: [],
  question: undefined,
  label: undefined,
  answer: undefined,
  problem: undefined,
};

/** What a person does to ask, and what the worker answers. */
export type AskingAction =
  | { readonly act: 'strokeBegun'; readonly stroke: Stroke }
  | { readonly act: 'strokeGrown'; readonly points: readonly Point[] }
  | { readonly act: 'strokeUndone' }
  | { readonly act: 'drawingCleared' }
  /** An example, or numbers, from wherever they are shown. */
  | { readonly act: 'sampleChosen'; readonly question: Question }
  | { readonly act: 'classAsked'; readonly label: number }
  | { readonly act: 'answered'; readonly question: Question; readonly result: Result };

const drawn: Question = { of: 'drawing' };

export function askingAfter(asking: Asking, action: AskingAction): Asking {
  switch (action.act) {
    case 'strokeBegun':
      return withDrawing(asking, [...asking.drawing, action.stroke]);
    case 'strokeGrown':
      return withDrawing(asking, grown(asking.drawing, action.points));
    case 'strokeUndone':
      return withDrawing(asking, asking.drawing.slice(0, -1));
    case 'drawingCleared':
      return withDrawing(asking, []);
    case 'sampleChosen':
      return { ...asking, question: action.question, label: undefined };
    case 'classAsked':
      return { ...asking, label: action.label };
    case 'answered': {
      // what was asked about may have changed meanwhile; of a drawing that goes on, an answer is better than none
      const { question, result } = action;
      const isWanted = question.of === 'drawing' ? asking.question?.of === 'drawing' : asking.question === question;
      return isWanted ? { ...asking, ...result } : asking;
    }
  }
}

/** When another pipeline is open: its network is asked about the same, as far as its data are the same. */
export const askedAnew = ({ drawing, question }: Asking, isOfSameData: boolean): Asking => ({
  ...nothingAsked,
  drawing,
  question: isOfSameData || question?.of === 'drawing' ? question : undefined,
});

/** When its data are read: a network that takes no pictures is not asked about a drawing. */
export const askedOf = (asking: Asking, takesPictures: boolean): Asking =>
  asking.question?.of === 'drawing' && !takesPictures ? { ...nothingAsked, drawing: asking.drawing } : asking;

function withDrawing(asking: Asking, drawing: Drawing): Asking {
  if (drawing.length > 0) return { ...asking, drawing, question: drawn };
  return asking.question?.of === 'drawing' ? nothingAsked : { ...asking, drawing };
}

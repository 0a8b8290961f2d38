/** What happens: what a person does, and what the worker tells; and what becomes of the state. */
import { type AskingAction, askedAnew, askingAfter } from '../draw/asking.js';
import type { Change, Description, GivenFile, Report, StageView } from '../worker/protocol.js';
import { emptyCurve } from './curve.js';
import { labelOf } from './label.js';
import { type GoingOn, NO_FILE, type Panel, type RunRecord, type Speed, type State } from './state.js';
import { arrived, heard } from './told.js';
import { isSlow, isUnderWay } from './trip.js';

/** What a person does. */
export type Deed =
  /** Another file; afresh, the curves of the runs before are forgotten. */
  | { readonly act: 'opened'; readonly file: GivenFile; readonly isFresh?: boolean }
  /** The same file, changed. */
  | {
      readonly act: 'edited';
      readonly text: string;
      /** Letter by letter: what is typed until the typing pauses is undone together. */
      readonly isTyped?: boolean;
    }
  /** The same: a stage swapped, an option set ... */
  | { readonly act: 'changed'; readonly change: Change }
  /** Something that cannot be done, and why. */
  | { readonly act: 'refused'; readonly reason: string }
  | { readonly act: 'undone' }
  | { readonly act: 'redone' }
  | { readonly act: GoingOn }
  | { readonly act: 'paused' }
  | { readonly act: 'reset' }
  | { readonly act: 'speedChosen'; readonly speed: Speed }
  | { readonly act: 'panelChosen'; readonly panel: Panel }
  | { readonly act: 'stageChosen'; readonly place: string }
  /** A line of the file, counted from 1, and a column in it. */
  | { readonly act: 'lineChosen'; readonly line: number; readonly column: number }
  | { readonly act: 'runHidden'; readonly number: number }
  | { readonly act: 'runsForgotten' }
  | AskingAction;

/** What the worker says. */
type News =
  | { readonly act: 'described'; readonly description: Description & { readonly run: number } }
  /** The run that has ended goes on: its file gives it more epochs. */
  | { readonly act: 'extended'; readonly text: string; readonly description: Description }
  | { readonly act: 'told'; readonly report: Report }
  /** It cannot answer. */
  | { readonly act: 'broken'; readonly reason: string };

export type Action = Deed | News;

/** The state after an action. */
export function reduce(state: State, action: Action): State {
  switch (action.act) {
    case 'opened':
      return { ...withFile(state, action.file), selected: undefined, ...(action.isFresh && { runs: [] }) };
    case 'edited': {
      const { text, isTyped = false } = action;
      const changed = withFile(state, { ...state.file, text });
      if (changed === state) return state;
      return { ...changed, past: isTyped && state.isTyping ? state.past : changed.past, isTyping: isTyped };
    }
    case 'changed':
      return { ...state, notice: undefined };
    case 'refused':
      return { ...state, notice: action.reason, ...(state.goingOn && { status: 'ended', goingOn: undefined }) };
    case 'undone': {
      const { past, future } = state;
      const file = past.at(-1);
      if (file === undefined) return state;
      return { ...reopening(state), file, past: past.slice(0, -1), future: [state.file, ...future] };
    }
    case 'redone': {
      const { past, future } = state;
      const [file, ...rest] = future;
      if (file === undefined) return state;
      return { ...reopening(state), file, past: [...past, state.file], future: rest };
    }
    case 'reset':
      return reopening(state);
    case 'described':
      return described(state, action.description);
    case 'extended':
      return extended(state, action.text, action.description);
    case 'played':
    case 'epochAsked':
    case 'stepped':
    case 'stagePassed':
      return goneOn(state, action.act);
    case 'paused':
      return state.status === 'playing' ? { ...state, status: 'paused' } : state;
    case 'speedChosen':
      return { ...(state.status === 'playing' ? arrived(state) : state), speed: action.speed };
    case 'panelChosen':
      return { ...state, panel: action.panel, line: undefined };
    case 'stageChosen':
      return { ...state, selected: action.place, panel: 'stage' };
    case 'lineChosen': {
      const { line, column } = action;
      return { ...state, panel: 'file', line: { line, column } };
    }
    case 'runHidden': {
      const toggled = (run: RunRecord) => (run.number === action.number ? { ...run, isHidden: !run.isHidden } : run);
      return { ...state, runs: state.runs.map(toggled) };
    }
    case 'runsForgotten':
      return { ...state, runs: state.runs.filter(({ number }) => number === state.run) };
    case 'broken': {
      const problems = [{ severity: 'error', message: action.reason } as const];
      return { ...state, status: 'failed', description: { ...state.description, problems, isFit: false } };
    }
    case 'told':
      return action.report.run === state.run ? heard(state, action.report) : state;
    case 'sampleChosen':
      return { ...state, panel: 'draw', asking: askingAfter(state.asking, action) };
    case 'strokeBegun':
    case 'strokeGrown':
    case 'strokeUndone':
    case 'drawingCleared':
    case 'classAsked':
    case 'answered':
      return { ...state, asking: askingAfter(state.asking, action) };
  }
}

/** Whether training can go on. */
export const canGoOn = ({ status }: Pick<State, 'status'>): boolean =>
  status === 'waiting' || status === 'paused' || status === 'playing' || status === 'ended';

function goneOn(state: State, act: GoingOn): State {
  if (!canGoOn(state)) return state;
  if (act === 'stagePassed' && state.trip !== undefined && isUnderWay(state)) {
    const further = { ...state, isByStage: !isSlow(state), trip: { ...state.trip, at: state.trip.at + 1 } };
    return isUnderWay(further) ? further : arrived(further);
  }
  const before = { ...arrived(state), goingOn: undefined };
  if (before.status === 'ended') return { ...before, status: 'opening', goingOn: act, notice: undefined };
  switch (act) {
    case 'played':
    case 'epochAsked':
      return { ...before, status: 'playing', trip: undefined, isByStage: false };
    case 'stepped':
      return { ...before, status: 'paused', trip: undefined, isByStage: false };
    case 'stagePassed':
      return { ...before, trip: undefined, isByStage: !isSlow(before) };
  }
}

/** How many changes can be undone. */
const MOST_UNDONE = 200;

function withFile(state: State, file: GivenFile): State {
  if (file.text === state.file.text && file.name === state.file.name) return state;
  // the page begins with no file, to which nobody wants to return
  const past = state.file === NO_FILE ? state.past : [...state.past, state.file].slice(-MOST_UNDONE);
  return { ...reopening(state), file, past, future: [] };
}

/** Until the file is described anew, nothing runs. */
const reopening = (state: State): State => ({
  ...state,
  status: 'opening',
  goingOn: undefined,
  trip: undefined,
  waiting: [],
  notice: undefined,
  isTyping: false,
});

/** Curves are kept of so many runs. */
const MOST_RUNS = 8;

function described(state: State, { run, ...description }: Description & { readonly run: number }): State {
  if (run < state.run) return state;
  return { ...begun(state, run, description), isTyping: false };
}

function begun(state: State, run: number, description: Description): State {
  const fresh = { step: 0, epoch: 0, samplesPerSecond: 0, trip: undefined, waiting: [] };
  if (!description.isFit) {
    // what is shown stays that of the last file that was right
    const { stages, epochs, parameters } = description.stages.length > 0 ? description : state.description;
    const wrong = { ...description, stages, epochs, parameters };
    return { ...state, ...fresh, run, status: 'failed', judgement: undefined, description: wrong };
  }
  const source = sourceOf(description.stages);
  // of runs that took no step there is nothing to compare
  const all = [...state.runs, ...state.aside].filter(({ loss }) => loss.values.length > 0 || loss.rest.length > 0);
  const before = all.filter((one) => one.source === source);
  const record: RunRecord = {
    number: run,
    label: labelOf(description, before),
    source,
    stages: description.stages,
    loss: emptyCurve,
    epochs: [],
    isHidden: false,
    weights: undefined,
    seconds: undefined,
    accuracy: undefined,
  };
  return {
    ...state,
    ...fresh,
    description,
    run,
    runs: [...before, record].slice(-MOST_RUNS),
    aside: all.filter((one) => one.source !== source).slice(-MOST_RUNS),
    status: 'opening',
    asking: askedAnew(state.asking, source === state.runs.at(-1)?.source),
  };
}

/** Where the data come from: the losses of other data are no measure. */
const sourceOf = (stages: readonly StageView[]): string =>
  JSON.stringify(stages.flatMap(({ family, name, options }) => (family === 'sources' ? [name, options] : [])));

function extended(state: State, text: string, description: Description): State {
  if (state.goingOn === undefined) return state;
  const { past, future } = withFile(state, { ...state.file, text });
  const runs = state.runs.map((run) => (run.number === state.run ? { ...run, weights: undefined } : run));
  return { ...state, file: { ...state.file, text }, past, future, runs, description };
}

/** What happens: what a person does, and what the worker tells; and what becomes of the state. */
import { type AskingAction, askedAnew, askingAfter } from '../draw/asking.js';
import type { Change, Description, GivenFile, Report } from '../worker/protocol.js';
import { emptyCurve, grown } from './curve.js';
import { labelOf } from './label.js';
import { NO_FILE, type Panel, type RunRecord, type Speed, type State } from './state.js';

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
  | { readonly act: 'played' }
  | { readonly act: 'paused' }
  /** One training step, shown at its end. */
  | { readonly act: 'stepped' }
  /** One stage of a step. */
  | { readonly act: 'stagePassed' }
  | { readonly act: 'epochAsked' }
  | { readonly act: 'reset' }
  | { readonly act: 'speedChosen'; readonly speed: Speed }
  | { readonly act: 'panelChosen'; readonly panel: Panel }
  | { readonly act: 'stageChosen'; readonly place: string }
  | { readonly act: 'runHidden'; readonly number: number }
  | { readonly act: 'runsForgotten' }
  | AskingAction;

/** What the worker says. */
type News =
  | { readonly act: 'described'; readonly description: Description & { readonly run: number } }
  | { readonly act: 'told'; readonly report: Report };

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
      return { ...state, notice: action.reason };
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
    case 'played':
      return canGoOn(state) ? { ...state, status: 'playing', trip: undefined, isByStage: false } : state;
    case 'paused':
      return state.status === 'playing' ? { ...state, status: 'paused' } : state;
    case 'epochAsked':
      return canGoOn(state) ? { ...state, status: 'playing', trip: undefined, isByStage: false } : state;
    case 'stepped':
      return canGoOn(state) ? { ...state, status: 'paused', trip: undefined, isByStage: false } : state;
    case 'stagePassed': {
      const { trip } = state;
      if (!canGoOn(state)) return state;
      const isUnderWay =
        trip !== undefined && trip.at < trip.step.stops.length - 1 && (state.isByStage || isSlow(state));
      return { ...state, isByStage: !isSlow(state), trip: isUnderWay ? { ...trip, at: trip.at + 1 } : undefined };
    }
    case 'speedChosen':
      return { ...state, speed: action.speed };
    case 'panelChosen':
      return { ...state, panel: action.panel };
    case 'stageChosen':
      return { ...state, selected: action.place, panel: 'stage' };
    case 'runHidden': {
      const toggled = (run: RunRecord) => (run.number === action.number ? { ...run, isHidden: !run.isHidden } : run);
      return { ...state, runs: state.runs.map(toggled) };
    }
    case 'runsForgotten':
      return { ...state, runs: state.runs.filter(({ number }) => number === state.run) };
    case 'told':
      return action.report.run === state.run ? told(state, action.report) : state;
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

/** Whether there is anything left to learn. */
const canGoOn = ({ status }: State): boolean => status === 'waiting' || status === 'paused' || status === 'playing';

/** Whether it goes from stage to stage by itself. */
export const isSlow = ({ status, speed }: State): boolean => status === 'playing' && speed === 'slow';

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
  trip: undefined,
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
  if (!description.isFit) {
    // what is shown stays that of the last file that was right
    const { stages, epochs, parameters } = description.stages.length > 0 ? description : state.description;
    return { ...state, run, status: 'failed', description: { ...description, stages, epochs, parameters } };
  }
  // of runs that took no step there is nothing to compare
  const before = state.runs.filter(({ loss }) => loss.values.length > 0 || loss.rest.length > 0);
  const label = labelOf(description, before);
  const fresh: RunRecord = {
    number: run,
    label,
    stages: description.stages,
    loss: emptyCurve,
    epochs: [],
    isHidden: false,
    weights: undefined,
    seconds: undefined,
  };
  return {
    ...state,
    description,
    run,
    runs: [...before, fresh].slice(-MOST_RUNS),
    status: 'opening',
    step: 0,
    epoch: 0,
    samplesPerSecond: 0,
    trip: undefined,
    asking: askedAnew(state.asking),
  };
}

function told(state: State, report: Report): State {
  switch (report.tell) {
    case 'downloading':
      return { ...state, download: report.download };
    case 'ready':
      return {
        ...state,
        description: { ...state.description, ...report.known },
        download: undefined,
        status: 'waiting',
        data: report.data,
        fallback: report.fallback,
        batchSize: report.size,
      };
    case 'steps': {
      const { first, losses, samplesPerSecond } = report;
      const step = first + losses.length - 1;
      return { ...changedRun(state, ({ loss }) => ({ loss: grown(loss, losses, step) })), step, samplesPerSecond };
    }
    case 'epoch': {
      const { epoch, step, metrics } = report;
      const { accuracy } = metrics.validation ?? metrics.test ?? metrics.train ?? {};
      return { ...changedRun(state, ({ epochs }) => ({ epochs: [...epochs, { epoch, step, accuracy }] })), epoch };
    }
    case 'recorded':
      // what is not gone through stage by stage is seen at its end
      return {
        ...state,
        trip: { step: report.step, at: state.isByStage || isSlow(state) ? 0 : report.step.stops.length - 1 },
      };
    case 'judged':
      return { ...state, judgement: report.judgement };
    case 'paused':
      return { ...state, step: report.step, status: isSlow(state) ? state.status : 'paused' };
    case 'ended':
      return { ...changedRun(state, () => ({ weights: report.weights, seconds: report.seconds })), status: 'ended' };
    case 'failed': {
      const { description } = state;
      const problems = [report.problem, ...description.problems];
      return { ...state, status: 'failed', description: { ...description, problems, isFit: false } };
    }
  }
}

const changedRun = (state: State, change: (run: RunRecord) => Partial<RunRecord>): State => ({
  ...state,
  runs: state.runs.map((run) => (run.number === state.run ? { ...run, ...change(run) } : run)),
});

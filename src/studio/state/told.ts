/** What becomes of the state when the worker tells of its run. */
import { askedOf } from '../draw/asking.js';
import { takesPictures } from '../draw/samples.js';
import type { Report } from '../worker/protocol.js';
import { grown } from './curve.js';
import type { RunRecord, State } from './state.js';
import { isSeenByStage, isSlow, isUnderWay, lastStop } from './trip.js';

/** While a batch is seen at each stage, what its step leads to waits until the batch has come to its end. */
export function heard(state: State, report: Report): State {
  const waits = isUnderWay(state) && ['steps', 'epoch', 'judged', 'ended'].includes(report.tell);
  return waits ? { ...state, waiting: [...state.waiting, report] } : told(state, report);
}

/** The batch comes to the end of its way, and what it led to is shown. */
export function arrived(state: State): State {
  const trip = state.trip && { ...state.trip, at: lastStop(state.trip) };
  return state.waiting.reduce(told, { ...state, trip, waiting: [] });
}

function told(state: State, report: Report): State {
  switch (report.tell) {
    case 'downloading':
      return { ...state, download: report.download };
    case 'ready': {
      const description = { ...state.description, ...report.known };
      const { data, fallback, size } = report;
      return {
        ...state,
        description,
        download: undefined,
        status: 'waiting',
        data,
        fallback,
        batchSize: size,
        judgement: undefined,
        asking: askedOf(state.asking, takesPictures(description, data)),
      };
    }
    case 'steps': {
      const { first, losses, samplesPerSecond } = report;
      const step = first + losses.length - 1;
      return { ...changedRun(state, ({ loss }) => ({ loss: grown(loss, losses, step) })), step, samplesPerSecond };
    }
    case 'epoch': {
      const { epoch, step, accuracy } = report;
      return { ...changedRun(state, ({ epochs }) => ({ epochs: [...epochs, { epoch, step, accuracy }] })), epoch };
    }
    case 'recorded':
      // what is not gone through stage by stage is seen at its end
      return { ...state, trip: { step: report.step, at: isSeenByStage(state) ? 0 : lastStop(report) } };
    case 'judged':
      return { ...state, judgement: report.judgement };
    case 'paused':
      return { ...state, step: report.step, status: isSlow(state) ? 'playing' : 'paused' };
    case 'ended': {
      const { weights, seconds, accuracy } = report;
      return { ...changedRun(state, () => ({ weights, seconds, accuracy })), status: 'ended' };
    }
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

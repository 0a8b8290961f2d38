/** How a sweep is reported: as JSON Lines, as lines, on a terminal with what goes on below them, or only by its end. */
import type { MemberEvent } from '../../node/committee/engine-trainer.js';
import type { SweepEvent } from '../../node/sweep/sweep-events.js';
import { plural } from '../format-count.js';
import { formatMetric } from '../format-metric.js';
import { durationText, labelsText, noMoreText } from '../sweep-text.js';
import { remark, say, warn } from '../text/say.js';
import { liveTrials } from './live-trials.js';

export type SweepReporter = (event: SweepEvent) => void;

export interface SweepReporting {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether lines can be drawn again and again on standard error. */
  readonly redraws: boolean;
}

export function createSweepReporter({ json, quiet, redraws }: SweepReporting): SweepReporter {
  if (json) return jsonReporter;
  if (quiet) return warnOfProblem;
  if (!redraws) return lineReporter();
  const live = liveTrials('trial');
  const lines = lineReporter();
  return (event) => {
    if (event.event !== 'epoch' && event.event !== 'progress') live.clear();
    lines(event);
    live.event(event);
  };
}

/** Said also where events are JSON, which a program reads. */
export function warnOfProblem(event: SweepEvent | MemberEvent): void {
  if (event.event === 'problem') warn(event.problem);
}

/** All but progress: an epoch of a trial is a line. */
const jsonReporter: SweepReporter = (event) => {
  warnOfProblem(event);
  if (event.event !== 'progress') process.stdout.write(`${JSON.stringify(event)}\n`);
};

/** A line for each trial that is left. */
function lineReporter(): SweepReporter {
  const labels = new Map<number, string>();
  let metric = '';
  return (event) => {
    warnOfProblem(event);
    if (event.event === 'sweep' && event.status === 'running') {
      const { strategy, trials, asked, jobs, folder } = event;
      metric = event.metric;
      remark(`${plural(trials, 'trial')} (${strategy}), ${jobs} at a time, by ${metric}; kept in ${folder}`);
      if (trials < asked) remark(noMoreText(trials, asked));
    } else if (event.event === 'trial' && event.status === 'running') {
      labels.set(event.trial, labelsText(event.labels));
    } else if (event.event === 'trial') {
      const { trial, status, epochs, seconds, value, reason } = event;
      const reached = value === undefined ? '' : ` ${metric} ${formatMetric(value)}`;
      const why = reason === undefined ? '' : `: ${reason}`;
      const trained = `${plural(epochs, 'epoch')}, ${durationText(seconds)}`;
      say(`trial ${trial}: ${labels.get(trial)}: ${status}${why}${reached} (${trained})`);
    }
  };
}

/** How members of a committee that are trained side by side are reported, as the trials of a sweep are. */
import type { MemberEvent } from '../../node/committee/engine-trainer.js';
import type { MemberTask } from '../../node/committee/train-committee.js';
import { formatMetric } from '../format-metric.js';
import { durationText, labelsText } from '../sweep-text.js';
import { remark, say } from '../text/say.js';
import { type LiveEvent, liveTrials } from './live-trials.js';
import { type SweepReporting, warnOfProblem } from './sweep-reporter.js';

export interface MembersReporter {
  readonly event: (event: MemberEvent) => void;
  /** Takes away what is drawn again and again. */
  readonly end: () => void;
}

export function createMembersReporter({ json, quiet, redraws }: SweepReporting): MembersReporter {
  const end = (): void => {};
  if (json) {
    // an epoch of a member is a line; what is in between is not
    return {
      end,
      event(event) {
        warnOfProblem(event);
        if (event.event !== 'progress') process.stdout.write(`${JSON.stringify(event)}\n`);
      },
    };
  }
  if (quiet) return { end, event: warnOfProblem };
  if (!redraws) return { end, event: sayMember };
  const live = liveTrials('member');
  let isBegun = false;
  return {
    end: live.clear,
    event(event) {
      if (event.event === 'member' || event.event === 'problem') live.clear();
      sayMember(event);
      if (!isBegun && event.event === 'member' && event.status === 'running') {
        const { of: trials, epochs } = event;
        live.event({ event: 'sweep', status: 'running', trials, epochs, metric: '', higherIsBetter: false });
        isBegun = true;
      }
      live.event(asTrial(event));
    },
  };
}

function asTrial(event: MemberEvent): LiveEvent {
  if (event.event === 'problem') return event;
  const { member: trial } = event;
  if (event.event !== 'member') return { ...event, trial };
  if (event.status !== 'running') return { event: 'trial', status: event.status, trial };
  return { event: 'trial', status: 'running', trial, labels: labelsOf(event), epochs: 0, until: event.epochs };
}

const labelsOf = ({ seed, labels }: Extract<MemberEvent, { status: 'running' }>) => ({ seed: String(seed), ...labels });

/** `member 2 of 5, seed 43: units=50` */
export function memberText({
  number,
  of,
  seed,
  labels,
}: Pick<MemberTask, 'number' | 'of' | 'seed' | 'labels'>): string {
  const drawn = labelsText(labels);
  return `member ${number} of ${of}, seed ${seed}${drawn === '' ? '' : `: ${drawn}`}`;
}

/** A line for each member that begins, and that is left. */
function sayMember(event: MemberEvent): void {
  warnOfProblem(event);
  if (event.event !== 'member') return;
  const { member } = event;
  if (event.status === 'running') {
    remark(memberText({ ...event, number: member }));
    return;
  }
  const test = event.status === 'completed' ? Object.entries(event.metrics.test ?? {}) : [];
  const reached = test.map(([name, value]) => ` ${name} ${formatMetric(value)}`).join('');
  const why = event.status === 'failed' ? `: ${event.reason}` : '';
  say(
    `member ${member}: ${event.status}${why}${reached === '' ? '' : ` test${reached}`} (${durationText(event.seconds)})`,
  );
}

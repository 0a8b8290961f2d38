/** The trials that are under way, at the bottom of a terminal: how far each is, and the best so far. */
import type {
  SweepEvent,
  SweepProblemEvent,
  SweepStartEvent,
  TrialEndEvent,
  TrialEpochEvent,
  TrialProgressEvent,
  TrialStartEvent,
} from '../../node/sweep/sweep-events.js';
import { plural } from '../format-count.js';
import { formatMetric } from '../format-metric.js';
import { labelsText } from '../sweep-text.js';
import { columnsOf, widthOf } from '../text/layout.js';
import { progressLine } from './progress-line.js';

/** Milliseconds between two drawings. */
const INTERVAL = 100;

interface Live {
  readonly labels: string;
  readonly epochs: number;
  share: number;
  epoch: number;
  value: number | undefined;
}

/** What is looked at of the events of a sweep: a committee tells as much of its members. */
export type LiveEvent =
  | SweepProblemEvent
  | Pick<SweepStartEvent, 'event' | 'status' | 'trials' | 'epochs' | 'metric' | 'higherIsBetter'>
  | Pick<Extract<SweepEvent, { event: 'sweep'; trials: readonly unknown[] }>, 'event' | 'status'>
  | Pick<TrialStartEvent, 'event' | 'status' | 'trial' | 'labels' | 'epochs' | 'until'>
  | Pick<TrialEndEvent, 'event' | 'status' | 'trial' | 'value'>
  | Pick<TrialEpochEvent, 'event' | 'trial' | 'epoch' | 'validation'>
  | Pick<TrialProgressEvent, 'event' | 'trial' | 'step' | 'steps'>;

export interface LiveTrials {
  readonly event: (event: LiveEvent) => void;
  /** Takes the lines away, so that others can be written in their place. */
  readonly clear: () => void;
}

/** @param noun what one of them is called */
export function liveTrials(noun: 'trial' | 'member', stream: NodeJS.WriteStream = process.stderr): LiveTrials {
  const running = new Map<number, Live>();
  let sweep: Extract<LiveEvent, { event: 'sweep'; status: 'running' }> | undefined;
  let best: { readonly trial: number; readonly value: number } | undefined;
  let ended = 0;
  let drawn = 0;
  let last = 0;

  const clear = (): void => {
    if (drawn > 0) stream.write(`\x1b[${drawn}A\x1b[0J`);
    drawn = 0;
  };
  const draw = (): void => {
    if (sweep === undefined) return;
    const columns = columnsOf(stream);
    const rows = Math.max(1, (stream.rows || 24) - 2);
    const lines = [...running].map(([trial, live]) => trialLine(`${noun} ${trial}`, live, columns));
    const hidden = lines.length - (rows - 1);
    const shown = hidden > 0 ? [...lines.slice(0, rows - 2), `and ${hidden + 1} more`] : lines;
    const all = [...shown, sweepLine(columns)];
    clear();
    stream.write(all.map((line) => `${line}\n`).join(''));
    drawn = all.length;
    last = performance.now();
  };
  const sweepLine = (columns: number): string => {
    const trials = sweep?.trials ?? 0;
    const leading = best === undefined ? [] : [`best ${formatMetric(best.value)} (${noun} ${best.trial})`];
    return progressLine({ share: ended / trials, parts: [`${ended} of ${plural(trials, noun)}`, ...leading] }, columns);
  };

  return {
    clear,
    event(event) {
      if (event.event === 'problem') return draw();
      if (event.event === 'sweep') {
        sweep = event.status === 'running' ? event : undefined;
        return;
      }
      if (event.event === 'trial' && event.status === 'running') {
        const epochs = event.until ?? sweep?.epochs ?? 1;
        running.set(event.trial, {
          labels: labelsText(event.labels),
          epochs,
          share: event.epochs / epochs,
          epoch: event.epochs,
          value: undefined,
        });
      } else if (event.event === 'trial') {
        running.delete(event.trial);
        const { status, value, trial } = event;
        if (status !== 'interrupted') ended++;
        const isBetter =
          best === undefined || (sweep?.higherIsBetter ? Number(value) > best.value : Number(value) < best.value);
        if (status === 'completed' && value !== undefined && isBetter) best = { trial, value };
      } else {
        const live = running.get(event.trial);
        if (live === undefined) return;
        if (event.event === 'epoch') {
          live.epoch = event.epoch;
          live.share = event.epoch / live.epochs;
          live.value = event.validation?.[(sweep?.metric ?? '').replace(/^validation\./, '')];
        } else {
          live.share = Math.max(
            live.share,
            Math.min(1, ((event.step / event.steps) * (sweep?.epochs ?? 1)) / live.epochs),
          );
        }
        if (performance.now() - last < INTERVAL) return;
      }
      draw();
    },
  };
}

/** What does not fit is left out from its end on; the line leaves the last column to the cursor. */
function trialLine(name: string, { labels, epochs, share, epoch, value }: Live, columns: number): string {
  const parts = [name, ...(value === undefined ? [] : [formatMetric(value)]), `epoch ${epoch}/${epochs}`];
  const line = progressLine({ share, parts }, columns);
  const longer = `${line}  ${labels}`;
  if (widthOf(longer) < columns) return longer;
  const room = columns - widthOf(line) - 4;
  return room < 8 ? line : `${line}  ${labels.slice(0, room)}…`;
}

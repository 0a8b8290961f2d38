import type { ProgressEvent } from '../../core/run/events.js';
import { PREPARING } from '../data-options.js';
import { formatCount } from '../format-count.js';
import { formatMetric } from '../format-metric.js';
import type { Reporter } from './reporter.js';
import { secondsText, waitOnTerminal } from './waiting.js';

/** A bar on standard error while there is something to wait for; the lines of another reporter appear above it. */
export function barReporter(lines: Reporter): Reporter {
  const waiting = waitOnTerminal(PREPARING);
  let accuracy: readonly string[] = [];
  let started = performance.now();
  let firstStep = 0;

  return {
    event(event) {
      if (event.event === 'progress') {
        const { epoch, step, steps, loss, samplesPerSecond } = event;
        const parts = [
          `loss ${formatMetric(loss)}`,
          ...accuracy,
          timeLeft(event, started, firstStep),
          `epoch ${epoch}`,
          `step ${step}/${steps}`,
          `${formatCount(samplesPerSecond)}/s`,
        ];
        waiting.show(() => ({ share: step / steps, parts }));
        return;
      }
      if (event.event === 'start') {
        started = performance.now();
        firstStep = event.resumedFrom?.step ?? 0;
      }
      waiting.clear();
      lines.event(event);
      if (event.event !== 'epoch') return;
      const reached = (event.validation ?? event.test)?.accuracy;
      if (reached !== undefined) accuracy = [`accuracy ${formatMetric(reached)}`];
    },
    download: waiting.download,
    stopped(status, error) {
      waiting.clear();
      lines.stopped(status, error);
    },
  };
}

/** By the pace of the run since it began or went on, validation included. */
const timeLeft = ({ step, steps }: ProgressEvent, started: number, firstStep: number): string =>
  `${secondsText(((performance.now() - started) / 1000 / (step - firstStep)) * (steps - step))} left`;

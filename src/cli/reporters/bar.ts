import { PREPARING } from '../data-options.js';
import { formatCount } from '../format-count.js';
import { formatMetric } from '../format-metric.js';
import type { Reporter } from './reporter.js';
import { secondsLeft } from './seconds-left.js';
import { secondsText, waitOnTerminal } from './waiting.js';

/** A bar on standard error while there is something to wait for; the lines of another reporter appear above it. */
export function barReporter(lines: Reporter): Reporter {
  const waiting = waitOnTerminal(() => PREPARING);
  let accuracy: readonly string[] = [];
  const left = secondsLeft();

  return {
    event(event) {
      if (event.event === 'progress') {
        const { epoch, step, steps, loss, samplesPerSecond } = event;
        const seconds = left(step, steps, performance.now());
        const parts = [
          `loss ${formatMetric(loss)}`,
          ...accuracy,
          ...(seconds === undefined ? [] : [`${secondsText(seconds)} left`]),
          `epoch ${epoch}`,
          `step ${step}/${steps}`,
          `${formatCount(samplesPerSecond)}/s`,
        ];
        waiting.show(() => ({ share: step / steps, parts }));
        return;
      }
      if (event.event === 'scalars') return; // the bar stays
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

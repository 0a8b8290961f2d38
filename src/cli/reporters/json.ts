import type { PipelineEvent } from '../../core/run/events.js';
import type { Reporter } from './reporter.js';

/** One JSON object a line on standard output, and nothing else there. The last line always is an `end` event. */
export function jsonReporter(runId: string): Reporter {
  let epochs = 0;
  let steps = 0;
  const write = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

  return {
    event(event: PipelineEvent) {
      if ('step' in event) steps = event.step;
      if (event.event === 'epoch') epochs = event.epoch;
      if (event.event !== 'progress') write(event);
    },
    download: (progress) => write({ event: 'download', runId, ...progress }),
    stopped: (status, error) => write({ event: 'end', runId, status, epochs, steps, ...(error && { error }) }),
  };
}

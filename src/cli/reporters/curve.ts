import type { EpochEvent } from '../../core/run/events.js';
import { lossCurve } from '../loss-curve.js';
import { columnsOf } from '../text/layout.js';
import { remark } from '../text/say.js';
import type { Reporter } from './reporter.js';

/** Draws how the losses went, on standard error, before another reporter says what was reached. */
export function curveReporter(lines: Reporter): Reporter {
  const epochs: EpochEvent[] = [];
  return {
    ...lines,
    event(event) {
      if (event.event === 'epoch') epochs.push(event);
      const curve = event.event === 'end' && lossCurve(epochs, columnsOf(process.stderr));
      if (curve) remark(`\n${curve}\n`);
      lines.event(event);
    },
  };
}

import { barReporter } from './bar.js';
import { curveReporter } from './curve.js';
import { jsonReporter } from './json.js';
import { briefReporter, lineReporter, quietReporter, silentReporter } from './lines.js';
import type { Reporter } from './reporter.js';

export interface ReporterChoice {
  /** The run that is reported. */
  readonly runId: string;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether it is a member of a committee: there, `quiet` is for the committee's result. */
  readonly isMember: boolean;
  /** Of one run among several that are compared: what it is called there. It is reported by one line. */
  readonly label?: string | undefined;
  /** Whether the losses are drawn at the end, on a terminal. */
  readonly curve: boolean;
  /** Whether a line can be drawn again and again on standard error. */
  readonly redraws: boolean;
}

export function createReporter({ runId, json, quiet, isMember, label, curve, redraws }: ReporterChoice): Reporter {
  if (json) return jsonReporter(runId);
  if (quiet) return isMember ? silentReporter() : quietReporter();
  if (label !== undefined) return redraws ? barReporter(briefReporter(label)) : briefReporter(label);
  if (!redraws) return lineReporter();
  return barReporter(curve ? curveReporter(lineReporter()) : lineReporter());
}

import { barReporter } from './bar.js';
import { jsonReporter } from './json.js';
import { lineReporter, quietReporter } from './lines.js';
import type { Reporter } from './reporter.js';

export interface ReporterChoice {
  /** The run that is reported. */
  readonly runId: string;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether a line can be drawn again and again on standard error. */
  readonly redraws: boolean;
}

export function createReporter({ runId, json, quiet, redraws }: ReporterChoice): Reporter {
  if (json) return jsonReporter(runId);
  if (quiet) return quietReporter();
  return redraws ? barReporter(lineReporter()) : lineReporter();
}

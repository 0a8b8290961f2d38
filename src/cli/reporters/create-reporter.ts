import { barReporter } from './bar.js';
import { jsonReporter } from './json.js';
import { lineReporter, quietReporter } from './lines.js';
import type { Reporter } from './reporter.js';

export interface ReporterChoice {
  /** The run that is reported. */
  readonly runId: string;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether a person watches: standard error is a terminal. */
  readonly terminal: boolean;
}

export function createReporter({ runId, json, quiet, terminal }: ReporterChoice): Reporter {
  if (json) return jsonReporter(runId);
  if (quiet) return quietReporter();
  return terminal ? barReporter(lineReporter()) : lineReporter();
}

/** How a run is told: as JSON Lines, as a progress bar, as plain lines, or only by its end. */
import type { PipelineEvent } from '../../core/run/events.js';
import type { DownloadProgress } from '../../node/download.js';
import { barReporter } from './bar.js';
import { jsonReporter } from './json.js';
import { lineReporter, quietReporter } from './lines.js';

export interface Reporter {
  readonly event: (event: PipelineEvent) => void;
  readonly download: (progress: DownloadProgress) => void;
  /** The run did not reach its end. */
  readonly stopped: (status: 'interrupted' | 'failed', error?: string) => void;
}

export interface ReporterChoice {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether somebody watches: standard error is a terminal. */
  readonly terminal: boolean;
}

export function createReporter({ json, quiet, terminal }: ReporterChoice): Reporter {
  if (json) return jsonReporter();
  if (quiet) return quietReporter();
  return terminal ? barReporter(lineReporter()) : lineReporter();
}

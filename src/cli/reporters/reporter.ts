/** How a run is reported: as JSON Lines, as a progress bar, as plain lines, or only by its end. */

import type { DownloadProgress } from '../../core/downloads/download.js';
import type { PipelineEvent } from '../../core/run/events.js';

export interface Reporter {
  readonly event: (event: PipelineEvent) => void;
  readonly download: (progress: DownloadProgress) => void;
  /** The run did not reach its end. */
  readonly stopped: (status: 'interrupted' | 'failed', error?: string) => void;
}

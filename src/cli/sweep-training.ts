/** What `sweep`, and `resume` of one, have in common: trials that are reported, and a table of them at the end. */

import { betterEpochText } from '../core/sweep/better-epoch.js';
import { shownPath } from '../node/shown-path.js';
import { killTrialProcesses } from '../node/sweep/local-engine.js';
import { readSweepReport } from '../node/sweep/read-sweep-report.js';
import type { SweepEvent, SweepResult } from '../node/sweep/sweep-events.js';
import { isSweepFolder, readSweep } from '../node/sweep/sweep-folder.js';
import type { SweepRunOptions } from '../node/sweep/sweep-pipeline.js';
import { calledAs } from './called-as.js';
import { PREPARING, tellOfData, whileWaiting } from './data-options.js';
import { Exit } from './exit.js';
import { formatMetric } from './format-metric.js';
import { abortOnSignals, Interrupted } from './interrupt.js';
import { createSweepReporter } from './reporters/sweep-reporter.js';
import { reportRun, reportSweep } from './run-report.js';
import { bestText, leftSweepText, noMoreText, trialsText } from './sweep-text.js';
import { canRedraw } from './text/layout.js';
import { quoted } from './text/quoted.js';
import { remark, say } from './text/say.js';
import { styled } from './text/style.js';

/** How a sweep is reported. */
export interface SweepReportingOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  /** Whether the sweep, and its best trial, get a page. */
  readonly report: boolean;
  /** Where the data of the best trial are. */
  readonly places: Pick<SweepRunOptions, 'plugins' | 'dataFolder' | 'offline'>;
}

/**
 * Runs the trials by `start`, which is given what reports them, and says what came of them.
 *
 * @throws what sweeping throws; the reason of the signal that stopped it; an exit with 1 where no trial came to its end.
 */
export async function sweepAndReport(
  { json = false, quiet = false, report: reports, places }: SweepReportingOptions,
  start: (options: Pick<SweepRunOptions, 'onEvent' | 'onData' | 'onDownload' | 'signal'>) => Promise<SweepResult>,
): Promise<void> {
  const signal = abortOnSignals(killTrialProcesses); // of all trials
  const report = createSweepReporter({ json, quiet, redraws: canRedraw(process.stderr) });
  let folder = '';
  let planned = 0;
  try {
    const result = await whileWaiting(PREPARING, (waiting) =>
      start({
        signal,
        onDownload: waiting.download,
        onData: (examples) => tellOfData(examples, waiting, { json, quiet }),
        onEvent(event: SweepEvent) {
          if (event.event === 'sweep') folder = event.folder;
          if (event.event === 'sweep' && event.status === 'running') planned = event.trials;
          report(event);
        },
      }),
    );
    if (!json) sayResult(result, quiet);
    const isTold = !json && !quiet;
    const { best, status, trials } = result;
    const isWhole = isTold && status === 'completed';
    if (isWhole && trials.length < planned) remark(noMoreText(trials.length, planned));
    const writes = reports && !signal.aborted;
    if (writes && best !== undefined) await reportRun(best.folder, places, signal); // the page of the sweep leads to it
    if (writes || isWhole) {
      const read = await readSweepReport(folder, { plugins: places.plugins });
      const { betterEpoch, metric } = read;
      if (isWhole && betterEpoch !== undefined) remark(betterEpochText(betterEpoch, metric, formatMetric));
      const page = writes ? await reportSweep(folder, read, signal) : undefined;
      if (page !== undefined && isTold) remark(`report: ${shownPath(page)}`);
    }
    if (signal.aborted) throw signal.reason;
    if (result.status === 'failed') throw new Exit(1);
  } catch (error) {
    const isKept = folder !== '' && (await isSweepFolder(folder));
    if (isKept && !json && (error instanceof Interrupted || !(error instanceof Exit))) {
      const { queued } = await readSweep(folder);
      remark(leftSweepText(folder, queued !== undefined));
    }
    throw error;
  }
}

function sayResult(result: SweepResult, quiet: boolean): void {
  const { best, folder, trials, status } = result;
  if (trials.length === 0) return;
  if (!quiet) process.stdout.write(`\n${trialsText(result)}`);
  say(styled('bold', bestText(result)));
  if (quiet) return;
  remark(`kept in ${folder}`);
  if (best !== undefined && status === 'completed')
    remark(`next: ${calledAs} predict ${quoted(folder)} FILE, or evaluate, export: they take its best, ${best.folder}`);
}

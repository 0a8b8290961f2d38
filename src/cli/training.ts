/** What `run` and `resume` have in common: a run on a thread of its own, reported, and stopped by signals. */
import type { Argv } from 'yargs';
import { MarblenetError, messageOf, PipelineError } from '../core/errors.js';
import type { EndEvent } from '../core/run/events.js';
import { isRunFolder } from '../node/run-folder.js';
import type { TrainingOptions } from '../node/run-in-step.js';
import { shownPath } from '../node/shown-path.js';
import { runOnThread } from '../node/training-thread.js';
import { calledAs } from './called-as.js';
import { plural } from './format-count.js';
import { STDIN } from './given-file.js';
import { abortOnSignals, Interrupted } from './interrupt.js';
import { createReporter } from './reporters/create-reporter.js';
import { reportRun } from './run-report.js';
import { untilDrained } from './standard-output.js';
import { canRedraw } from './text/layout.js';
import { quoted } from './text/quoted.js';
import { remark, say } from './text/say.js';

/** How a run is reported. */
export interface Reporting {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly everyStep?: boolean | undefined;
  /** Whether a terminal shows at the end how the losses went. */
  readonly curve?: boolean;
  /** Whether a run that is kept and comes to its end gets a page about it. Default true. */
  readonly report?: boolean | undefined;
  /** Whether it is the run of a committee's member: the committee says itself what was reached, and how to go on. */
  readonly isMember?: boolean;
  /** Of one run among several that are compared: what it is called there. It is reported by one line. */
  readonly label?: string;
}

export const reportOption = {
  type: 'boolean',
  default: true,
  describe: 'Write report.html, a page about it, into its folder. --no-report does not',
} as const;

export const withReporting = <T>(yargs: Argv<T>) =>
  yargs
    .option('json', { type: 'boolean', describe: 'Write events as JSON Lines, and nothing else' })
    .option('every-step', { type: 'boolean', describe: 'With --json: an event after every step' })
    .option('quiet', { type: 'boolean', describe: 'Print one line, the result' })
    .option('report', reportOption)
    .check(({ json, quiet, everyStep }) => {
      if (json && quiet) throw new PipelineError('--json and --quiet: give one of them, not both');
      if (everyStep && !json) throw new PipelineError('--every-step: give --json, too, which it adds events to');
      return true;
    });

/** The same of one run, whose stages may be measured. */
export const withProfile = <T>(yargs: Argv<T>) =>
  withReporting(yargs)
    .option('profile', { type: 'boolean', describe: 'Show how long each stage took, and how much memory it holds' })
    .check(({ profile, quiet }) => {
      if (profile && quiet) throw new PipelineError('--profile and --quiet: give one of them, not both');
      return true;
    });

/**
 * Trains, and reports it.
 *
 * @param options with a signal of their own, or the run is stopped by those of the process
 * @returns the end, and the folder in which the run is kept; undefined where it is not
 */
export async function trainAndReport(
  path: string,
  runId: string,
  { json = false, quiet = false, curve = false, report = true, isMember = false, label }: Reporting,
  options: TrainingOptions,
): Promise<{ readonly end: EndEvent; readonly folder: string | undefined }> {
  const signal = options.signal ?? abortOnSignals();
  const reporter = createReporter({ runId, json, quiet, isMember, label, curve, redraws: canRedraw(process.stderr) });
  let folder: string | undefined;
  let end: EndEvent;
  try {
    end = await runOnThread(path, {
      ...options,
      signal,
      onEvent: (event) => {
        if (event.event === 'start') {
          folder = event.folder;
          const alone = !isMember && label === undefined && !options.resume && !json && !quiet;
          if (alone && event.members !== undefined) remark(memberText(path, event.members));
        }
        // a run that is complete has nothing more to tell than its end
        if (event.event === 'end' && options.resume && folder === undefined && !json && !quiet)
          say(completeText(path, event));
        else reporter.event(event);
        return untilDrained();
      },
      onDownload: reporter.download,
      command: process.argv.slice(2),
    });
  } catch (error) {
    if (error instanceof Interrupted) reporter.stopped('interrupted');
    else reporter.stopped('failed', messageOf(error));
    if (folder !== undefined && !json && !isMember && (await isRunFolder(folder))) remark(leftText(folder, error));
    throw error;
  }
  if (folder !== undefined) {
    const isTold = !json && !quiet && label === undefined;
    if (isTold) remark(`kept in ${folder}`);
    const page = report ? await reportRun(folder, options, signal) : undefined;
    if (page !== undefined && isTold) remark(`report: ${shownPath(page)}`);
  }
  return { end, folder };
}

/** Training comes to the same error again: the bits are the same. What the machine did may be over by then. */
export const leftText = (folder: string, error: unknown): string =>
  error instanceof MarblenetError && !error.passing
    ? `kept in ${folder}; to go on with it would end in the same way: change the pipeline, and run it anew`
    : `to go on with it: ${calledAs} resume ${quoted(folder)}`;

const memberText = (file: string, members: number): string =>
  `this trains one of ${members} members of a committee; all of them: ${calledAs} committee ${quoted(file === STDIN ? '-' : file)}`;

function completeText(folder: string, { epochs, stoppedEarly }: EndEvent): string {
  const more = `${calledAs} resume ${quoted(folder)} --set`;
  return stoppedEarly
    ? `${folder} is complete: early stopping ended it after ${plural(epochs, 'epoch')}; for more: ${more} earlyStopping.patience=N`
    : `${folder} is complete, after ${plural(epochs, 'epoch')}; for more: ${more} epochs=${2 * epochs}`;
}

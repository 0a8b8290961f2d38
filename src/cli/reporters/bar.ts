import { SingleBar } from 'cli-progress';
import type { ProgressEvent } from '../../core/run/events.js';
import type { DownloadProgress } from '../../node/download.js';
import { formatCount } from '../format-count.js';
import type { Reporter } from './reporter.js';

/** A bar on standard error while there is something to wait for; the lines of another reporter appear above it. */
export function barReporter(lines: Reporter): Reporter {
  let bar: SingleBar | undefined;
  let title: string | undefined;
  let accuracy = '';
  let started = performance.now();
  let firstStep = 0;

  const clear = (): void => {
    bar?.stop();
    bar = undefined;
  };

  /** Moves the bar of this title, or begins a new one. */
  const show = (newTitle: string, total: number, value: number, text: string): void => {
    if (title !== newTitle) clear();
    title = newTitle;
    if (bar === undefined) {
      bar = newBar(newTitle);
      bar.start(total, value, { text });
    } else {
      bar.update(value, { text });
    }
  };

  return {
    event(event) {
      if (event.event === 'progress') {
        show('', event.steps, event.step, `${timeLeft(event, started, firstStep)}  ${progressText(event)}${accuracy}`);
        return;
      }
      if (event.event === 'start') {
        started = performance.now();
        firstStep = event.resumedFrom?.step ?? 0;
      }
      clear();
      lines.event(event);
      if (event.event !== 'epoch') return;
      const reached = (event.validation ?? event.test)?.accuracy;
      if (reached !== undefined) accuracy = `  accuracy ${reached.toFixed(4)}`;
    },
    download({ file, received, total }: DownloadProgress) {
      show(`${file} `, total ?? received, received, `${(received / 1e6).toFixed(1)} MB`);
    },
    stopped(status, error) {
      clear();
      lines.stopped(status, error);
    },
  };
}

/** By the pace of the run since it began or went on, validation included. */
function timeLeft({ step, steps }: ProgressEvent, started: number, firstStep: number): string {
  const seconds = Math.ceil(((performance.now() - started) / 1000 / (step - firstStep)) * (steps - step));
  return seconds < 60 ? `${seconds} s left` : `${Math.floor(seconds / 60)} min ${seconds % 60} s left`;
}

const progressText = ({ epoch, step, steps, loss, samplesPerSecond }: ProgressEvent): string =>
  `epoch ${epoch}  step ${step}/${steps}  ${formatCount(samplesPerSecond)}/s  loss ${loss.toFixed(4)}`;

/** A narrow terminal gets a short bar, and text that is cut off rather than wrapped. */
const newBar = (title: string): SingleBar =>
  new SingleBar({
    format: `${title}{bar} {text}`,
    barsize: (process.stderr.columns ?? 80) < 100 ? 10 : 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    linewrap: true, // makes cli-progress cut what is too long; without, the last column would show its last sign
    stream: process.stderr,
  });

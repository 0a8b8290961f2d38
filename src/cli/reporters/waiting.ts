import { SingleBar } from 'cli-progress';
import type { DownloadProgress } from '../../core/downloads/download.js';
import { columnsOf } from '../text/layout.js';
import { progressLine, type Shown } from './progress-line.js';

/** A line at the bottom of a terminal while there is something to wait for. */
export interface Waiting {
  /** Shows this, until something else is shown. It is asked for with every drawing, in the width that there is then. */
  readonly show: (shown: () => Shown) => void;
  readonly download: (progress: DownloadProgress) => void;
  /** Takes the line away. */
  readonly clear: () => void;
}

/** Milliseconds that nobody minds waiting. */
const UNNOTICED = 200;

/** Begins with a title and the seconds that it takes, where they are more than a moment; downloads come between. */
export function waitOnTerminal(title: () => string): Waiting {
  const started = performance.now();
  let bar: SingleBar | undefined;
  let shown: () => Shown = () => ({ parts: [title(), secondsText((performance.now() - started) / 1000)] });
  const untitled = shown;
  const draw = (): void => {
    if (bar !== undefined) return;
    bar = new SingleBar({
      format: () => progressLine(shown(), columnsOf(process.stderr)),
      hideCursor: true,
      clearOnComplete: true,
      linewrap: true, // makes cli-progress leave the setting alone; each line fits
      stream: process.stderr,
    });
    bar.start(1, 0);
  };
  const timer = setTimeout(draw, UNNOTICED).unref();
  const show = (next: () => Shown): void => {
    shown = next;
    draw();
  };
  return {
    show,
    download({ file, received, total }) {
      const parts = [`${(received / 1e6).toFixed(1)} MB`, file];
      if (received === total) show(untitled);
      else show(() => ({ parts, ...(total !== undefined && { share: received / total }) }));
    },
    clear() {
      clearTimeout(timer);
      bar?.stop();
      bar = undefined;
    },
  };
}

/** `59 s`, `1 min 0 s` */
export function secondsText(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

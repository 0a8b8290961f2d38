import { remarksOn } from '../core/examples.js';
import type { Examples } from '../core/kinds.js';
import type { DataOptions } from '../node/environment.js';
import type { LoadedPipeline } from '../node/load-pipeline.js';
import { unreadFolder } from '../node/unread-folder.js';
import { warnOfFallback } from './fallback-warning.js';
import { lineReporter } from './reporters/lines.js';
import { type Waiting, waitOnTerminal } from './reporters/waiting.js';
import { canRedraw } from './text/layout.js';
import { remark, warn } from './text/say.js';

/** Where data come from, as the options say. Downloads are reported on standard error. */
export const dataOptions = (
  dataFolder: string | undefined,
  offline = false,
  onDownload: Waiting['download'] = lineReporter().download,
): DataOptions => ({
  offline,
  onDownload,
  ...(dataFolder !== undefined && { dataFolder }),
});

/** Says that a folder after `--data` is not read, where it is not. */
export function remarkUnread(loaded: LoadedPipeline, dataFolder: string | undefined): void {
  const unread = unreadFolder(loaded, dataFolder);
  if (unread !== undefined) warn(unread);
}

/** What one waits for at first. */
export const PREPARING = 'preparing data';

/**
 * Does what takes a while; a terminal shows that it goes on, and how far downloads are.
 *
 * @param title what one waits for, or what says at every drawing how far it is
 */
export async function whileWaiting<T>(
  title: string | (() => string),
  work: (waiting: Waiting) => Promise<T>,
): Promise<T> {
  const shown = typeof title === 'string' ? () => title : title;
  const waiting = canRedraw(process.stderr) ? waitOnTerminal(shown) : noWaiting();
  try {
    return await work(waiting);
  } finally {
    waiting.clear();
  }
}

const noWaiting = (): Waiting => ({ show() {}, download: lineReporter().download, clear() {} });

/** Says what is to be said of data before many processes train on them. */
export function tellOfData(
  examples: readonly Examples[],
  waiting: Waiting,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
): void {
  waiting.clear();
  warnOfFallback(examples[0].origin);
  const found = remarksOn(examples);
  if (found !== undefined && !json && !quiet) remark(found);
}

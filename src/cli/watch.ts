/** `run --watch`: a run again at each save of the pipeline file, of the files that it extends, and of its plug-ins. */
import { once } from 'node:events';
import { MarblenetError } from '../core/errors.js';
import { printable } from '../core/printable.js';
import type { EndEvent } from '../core/run/events.js';
import { newRunId } from '../core/run/run-id.js';
import { filesOf, type LoadOptions } from '../node/load-pipeline.js';
import { shownPath } from '../node/shown-path.js';
import { onceSaved } from '../node/watch-files.js';
import { abortOnSignals, Interrupted } from './interrupt.js';
import { resultText } from './reporters/lines.js';
import { remarkError } from './text/say.js';

/** The reason of a run that stops since its file was saved. */
class Saved extends Interrupted {}

/**
 * Goes on until a signal ends it. A run under way when a file is saved stops as by Ctrl-C; a mistake in the file is said, and
 * waits for the next save.
 *
 * @param train a run, which the signal stops
 * @param say what there is to say between two runs
 * @throws Interrupted by the signal; RunError where the files cannot be watched.
 */
export async function watchAndTrain(
  path: string,
  options: LoadOptions,
  train: (runId: string, signal: AbortSignal) => Promise<EndEvent>,
  say: (text: string) => void,
): Promise<never> {
  const interrupted = abortOnSignals();
  let before: EndEvent | undefined;
  for (;;) {
    const files = await filesOf(path, options);
    const saved = new AbortController();
    const close = onceSaved(files, () => saved.abort(new Saved(130)));
    const over = AbortSignal.any([interrupted, saved.signal]);
    try {
      const end = await train(newRunId(), over);
      if (before !== undefined) say(`before: ${resultText(before)}`);
      before = end;
    } catch (error) {
      if (error instanceof MarblenetError) remarkError(error.message);
      else if (!(error instanceof Interrupted)) throw error;
    }
    if (!over.aborted) {
      const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(files.map(shownPath));
      say(`waiting for a save of ${printable(names)}; Ctrl-C ends`);
      await once(over, 'abort');
    }
    close();
    interrupted.throwIfAborted();
  }
}

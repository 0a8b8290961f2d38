// A run in this process that is stopped after a moment: most pipelines that are not refused would train for hours.
import { notFinite } from './must-hold.mjs';
import { product } from './product.mjs';
import { tally } from './tally.mjs';

/** Milliseconds: enough for some hundred steps of a small network. */
const MOMENT = 250;

/**
 * @returns `error` as it was thrown; `problem` when it completed with a figure that is none; neither when it completed, or
 *   went on for a moment.
 */
export async function briefRun(pipeline, options = {}) {
  const enough = new AbortController();
  let timer = setTimeout(() => enough.abort(new Error('enough')), 20 * MOMENT);
  let hasTrained = false;
  try {
    const result = await product.runPipeline(pipeline, {
      ...options,
      offline: true,
      everyStep: true,
      signal: enough.signal,
      onEvent({ event }) {
        hasTrained ||= event === 'step';
        if (event !== 'start') return;
        clearTimeout(timer); // the clock of a busy machine must not stop it before it starts
        timer = setTimeout(() => enough.abort(new Error('enough')), MOMENT);
      },
    });
    tally.completed++;
    const found = notFinite(result);
    return found === undefined ? {} : { problem: `it completed, and ${found}` };
  } catch (error) {
    if (error !== enough.signal.reason) return { error };
    if (!hasTrained) tally.cutOff++;
    return {};
  } finally {
    if (hasTrained) tally.trained++;
    clearTimeout(timer);
  }
}

// A run in this process that is stopped after a moment: most pipelines that are not refused would train for hours.
import { runPipeline } from '../../dist/index.js';
import { notFinite } from './must-hold.mjs';

/** Milliseconds: enough for some hundred steps of a small network. */
const MOMENT = 250;

/**
 * @returns `error` as it was thrown; `problem` when it completed with a figure that is none; neither when it completed, or
 *   went on for a moment.
 */
export async function briefRun(pipeline, options = {}) {
  const enough = new AbortController();
  let timer = setTimeout(() => enough.abort(new Error('enough')), 20 * MOMENT);
  try {
    const result = await runPipeline(pipeline, {
      ...options,
      offline: true,
      signal: enough.signal,
      onEvent({ event }) {
        if (event !== 'start') return;
        clearTimeout(timer); // the clock of a busy machine must not stop it before it starts
        timer = setTimeout(() => enough.abort(new Error('enough')), MOMENT);
      },
    });
    const found = notFinite(result);
    return found === undefined ? {} : { problem: `it completed, and ${found}` };
  } catch (error) {
    return error === enough.signal.reason ? {} : { error };
  } finally {
    clearTimeout(timer);
  }
}

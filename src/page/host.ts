/** What a page has to offer of what stages may ask for: no files so far, so a pipeline falls back to what it can draw. */
import { MissingDataError } from '../core/errors.js';
import type { Host } from '../core/host.js';

const advice = 'Use digits, which is drawn, or give runPipeline a host of your own';

export const pageHost: Host = {
  readIdx: async (path) => {
    throw new MissingDataError(path, 'a page has no files', { advice });
  },
  mnist: async () => {
    throw new MissingDataError('MNIST', 'a page has no files', { advice });
  },
};

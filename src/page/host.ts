/** What a page has to offer of what stages may ask for: no files so far, so a pipeline falls back to what it can draw. */
import { MissingDataError } from '../core/errors.js';
import type { Host } from '../core/host.js';

const missing = (what: string): MissingDataError =>
  new MissingDataError(what, 'a page has no files', {
    advice: 'Use digits, which is drawn, or give runPipeline a host of your own',
  });

/** The host of a page without files: each asks for what is not there. */
export const pageHost: Host = {
  readFile(path) {
    throw missing(path);
  },
  readIdx: async (path) => {
    throw missing(path);
  },
  readIdxHeader: async (path) => {
    throw missing(path);
  },
  download: async ({ title }) => {
    throw missing(title);
  },
};

import type { DataOptions } from '../node/environment.js';
import { lineReporter } from './reporters/lines.js';

/** Where data come from, as the options say. Downloads are reported on standard error. */
export const dataOptions = (dataFolder: string | undefined, offline: boolean): DataOptions => ({
  offline,
  onDownload: lineReporter().download,
  ...(dataFolder !== undefined && { dataFolder }),
});

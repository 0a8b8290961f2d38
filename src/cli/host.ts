import { dirname } from 'node:path';
import type { Host } from '../core/host.js';
import { createNodeHost } from '../node/host.js';
import { lineReporter } from './reporters/lines.js';

/** The files that a pipeline file names, and MNIST from where the options say. Downloads are told on standard error. */
export const hostFor = (file: string, data: string | undefined, offline: boolean): Host =>
  createNodeHost({
    baseFolder: dirname(file),
    offline,
    onDownload: lineReporter().download,
    ...(data !== undefined && { dataFolder: data }),
  });

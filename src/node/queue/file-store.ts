/** A store that is a folder, mounted on all machines: runs are in their place from the first moment on. */
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError, PipelineError, RunError } from '../../core/errors.js';
import { isSweepFolder } from '../sweep/sweep-folder.js';
import { noSweep, pathInside, type Store } from './store.js';

/**
 * @param url `file:///mnt/sweeps`
 * @throws PipelineError for anything else; RunError when there is no such folder.
 */
export function openFileStore(url: string): Store {
  const folder = pathOf(url);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RunError(`${url}: there is no such folder; make it, or mount it`, { placed: true, passing: true });
  }
  return {
    folder,
    async enter(inside) {
      const key = pathInside(folder, inside);
      if (key !== undefined && key !== '') return key;
      throw new PipelineError(`${inside}: it is not in the store ${folder}, through which workers would see it`);
    },
    async inRun(key, work) {
      const run = join(folder, key);
      if (pathInside(folder, run) !== key || key === '') {
        throw new PipelineError(`${JSON.stringify(key)} is no folder of the store`);
      }
      if (!(await isSweepFolder(dirname(run)))) throw new DataError(dirname(run), noSweep);
      return work({ folder: run, save: async () => undefined });
    },
    async bring() {},
  };
}

function pathOf(url: string): string {
  try {
    if (/^file:\/\/\//.test(url)) return fileURLToPath(url);
  } catch {
    // said below
  }
  throw new PipelineError(
    `the address of the store: expected that of a folder, as file:///mnt/sweeps, found ${JSON.stringify(url)}`,
  );
}

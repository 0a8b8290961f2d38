/** The store: where sweeps are kept that several machines train, each of which sees it at a place of its own. */
import { statSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PipelineError, RunError } from '../../core/errors.js';

export interface Store {
  /** The folder through which this machine reads and writes it. */
  readonly folder: string;
  /**
   * What a folder in it is called on every machine: `relu/sweep-1/3`.
   *
   * @throws PipelineError for one that is not in it.
   */
  keyOf(folder: string): string;
  /** @throws PipelineError for a key that leads out of it. */
  folderOf(key: string): string;
}

/**
 * @param url `file:///mnt/sweeps`
 * @throws PipelineError for anything else; RunError when there is no such folder.
 */
export function openStore(url: string): Store {
  const folder = pathOf(url);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RunError(`--store ${url}: there is no such folder; make it, or mount it`, {
      placed: true,
      passing: true,
    });
  }
  return {
    folder,
    keyOf(inside) {
      const way = pathInside(folder, inside);
      if (way !== undefined && way !== '') return way;
      throw new PipelineError(`${inside}: it is not in the store ${folder}, through which workers would see it`);
    },
    folderOf(key) {
      if (pathInside(folder, join(folder, key)) === key && key !== '') return join(folder, key);
      throw new PipelineError(`${JSON.stringify(key)} is no folder of the store`);
    },
  };
}

function pathOf(url: string): string {
  try {
    if (/^file:\/\/\//.test(url)) return fileURLToPath(url);
  } catch {
    // said below
  }
  throw new PipelineError(`--store: expected the URL of a folder, as file:///mnt/sweeps, found ${JSON.stringify(url)}`);
}

/** A path as it is seen from a folder, with `/` between its names; undefined for one that leads out of it. */
export function pathInside(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : way.replaceAll(sep, '/');
}

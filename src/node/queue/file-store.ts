/** A store that is a folder, mounted on all machines: runs are in their place from the first moment on. */
import { statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError, PipelineError, RunError } from '../../core/errors.js';
import { fileBytes } from '../file-bytes.js';
import { holdsParts } from '../holds-parts.js';
import { isThere } from '../is-there.js';
import { makeFolder } from '../make-folder.js';
import { throughPartialFile } from '../partial-file.js';
import { notWritten } from './not-written.js';
import { MissingObjectError, type Objects } from './objects.js';
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
    objects: new FolderObjects(folder),
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
      const whole = dirname(run);
      if (!(await holdsParts(whole))) throw new DataError(whole, noSweep);
      return work({ folder: run, save: async () => undefined });
    },
    async bring() {},
  };
}

/** Files of a folder, by their paths in it. */
class FolderObjects implements Objects {
  constructor(private readonly folder: string) {}

  shown = (key: string): string => join(this.folder, key);

  has = (key: string): Promise<boolean> => isThere(this.shown(key));

  async send(key: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.shown(key);
    try {
      makeFolder(dirname(path));
      await throughPartialFile(dirname(path), basename(path), async (partial) => {
        await writeFile(partial, pieces, { flush: true });
        await rename(partial, path);
      });
    } catch (error) {
      throw notWritten(path, error);
    }
  }

  async *receive(key: string): AsyncGenerator<Uint8Array, void, undefined> {
    if (!(await this.has(key))) throw new MissingObjectError(this.shown(key));
    yield* fileBytes(this.shown(key), 'a data file');
  }
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

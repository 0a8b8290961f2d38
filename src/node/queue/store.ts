/** The store: where sweeps are kept that several machines train. Nothing of what is trained goes through Redis. */
import { isAbsolute, relative, sep } from 'node:path';
import type { Objects } from './objects.js';

export interface Store {
  /** What it holds beside sweeps: data files, as `data/SHA256`. */
  readonly objects: Objects;
  /** The folder in which sweeps are kept; undefined where each is kept on the machine that began it. */
  readonly folder: string | undefined;
  /**
   * On the machine of a sweep: makes it known to workers.
   *
   * @param folder of a trial
   * @param sweep what the sweep is called where its folder is not in the store: no other has this name
   * @returns what the trial is called on every machine: `relu/sweep-1/3`
   * @throws PipelineError for a folder that workers would not see; RunError when the store cannot be used.
   */
  enter(folder: string, sweep: string): Promise<string>;
  /**
   * On a worker: has a trial trained in a folder that holds what there is of it.
   *
   * @param key as `enter` gave it
   * @param work is given that folder, which need not be there, and is gone afterwards unless it is the store's own
   * @throws PipelineError for a key that leads out of the store; DataError when there is no such sweep; RunError when the store
   * cannot be used; what `work` throws.
   */
  inRun<T>(key: string, work: (run: StoredRun) => Promise<T>): Promise<T>;
  /**
   * On the machine of the sweep: brings what there is of a trial into its folder.
   *
   * @param copy what `save` returned of it; undefined for whichever has come farthest
   * @throws RunError when the store cannot be used, or has not this copy.
   */
  bring(key: string, folder: string, copy: string | undefined): Promise<void>;
}

/** A run that is in the store, or gets there. */
export interface StoredRun {
  readonly folder: string;
  /**
   * Sends what is new in the folder; one that is stopped in the middle has sent nothing.
   *
   * @returns a name for what was sent; undefined where nothing had to be
   * @throws RunError when the store cannot be used.
   */
  save(): Promise<string | undefined>;
}

/** What is wrong where a worker finds none of the sweep of its trial. */
export const noSweep = 'there is no sweep, and no committee; is this the store that it writes into?';

/** A path as it is seen from a folder, with `/` between its names; undefined for one that leads out of it. */
export function pathInside(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : way.replaceAll(sep, '/');
}

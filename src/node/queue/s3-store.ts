/** A store in S3: workers train in folders of their own, and send copies of them; sweeps are kept where they were begun. */
import { rename, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { DataError, PipelineError, RunError } from '../../core/errors.js';
import { defaultCacheFolder } from '../cache-folder.js';
import { COMMITTEE } from '../committee/committee-folder.js';
import { fileBytes } from '../file-bytes.js';
import { makeFolder } from '../make-folder.js';
import { throughPartialFile } from '../partial-file.js';
import { asFolderName } from '../run-folder.js';
import { SWEEP } from '../sweep/sweep-folder.js';
import { reasonOf } from '../system-error.js';
import { bringCopy, RunCopy, removeOtherCopies } from './run-copies.js';
import { openS3Objects } from './s3-objects.js';
import { noSweep, type Store } from './store.js';

/**
 * @param url `s3://BUCKET/PREFIX`
 * @throws PipelineError for another address, or where the package is not installed; RunError when it cannot be used.
 */
export async function openS3Store(url: string): Promise<Store> {
  const objects = await openS3Objects(url);
  /** Sweeps that workers can find. */
  const entered = new Map<string, Promise<void>>();
  const recordOf = (sweep: string): string => `${sweep}/${nameOfRecord(sweep)}`;
  return {
    objects,
    folder: undefined,
    async enter(folder, sweep) {
      const record = join(dirname(folder), nameOfRecord(sweep));
      const sending = entered.get(sweep) ?? objects.send(recordOf(sweep), fileBytes(record, 'a sweep'));
      entered.set(sweep, sending);
      await sending;
      return `${sweep}/${basename(folder)}`;
    },
    async inRun(key, work) {
      if (!/^[^/]+\/(sweep|committee)-[0-9a-f]+\/\d+$/.test(key) || key.startsWith('.')) {
        throw new PipelineError(`${JSON.stringify(key)} is no trial of the store`);
      }
      const sweep = dirname(key);
      if (!(await objects.has(recordOf(sweep)))) throw new DataError(objects.shown(sweep), noSweep);
      const place = await workingFolder();
      return throughPartialFile(place, key.replaceAll('/', '-'), async (folder) => {
        await bringCopy(objects, key, folder);
        const copy = new RunCopy(objects, key, folder);
        return work({ folder, save: () => copy.save() });
      });
    },
    async bring(key, folder, copy) {
      await throughPartialFile(dirname(folder), basename(folder), async (partial) => {
        if (!(await bringCopy(objects, key, partial, copy))) return;
        await rm(folder, { recursive: true, force: true });
        await rename(partial, folder);
      });
      // those of workers that were killed, or had it before; what stays takes room, and does no harm
      if (copy !== undefined) await removeOtherCopies(objects, key, copy).catch(() => {});
    },
  };
}

/** What says what it is: without it, a worker trains nothing of it. */
const nameOfRecord = (whole: string): string => (basename(whole).startsWith('committee-') ? COMMITTEE : SWEEP);

/** Where this machine trains; its name is in the path, for a cache may be shared, and processes are known by their numbers. */
async function workingFolder(): Promise<string> {
  const folder = join((await defaultCacheFolder()) ?? tmpdir(), 'trials', asFolderName(hostname()));
  try {
    makeFolder(folder);
  } catch (error) {
    const problem = `trials cannot be trained in here: ${reasonOf(error)}; MARBLENET_CACHE names another folder`;
    throw new RunError(`${folder}: ${problem}`, { cause: error, placed: true, passing: true });
  }
  return folder;
}

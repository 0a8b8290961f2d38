/** What `sweep` and `committee` have in common: workers of other machines train. */
import type { Argv } from 'yargs';
import { PipelineError } from '../core/errors.js';
import type { QueueChoice } from '../node/queue/open-queue.js';
import { openStore } from '../node/queue/open-store.js';
import { runsFolder } from './runs-folder.js';

/** @param what of what workers take: `trials` */
export const withQueue = <T>(yargs: Argv<T>, what: string) =>
  yargs
    .option('queue', {
      type: 'string',
      requiresArg: true,
      describe: `Redis, from which workers take the ${what}: redis://HOST:6379`,
    })
    .option('store', {
      type: 'string',
      requiresArg: true,
      describe: 'What they share: file:///mnt/sweeps, or s3://BUCKET/PREFIX',
    })
    .option('send-data', {
      type: 'boolean',
      default: true,
      describe: 'Give workers the data files that they lack. --no-send-data does not',
    })
    .check(({ queue, store }) => {
      if ((queue === undefined) === (store === undefined)) return true;
      throw new PipelineError(
        '--queue and --store: workers need both, as --queue redis://HOST:6379 --store s3://BUCKET/PREFIX',
      );
    });

/** Those options, as they are given. */
interface GivenQueue {
  readonly queue?: string | undefined;
  readonly store?: string | undefined;
  readonly sendData: boolean;
  readonly out?: string | undefined;
}

/**
 * Opens the store that was named.
 *
 * @returns the queue, where there is one; and the folder in which runs are kept: that of the store, where it is a folder
 * @throws PipelineError for a store that is none; RunError where it cannot be used.
 */
export async function openGiven({
  queue: url,
  store: address,
  sendData,
  out,
}: GivenQueue): Promise<{ readonly queue: QueueChoice | undefined; readonly out: string | undefined }> {
  if (url === undefined || address === undefined) return { queue: undefined, out: out ?? runsFolder() };
  const store = await openStore(address);
  if (store.folder !== undefined && out !== undefined) {
    throw new PipelineError('--out and --store: it is kept in the folder of the store; leave --out out');
  }
  return { queue: { url, store, sendData }, out: store.folder ?? out ?? runsFolder() };
}

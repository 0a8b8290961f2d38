/** A store by its address. */
import { PipelineError } from '../../core/errors.js';
import { openFileStore } from './file-store.js';
import { openS3Store } from './s3-store.js';
import type { Store } from './store.js';

/**
 * @param url `file:///mnt/sweeps`, or `s3://BUCKET/PREFIX`
 * @throws PipelineError for anything else; RunError when it cannot be used.
 */
export async function openStore(url: string): Promise<Store> {
  if (url.startsWith('file:')) return openFileStore(url);
  if (url.startsWith('s3:')) return openS3Store(url);
  // what was given is not shown: it may hold a password
  throw new PipelineError('the address of the store: expected file:///FOLDER, or s3://BUCKET/PREFIX');
}

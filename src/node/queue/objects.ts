/** What is kept by keys, each whole or not at all: as S3 does. */
import { DataError } from '../../core/errors.js';

export interface Objects {
  /** The address of an object, for messages. */
  shown(key: string): string;
  has(key: string): Promise<boolean>;
  /** @param pieces if they throw, nothing is kept */
  send(key: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws MissingObjectError where there is none. */
  receive(key: string): AsyncIterable<Uint8Array>;
}

/** Those of a place that can also be looked through. */
export interface ListedObjects extends Objects {
  /** The keys that begin so, in the order of their letters. */
  list(prefix: string): Promise<string[]>;
  /** Removes them; those that are not there are no error. */
  remove(keys: readonly string[]): Promise<void>;
}

/** There is no object of this key, or no longer. */
export class MissingObjectError extends DataError {
  constructor(shown: string) {
    super(shown, 'there is no such object');
  }
}

import { MarblenetError, RunError } from '../../core/errors.js';
import { reasonOf } from '../system-error.js';

/** Why a file could not be written that comes from the store, or goes there; what says where it went wrong stays as it is. */
export const notWritten = (path: string, error: unknown): MarblenetError =>
  error instanceof MarblenetError
    ? error
    : new RunError(`${path}: it cannot be written: ${reasonOf(error)}`, { cause: error, placed: true, passing: true });

import { fileURLToPath } from 'node:url';
import { PipelineError } from '../core/errors.js';
import { describeValue } from '../core/wrong-value.js';

/**
 * A path that was given in code, or that of a `file:` URL.
 *
 * @param what it should lead to, for the message: "loadModel: the model"
 * @throws PipelineError for anything else.
 */
export function requirePath(given: unknown, what: string): string {
  if (given instanceof URL) {
    if (given.protocol === 'file:') return fileURLToPath(given);
    throw new PipelineError(
      `${what} should be a path or a file: URL, but is ${given.href}; download it, and give its path`,
    );
  }
  if (typeof given === 'string' && given !== '' && !given.includes('\0')) return given;
  throw new PipelineError(`${what} should be a path or a file: URL, but is ${describeValue(given)}`);
}

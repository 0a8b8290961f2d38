import { defer, type MonoTypeOperatorFunction, tap } from 'rxjs';
import { RunError } from '../errors.js';
import type { Examples, Kinds, Split } from '../kinds.js';

/**
 * Of two training sets a run would read only the first, without a word.
 *
 * @param at the stage of `data:` that gives them, for messages
 * @throws RunError when it gives the examples of a split a second time.
 */
export const eachSplitOnce =
  (at: string): MonoTypeOperatorFunction<Kinds[keyof Kinds]> =>
  (source) =>
    defer(() => {
      const given = new Set<Split>();
      return source.pipe(
        tap((value) => {
          const { split } = value as Examples;
          if (given.has(split)) {
            throw new RunError(`${at}: gave the examples of ${split} twice, expected them once`, { placed: true });
          }
          given.add(split);
        }),
      );
    });

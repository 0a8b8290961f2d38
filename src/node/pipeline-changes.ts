/** What is another in one content of a pipeline file than in the one before it. */
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { shortened } from '../core/printable.js';

/** A value that is another, is new, or is gone: `network.1`, relu, sigmoid. */
export interface Change {
  /** Where it stands, or stood. */
  readonly path: string;
  /** As it stands in a file, on one line; undefined where there is none. */
  readonly was: string | undefined;
  readonly is: string | undefined;
}

/** `network.1: relu -> sigmoid`, for each of `changesOf`. */
export const changesBetween = (before: unknown, now: unknown): string[] =>
  changesOf(before, now).map(({ path, was = 'nothing', is = 'nothing' }) => `${path}: ${was} -> ${is}`);

/**
 * What is another. Stages are held against those that they stand for: one that is put in between is one change, however many
 * follow it.
 *
 * @param path of both values in their files
 */
export function changesOf(before: unknown, now: unknown, path = ''): Change[] {
  if (isDeepStrictEqual(before, now)) return [];
  const inside = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`);
  if (Array.isArray(before) && Array.isArray(now)) {
    return aligned(before, now).flatMap(({ was, is, at }) =>
      nameOf(was) === nameOf(is) ? changesOf(was, is, inside(at)) : [changed(inside(at), was, is)],
    );
  }
  if (isRecord(before) && isRecord(now)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
    return [...keys].flatMap((key) => changesOf(before[key], now[key], inside(key)));
  }
  return [changed(path, before, now)];
}

const changed = (path: string, was: unknown, is: unknown): Change => ({ path, was: textOf(was), is: textOf(is) });

/** Of a list, one that was, one that is, or both in one place; `at` is the place in the list that is, or that was. */
interface Pair {
  readonly was: unknown;
  readonly is: unknown;
  readonly at: number;
}

/** What is the same counts more than what has the same name alone. */
const SAME = 2;
const SAME_NAME = 1;

/** The longest common subsequence of two lists, and what stands between its items, pair by pair. */
function aligned(before: readonly unknown[], now: readonly unknown[]): Pair[] {
  const likeness = (i: number, j: number): number => {
    if (isDeepStrictEqual(before[i], now[j])) return SAME;
    return nameOf(before[i]) === nameOf(now[j]) ? SAME_NAME : 0;
  };
  /** [i][j] The most likeness of what begins at i and at j. */
  const best = Array.from({ length: before.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const like = likeness(i, j);
      best[i][j] = Math.max(best[i + 1][j], best[i][j + 1], like === 0 ? 0 : like + best[i + 1][j + 1]);
    }
  }
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < now.length) {
    const [fromI, fromJ] = [i, j];
    const isMatch = () => {
      const like = i < before.length && j < now.length ? likeness(i, j) : 0;
      return like > 0 && best[i][j] === like + best[i + 1][j + 1];
    };
    while ((i < before.length || j < now.length) && !isMatch()) {
      if (i < before.length && (j === now.length || best[i][j] === best[i + 1][j])) i++;
      else j++;
    }
    const [gone, added] = [before.slice(fromI, i), now.slice(fromJ, j)];
    for (let k = 0; k < Math.max(gone.length, added.length); k++) {
      pairs.push({ was: gone[k], is: added[k], at: k < added.length ? fromJ + k : fromI + k });
    }
    if (i < before.length && j < now.length) pairs.push({ was: before[i], is: now[j], at: j });
    i++;
    j++;
  }
  return pairs;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `dense`, of a stage with options or without; a value that is no stage is its own name. */
const nameOf = (item: unknown): unknown => (isRecord(item) ? Object.keys(item)[0] : item);

/** A stage as it stands in a file, on one line. */
function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return shortened(isRecord(value) ? text.replace(/^\{\s*|\s*\}$/g, '') : text);
}

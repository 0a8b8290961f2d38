import { relative, resolve } from 'node:path';

/** As a person would type it from here. */
export function shownPath(path: string): string {
  const fromHere = relative('', path);
  return fromHere.startsWith('..') ? resolve(path) : fromHere;
}

/**
 * Saves of some files. Their folders are watched, not they themselves: many editors, and programs that never leave half a
 * file, write a new file and give it the old one's name, and the old one is what would be watched.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { RunError } from '../core/errors.js';
import { codeOf, reasonOf } from './system-error.js';

/** Milliseconds without a further change after which a save is over: an editor makes several for one. */
const QUIET = 100;

/**
 * Calls back once, after the first save of one of the files; several in a moment are one.
 *
 * @param paths of files; the folder of the first has to be there
 * @returns what ends the watch
 * @throws RunError where a folder cannot be watched.
 */
export function onceSaved(paths: readonly string[], onSaved: () => void): () => void {
  const before = new Map(paths.map((path) => [resolve(path), stampOf(resolve(path))]));
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const close = () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
  const look = () => {
    if ([...before].every(([file, stamp]) => stampOf(file) === stamp)) return; // read, or another file of the folder
    close();
    onSaved();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(look, QUIET);
  };
  for (const folder of new Set([...before.keys()].map((file) => dirname(file)))) {
    const names = [...before.keys()].filter((file) => dirname(file) === folder).map((file) => basename(file));
    try {
      const watcher = watch(folder, (_, name) => {
        if (name === null || names.includes(name)) wait();
      });
      watchers.push(watcher.on('error', wait)); // the folder is gone, and its files with it
    } catch (error) {
      if (codeOf(error) === 'ENOENT' && watchers.length > 0) continue; // a file names what is not there
      close();
      throw new RunError(`${paths[0]}: its folder cannot be watched: ${reasonOf(error)}`, { cause: error });
    }
  }
  return close;
}

/** What is another after each save; undefined where there is no such file. */
function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false, bigint: true });
  return found && `${found.ino} ${found.size} ${found.mtimeNs}`;
}

/**
 * Rows of numbers that a file was made into, kept in the cache: a folder of .npy files, and what else is known of them. Its
 * name holds the file's path, size and time, so that another file is never taken for it; it is there whole, or not at all.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DataError } from '../core/errors.js';
import type { KeptRows, MakeRows } from '../core/host.js';
import { checksum } from './checksum.js';
import { isThere } from './is-there.js';
import { makeFolder } from './make-folder.js';
import { openNpyRows } from './open-rows.js';
import { throughPartialFile } from './partial-file.js';
import { npyHeaderOf } from './samples/npy.js';
import { codeOf, reasonOf } from './system-error.js';
import { version } from './version.js';

/** How many folders are kept, three for each pair of tables; those that were not used for longest go. */
const KEPT = 12;

const NOTE = 'note.json';

/**
 * What `make` makes of a file, or the same from the cache.
 *
 * @param path the file, for its name and for messages
 * @param cacheFolder undefined where there is none
 * @throws DataError where nothing can be kept; what `make` throws.
 */
export async function keptRows<Note>(
  path: string,
  cacheFolder: string | undefined,
  how: string,
  widths: readonly number[],
  make: MakeRows<Note>,
): Promise<KeptRows<Note>> {
  if (cacheFolder === undefined) {
    const problem = 'is to be streamed, and there is no cache to write its rows to';
    throw new DataError(path, `${problem}; MARBLENET_CACHE names one`);
  }
  const { size, mtimeMs } = await stat(path);
  const name = checksum(Buffer.from(JSON.stringify([version(), resolve(path), size, mtimeMs, how])));
  const kept = join(cacheFolder, name);
  if (await isThere(kept))
    await utimes(kept, new Date(), new Date()).catch(() => {}); // of another user, perhaps
  else await written(path, cacheFolder, name, widths, make);
  const note = JSON.parse(await readFile(join(kept, NOTE), 'utf8')) as Note;
  return { note, tables: await Promise.all(widths.map((_, i) => openNpyRows(path, tableIn(kept, i)))) };
}

const tableIn = (folder: string, i: number): string => join(folder, `${i}.npy`);

async function written<Note>(
  path: string,
  cacheFolder: string,
  name: string,
  widths: readonly number[],
  make: MakeRows<Note>,
): Promise<void> {
  try {
    makeFolder(cacheFolder);
    await throughPartialFile(cacheFolder, name, async (partial) => {
      await mkdir(partial);
      const tables: FileHandle[] = [];
      try {
        for (const i of widths.keys()) tables.push(await open(tableIn(partial, i), 'wx'));
        await writeFile(join(partial, NOTE), JSON.stringify(await writeTables(tables, widths, make)));
      } finally {
        await Promise.all(tables.map((table) => table.close()));
      }
      await rename(partial, join(cacheFolder, name)).catch(async (error) => {
        if (!(await isThere(join(cacheFolder, name)))) throw error; // another process was sooner
      });
    });
    await forgetOldest(cacheFolder);
  } catch (error) {
    if (codeOf(error) === undefined || error instanceof DataError) throw error;
    const problem = `its rows cannot be written to ${cacheFolder}: ${reasonOf(error)}`;
    throw new DataError(path, `${problem}; MARBLENET_CACHE names another folder`, { cause: error });
  }
}

async function writeTables<Note>(
  tables: readonly FileHandle[],
  widths: readonly number[],
  make: MakeRows<Note>,
): Promise<Note> {
  let count = 0;
  for (const table of tables) await table.write(npyHeaderOf(0, 0));
  const note = await make(async (rows) => {
    for (const [i, { buffer, byteOffset, byteLength }] of rows.entries())
      await tables[i].appendFile(new Uint8Array(buffer, byteOffset, byteLength));
    if (rows.length > 0) count += rows[0].length / widths[0];
  });
  for (const [i, table] of tables.entries()) {
    await table.write(npyHeaderOf(count, widths[i]), 0, undefined, 0);
    await table.sync(); // before it has its name
  }
  return note;
}

async function forgetOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'));
  const entries = await Promise.all(
    names.map(async (name) => ({ name, time: (await stat(join(folder, name))).mtimeMs })),
  );
  entries.sort((a, b) => b.time - a.time);
  for (const { name } of entries.slice(KEPT)) await rm(join(folder, name), { recursive: true, force: true });
}

/**
 * Rows of numbers that a file was made into, kept in the cache: a folder of .npy files, and a note of what else is known of
 * them. Its name holds the file's path and identity, so that another file is never taken for it; it is there whole, or not at
 * all; and the note has the checksums of the tables, and its own, so that no damage goes unseen: what is damaged is made anew.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataError } from '../core/errors.js';
import { npyHeaderOf } from '../core/files/npy.js';
import type { KeptRows, MakeRows } from '../core/host.js';
import { checksum, checksumOfFile } from './checksum.js';
import { changedWhileRead, identityOfFile } from './file-identity.js';
import { isThere } from './is-there.js';
import { makeFolder } from './make-folder.js';
import { openNpyRows } from './open-rows.js';
import { throughPartialFile } from './partial-file.js';
import { codeOf, reasonOf } from './system-error.js';
import { version } from './version.js';

/** How many folders are kept, three for each pair of tables; those that were not used for longest go. */
const KEPT = 12;

const NOTE = 'note.json';

/** What is written in the folder beside the tables. */
interface Written<Note> {
  readonly note: Note;
  /** SHA-256 of each table, as it lies there. */
  readonly tables: readonly string[];
}

/**
 * What `make` makes of a file, or the same from the cache.
 *
 * @param path the file, for its name and for messages
 * @param cacheFolder undefined where there is none
 * @param signal Ends the checking of what is kept.
 * @throws DataError where nothing can be kept, or the file changes while its rows are made; what `make` throws; the signal's
 *   reason.
 */
export async function keptRows<Note>(
  path: string,
  cacheFolder: string | undefined,
  how: string,
  widths: readonly number[],
  make: MakeRows<Note>,
  signal: AbortSignal,
): Promise<KeptRows<Note>> {
  if (cacheFolder === undefined) {
    const problem = 'is to be streamed, and there is no cache to write its rows to';
    throw new DataError(path, `${problem}; MARBLENET_CACHE names one`);
  }
  const identity = await identityOfFile(path);
  const kept = join(cacheFolder, checksum(Buffer.from(JSON.stringify([version(), resolve(path), identity, how]))));
  let written = await readChecked<Note>(kept, signal);
  if (written === undefined) {
    await write(path, kept, widths, signal, async (write) => {
      const note = await make(write);
      if ((await identityOfFile(path)) !== identity) throw changedWhileRead(path);
      return note;
    });
    written = await readChecked<Note>(kept, signal);
  } else {
    await utimes(kept, new Date(), new Date()).catch(() => {}); // of another user, perhaps
  }
  if (written === undefined) throw notKept(path, cacheFolder, 'they are not there as they were written');
  return { note: written.note, tables: await Promise.all(widths.map((_, i) => openNpyRows(path, tableIn(kept, i)))) };
}

function notKept(path: string, cacheFolder: string, reason: string, cause?: unknown): DataError {
  const problem = `its rows cannot be written to ${cacheFolder}: ${reason}`;
  return new DataError(path, `${problem}; MARBLENET_CACHE names another folder`, { cause });
}

/** What is kept in a folder; undefined where nothing is, or it is damaged. @throws The signal's reason. */
async function readChecked<Note>(folder: string, signal: AbortSignal): Promise<Written<Note> | undefined> {
  try {
    const { sum, ...written } = JSON.parse(await readFile(join(folder, NOTE), 'utf8'));
    if (sum !== sumOf(written)) return undefined;
    for (const [i, table] of written.tables.entries()) {
      if ((await checksumOfFile(tableIn(folder, i), signal)) !== table) return undefined;
    }
    return written;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Of a note, by itself. */
const sumOf = (written: Written<unknown>): string => checksum(Buffer.from(JSON.stringify(written)));

const tableIn = (folder: string, i: number): string => join(folder, `${i}.npy`);

async function write<Note>(
  path: string,
  kept: string,
  widths: readonly number[],
  signal: AbortSignal,
  make: MakeRows<Note>,
): Promise<void> {
  const cacheFolder = dirname(kept);
  try {
    makeFolder(cacheFolder);
    await throughPartialFile(cacheFolder, basename(kept), async (partial) => {
      await mkdir(partial);
      const tables: FileHandle[] = [];
      let note: Note;
      try {
        for (const i of widths.keys()) tables.push(await open(tableIn(partial, i), 'wx'));
        note = await writeTables(tables, widths, make);
      } finally {
        await Promise.all(tables.map((table) => table.close()));
      }
      const sums: string[] = [];
      for (const i of widths.keys()) sums.push(await checksumOfFile(tableIn(partial, i), signal));
      const written = { note, tables: sums };
      await writeFile(join(partial, NOTE), JSON.stringify({ sum: sumOf(written), ...written }));
      await rename(partial, kept).catch(async (error) => {
        if (!(await isThere(kept))) throw error;
        if ((await readChecked(kept, signal)) !== undefined) return; // another process was sooner
        await rm(kept, { recursive: true, force: true });
        await rename(partial, kept);
      });
    });
    await forgetOldest(cacheFolder);
  } catch (error) {
    if (codeOf(error) === undefined || error instanceof DataError) throw error;
    throw notKept(path, cacheFolder, reasonOf(error), error);
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

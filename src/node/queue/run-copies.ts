/**
 * Copies of a run among objects. Each worker that has the run writes a copy of its own, `relu/sweep-9c.../3/COPY/`: files by their
 * SHA-256, and when they are there, `run.json`, which names them. So what a worker that was killed has sent half is no part of
 * any copy, and two workers that have the same run for a moment write nothing of each other's.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { DataError } from '../../core/errors.js';
import { allBytes } from '../all-bytes.js';
import { checksumOf } from '../checksum.js';
import { CHUNK_BYTES, chunksOf } from '../file-bytes.js';
import { identityOf } from '../file-identity.js';
import { makeFolder } from '../make-folder.js';
import { files } from '../run-folder.js';
import { codeOf } from '../system-error.js';
import type { ListedObjects } from './objects.js';
import { receiveFile } from './receive-file.js';
import { pathInside } from './store.js';

/** What makes a copy of files: it names them. */
const MANIFEST = 'run.json';

const manifest = z.object({
  /** The SHA-256 of each, by its path in the folder of the run. */
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** Bytes of a manifest, at the most. */
const MOST_BYTES = 2 ** 20;

/** How often copies are looked for: what a worker is at changes while it is read. */
const TRIES = 3;

/** What is in a copy. */
interface Listed {
  /** The key that those of its files begin with. */
  readonly place: string;
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Brings the copy of a run that has come farthest. One that is damaged, or goes away meanwhile, is passed over.
 *
 * @param folder is made
 * @param wanted the name of the only copy that will do
 * @returns whether there is one.
 * @throws DataError when the one that is wanted is damaged; RunError when the store, or the folder, cannot be used.
 */
export async function bringCopy(objects: ListedObjects, key: string, folder: string, wanted = ''): Promise<boolean> {
  let problem: DataError | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const keys = (await objects.list(`${key}/${wanted}`)).filter((each) => basename(each) === MANIFEST);
    if (keys.length === 0) return false;
    const copies = await Promise.all(keys.map((each) => readManifest(objects, each)));
    const farthest = copies.filter((copy) => copy !== undefined).sort((a, b) => (reached(a) < reached(b) ? 1 : -1));
    for (const copy of farthest) {
      try {
        await receiveCopy(objects, copy, folder);
        return true;
      } catch (error) {
        await rm(folder, { recursive: true, force: true });
        if (!(error instanceof DataError)) throw error;
        problem = error;
      }
    }
  }
  if (wanted !== '' && problem !== undefined) throw problem;
  return false;
}

async function readManifest(objects: ListedObjects, key: string): Promise<Listed | undefined> {
  try {
    const text = String(await allBytes(objects.shown(key), objects.receive(key), MOST_BYTES));
    return { place: dirname(key), ...manifest.parse(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof DataError || error instanceof z.ZodError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The name of the newest checkpoint says how far a run has come; empty where there is none. */
const reached = (copy: Listed): string =>
  Object.keys(copy.files)
    .filter((name) => name.startsWith(`${files.checkpoints}/`))
    .sort()
    .at(-1) ?? '';

async function receiveCopy(objects: ListedObjects, copy: Listed, folder: string): Promise<void> {
  makeFolder(folder);
  for (const [name, sha256] of Object.entries(copy.files)) {
    const path = join(folder, name);
    if (pathInside(folder, path) !== name) {
      throw new DataError(objects.shown(copy.place), `${JSON.stringify(name)} is no file of a run`);
    }
    makeFolder(dirname(path));
    await receiveFile(objects, `${copy.place}/${sha256}`, sha256, path);
  }
}

/** Removes all copies of a run but one. */
export async function removeOtherCopies(objects: ListedObjects, key: string, kept: string): Promise<void> {
  const keys = await objects.list(`${key}/`);
  await objects.remove(keys.filter((each) => !each.startsWith(`${key}/${kept}/`)));
}

/** A copy that is written while the run goes on. */
export class RunCopy {
  readonly #name = randomBytes(8).toString('hex');
  /** The SHA-256 of files as they were sent, by their names. */
  readonly #known = new Map<string, { readonly identity: string; readonly sha256: string }>();
  /** Those that are there. */
  readonly #sent = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting: Promise<string | undefined> | undefined;

  constructor(
    private readonly objects: ListedObjects,
    private readonly key: string,
    private readonly folder: string,
  ) {}

  /**
   * Sends what is new since it was last called: while it does, the next call waits, and stands for all that follow.
   *
   * @returns the name of the copy; undefined where there is no run yet
   * @throws RunError when the store cannot be used.
   */
  save(): Promise<string | undefined> {
    if (this.#waiting === undefined) {
      const sending = this.#last.then(() => {
        this.#waiting = undefined;
        return this.#send();
      });
      this.#waiting = sending;
      this.#last = sending.catch(() => {});
    }
    return this.#waiting;
  }

  async #send(): Promise<string | undefined> {
    const opened = await openFiles(this.folder);
    const listed: Record<string, string> = {};
    try {
      if (!opened.has(files.environment)) return undefined;
      for (const [name, file] of opened) listed[name] = await this.#sendFile(name, file);
    } finally {
      await Promise.all([...opened.values()].map((file) => file.close()));
    }
    await this.objects.send(this.#at(MANIFEST), chunksOf(Buffer.from(JSON.stringify({ files: listed }))));
    const old = [...this.#sent].filter((sha256) => !Object.values(listed).includes(sha256));
    for (const sha256 of old) this.#sent.delete(sha256);
    await this.objects.remove(old.map(this.#at)).catch(() => {}); // what stays takes room, and does no harm
    return this.#name;
  }

  async #sendFile(name: string, file: FileHandle): Promise<string> {
    const stats = await file.stat();
    const identity = identityOf(stats);
    const known = this.#known.get(name);
    if (known?.identity === identity) return known.sha256;
    // of events, as many as there are by now: more may follow in the same file; all others are replaced by new ones
    const sha256 = await checksumOf(bytesOf(file, stats.size));
    if (!this.#sent.has(sha256)) await this.objects.send(this.#at(sha256), bytesOf(file, stats.size));
    this.#sent.add(sha256);
    this.#known.set(name, { identity, sha256 });
    return sha256;
  }

  #at = (name: string): string => `${this.key}/${this.#name}/${name}`;
}

/**
 * The files of a run, by their paths in its folder, all open before one is read: a checkpoint that is removed meanwhile can still
 * be. Checkpoints come first, since they count on events that were written before them.
 */
async function openFiles(folder: string): Promise<Map<string, FileHandle>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.startsWith(files.lock))
    .map((entry) => pathInside(folder, join(entry.parentPath, entry.name)) ?? '')
    .sort((a, b) => Number(b.startsWith(files.checkpoints)) - Number(a.startsWith(files.checkpoints)));
  const opened = new Map<string, FileHandle>();
  try {
    for (const name of names) opened.set(name, await open(join(folder, name)));
    return opened;
  } catch (error) {
    await Promise.all([...opened.values()].map((file) => file.close()));
    if (codeOf(error) === 'ENOENT') return openFiles(folder); // a newer checkpoint is in its place
    throw error;
  }
}

/** The first bytes of a file. */
async function* bytesOf(file: FileHandle, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < size; ) {
    const length = Math.min(CHUNK_BYTES, size - at);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
    if (bytesRead === 0) throw new Error('a file of the run became shorter while it was sent');
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

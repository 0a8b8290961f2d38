/** Who writes into the folder of a run: one process at a time, which holds `lock.json` there as long as it does. */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { PipelineError } from '../core/errors.js';
import { processLives, startOfProcess } from './process-life.js';
import { files, notKept } from './run-folder.js';
import { codeOf } from './system-error.js';

const schema = z.object({
  pid: z.number(),
  host: z.string(),
  /** ISO 8601. */
  began: z.string(),
  /** When its process was started, as the system counts; undefined where it does not say. */
  started: z.string().optional(),
});

/** How often a lock is looked at that others take and leave in the same moment. */
const TRIES = 20;

/**
 * Takes the lock of a run: of several processes that ask at the same time, one gets it. That of a process that is gone is
 * taken over.
 *
 * @returns what gives it back.
 * @throws PipelineError when another holds it; RunError when nothing can be written there.
 */
export function lockRun(folder: string): () => void {
  const path = join(folder, files.lock);
  const { pid } = process;
  const began = new Date().toISOString();
  // no two are alike, so that each process knows its own
  const own = `${JSON.stringify({ pid, host: hostname(), began, started: startOfProcess(pid), key: randomBytes(8).toString('hex') })}\n`;
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      if (create(path, own)) return () => release(path, own);
    } catch (error) {
      throw notKept('run', path, error);
    }
    const found = contentOf(path);
    if (found === undefined) continue; // given back meanwhile
    const holder = liveHolder(found);
    if (holder !== undefined) throw underWay(folder, holder);
    takeAway(path, found);
  }
  throw new PipelineError(`${folder}: other processes are about to go on with this run; leave it to one of them`, {
    passing: true,
  });
}

/** The process that writes into the folder of a run, as far as this machine can say; undefined where there is none. */
export function holderOf(folder: string): number | undefined {
  const found = contentOf(join(folder, files.lock));
  return found === undefined ? undefined : liveHolder(found);
}

const underWay = (folder: string, pid: number): PipelineError =>
  new PipelineError(`${folder}: this run is under way, in process ${pid}; wait for its end, or end it first`, {
    passing: true,
  });

/** With all of its content from the first moment on, as a link to a file that is whole. */
function create(path: string, content: string): boolean {
  const whole = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(whole, content, { flag: 'wx' });
    linkSync(whole, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!NO_LINKS.includes(codeOf(error) ?? '')) throw error;
    return createInPlace(path, content);
  } finally {
    rmSync(whole, { force: true });
  }
}

/** What file systems say that have no links, as those of memory cards. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'];

function createInPlace(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** What is damaged is of no process that lives: a lock is whole from its first moment on. */
function liveHolder(content: string): number | undefined {
  try {
    const { pid, host, started, began } = schema.parse(JSON.parse(content));
    return host === hostname() && processLives(pid, { started, before: Date.parse(began) }) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the lock that was found, and no other that another process has put in its place. */
function takeAway(path: string, found: string): void {
  const aside = `${path}.${process.pid}-${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside); // one of several processes alone can do it
  } catch {
    return;
  }
  if (contentOf(aside) !== found) create(path, contentOf(aside) ?? '');
  rmSync(aside, { force: true });
}

function release(path: string, own: string): void {
  if (contentOf(path) === own) rmSync(path, { force: true });
}

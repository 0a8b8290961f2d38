/** `environment.json`: on what, and from what, a run was made. */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { cpus, hostname, totalmem } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { wasmInWords } from '../core/create-kernels.js';
import { DataError } from '../core/errors.js';
import { checksumOfFile } from './checksum.js';
import { readRegularFile } from './regular-file.js';
import { files } from './run-folder.js';
import { chooseSimd } from './simd.js';
import { codeOf, reasonOf } from './system-error.js';
import { threads } from './threads.js';
import { version } from './version.js';

/** A process that trains, or trained. */
const session = z.object({
  /** ISO 8601. */
  began: z.string(),
  pid: z.number(),
  host: z.string(),
  /** What was typed; undefined where the run was started from code. */
  command: z.array(z.string()).optional(),
  marblenet: z.string(),
  node: z.string(),
  v8: z.string(),
  system: z.string(),
  processor: z.string(),
  memory: z.number(),
  /** How many can run at the same time. */
  threads: z.number(),
  kernels: z.string(),
  vectors: z.string(),
  git: z.object({ commit: z.string(), changed: z.boolean() }).optional(),
});

export const checkedFiles = z.array(z.object({ path: z.string(), sha256: z.string() }));

/** Files, as they were when a run read them. */
export type CheckedFiles = z.output<typeof checkedFiles>;

const schema = z.object({
  /** Where the data were looked for, so that the run finds them again. */
  dataFolder: z.string().optional(),
  /** That of its events. */
  runId: z.string(),
  offline: z.boolean(),
  everyStep: z.boolean(),
  /** Where they were not wanted. */
  scalars: z.literal(false).optional(),
  /** The file of another program whose weights these are, where nothing was trained. */
  imported: z.object({ path: z.string(), sha256: z.string() }).optional(),
  /** The files that were read. */
  data: checkedFiles,
  /** The plug-ins that its pipeline names; not what they import. */
  plugins: checkedFiles.optional(),
  /** The first one, and one each time that the run was gone on with. */
  sessions: z.array(session).min(1),
});

export type RunEnvironment = z.output<typeof schema>;
export type Session = z.output<typeof session>;

/** What can be said at once, of this process. */
export const thisSession = (command: readonly string[] | undefined): Session => ({
  began: new Date().toISOString(),
  pid: process.pid,
  host: hostname(),
  ...(command && { command: [...command] }),
  marblenet: version(),
  node: process.versions.node,
  v8: process.versions.v8,
  system: `${process.platform} ${process.arch}`,
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  memory: totalmem(),
  threads: threads.available,
  kernels: wasmInWords(),
  vectors: chooseSimd(process.versions, process.arch).reason,
});

/** The commit that a file is of, where git is there and knows it. */
export async function gitOf(path: string): Promise<Session['git']> {
  const git = async (...words: string[]) =>
    (await promisify(execFile)('git', words, { cwd: dirname(resolve(path)), timeout: 5000 })).stdout.trim();
  try {
    const [commit, changes] = await Promise.all([
      git('rev-parse', 'HEAD'),
      git('status', '--porcelain', '--untracked-files=no'),
    ]);
    return { commit, changed: changes !== '' };
  } catch {
    return undefined;
  }
}

/** What stands for all pictures of a folder, or of a table, behind its path: there may be very many. */
export const PICTURES = '*';

/** Files by their paths, with their checksums where these are known. */
export type ReadFiles = ReadonlyMap<string, string | undefined>;

/** The checksums of files; one that is gone by now is left out. */
export async function checksumsOf(read: ReadFiles): Promise<CheckedFiles> {
  const all = Array.from(read, async ([path, known]) => ({
    path: resolve(path),
    sha256: known ?? (await checksumOfFile(path)),
  }));
  const settled = await Promise.allSettled(all);
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/**
 * Holds files that a run is about to go on with against those that it began with: each by its path, or, where that is
 * another by now, against all of them.
 *
 * @param before none where the run was left before they were known
 * @throws DataError that names the first one that is another, and what to do.
 */
export function requireSameFiles(now: CheckedFiles, before: CheckedFiles, what: string): void {
  if (before.length === 0) return;
  for (const { path, sha256 } of now) {
    const known = before.find((file) => file.path === path);
    if (known === undefined ? before.some((file) => file.sha256 === sha256) : known.sha256 === sha256) continue;
    const [changed, back] = path.endsWith(PICTURES)
      ? ['some of these pictures were changed since the run read them', 'those that there were']
      : ['this file was changed since the run read it', 'the file as it was'];
    const problem = known === undefined ? `this is none of the ${what} that the run began with` : changed;
    const advice = `put back ${back}, or run the pipeline anew`;
    throw new DataError(path, `${problem} (by its SHA-256), so that the run cannot go on with it; ${advice}`, {
      placed: true,
    });
  }
}

/**
 * What a run read, for others that are to learn from the same.
 *
 * @throws as `readEnvironment`
 */
export async function filesReadBy(folder: string): Promise<Pick<RunEnvironment, 'data' | 'plugins'>> {
  const { data, plugins } = await readEnvironment(folder);
  return { data, ...(plugins && { plugins }) };
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );

/** @throws DataError when there is none, or it is damaged. */
export async function readEnvironment(folder: string): Promise<RunEnvironment> {
  const path = join(folder, files.environment);
  try {
    return schema.parse(JSON.parse(String(await readRegularFile(path))));
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
      if (/^\d+$/.test(basename(folder)) && (await isFolder(folder))) {
        throw new DataError(folder, 'the run was stopped before anything of it was kept; run the pipeline anew', {
          cause: error,
        });
      }
      const advice = '"pipeline runs" shows those that there are';
      throw new DataError(folder, `expected the folder of a run, as runs/relu/1, or runs/relu; ${advice}`, {
        cause: error,
      });
    }
    const problem = codeOf(error) === undefined ? 'it is damaged' : reasonOf(error);
    throw new DataError(path, `expected the folder of a run: ${problem}`, { cause: error });
  }
}

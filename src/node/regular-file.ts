/**
 * Opens what a user names, wherever that is: a regular file, and nothing else. Reading a named pipe or a terminal waits for
 * a writer that may never come, and a device such as /dev/zero has no end.
 */
import type { Stats } from 'node:fs';
import { type FileHandle, open, stat, statfs } from 'node:fs/promises';

/** The path leads to something that is no regular file; the message says to what. */
export class NotAFileError extends Error {
  override readonly name = 'NotAFileError';

  /** @param found "a folder", "a named pipe", ... */
  constructor(readonly found: string) {
    super(`this is ${found}, expected a file`);
  }
}

/**
 * Looks at what is there before anything opens it: to open a pipe is to wait, and to open some devices is to use them.
 *
 * @throws NotAFileError when it is no regular file; the system's error when there is nothing, or it may not be looked at.
 */
export async function requireRegularFile(path: string): Promise<void> {
  const entry = await stat(path);
  if (!entry.isFile()) throw new NotAFileError(kindOf(entry));
  if (await isMadeByTheKernel(path)) throw new NotAFileError('a file that the system makes up while it is read');
}

/**
 * Opens a file to read it.
 *
 * @throws as `requireRegularFile`; the system's error when it may not be read.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  await requireRegularFile(path);
  return open(path);
}

/**
 * All bytes of a file.
 *
 * @throws as `openRegularFile`.
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  const file = await openRegularFile(path);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** What a path leads to. */
export function kindOf(entry: Stats): string {
  if (entry.isFile()) return 'a file';
  if (entry.isDirectory()) return 'a folder';
  if (entry.isFIFO()) return 'a pipe';
  if (entry.isSocket()) return 'a socket';
  return 'a device';
}

/** Of /proc, /sys, and what lies in them. Source: statfs(2). */
const KERNEL_FILE_SYSTEMS: readonly number[] = [0x9fa0, 0x62656572, 0x64626720, 0x74726163];

/** /proc/kmsg calls itself a regular file of 0 bytes, and waits for messages. */
export async function isMadeByTheKernel(path: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const { type } = await statfs(path);
  return KERNEL_FILE_SYSTEMS.includes(type);
}

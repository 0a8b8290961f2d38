/** What the tests of a file leave behind: gone after them. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const running = new Set<ChildProcess>();

let folder: string | undefined;

/** One folder for all tests of a file, since many run side by side. */
export function folderOfFile(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'marblenet-cli-'));
  return folder;
}

export const scratchFolder = (): Promise<string> => mkdtemp(join(folderOfFile(), 'folder-'));

export function cleanUp(): void {
  for (const child of running) child.kill('SIGKILL');
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}

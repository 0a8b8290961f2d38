/** Whether a process lives, by its number: numbers are given again to others. */
import { readFileSync } from 'node:fs';
import { codeOf } from './system-error.js';

/** What is known of a process beside its number. */
export interface ProcessRecord {
  /** When it was started, as `startOfProcess` said. */
  readonly started?: string | undefined;
  /** It was there by then, in milliseconds since 1970. */
  readonly before: number;
}

/** When a process was started, as Linux counts, with the boot that it counts from; undefined where nothing is said. */
export function startOfProcess(pid: number): string | undefined {
  const found = statOf(pid);
  return found && `${bootId()}/${found.started}`;
}

/** Whether the process that had this number then still has it. One that has ended, and that nothing waits for, does not live. */
export function processLives(pid: number, { started, before }: ProcessRecord): boolean {
  if (pid !== process.pid && !answers(pid)) return false;
  const found = statOf(pid);
  if (found?.hasEnded) return false;
  if (found !== undefined && started !== undefined) return `${bootId()}/${found.started}` === started;
  return pid !== process.pid || before >= Date.now() - 1000 * process.uptime();
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0); // asks only
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Source: proc_pid_stat(5); the name, in parentheses, may hold any sign. */
function statOf(pid: number): { readonly hasEnded: boolean; readonly started: string } | undefined {
  const text = contentOf(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { hasEnded: state === 'Z' || state === 'X', started: fields[18] };
}

const bootId = (): string => contentOf('/proc/sys/kernel/random/boot_id')?.trim() ?? '';

function contentOf(path: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

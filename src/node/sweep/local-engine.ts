/** Trains trials in processes of this machine, which live as long as the sweep. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RunError } from '../../core/errors.js';
import type { Engine, TrialNews, TrialOutcome, TrialTask } from './engine.js';

/** What a process is asked for. */
export type WorkerOrder = TrialTask | 'stop';

/** What it tells. */
export type WorkerMessage =
  | { readonly news: TrialNews }
  | { readonly outcome: TrialOutcome }
  /** Why it ends. */
  | { readonly broken: string };

/** All that were started, until they have ended. */
const started = new Set<ChildProcess>();

/** Ends them at once, also those that are stopped and hear of nothing: for a program that is about to be ended itself. */
export function killTrialProcesses(): void {
  for (const child of started) child.kill('SIGKILL');
}

/** @param jobs how many processes there are at the most */
export function localEngine(jobs: number): Engine {
  const idle: ChildProcess[] = [];
  /** One that has ended while it had nothing to do is of no use. */
  const takeIdle = (): ChildProcess | undefined => {
    let child = idle.pop();
    while (child !== undefined && !child.connected) child = idle.pop();
    return child;
  };
  return {
    capacity: jobs,
    async run(task, onNews, signal) {
      const child = takeIdle() ?? startWorker();
      const { outcome, isFit } = await runIn(child, task, onNews, signal);
      if (isFit) idle.push(child);
      else letGo(child);
      return outcome;
    },
    close() {
      for (const child of idle.splice(0)) letGo(child);
    },
  };
}

/** @throws RunError in a program that marblenet was bundled into: there is no file to start a process from. */
function startWorker(): ChildProcess {
  const file = fileURLToPath(new URL('trial-worker.js', import.meta.url));
  if (!existsSync(file)) {
    throw new RunError(
      `trials run in processes of their own, from ${file}, which is not there: was marblenet bundled?`,
    );
  }
  // with none of what this process may have been told to load at its start; what plug-ins print goes to standard error
  const child = fork(file, [], {
    execArgv: [],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  started.add(child);
  child.on('exit', () => started.delete(child));
  return child.on('error', () => {}); // of one that has ended in the moment in which it is asked for something
}

function letGo(child: ChildProcess): void {
  if (child.connected) child.disconnect(); // it ends when it has nothing more to wait for
  child.unref();
}

/** @returns what came of it, and whether the process can train another one. */
function runIn(
  child: ChildProcess,
  task: TrialTask,
  onNews: (news: TrialNews) => void,
  signal: AbortSignal,
): Promise<{ readonly outcome: TrialOutcome; readonly isFit: boolean }> {
  return new Promise((resolve, reject) => {
    let epochs = 0;
    let broken: string | undefined;
    const began = performance.now();
    const stop = (): void => tell('stop');
    const tell = (order: WorkerOrder): void => {
      if (child.connected) child.send(order, () => {}); // one that has ended meanwhile says so by `exit`
    };
    const end = (outcome: TrialOutcome, isFit: boolean): void => {
      child.off('message', hear).off('exit', leave).off('error', fail);
      signal.removeEventListener('abort', stop);
      resolve({ outcome, isFit });
    };
    const hear = (message: WorkerMessage): void => {
      if ('news' in message) {
        if (message.news.event === 'epoch') epochs = message.news.epoch;
        onNews(message.news);
      } else if ('outcome' in message) {
        end(message.outcome, message.outcome.status !== 'interrupted');
      } else {
        broken = message.broken;
      }
    };
    const leave = (code: number | null, killedBy: string | null): void => {
      const seconds = (performance.now() - began) / 1000;
      const how = killedBy === null ? `ended with ${code}` : `was ended by ${killedBy}`;
      const failed = { reason: broken ?? `its process ${how}`, passing: broken === undefined };
      end(
        { ...(signal.aborted ? { status: 'interrupted' } : { status: 'failed', ...failed }), epochs, seconds },
        false,
      );
    };
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', stop);
      reject(new RunError(`no process can be started to train in: ${error.message}`, { cause: error, passing: true }));
    };
    child.on('message', hear).on('exit', leave).on('error', fail);
    signal.addEventListener('abort', stop, { once: true });
    tell(task);
    if (signal.aborted) stop();
  });
}

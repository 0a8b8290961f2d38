/** What runs on the training thread: a run whose events are sent to the thread that wants them. */
import { inspect } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { type ExitCode, MarblenetError } from '../core/errors.js';
import { Backlog } from './backlog.js';
import { guardProcess, nothingGoesOn, strayError } from './guard-process.js';
import { runInStep } from './run-in-step.js';
import { allowFasterSimd } from './simd.js';
import type { TrainingMessage, TrainingOrder, TrainingTask } from './training-thread.js';

guardProcess();
allowFasterSimd(); // of the whole process, by its main thread too: but this one must know what is allowed

// Node's own way to end a thread by an error would call process.exit, which is refused
process.on('uncaughtException', (error) => {
  fail(strayError(error).message, 1, inspect(error));
});

// Only a run that waits for its reader keeps the thread alive by waiting for a message.
process.on('beforeExit', () => {
  const { message, exitCode } = nothingGoesOn();
  fail(message, exitCode);
});

const stopped = new AbortController();
const backlog = new Backlog();
const send = (message: TrainingMessage): void => parentPort?.postMessage(message);

function fail(message: string, exitCode: ExitCode, details = message): void {
  send({ failed: { message, exitCode, details } });
  parentPort?.close();
}

parentPort?.on('message', (order: TrainingOrder) => {
  if (order === 'stop') stopped.abort();
  else if ('taken' in order) backlog.taken(order.taken);
  else void train(order);
});

async function train({ path, options }: TrainingTask): Promise<void> {
  parentPort?.unref();
  try {
    await runInStep(path, {
      ...options,
      signal: stopped.signal,
      onEvent: (event) => {
        send({ event });
        const room = backlog.sent();
        if (room !== undefined) parentPort?.ref();
        return room?.then(() => parentPort?.unref());
      },
      onDownload: (download) => send({ download }),
    });
  } catch (error) {
    if (error instanceof MarblenetError) {
      const { message, exitCode, passing } = error;
      send({ failed: { message, exitCode, passing, details: inspect(error) } });
    } else {
      send({ thrown: error });
    }
  }
  parentPort?.close();
}

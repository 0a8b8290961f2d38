/** What runs on the training thread: a run whose events are sent to the thread that wants them. */
import { inspect } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { MarblenetError } from '../core/errors.js';
import { Backlog } from './backlog.js';
import { guardProcess, strayError } from './guard-process.js';
import { runInStep } from './run-in-step.js';
import type { TrainingMessage, TrainingOrder, TrainingTask } from './training-thread.js';

guardProcess();

// Node's own way to end a thread by an error would call process.exit, which is refused
process.on('uncaughtException', (error) => {
  send({ failed: { message: strayError(error).message, exitCode: 1, details: inspect(error) } });
  parentPort?.close();
});

const stopped = new AbortController();
const backlog = new Backlog();
const send = (message: TrainingMessage): void => parentPort?.postMessage(message);

parentPort?.on('message', (order: TrainingOrder) => {
  if (order === 'stop') stopped.abort();
  else if ('taken' in order) backlog.taken(order.taken);
  else void train(order);
});

async function train({ path, options }: TrainingTask): Promise<void> {
  try {
    await runInStep(path, {
      ...options,
      signal: stopped.signal,
      onEvent: (event) => {
        send({ event });
        return backlog.sent();
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

/** What runs on the training thread: `runPipeline`, whose events are sent to the thread that wants them. */
import { inspect } from 'node:util';
import { parentPort, workerData } from 'node:worker_threads';
import { MarblenetError } from '../core/errors.js';
import { runPipeline } from './run-pipeline.js';
import type { TrainingMessage, TrainingTask } from './training-thread.js';

const { path, options } = workerData as TrainingTask;
const stopped = new AbortController();
const send = (message: TrainingMessage): void => parentPort?.postMessage(message);

parentPort?.once('message', () => stopped.abort());

try {
  await runPipeline(path, {
    ...options,
    signal: stopped.signal,
    onEvent: (event) => send({ event }),
    onDownload: (download) => send({ download }),
  });
} catch (error) {
  if (error instanceof MarblenetError) {
    send({ failed: { message: error.message, exitCode: error.exitCode, details: inspect(error) } });
  } else {
    send({ thrown: error });
  }
}
parentPort?.close();

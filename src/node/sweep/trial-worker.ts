/** What runs in a process of a sweep: one trial after another, on one thread. */
import { messageOf } from '../../core/errors.js';
import { endProcess, guardProcess, nothingGoesOn, strayError } from '../guard-process.js';
import { allowFasterSimd } from '../simd.js';
import type { TrialTask } from './engine.js';
import type { WorkerMessage, WorkerOrder } from './local-engine.js';
import { runTrial } from './run-trial.js';

const { exit } = process;
guardProcess();
allowFasterSimd(); // before the first pipeline is built

/** Of the trial that is under way. */
let stopping: AbortController | undefined;

const send = (message: WorkerMessage, sent = (): void => {}): void => {
  if (process.connected) process.send?.(message, sent);
};

/** What nothing can go on after: it is said, and the process ends. */
function fail(reason: string): void {
  send({ broken: reason }, () => endProcess(exit, 1));
  if (!process.connected) endProcess(exit, 1);
}

process.on('uncaughtException', (error) => fail(strayError(error).message));
process.on('beforeExit', () => {
  if (stopping !== undefined) fail(nothingGoesOn().message);
});

process.on('message', (order: WorkerOrder) => {
  if (order === 'stop') stopping?.abort();
  else train(order).catch((error) => fail(messageOf(error)));
});

// A terminal sends its signals to all processes of a sweep: the one that began it says what becomes of the trials.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (stopping === undefined) process.disconnect?.();
    else stopping.abort();
  });
}
process.on('disconnect', () => stopping?.abort()); // that one is gone: the trial keeps a checkpoint

async function train(task: TrialTask): Promise<void> {
  stopping = new AbortController();
  process.channel?.unref(); // only training keeps the process alive, so that one which waits for nothing is seen
  const outcome = await runTrial(task, (news) => send({ news }), stopping.signal);
  stopping = undefined;
  if (process.connected) process.channel?.ref();
  send({ outcome });
}

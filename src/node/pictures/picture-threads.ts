/** Threads that decode pictures; where none may start, the calling thread does, with its turns of the event loop in between. */

import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type DecodedSample, decodeSample } from '../../core/files/decode-picture.js';
import type { PictureForm } from '../../core/picture-form.js';
import { inflate } from '../unpacked-bytes.js';

/** What a thread is asked for. */
export interface PictureJob {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly form: PictureForm;
}

export class PictureThreads {
  readonly #idle: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  private constructor(
    private readonly workers: readonly Worker[],
    private readonly signal: AbortSignal,
  ) {
    this.#idle = [...workers];
  }

  /** @throws the signal's reason. */
  static async start(count: number, signal: AbortSignal): Promise<PictureThreads> {
    const started = await Promise.all(Array.from({ length: count }, () => startThread(signal)));
    const workers = started.filter((worker) => worker !== undefined);
    const threads = new PictureThreads(workers, signal);
    if (signal.aborted) threads.end();
    signal.throwIfAborted();
    return threads;
  }

  /**
   * Decodes a picture as soon as a thread is free for it, which takes its bytes away from this one.
   *
   * @throws the signal's reason; an error of the thread itself.
   */
  async decode({ bytes, form }: PictureJob): Promise<DecodedSample> {
    if (this.workers.length === 0) {
      await setImmediate();
      this.signal.throwIfAborted();
      return decodeSample(bytes, form, inflate);
    }
    const worker = this.#idle.pop() ?? (await new Promise<Worker>((resolve) => this.#waiting.push(resolve)));
    worker.postMessage({ bytes, form } satisfies PictureJob, [bytes.buffer]);
    const [decoded] = await once(worker, 'message', { signal: this.signal });
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
    return decoded;
  }

  end(): void {
    for (const worker of this.workers) void worker.terminate();
  }
}

/** Undefined where it may not start, or its file is not where this one is, as in a bundle. */
async function startThread(signal: AbortSignal): Promise<Worker | undefined> {
  let worker: Worker | undefined;
  try {
    worker = new Worker(new URL('picture-worker.js', import.meta.url), { execArgv: [] });
    await once(worker, 'message', { signal });
    return worker;
  } catch {
    void worker?.terminate();
    return undefined;
  }
}

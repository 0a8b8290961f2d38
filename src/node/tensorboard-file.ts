/** The file in the folder of a run that TensorBoard reads while the run goes on; one a process that trains it. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { joined } from '../core/bytes.js';
import type { PipelineEvent } from '../core/run/events.js';
import { notKept } from './run-folder.js';
import { codeOf } from './system-error.js';
import { tensorboardRecords } from './tensorboard-records.js';

export class TensorboardFile {
  #file = -1;
  #path = '';

  /**
   * Writes what TensorBoard shows of an event, at once.
   *
   * @param folder of the run, which is there
   * @throws RunError when it cannot be written.
   */
  event(event: PipelineEvent, folder: string): void {
    const seconds = Date.now() / 1000;
    const records = joined(tensorboardRecords(event, seconds));
    if (records.length === 0) return;
    try {
      if (this.#file === -1) this.#open(folder, Math.floor(seconds));
      for (let rest = records; rest.length > 0; ) rest = rest.subarray(writeSync(this.#file, rest));
    } catch (error) {
      throw notKept('run', this.#path, error);
    }
  }

  close(): void {
    if (this.#file !== -1) closeSync(this.#file);
    this.#file = -1;
  }

  /** TensorBoard reads the files of a folder in the order of their names: the time comes first. */
  #open(folder: string, seconds: number): void {
    const name = `events.out.tfevents.${String(seconds).padStart(10, '0')}.${hostname()}.${process.pid}`;
    for (let number = 0; this.#file === -1; number++) {
      this.#path = join(folder, `${name}.${number}`);
      try {
        this.#file = openSync(this.#path, 'wx');
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error; // the run was gone on with in the same second
      }
    }
  }
}

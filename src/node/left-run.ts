/** A run that was left: where it stands. */
import { join } from 'node:path';
import { DataError, PipelineError } from '../core/errors.js';
import type { Checkpoint } from '../core/run/checkpoint.js';
import { decodeCheckpoint } from '../core/run/checkpoint-file.js';
import { readRegularFile } from './regular-file.js';
import { type RunEnvironment, readEnvironment } from './run-environment.js';
import { checkpointsIn, files } from './run-folder.js';

export interface LeftRun {
  readonly folder: string;
  readonly pipelineFile: string;
  readonly environment: RunEnvironment;
  /** The newest that is whole; undefined where there is none, and the run begins anew. */
  readonly checkpoint: Checkpoint | undefined;
  /** What is to be said of checkpoints that are not whole, and of a run that begins anew; undefined where nothing is. */
  readonly warning: string | undefined;
  /** How many bytes of events came before it, behind the line of the start. */
  readonly events: number;
}

/**
 * @throws DataError when this is no folder of a run; PipelineError when it is no run but an import.
 */
export async function openLeftRun(folder: string): Promise<LeftRun> {
  const environment = await readEnvironment(folder);
  const { imported } = environment;
  if (imported !== undefined) {
    throw new PipelineError(
      `${folder}: its weights were imported from ${imported.path}, and no run led to them that could go on; to train ` +
        `on from them, say "initialWeights: ${join(folder, files.model)}" in a pipeline file, and run that`,
    );
  }
  return { folder, pipelineFile: join(folder, files.pipeline), environment, ...(await newestCheckpoint(folder)) };
}

async function newestCheckpoint(folder: string): Promise<Pick<LeftRun, 'checkpoint' | 'events' | 'warning'>> {
  const all = join(folder, files.checkpoints);
  const damaged: string[] = [];
  for (const name of (await checkpointsIn(all)).reverse()) {
    try {
      const { checkpoint, notes } = await decodeCheckpoint(await readRegularFile(join(all, name)), join(all, name));
      const events = Number(notes.events);
      if (Number.isSafeInteger(events) && events >= 0) return { checkpoint, events, warning: passedOver(damaged) };
    } catch (error) {
      if (!(error instanceof DataError)) throw error; // a damaged one: the one before it is as good
    }
    damaged.push(join(all, name));
  }
  const anew = `${folder} has no whole checkpoint: the run begins again, at its first step`;
  return { checkpoint: undefined, events: 0, warning: [passedOver(damaged), anew].filter(Boolean).join('; ') };
}

const passedOver = (damaged: readonly string[]): string | undefined =>
  damaged.length === 0 ? undefined : `damaged, and passed over: ${damaged.join(', ')}`;

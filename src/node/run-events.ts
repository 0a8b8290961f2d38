/** The events that a run has kept. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PipelineEvent } from '../core/run/events.js';
import { files } from './run-folder.js';

/** Without those of single steps, which are many. A line that was cut when its process was killed is left out. */
export async function readEvents(folder: string): Promise<PipelineEvent[]> {
  const text = await readFile(join(folder, files.events), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    if (line === '' || line.startsWith('{"event":"step"')) return [];
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

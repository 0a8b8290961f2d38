/** The events that a run has kept. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { PipelineEvent } from '../core/run/events.js';
import { files } from './run-folder.js';

/** A number; JSON has null for one that is not finite. */
const number = z.number().nullable();
const metrics = z.record(z.string(), number);

/** As much of an event as its readers take for granted. */
const known = z.union([
  z.looseObject({
    event: z.literal('start'),
    name: z.string(),
    seed: z.number(),
    epochs: z.number(),
    parameters: z.number(),
    data: z.looseObject({ source: z.string(), train: z.number() }),
    warnings: z.array(z.string()).optional(),
  }),
  z.looseObject({
    event: z.literal('epoch'),
    epoch: z.number(),
    seconds: z.number(),
    train: metrics,
    validation: metrics.optional(),
    test: metrics.optional(),
  }),
  z.looseObject({
    event: z.literal('scalars'),
    step: z.number(),
    loss: number,
    layers: z.array(z.looseObject({ at: z.string(), name: z.string(), weights: number, update: number })),
  }),
  z.looseObject({ event: z.literal('profile'), seconds: z.number(), stages: z.array(z.looseObject({})) }),
  z.looseObject({
    event: z.literal('end'),
    status: z.literal('completed'),
    epochs: z.number(),
    seconds: z.number(),
    train: metrics,
    validation: metrics.optional(),
    test: metrics.optional(),
    warnings: z.array(z.string()).optional(),
  }),
  z.looseObject({ event: z.literal('end'), status: z.enum(['interrupted', 'failed']), error: z.string().optional() }),
]);

/** Without those of single steps, which are many. A line that was cut when its process was killed, or is no event, is left out. */
export async function readEvents(folder: string): Promise<PipelineEvent[]> {
  const text = await readFile(join(folder, files.events), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    if (line === '' || line.startsWith('{"event":"step"')) return [];
    try {
      const { data } = known.safeParse(JSON.parse(line));
      return data === undefined ? [] : [data as unknown as PipelineEvent];
    } catch {
      return [];
    }
  });
}

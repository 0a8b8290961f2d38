/** Checkpoints as files. */
import * as z from 'zod';
import { DataError } from '../errors.js';
import { seal, unseal } from '../model/sealed-file.js';
import type { StateDict } from '../state.js';
import type { Checkpoint } from './checkpoint.js';
import type { BestEpoch, Seen } from './monitor.js';

const whole = z.int().nonnegative();
/** JSON has no NaN, which a class that did not occur has for its accuracy. */
const share = z.union([z.number(), z.null().transform(() => Number.NaN)]);

const metric = z.strictObject({
  split: z.enum(['train', 'validation', 'test']),
  epoch: whole,
  step: whole,
  name: z.string(),
  value: z.number(),
  byClass: z.array(share).optional(),
  matrix: z.array(z.array(z.number())).optional(),
});

const bestEpoch = z.strictObject({ epoch: whole, step: whole, value: z.number(), metrics: z.array(metric) });

const schema = z.strictObject({
  runId: z.string(),
  seed: whole,
  random: z.enum(['perStage', 'numpy']),
  epochs: whole,
  epoch: whole,
  step: whole,
  examples: whole,
  stages: z.array(z.strictObject({ place: z.string(), name: z.string(), options: z.record(z.string(), z.unknown()) })),
  metrics: z.array(metric),
  seen: z.strictObject({ best: bestEpoch.optional(), waited: whole, leader: z.number().optional() }).optional(),
});

/** What is of the best epoch, among the state of the epoch under way. */
const BEST = 'best.';

/**
 * The bytes of a checkpoint's file: safetensors, with the SHA-256 of all the rest.
 *
 * @param notes other texts that are to be read again with it
 */
export function encodeCheckpoint(
  { state, seen, ...rest }: Checkpoint,
  notes: Readonly<Record<string, string>> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { learned = {}, ...best } = seen?.best ?? {};
  const ofBest = Object.entries(learned).map(([name, value]) => [BEST + name, value] as const);
  const description = { ...rest, ...(seen && { seen: { ...seen, best: seen.best && best } }) };
  return seal({ kind: 'checkpoint', description, state: { ...state, ...Object.fromEntries(ofBest) }, notes });
}

/**
 * Reads what `encodeCheckpoint` wrote.
 *
 * @param path the file's name, for the messages.
 * @throws DataError when this is no checkpoint, or it was damaged. Whether it is one of a pipeline is said when that goes on.
 */
export async function decodeCheckpoint(
  bytes: Uint8Array,
  path = 'the checkpoint',
): Promise<{ readonly checkpoint: Checkpoint; readonly notes: Readonly<Record<string, string>> }> {
  const { description, state: all, notes = {} } = await unseal(bytes, 'checkpoint', path);
  const parsed = schema.safeParse(description);
  if (!parsed.success) {
    const [{ path: at, message }] = parsed.error.issues;
    throw new DataError(path, `its description is wrong: ${at.join('.')}: ${message}`);
  }
  const entries = Object.entries(all);
  const state = Object.fromEntries(entries.filter(([name]) => !name.startsWith(BEST)));
  const learned = Object.fromEntries(
    entries.filter(([name]) => name.startsWith(BEST)).map(([name, value]) => [name.slice(BEST.length), value]),
  );
  const { seen, ...rest } = parsed.data;
  return { checkpoint: { ...rest, state, ...(seen && { seen: withLearned(seen, learned) }) } as Checkpoint, notes };
}

function withLearned(seen: NonNullable<z.output<typeof schema>['seen']>, learned: StateDict): Seen {
  const { best, waited, leader } = seen;
  return { best: best && ({ ...best, learned } as BestEpoch), waited, leader };
}

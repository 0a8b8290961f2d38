/** Runs the files among what is compared, each with as many seeds as were asked for. */
import { MarblenetError, messageOf, PipelineError } from '../../core/errors.js';
import { LARGEST_SEED } from '../../core/pipeline/settings.js';
import { outlineLoaded } from '../environment.js';
import { type LoadOptions, loadPipeline } from '../load-pipeline.js';
import { filesReadBy } from '../run-environment.js';
import type { FileRunOptions } from '../run-file.js';
import type { RunsOfVariant } from './compare-runs.js';
import type { GivenVariant } from './variants.js';

/** A run that is about to begin. */
export interface VariantPlace {
  readonly label: string;
  readonly file: string;
  readonly seed: number;
  /** What is changed in the file, beside what was asked for. */
  readonly set: readonly string[];
  /** What its files were in the run with another seed before it; undefined of the first. */
  readonly before: FileRunOptions['before'];
}

export interface TrainVariantsOptions {
  /** How many seeds; as the files say, one, if left out. */
  readonly seeds?: number | undefined;
  readonly load: LoadOptions;
  /** Trains to the end, and returns the folder of the run: on which thread, and how it is reported, is the caller's. */
  readonly train: (place: VariantPlace) => Promise<string>;
}

/**
 * With several seeds, those of all files are the same, from that of the first file on, so that runs make pairs; what `data:` draws is
 * drawn from the first of them for all, and where a file of theirs was changed between two runs, that is said. A run that fails by itself, as training that diverges does, is told among the others.
 *
 * @throws PipelineError when a file is wrong, before anything is run; and what `train` throws for any other reason.
 */
export async function trainVariants(
  given: readonly GivenVariant[],
  { seeds, load, train }: TrainVariantsOptions,
): Promise<RunsOfVariant[]> {
  const base = await baseSeed(given, load);
  if (base + (seeds ?? 1) - 1 > LARGEST_SEED) {
    throw new PipelineError(
      `--seeds ${seeds}: the seeds would run from ${base} on, but the largest is ${LARGEST_SEED}`,
    );
  }
  const all: RunsOfVariant[] = [];
  for (const variant of given) {
    if ('folders' in variant) {
      all.push(variant);
      continue;
    }
    const { label, file } = variant;
    const [folders, failures]: [string[], { seed: number; reason: string }[]] = [[], []];
    let before: VariantPlace['before'];
    for (let i = 0; i < (seeds ?? 1); i++) {
      const seed = base + i;
      const set = seeds === undefined ? [] : [`seed=${seed}`, `dataSeed=${base}`];
      try {
        folders.push(await train({ label, file, seed, set, before }));
        before ??= await filesReadBy(folders[0]);
      } catch (error) {
        if (!isOfItself(error)) throw error;
        failures.push({ seed, reason: messageOf(error) });
      }
    }
    all.push({ label, folders, failures });
  }
  return all;
}

/** Whether a run would fail again in the same way, and no other with it. */
const isOfItself = (error: unknown): boolean =>
  error instanceof MarblenetError && error.exitCode === 1 && !error.passing;

/** That of the first file; every file is checked on the way. */
async function baseSeed(given: readonly GivenVariant[], load: LoadOptions): Promise<number> {
  const seeds: number[] = [];
  for (const variant of given) {
    if (!('file' in variant)) continue;
    const loaded = await loadPipeline(variant.file, load);
    outlineLoaded(loaded);
    seeds.push(loaded.definition.seed ?? 0);
  }
  return seeds[0] ?? 0;
}

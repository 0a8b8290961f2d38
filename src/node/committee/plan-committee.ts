/** What the members of a committee are going to train, checked before the first one starts. */
import { PipelineError } from '../../core/errors.js';
import { LARGEST_SEED } from '../../core/pipeline/settings.js';
import { describePoint, labelsOf } from '../../core/sweep/labels.js';
import { randomPoint } from '../../core/sweep/random.js';
import { type Point, readSpace } from '../../core/sweep/space.js';
import { outlineLoaded } from '../environment.js';
import { type LoadedPipeline, type Resolver, rebase } from '../load-pipeline.js';
import { inTrial, valuesAt } from '../sweep/compose-trial.js';

export interface PlannedMember {
  readonly seed: number;
  /** What it has drawn from `vary:`, by short names: `{ units: '50' }`; nothing where the members differ in their seeds alone. */
  readonly labels: Readonly<Record<string, string>>;
  /** Its own pipeline. */
  readonly loaded: LoadedPipeline;
}

const MEMBERS = 5;

/**
 * The first member has the seed of the file, the others those after it, and each draws its own values from `vary:`. All learn from
 * the same examples: what `data:` draws is drawn from the first seed.
 *
 * @param count how many; left out, as the file says, or 5
 * @throws PipelineError when the file is wrong, or a member could not be run, with the place and the member.
 */
export function planMembers(resolver: Resolver, base: LoadedPipeline, count?: number): PlannedMember[] {
  outlineLoaded(base); // what is wrong is said of the file that was given
  const { path, definition, vary } = base;
  const { seed = 0, dataSeed = seed, members = MEMBERS } = definition;
  const last = seed + (count ?? members) - 1;
  if (last > LARGEST_SEED) {
    throw new PipelineError(
      `${path}: the seeds of ${count ?? members} members would run from ${seed} to ${last}, but the largest is ${LARGEST_SEED}`,
    );
  }
  const space = readSpace(vary?.over ?? {});
  const planned = (i: number): PlannedMember => {
    const point: Point = randomPoint(space, seed, [i]);
    const values = valuesAt(space, point, (inside) => vary?.at(inside) ?? path);
    const compose = (): LoadedPipeline => {
      const loaded = resolver({ trial: { values, seed: seed + i, dataSeed }, rebase });
      if (vary !== undefined) outlineLoaded(loaded);
      return loaded;
    };
    const words = describePoint(space, point) || `seed=${seed + i}`;
    const loaded = inTrial(`member ${i + 1}`, { space, point, words }, compose);
    return { seed: seed + i, labels: labelsOf(space, point), loaded };
  };
  return Array.from({ length: count ?? members }, (_, i) => planned(i));
}

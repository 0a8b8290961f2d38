/** A trial of a sweep: its pipeline file with the values of a point in it. */
import { createHash } from 'node:crypto';
import { MarblenetError } from '../../core/errors.js';
import type { SweepSection, Trial } from '../../core/pipeline-file/pipeline-file.js';
import type { Json } from '../../core/state.js';
import { describePoint } from '../../core/sweep/labels.js';
import { allParameters, outermost, type Point, type Space, valuesOf } from '../../core/sweep/space.js';
import { type LoadedPipeline, type Resolver, rebase } from '../load-pipeline.js';

export interface ComposedTrial {
  readonly point: Point;
  /** What it tries, by the paths of `over:`. */
  readonly values: Readonly<Record<string, Json>>;
  /** SHA-256 of all that it says, but for its seed, and with paths as they are written: the same on every machine. */
  readonly id: string;
  /** It comes from the id, so that a trial has the same weights in whichever order, and wherever, it is run. */
  readonly seed: number;
  readonly epochs: number;
  /** The pipeline file, which runs from any folder; written when it is asked for, since a sweep checks all trials before the first. */
  readonly pipeline: string;
}

/** The file of a sweep, and what it tries. */
export interface Composer {
  readonly resolver: Resolver;
  readonly base: LoadedPipeline;
  readonly section: SweepSection;
  readonly space: Space;
}

/**
 * @returns the trial; and its file as it is checked, with its places in the file of the sweep
 * @throws PipelineError for values that cannot stand there, with their place, and the trial.
 */
export function composeTrial(
  { resolver, base, section, space }: Composer,
  point: Point,
  name: string,
): { readonly trial: ComposedTrial; readonly loaded: LoadedPipeline } {
  const { seed: baseSeed = 0, dataSeed = baseSeed } = base.definition;
  const values = valuesAt(space, point, (place) => section.at(['over', ...place]));
  let isAlone = true;
  const asWritten = (named: string, file: string): string => {
    isAlone &&= file === base.path;
    return named;
  };
  const written = inTrial(name, { space, point }, () => resolver({ trial: { values, dataSeed }, rebase: asWritten }));
  const id = createHash('sha256').update(written.resolved).digest('hex');
  const seed = Number.parseInt(id.slice(0, 8), 16);
  const whole = (): LoadedPipeline => resolver({ trial: { values, dataSeed, seed }, rebase });
  const trial: ComposedTrial = {
    point,
    values: Object.fromEntries(values.map(({ path, value }) => [path, value])),
    id,
    seed,
    epochs: written.definition.epochs ?? 1,
    get pipeline() {
      return whole().resolved;
    },
  };
  // paths of a file that is extended are seen from there: its stages have to have them so
  const loaded = isAlone ? { ...written, definition: { ...written.definition, seed } } : whole();
  return { trial, loaded };
}

/** What a point writes into a file, each with the place where the file says so. */
export const valuesAt = (
  space: Space,
  point: Point,
  placeOf: (inside: readonly PropertyKey[]) => string,
): Trial['values'] => valuesOf(space, point).map(({ path, value, place }) => ({ path, value, at: placeOf(place) }));

/**
 * Does what may fail with the values of a trial, or of a member, and says which it was.
 *
 * @param words by default, what the point says
 */
export function inTrial<T>(
  name: string,
  { space, point, words = describePoint(space, point) }: { space: Space; point: Point; words?: string },
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MarblenetError)) throw error;
    const { message, exitCode, passing } = error;
    const hint = wholeNumbersFor(message, space, point);
    throw new MarblenetError(`${message}${hint} (${name}: ${words})`, exitCode, {
      cause: error,
      placed: true,
      passing,
    });
  }
}

/** Where a number was drawn, and a whole one is wanted: the range that has those alone. */
function wholeNumbersFor(message: string, space: Space, point: Point): string {
  const [, found] = /expected a whole number, found (\S+)$/.exec(message) ?? [];
  const drawn = allParameters(outermost(space)).find(({ key }) => point[key] === Number(found));
  if (drawn?.kind !== 'range') return '';
  const { low, high, isLog } = drawn;
  return `; { ${isLog ? 'logIntegers' : 'integers'}: [${Math.ceil(low)}, ${Math.floor(high)}] } draws whole numbers`;
}

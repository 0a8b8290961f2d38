/** What the origins of examples remark. */
import type { Examples, Split } from './kinds.js';

/** The remarks of all splits: what is not said of each of them begins with those that it is said of. */
export function remarksOn(all: readonly Pick<Examples, 'split' | 'origin'>[]): string | undefined {
  const splitsOf = new Map<string, Split[]>();
  for (const { split, origin } of all) {
    if (origin.remark !== undefined) splitsOf.set(origin.remark, [...(splitsOf.get(origin.remark) ?? []), split]);
  }
  const remarks = [...splitsOf].map(([remark, splits]) =>
    splits.length === all.length ? remark : `${splits.join(' and ')}: ${remark}`,
  );
  return remarks.length === 0 ? undefined : remarks.join('; ');
}

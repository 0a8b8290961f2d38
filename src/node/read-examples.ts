import { from, lastValueFrom, toArray } from 'rxjs';
import type { Examples } from '../core/kinds.js';
import type { Outline } from '../core/pipeline/pipeline.js';

/** All examples, as a run reads them before its first epoch; those of train come first. */
export const readExamples = ({ sources, data }: Pick<Outline, 'sources' | 'data'>): Promise<Examples[]> =>
  lastValueFrom(from(sources).pipe(data, toArray()));

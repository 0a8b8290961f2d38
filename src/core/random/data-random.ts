import { joinStates } from '../state.js';
import type { RandomSource } from './random.js';

/**
 * Stages of `data:` draw from one source, all others from another: so networks of several seeds learn from the same examples,
 * and none of them is tested on what another has learned from.
 */
export const withDataRandom = (others: RandomSource, data: RandomSource): RandomSource => ({
  stream: (place) => (place.startsWith('data.') ? data : others).stream(place),
  ...joinStates([
    ['data', data],
    ['others', others],
  ]),
});

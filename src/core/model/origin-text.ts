import type { LearnedFrom } from '../core/model/description.js';

/** `mnist`, or `digits instead of mnist` where the one stands in for the other. */
export const originText = ({ source, fallbackFor }: LearnedFrom): string =>
  fallbackFor === undefined ? source : `${source} instead of ${fallbackFor}`;

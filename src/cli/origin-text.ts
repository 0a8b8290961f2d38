import type { Origin } from '../core/host.js';

/** `mnist`, or `digits instead of mnist` where the one stands in for the other. */
export const originText = ({ source, fallbackFor }: Origin): string =>
  fallbackFor === undefined ? source : `${source} instead of ${fallbackFor}`;

/** Where data came from, in words. */
import type { LearnedFrom } from './description.js';

/** `mnist`, or `digits instead of mnist` where the one stands in for the other. */
export const originText = ({ source, fallbackFor }: LearnedFrom): string =>
  fallbackFor === undefined ? source : `${source} instead of ${fallbackFor}`;

/** What a run learned from, and how many examples there were. */
interface CountedExamples extends LearnedFrom {
  readonly train: number;
  readonly validation?: number | undefined;
  readonly test?: number | undefined;
}

/** `digits instead of mnist, 180 + 20 + 50 examples` */
export function learnedText({ train, validation, test, ...origin }: CountedExamples): string {
  const counts = [train, validation, test].filter((count) => count !== undefined);
  return `${originText(origin)}, ${counts.map((count) => count.toLocaleString('en-US')).join(' + ')} examples`;
}

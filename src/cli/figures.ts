/** What was measured of the members of a committee, and of their average, side by side. */
import type { Figures, MemberEvaluation, SplitEvaluation } from '../node/split-evaluation.js';
import { formatMetric } from './format-metric.js';
import { formatTable } from './text/table.js';

/** By name, as `evaluate` says them: `{ loss, accuracy }`, or of real numbers their errors. */
export function figuresOf({ loss, judged, errors, answers }: Figures): Readonly<Record<string, number>> {
  const accuracy = (judged ?? answers)?.accuracy;
  return { loss, ...(accuracy !== undefined && { accuracy }), ...errors };
}

/** What a program reads of members. */
export const membersOf = (members: readonly MemberEvaluation[]) => ({
  members: members.map(({ run, seed, weights, ...figures }) => ({ run, seed, weights, ...figuresOf(figures) })),
});

/** A row for each member, and one for their average. */
export function membersText(evaluation: SplitEvaluation): string {
  const { members = [] } = evaluation;
  const average = figuresOf(evaluation);
  const cells = (figures: Figures): string[] => Object.values(figuresOf(figures)).map(formatMetric);
  const rows = members.map(({ run, seed, ...figures }) => [run, String(seed), ...cells(figures)]);
  return formatTable([...rows, ['average', '', ...cells(evaluation)]], {
    heading: ['member', 'seed', ...Object.keys(average).map(inWords)],
    alignRight: [1, ...Object.keys(average).map((_, i) => i + 2)],
  });
}

/** `meanAbsoluteError` as words. */
export const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

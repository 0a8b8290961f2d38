/** What was measured of the members of a committee, and of their average, side by side. */
import { printable } from '../core/printable.js';
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
  members: members.map(({ run, seed, labels, weights, ...figures }) => ({
    ...{ run, seed, ...(labels && { labels }), weights },
    ...figuresOf(figures),
  })),
});

/** A row for each member, and one for their average. */
export function membersText(evaluation: SplitEvaluation): string {
  const { members = [] } = evaluation;
  const average = figuresOf(evaluation);
  const varied = Object.keys(members[0]?.labels ?? {});
  const cells = (figures: Figures): string[] => Object.values(figuresOf(figures)).map(formatMetric);
  const rows = members.map(({ run, seed, labels = {}, ...figures }) => [
    run,
    String(seed),
    ...varied.map((name) => printable(labels[name] ?? '')),
    ...cells(figures),
  ]);
  const behind = 2 + varied.length;
  return formatTable([...rows, ['average', '', ...varied.map(() => ''), ...cells(evaluation)]], {
    heading: ['member', 'seed', ...varied.map(printable), ...Object.keys(average).map(inWords)],
    alignRight: [1, ...Object.keys(average).map((_, i) => i + behind)],
  });
}

/** `meanAbsoluteError` as words. */
export const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

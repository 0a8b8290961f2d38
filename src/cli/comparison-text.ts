/** Variants side by side, as people read them. */
import { printable, shortened } from '../core/printable.js';
import type { Comparison, Measure, Spread, Variant } from '../report/compare/comparison.js';
import { spreadText } from '../report/compare/spread-text.js';
import { plural } from './format-count.js';
import { formatMetric } from './format-metric.js';
import { proseColumnsOf, wrapped } from './text/layout.js';
import { styled } from './text/style.js';
import { formatTable } from './text/table.js';

/** What differs in the files, what came of it, and how to read the figures. */
export function comparisonText({ variants, differences, measures, isSameData }: Comparison): string {
  const heading = ['', ...variants.map(({ label }) => printable(label))];
  const differing = differences.map(({ path, values }) => [
    printable(path),
    ...values.map((value) => (value === undefined ? '-' : printable(shortened(value, 40)))),
  ]);
  const reached = measures.map(({ name, values }) => [
    printable(name),
    ...values.map((spread) => cellText(name, spread)),
  ]);
  const runs = ['runs', ...variants.map(({ runs, failures }) => runsText(runs.length, failures.length))];
  const table = formatTable(
    [
      [styled('bold', 'differs')],
      ...(differing.length === 0 ? [['  nothing but names and seeds']] : indented(differing)),
      [styled('bold', 'reached')],
      ...indented([...reached, runs]),
    ].map((row) => [...row, ...Array<string>(heading.length - row.length).fill('')]),
    { heading },
  );
  const others = isSameData ? [] : [note('they did not learn from the same data: what tells them apart may be that')];
  return [table, ...failuresText(variants), ...others, ...notes(measures)].join('');
}

const indented = (rows: readonly (readonly string[])[]): string[][] =>
  rows.map(([first, ...others]) => [`  ${first}`, ...others]);

const runsText = (count: number, failed: number): string =>
  failed === 0 ? String(count) : `${count}, and ${failed} that failed`;

function cellText(name: string, spread: Spread): string {
  const { mean, deviation, chance } = spreadText(name, spread, formatMetric);
  return [mean, deviation, chance && `(${chance})`].filter((text) => text !== undefined).join(' ');
}

const failuresText = (variants: readonly Variant[]): string[] =>
  variants.flatMap(({ label, failures }) =>
    failures.map(({ seed, reason }) => note(`${label}, seed ${seed}, failed: ${reason}`)),
  );

/** Which test it is, where there is one. */
function notes(measures: readonly Measure[]): string[] {
  const spreads = measures.flatMap(({ values }) => values);
  const pairs = Math.max(0, ...spreads.map(({ test }) => test?.pairs ?? 0));
  return [
    ...(spreads.some(({ all }) => all.length > 1) ? [note('±: the standard deviation over seeds')] : []),
    ...(pairs > 0
      ? [
          note(
            `p: paired t-test (Student's, two-sided, ${plural(pairs, 'pair')} of the same seed) against the first: how probable ` +
              'so large a difference would be if there were none',
          ),
        ]
      : []),
  ];
}

const note = (text: string): string => `${wrapped(printable(text), proseColumnsOf(process.stdout))}\n`;

/** A row a run, for a spreadsheet. Source: RFC 4180. */
export function comparisonCsv({ variants, measures }: Comparison): string {
  const names = measures.map(({ name }) => name);
  const rows = variants.flatMap(({ label, runs }, v) =>
    runs.map(({ folder, seed }, run) => [
      label,
      folder,
      String(seed),
      ...measures.map(({ values }) => String(values[v].all[run] ?? '')),
    ]),
  );
  return [['variant', 'run', 'seed', ...names], ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}

const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What a program reads. */
export const comparisonJson = ({ variants, differences, measures }: Comparison): string =>
  `${JSON.stringify({
    variants: variants.map(({ label, runs, failures }) => ({
      label,
      runs: runs.map(({ folder, seed, end }) => ({ folder, seed, epochs: end.epochs, seconds: end.seconds })),
      failures,
    })),
    differences,
    measures: measures.map(({ name, values }) => ({
      name,
      values: values.map(({ all, mean, deviation, test }) => ({ all, mean, deviation, ...(test && { test }) })),
    })),
  })}\n`;

/** Variants of a pipeline on one page: what differs, what came of it, and their curves one over the other. */
import { type Split, splits } from '../../core/kinds.js';
import { meanOf } from '../../core/statistics/summary.js';
import { type Chart, chartFigure, hasValues } from '../chart.js';
import { type Html, html } from '../html.js';
import { type Page, type PageAssets, pageText } from '../page.js';
import { counted, tableOf } from '../parts.js';
import type { Comparison, Spread, Variant } from './comparison.js';
import { spreadText } from './spread-text.js';

/** @returns the text of the page */
export const comparePage = (comparison: Comparison, assets: PageAssets): string => pageText(pageOf(comparison), assets);

function pageOf({ variants, differences, measures, isSameData }: Comparison): Page {
  const labels = variants.map(({ label }) => label);
  const charts = curvesOf(variants).filter(hasValues);
  const rows = measures.map(({ name, values }) => [name, ...values.map((spread) => cellOf(name, spread))]);
  return {
    title: labels.join(' and '),
    lead: html`<p>${counted(variants.length, 'variant')}, ${labels.map((label, i) => html`${i > 0 && ', '}<strong>${label}</strong> (${runsOf(variants[i])})`)}.</p>${!isSameData && html`<p><strong>They did not learn from the same data:</strong> what tells them apart may be that.</p>`}`,
    charts,
    sections: [
      {
        id: 'differences',
        title: 'What differs',
        content:
          differences.length === 0
            ? html`<p>Nothing but names and seeds: the files say the same.</p>`
            : tableOf(
                'where the files differ',
                ['place', ...labels],
                differences.map(({ path, values }) => [path, ...values.map((value) => value ?? '-')]),
              ),
      },
      {
        id: 'results',
        title: 'What came of it',
        content: html`${tableOf('means over the runs of each variant', ['figure', ...labels], rows)}${explained(measures.flatMap(({ values }) => values))}${failuresOf(variants)}`,
      },
      { id: 'curves', title: 'Curves', content: html`<div class="grid">${charts.map(chartFigure)}</div>` },
      { id: 'runs', title: 'The runs', content: runsTable(variants) },
    ],
  };
}

function cellOf(name: string, spread: Spread): Html {
  const { mean, deviation, chance } = spreadText(name, spread);
  const behind = [deviation, chance].filter((text) => text !== undefined).join(', ');
  return html`${mean}${behind !== '' && html` <span class="faint">${behind}</span>`}`;
}

function explained(all: readonly Spread[]): Html {
  const pairs = Math.max(0, ...all.map(({ test }) => test?.pairs ?? 0));
  return html`${all.some((spread) => spread.all.length > 1) && html`<p>± is the standard deviation over seeds.</p>`}${
    pairs > 0 &&
    html`<p>p is that of a paired t-test (Student's, two-sided, ${counted(pairs, 'pair')} of the same seed) against the first variant: how probable so large a difference would be if there were none.</p>`
  }`;
}

const runsOf = ({ runs, isCommittee }: Variant): string =>
  isCommittee ? `a committee of ${runs.length}` : counted(runs.length, 'run');

const failuresOf = (variants: readonly Variant[]): readonly Html[] =>
  variants.flatMap(({ label, failures }) =>
    failures.map(({ seed, reason }) => html`<p><strong>${label}, seed ${seed}, failed:</strong> ${reason}</p>`),
  );

/** For each metric of each split, a curve a variant: the mean of its runs, as far as all of them went. */
function curvesOf(variants: readonly Variant[]): Chart[] {
  const epochs = Math.max(0, ...variants.flatMap(({ runs }) => runs.map((run) => run.epochs.length)));
  const x = Array.from({ length: epochs }, (_, i) => i + 1);
  const named = splits.flatMap((split) => metricsOf(variants, split).map((name) => [split, name] as const));
  return named.map(([split, name], i) => ({
    id: `curve-${i}`,
    title: `${split} ${name}`,
    along: 'epoch',
    x,
    series: variants.map(({ label, runs }) => ({
      label,
      values: x.map((_, epoch) => meanAt(runs.map((run) => run.epochs[epoch]?.[split]?.[name]))),
    })),
  }));
}

const metricsOf = (variants: readonly Variant[], split: Split): string[] => [
  ...new Set(
    variants.flatMap(({ runs }) =>
      runs.flatMap((run) => run.epochs.flatMap((event) => Object.keys(event[split] ?? {}))),
    ),
  ),
];

function meanAt(values: readonly (number | undefined)[]): number | null {
  const there = values.filter((value) => value !== undefined);
  const mean = meanOf(there);
  return there.length === values.length && Number.isFinite(mean) ? mean : null;
}

const runsTable = (variants: readonly Variant[]): Html =>
  tableOf(
    'every run',
    ['run', 'variant', 'seed', 'epochs', 'seconds'],
    variants.flatMap(({ label, runs }) =>
      runs.map(({ folder, report, seed, end }) => [
        report === undefined ? folder : html`<a href="${report}">${folder}</a>`,
        label,
        seed,
        end.epochs,
        end.seconds.toFixed(1),
      ]),
    ),
  );

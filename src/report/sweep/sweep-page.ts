/** The report of a sweep: what was tried, what mattered, and what was the best. */
import { shortened } from '../../core/printable.js';
import { betterEpochText } from '../../core/sweep/better-epoch.js';
import { reasonInTrial } from '../../core/sweep/failure.js';
import { type Chart, chartFigure, figure, hasValues } from '../chart.js';
import { type Html, html } from '../html.js';
import { type Page, type PageAssets, pageText, type Section } from '../page.js';
import { counted, keyFigures, percent, tableOf } from '../parts.js';
import { parallelCoordinates } from './parallel.js';
import { type Importance, importances, parametersOf, type TriedParameter } from './parameters.js';
import { type BestTrial, type ReportedTrial, rankedTrials, type SweepReport } from './sweep-report.js';

/** Letters of the reason why a trial failed, in the table; its run has all of them. */
const LONGEST_REASON = 100;

/** How many trials have a curve of their own. */
const CURVES = 8;

/** Which of the page's colours of curves is that of the best trial, the green that it has everywhere; and those of the others. */
const BEST_COLOUR = 2;
const OTHER_COLOURS = [0, 1, 3, 4, 5, 6, 7];

/** @returns the text of `report.html` */
export const sweepPage = (report: SweepReport, assets: PageAssets): string => pageText(pageOf(report), assets);

function pageOf(report: SweepReport): Page {
  const { name, trials, yaml } = report;
  const parameters = parametersOf(trials);
  const charts = [bestSoFar(report), curvesOfBest(report)].filter(hasValues);
  const measured = trials.some(({ value }) => value !== undefined);
  const sections: (Section | false)[] = [
    measured && {
      id: 'trials',
      title: 'All trials',
      content: html`<p>${linesExplained(parameters, report)}</p>${parallelCoordinates(parameters, report)}`,
    },
    measured && { id: 'importance', title: 'What mattered', content: importanceOf(importances(parameters, trials)) },
    charts.length > 0 && {
      id: 'curves',
      title: 'Curves',
      content: html`<div class="grid">${charts.map(chartFigure)}</div>`,
    },
    { id: 'table', title: 'The trials', content: trialsTable(report) },
    {
      id: 'file',
      title: 'The file',
      content: html`<div class="scroll" tabindex="0" role="region" aria-label="the pipeline file"><pre><code>${yaml}</code></pre></div>`,
    },
  ];
  return { title: `${name}: a sweep`, lead: leadOf(report), charts, sections: sections.filter((one) => one !== false) };
}

function leadOf({ folder, status, began, strategy, metric, trials, best, betterEpoch }: SweepReport): Html {
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  return html`<p>Sweep <code>${folder}</code>, ${status}, begun ${began.slice(0, 16).replace('T', ' ')} UTC: ${counted(trials.length, 'trial')} by the strategy ${strategy}, chosen by ${metric}.</p>
${best !== undefined && html`<p>The best is trial ${best.trial}, kept in <code>${best.folder}</code>${reportOf(trials, best)}.</p>`}
${betterEpoch !== undefined && html`<p>Note: ${betterEpochText(betterEpoch, metric, figure)}.</p>`}
${keyFigures([
  ...(best?.figures ?? []).map(([label, one]) => ({ label: `${label} of the best`, value: figureOf(label, one) })),
  { label: 'trials', value: String(trials.length) },
  { label: 'seconds of training', value: seconds.toFixed(1) },
])}`;
}

function linesExplained(parameters: readonly TriedParameter[], { trials, best }: SweepReport): string {
  const isStopped = trials.some(({ status }) => status === 'stopped');
  const isMissing = parameters.some(({ texts }) => texts.includes(undefined));
  return [
    'A line a trial, the stronger, the better',
    ...(best === undefined ? [] : [`trial ${best.trial}, the best, is green`]),
    ...(isStopped ? ['those that were stopped early are dashed'] : []),
    ...(isMissing ? ['below an axis, at -, are those without a value there'] : []),
  ]
    .join('; ')
    .concat('.');
}

function reportOf(trials: readonly ReportedTrial[], best: BestTrial): Html | undefined {
  const address = trials.find(({ trial }) => trial === best.trial)?.report;
  return address === undefined ? undefined : html`: <a href="${address}">its own report</a>`;
}

const figureOf = (name: string, value: number): string => (/accuracy/i.test(name) ? percent(value) : figure(value));

const importanceOf = (all: readonly Importance[]): Html =>
  html`<p>By ε², the correlation ratio without what chance explains; numbers are taken in up to five groups of about as many trials; where trials were stopped early, all count as they were then.</p>
${tableOf(
  'importance of each parameter',
  ['parameter', 'how much of the differences it explains by itself'],
  all.map(({ name, share }) => [
    name,
    share === undefined ? html`<span class="faint">too few trials</span>` : barOf(share),
  ]),
)}`;

const barOf = (share: number): Html =>
  html`<span class="bar"><span style="width:${(100 * share).toFixed(0)}%"></span></span><span class="share">${(100 * share).toFixed(0)} %</span>`;

function bestSoFar({ trials, metric, higherIsBetter }: SweepReport): Chart {
  let best: number | undefined;
  const values = trials.map(({ value, status }) => {
    const counts = value !== undefined && Number.isFinite(value) && status === 'completed';
    if (counts && (best === undefined || (higherIsBetter ? value > best : value < best))) best = value;
    return best ?? null;
  });
  const x = trials.map(({ trial }) => trial);
  return {
    id: 'best',
    title: `best ${metric} so far`,
    along: 'trial',
    x,
    series: [{ label: 'best so far', colour: BEST_COLOUR, values }],
  };
}

function curvesOfBest(report: SweepReport): Chart {
  const { metric, best } = report;
  const shown = rankedTrials(report)
    .filter(({ value, curve }) => value !== undefined && curve.length > 0)
    .slice(0, CURVES);
  const epochs = Math.max(0, ...shown.map(({ curve }) => curve.length));
  const x = Array.from({ length: epochs }, (_, i) => i + 1);
  return {
    id: 'curves-of-best',
    title: `${metric} of the best trials`,
    along: 'epoch',
    x,
    series: shown.map(({ trial, curve }, i) => ({
      label: `trial ${trial}`,
      colour: trial === best?.trial ? BEST_COLOUR : OTHER_COLOURS[i % OTHER_COLOURS.length],
      values: x.map((_, epoch) => curve[epoch] ?? null),
    })),
  };
}

function trialsTable(report: SweepReport): Html {
  const { trials, metric, best } = report;
  const names = Object.keys(trials[0]?.labels ?? {});
  const others = [...new Set(trials.flatMap((one) => Object.keys(one.others)))];
  return tableOf(
    `the best first${best === undefined ? '' : `: trial ${best.trial}, of those that came to their end`}`,
    ['trial', ...names, metric, ...others.map((name) => `validation.${name}`), 'epochs', 'seconds', 'status'],
    rankedTrials(report).map(({ trial, labels, value, epochs, seconds, status, reason, report: address, ...one }) => [
      address === undefined ? trial : html`<a href="${address}">${trial}</a>`,
      ...names.map((name) => labels[name]),
      value === undefined ? '' : figure(value),
      ...others.map((name) => (one.others[name] === undefined ? '' : figure(one.others[name]))),
      epochs,
      seconds.toFixed(1),
      reason === undefined
        ? status
        : html`<span class="words">${shortened(`${status}: ${reasonInTrial(reason)}`, LONGEST_REASON)}</span>`,
    ]),
    best && 0,
  );
}
